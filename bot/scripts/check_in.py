"""Checking in: what is asked, in the order and to the extent that the hall wants."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from bot.flow import Choice, Option, Review, Step
from models.rules import check_in_answers, companions, consent, contact, health, identity
from models.rules.check_in_answers import Asked
from models.rules.check_in_fields import Requirement
from models.rules.clock_times import looks_like_time, stored_time
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import SignIn, TurnAway

WANTED = (
    Option("yes", "补登记", ("是", "要", "好", "yes", "register")),
    Option(
        "no",
        "不用",
        ("否", "不要", "不用了", "no", "no thanks"),
        (
            "不",
            "不补",
            "不补了",
            "不补登记",
            "不需要",
            "不想",
            "算了",
            "下次吧",
            "没进来",
            "没有进来",
            "没进去",
            "没有进去",
        ),
    ),
)
EXAMPLES = {
    "name": ("张三",),
    "id_number": ("11010519491231002X",),
    "phone": ("13800138000",),
    "address": ("北京市朝阳区幸福路1号",),
    "temperature": ("36.5", "38.5"),
    "companions": ("李四",),
}


@dataclass(frozen=True)
class CheckInFacts:
    """What a check-in depends on besides its answers. `missed`: the entry is told at or after the exit. `returning`:
    the profile answers for the visitor, who left out before what the hall does not insist on. `withdrawals`: how often
    consent was taken back here."""

    hall: HallFacts
    today: date
    language: str
    needs_consent: bool
    missed: bool = False
    returning: bool = False
    withdrawals: int = 0


@dataclass(frozen=True)
class Declined:
    """The visitor does not agree to being registered."""


@dataclass(frozen=True)
class NotWanted:
    """The visitor does not want the missed entry registered."""


@dataclass(frozen=True)
class EnteredEarlier:
    """A missed entry, told later: when it was (HH:MM), and what a check-in would have said."""

    entered_at: str
    said: SignIn


CheckIn = Generator[Step, Any, "SignIn | TurnAway | Declined | NotWanted | EnteredEarlier"]


def check_in(facts: CheckInFacts) -> CheckIn:
    """A visitor checks in at the hall, or tells later that they had entered."""
    if facts.missed and (yield Choice("wanted", WANTED, listed=False)) == "no":
        return NotWanted()
    if facts.needs_consent and (yield _consent(facts)) == "no":
        return Declined()
    entered = ""
    if facts.missed:
        entered = yield _entered_at()
    said: dict[str, str | None] = {}
    for name, requirement in facts.hall.fields.items():
        if requirement is Requirement.OFF:
            continue
        value = yield STEPS[name](facts, requirement is Requirement.OPTIONAL)
        said[name] = None if value is None else str(value)
        if name != "temperature" or value is None or facts.missed:
            continue  # somebody who was inside already is not turned away
        if away := check_in_answers.turned_away(said, value, facts.hall):
            return away
    yield Review()
    done = SignIn(**said)
    return EnteredEarlier(entered, done) if facts.missed else done


def _consent(facts: CheckInFacts) -> Step:
    # A yes to an earlier notice, or one that was taken back since, is no answer to this one.
    agreed_to = consent.mark(facts.hall.notice_version, facts.withdrawals)
    agree = Option(f"yes to {agreed_to}", "同意", ("agree", "i agree", "我同意"), binding=True)
    refuse = Option("no", "不同意", ("disagree", "不愿意", "i disagree", *_REFUSALS), _REFUSALS_ALONE)
    return Choice("consent", (agree, refuse), listed=False)


_REFUSALS = ("我不同意", "我不愿意", "我拒绝", "不登记", "不想登记", "我不想登记", "i do not agree", "i don't agree")
_REFUSALS_ALONE = ("不", "不要", "不想", "不行", "不用", "不用了", "否", "拒绝", "算了", "no", "no way", "no thanks")


def _entered_at() -> Step:
    return Step("entered_at", stored_time, claims=looks_like_time, labels=("进入时间", "time"), examples=("9:05",))


def _name(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "name",
        contact.person_name,
        optional=optional,
        quiet=optional and facts.returning,
        is_name=True,
        labels=("姓名", "名字", "name"),
        examples=EXAMPLES["name"],
    )


def _id_number(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "id_number",
        partial(check_in_answers.grown_up, asked=_asked(facts, optional)),
        claims=identity.looks_like_id_number,
        identifies=True,
        optional=optional,
        quiet=optional and facts.returning,
        labels=("身份证", "身份证号", "身份证号码", "证件号码", "证件", "号码", "id", "id number"),
        examples=EXAMPLES["id_number"],
    )


def _phone(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "phone",
        contact.mobile,
        claims=contact.looks_like_mobile,
        optional=optional,
        quiet=optional and facts.returning,
        labels=("电话", "手机", "手机号", "手机号码", "联系电话", "phone", "mobile"),
        examples=EXAMPLES["phone"],
    )


def _asked(facts: CheckInFacts, optional: bool) -> Asked:
    return Asked(facts.hall, facts.today, optional)


def _is_option(choice: Choice, text: str) -> bool:
    try:
        choice.named(text)
    except Refused as no:
        return no.code == "choice_unclear"
    return True


def _lives_at(text: str, *, asked: Asked, matters: Choice) -> str:
    if _is_option(matters, text):
        raise Refused("address_unreadable")
    return check_in_answers.lives_at(text, asked)


def _address(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "address",
        partial(_lives_at, asked=_asked(facts, optional), matters=_matter(facts, optional)),
        claims=contact.looks_like_address,
        optional=optional,
        quiet=optional and facts.returning,
        free=True,
        labels=("住址", "地址", "家庭住址", "address"),
        examples=EXAMPLES["address"],
    )


def _matter(facts: CheckInFacts, optional: bool) -> Step:
    options = tuple(
        Option(one.code, one.label(facts.language), (one.zh, one.en, *one.aliases)) for one in facts.hall.matters
    )
    return Choice(
        "matter",
        options,
        optional=optional,
        quiet=optional and facts.returning,
        labels=("事项", "办理", "办理事项", "办", "matter"),
    )


def _temperature(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "temperature",
        partial(check_in_answers.body_temperature, asked=_asked(facts, optional)),
        claims=health.looks_like_temperature,
        optional=optional,
        quiet=optional and facts.returning,
        labels=("体温", "温度", "temperature"),
        examples=EXAMPLES["temperature"],
    )


def _came_along(text: str, *, asked: Asked, matters: Choice) -> companions.Companions:
    found = check_in_answers.came_along(text, asked)
    if any(_is_option(matters, one.name) for one in found.people):
        raise Refused("companion_names_wanted")
    return found


def _may_be_a_companions(word: str) -> bool:
    return identity.looks_like_id_number(word) or contact.looks_like_mobile(word)


def _companions(facts: CheckInFacts, optional: bool) -> Step:
    return Step(
        "companions",
        partial(_came_along, asked=_asked(facts, optional), matters=_matter(facts, optional)),
        optional=True,
        quiet=True,
        free=True,
        holds=_may_be_a_companions,
        labels=("同行人员", "同行", "同行人", "陪同", "带", "companions"),
        examples=EXAMPLES["companions"],
    )


STEPS: dict[str, Callable[[CheckInFacts, bool], Step]] = {
    "name": _name,
    "id_number": _id_number,
    "phone": _phone,
    "address": _address,
    "matter": _matter,
    "temperature": _temperature,
    "companions": _companions,
}
