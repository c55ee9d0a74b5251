"""What staff and operators are told by message, where it is not the answer to something they said."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from models.phrases import say
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import outbox, people
from models.services.posts import Post
from models.tables import staff
from models.tables.staff import NO_HALL

KIND = "staff"
USEFUL = timedelta(days=2)
"""Afterwards nobody's window is open any more; lists and pages tell the same."""


def bound(post: Post, name: str, now: datetime) -> None:
    """Somebody has bound a code: the other admins of the hall hear of it, or the other operators."""
    hall = post.hall
    if hall is None:
        _tell(_operators(but=post.openid), "staff.told_operator_bound", now)
    else:
        _tell(_admins(hall, but=post.openid), "staff.told_bound", now, hall, name=name, role=f"staff.role.{post.role}")


def removed(hall: HallFacts | None, openid: str, now: datetime) -> None:
    """Somebody else has ended this person's post in a hall, or as an operator."""
    if hall is None:
        _tell([openid], "staff.told_operator_removed", now)
    else:
        _tell([openid], "staff.told_removed", now, hall)


def unfollowed(post: Post, now: datetime) -> None:
    """A bound person has left the account."""
    hall = post.hall
    if hall is None:
        _tell(_operators(but=post.openid), "staff.told_operator_left", now)
        return
    name = next((member.name for member in staff.members(hall.id) if member.openid == post.openid), "")
    others = _admins(hall, but=post.openid)
    if others:
        _tell(others, "staff.told_left", now, hall, name=name)
    elif post.role is Role.ADMIN:
        _tell(_operators(), "staff.told_last_admin_left", now, hall)


def hall_waits(hall: HallFacts, now: datetime) -> None:
    """A new hall waits for approval: the operators hear of it."""
    _tell(_operators(), "operator.told_waiting", now, hall, region=hall.region_name)


def renamed(before: HallFacts, hall: HallFacts, now: datetime) -> None:
    """A hall has taken another name or region, which nobody has approved: the operators hear of it."""
    was = {"was": before.name, "was_region": before.region_name, "region": hall.region_name}
    _tell(_operators(), f"operator.told_renamed_{hall.status}", now, hall, **was)


def decided(hall: HallFacts, what: str, reason: str, now: datetime) -> None:
    """The hall was approved (approve), turned down (reject), suspended (suspend), goes on (resume) or waits again
    (wait): its admins hear of it."""
    _tell(_admins(hall), f"operator.told_{what}", now, hall, reason=reason)


def second_asked(
    hall: HallFacts, openids: Iterable[str], what: str, name: str, code: str, number: str, now: datetime
) -> None:
    """Somebody asks for a second pair of eyes: those who may say yes to it hear of it. `what`: the kind of question;
    `number`: of the case that it is about."""
    _tell(openids, f"exports.second.told_{what}", now, hall, name=name, approval=code, number=number)


def second_answered(hall: HallFacts, openid: str, what: str, answer: str, number: str, now: datetime) -> None:
    """Whoever asked hears the answer: yes or no."""
    _tell([openid], f"exports.second.told_{what}_{answer}", now, hall, number=number)


def went_alone(hall: HallFacts, by: str, number: str, reason: str, now: datetime) -> None:
    """An admin has opened the names of a case without a second pair of eyes, since nobody had answered: the operators
    and the other admins of the hall hear of it, and why."""
    name = next((one.name for one in staff.members(hall.id) if one.openid == by), "")
    others = dict.fromkeys((*_operators(but=by), *_admins(hall, but=by)))
    _tell(others, "names.told_alone", now, hall, name=name, number=number, reason=reason)


def case_elsewhere(hall: HallFacts, number: str, now: datetime) -> None:
    """An operator has opened a case in a hall, whose person was somewhere else too: its admins hear of it."""
    _tell(_admins(hall), "elsewhere.told", now, hall, number=number)


def case_ends(hall: HallFacts, number: str, day: date, now: datetime) -> None:
    """A case that nobody has closed is erased on this day: the hall's admins hear of it."""
    _tell(_admins(hall), "retention.case_ends", now, hall, number=number, day=day.isoformat())


def one_suffices(hall: HallFacts, by: str, now: datetime) -> None:
    """An admin has turned four eyes off: the other admins of the hall hear of it; where there are none, the
    operators."""
    _tell(_admins(hall, but=by) or _operators(but=by), "exports.second.told_off", now, hall)


def _operators(but: str = "") -> list[str]:
    return [member.openid for member in staff.members(NO_HALL) if member.openid != but]


def _admins(hall: HallFacts, but: str = "") -> list[str]:
    return [one.openid for one in staff.members(hall.id) if one.role == Role.ADMIN and one.openid != but]


def _tell(
    openids: Iterable[str], key: str, now: datetime, hall: HallFacts | None = None, role: str = "", **values: object
) -> None:
    for openid in openids:
        language = people.language_at(openid)
        said = {**values, "role": say(language, role)} if role else values
        if hall is not None:
            said = {**said, "hall": hall.name, "code": hall.code}
        outbox.write(
            f"{KIND}:{secrets.token_hex(12)}", KIND, openid, say(language, key, **said), {}, now, now + USEFUL,
            hall_id=hall.id if hall else None,
        )  # fmt: skip
