"""The flows: where scripts meet services. Each has its script, the facts it depends on, what the profile already
answers, and what is done when it ends."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import finishing, staff_finishing
from bot.flow import Script, Talk
from bot.scripts import staff
from bot.scripts.check_in import CheckInFacts, check_in
from bot.scripts.erasing import confirm_erasing
from bot.scripts.fever import read_again
from bot.scripts.leaving import correct, leave
from bot.scripts.registering import RegisterFacts, register
from bot.situation import Answer, Situation
from models.rules.halls import HallFacts

Finish = Callable[[Situation, Talk, Any, Any], Answer]


@dataclass(frozen=True)
class Flow:
    """A conversation with a purpose. One of visitors is always about a hall, which its functions are handed; of staff's
    they get None."""

    script: Script
    facts: Callable[[Situation, Talk, Any], Any]
    remembered: Callable[[Situation, Talk, Any], Mapping[str, str]]
    finish: Finish
    is_of_visitors: bool = True


def _check_in_facts(here: Situation, talk: Talk, hall: HallFacts) -> CheckInFacts:
    returning = here.known is not None and not talk.context.get("fresh")
    # What the account's owner agreed to says nothing about somebody else with the same phone.
    agreed = returning and here.known is not None and here.known.agreed(hall.id, hall.notice_version)
    today = hall.calendar.hall_day(here.at)
    withdrawals = here.known.withdrawn(hall.id) if here.known else 0
    return CheckInFacts(hall, today, here.language, not agreed, talk.flow == "missed", returning, withdrawals)


def _remembered(here: Situation, talk: Talk, hall: HallFacts) -> dict[str, str]:
    if here.known is None or talk.context.get("fresh"):
        return {}
    answers = dict(here.known.profile)
    matter = here.known.matters.get(str(hall.id))
    if matter:
        answers["matter"] = matter
    if hall.declared_temperature:
        answers["temperature"] = "normal"
    return answers


def _register_facts(here: Situation, talk: Talk, hall: None) -> RegisterFacts:
    return RegisterFacts(here.setting.find_regions, here.setting.most_days)


def _own_halls(here: Situation, talk: Talk, hall: None) -> list[tuple[int, str]]:
    return [(post.hall.id, post.hall.name) for post in here.posts if post.hall]


def _people(here: Situation, talk: Talk, hall: None) -> list[tuple[str, str]]:
    # As they were shown: whoever comes in meanwhile moves no number of the list.
    return [(suspect, shown) for suspect, shown in json.loads(str(talk.context["people"]))]


def _nothing(here: Situation, talk: Talk, hall: HallFacts | None) -> None:
    return None


def _empty(here: Situation, talk: Talk, hall: HallFacts | None) -> Mapping[str, str]:
    return {}


FLOWS: dict[str, Flow] = {
    "check_in": Flow(check_in, _check_in_facts, _remembered, finishing.check_in_done),
    "missed": Flow(check_in, _check_in_facts, _remembered, finishing.check_in_done),
    "leave": Flow(leave, _nothing, _empty, finishing.left),
    "correct": Flow(correct, _nothing, _empty, finishing.corrected),
    "fever": Flow(read_again, _nothing, _empty, finishing.fever_read_again),
    "erase": Flow(confirm_erasing, _nothing, _empty, finishing.erased, is_of_visitors=False),
    "register": Flow(register, _register_facts, _empty, staff_finishing.registered, is_of_visitors=False),
    "invite": Flow(staff.invite, _nothing, _empty, staff_finishing.invited, is_of_visitors=False),
    "reject": Flow(staff.give_reason, _nothing, _empty, staff_finishing.rejected, is_of_visitors=False),
    "suspend": Flow(staff.give_reason, _nothing, _empty, staff_finishing.suspended, is_of_visitors=False),
    "switch": Flow(staff.switch, _own_halls, _empty, staff_finishing.switched, is_of_visitors=False),
    "case": Flow(staff.which_person, _people, _empty, staff_finishing.case_opened, is_of_visitors=False),
    "sign_in": Flow(staff.confirm_sign_in, _nothing, _empty, staff_finishing.signed_in, is_of_visitors=False),
    "sweep": Flow(staff.confirm_sweep, _nothing, _empty, staff_finishing.swept, is_of_visitors=False),
    "notify": Flow(staff.confirm_notices, _nothing, _empty, staff_finishing.notified, is_of_visitors=False),
}
