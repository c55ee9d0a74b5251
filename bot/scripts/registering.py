"""Registering a hall: its name and region are asked, all else has good defaults and can be changed at the review."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.flow import Choice, Option, Review, Step
from models.rules import hall_facts
from models.rules.field_words import read_fields, say_fields
from models.rules.hall_names import hall_name
from models.rules.halls import LEAST_DAYS
from models.rules.health import Temperature, temperature
from models.rules.hours import Calendar
from models.rules.matters import edit_matters, usual
from models.rules.opening_hours import read_hours, say_hours
from models.rules.refusal import Refused
from models.rules.regions import Region, check_in_use, in_own_words

HOURS = "周一至周五 9:00-12:00 13:30-17:00"
FIELDS = "证件号码必填、电话必填、住址选填、事项必填、体温必填、同行人员选填"
OWN_WORDS = "own"
TEMPERATURES = (
    Option("declared", "自己报，正常可不写度数", ("自己报", "自报", "declared")),
    Option("reading", "必须写度数", ("写度数", "量体温", "reading")),
)
_NEXT_COMMAND = re.compile(r"[,，;；]\s*(?=(?:删|去掉|加|只要|改)[ \t])")


@dataclass(frozen=True)
class RegisterFacts:
    """What registering depends on besides the answers: how regions are found, and for how many days the operator lets
    a hall keep visits."""

    find_regions: Callable[[str], Sequence[Region]]
    most_days: int


@dataclass(frozen=True)
class NewHall:
    """A hall as somebody wants it registered; `facts` as the hall's row holds them. `contact` may be empty."""

    name: str
    contact: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Where:
    """The regions that somebody may mean."""

    said: str
    found: tuple[Region, ...]

    def __str__(self) -> str:
        return self.found[0].full_name if len(self.found) == 1 else self.said


class InWords:
    """An answer that is stored in Chinese words, which its `str` is, and shown in the language of the talk."""

    def said(self, language: str) -> str:
        """As the review shows it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.said("zh")


@dataclass(frozen=True)
class _Hours(InWords):
    """Opening hours."""

    calendar: Calendar

    def said(self, language: str) -> str:
        return say_hours(self.calendar, language)


@dataclass(frozen=True)
class _Matters(InWords):
    """The hall's list of matters, as it is stored."""

    matters: tuple[Mapping[str, Any], ...]

    def said(self, language: str) -> str:
        return ("、" if language == "zh" else ", ").join(one[language] for one in self.matters)


@dataclass(frozen=True)
class _Fields(InWords):
    """What is asked of visitors, as it is stored."""

    chosen: dict[str, str]

    def said(self, language: str) -> str:
        return say_fields(self.chosen, language)


def register(facts: RegisterFacts) -> Generator[Step, Any, NewHall]:
    """A hall is registered in the account: name, region, and at the review whatever else shall be other than usual."""
    name = yield Step(
        "hall_name", hall_name, free=True, labels=("名称", "大厅名称", "hall name"), examples=("示例市民服务中心",)
    )
    where: _Where = yield Step(
        "hall_region",
        partial(_where, facts),
        free=True,
        labels=("地区", "region"),
        examples=("四川省成都市武侯区", "鼓楼区"),
    )
    region = where.found[0] if len(where.found) == 1 else _chosen(where, (yield _which(where)))
    others = yield from _others(facts)
    yield Review()
    whole = {**hall_facts.default_facts(region), **others}
    return NewHall(name, others["contact"], whole)


def _others(facts: RegisterFacts) -> Generator[Step, Any, dict[str, Any]]:
    """What has a good default, as the hall's row holds it."""
    address = yield _quiet("hall_address", hall_facts.check_address, ("地址", "address"))
    contact = yield _quiet("hall_contact", hall_facts.check_contact, ("联系人", "contact"))
    phone = yield _quiet("hall_phone", hall_facts.check_phone, ("电话", "phone"))
    hours = yield _quiet("hall_hours", _hours, ("办公时间", "时间", "hours"), HOURS)
    usual_matters = str(_Matters(tuple(usual())))
    kept = yield _quiet("hall_matters", _matters, ("事项", "matters"), usual_matters, numbered=_numbered())
    asked = yield _quiet("hall_fields", _fields, ("登记项", "fields"), FIELDS)
    declared = yield Choice("hall_temperature", TEMPERATURES, quiet=True, default="declared", labels=("体温",))
    fever = yield _quiet("hall_fever", _threshold, ("预警体温", "预警", "threshold"), "37.3")
    days = yield _quiet(
        "hall_days", partial(_days, facts.most_days), ("保留天数", "days"), str(facts.most_days),
        least=LEAST_DAYS, most=facts.most_days,
    )  # fmt: skip
    return {
        "address": address or "",
        "contact": contact or "",
        "phone": phone or "",
        "calendar": {key: value for key, value in hours.calendar.to_dict().items() if key != "zone"},
        "matters": [dict(one) for one in kept.matters],
        "fields": asked.chosen,
        "declared_temperature": declared == "declared",
        "fever_tenths": fever.tenths,
        "retention_days": days,
    }


def _quiet(
    name: str, parse: Callable[[str], Any], labels: tuple[str, ...], default: str = "", **asks_with: object
) -> Step:
    """Not asked by itself: it has a good default and can be changed at the review."""
    return Step(name, parse, quiet=True, default=default, free=True, labels=labels, asks_with=asks_with)


def _where(facts: RegisterFacts, text: str) -> _Where:
    said = in_own_words(text).name
    found = tuple(facts.find_regions(said))
    in_use = tuple(region for region in found if not region.gone)
    if found and not in_use:
        check_in_use(found[0])
    return _Where(said, in_use)


def _which(where: _Where) -> Choice:
    own = Option(OWN_WORDS, f"就按我写的：{where.said}", ("就按我写的", "as written"))
    return Choice(
        "region_which", [*(Option(region.code, region.full_name, (region.name,)) for region in where.found), own]
    )


def _chosen(where: _Where, code: str) -> Region:
    return next((region for region in where.found if region.code == code), in_own_words(where.said))


def _hours(text: str) -> _Hours:
    return _Hours(read_hours(text).calendar)


def _matters(text: str) -> _Matters:
    """Changes to the usual list (删 3 5，加 婚姻登记), or the whole list by its names."""
    try:
        made = edit_matters(usual(), _NEXT_COMMAND.sub("\n", text))
    except Refused as no:
        if no.code != "matters_command_unclear":
            raise
        made = edit_matters([], f"加 {text}")
    if any(" " in one["zh"] for one in made):
        raise Refused("matters_command_unclear")
    return _Matters(tuple(made))


def _numbered() -> str:
    return " ".join(f"{number} {one['zh']}" for number, one in enumerate(usual(), start=1))


def _fields(text: str) -> _Fields:
    return _Fields(read_fields(text))


def _threshold(text: str) -> Temperature:
    """A reading that people may have; of somebody who is well or beyond measure nothing would follow."""
    return temperature(text, declared_allowed=False)


def _days(most: int, text: str) -> int:
    found = re.fullmatch(r"(\d{1,4}) ?(?:天|日|days?)?", text.strip(), re.ASCII)
    days = int(found[1]) if found else 0
    if not LEAST_DAYS <= days <= most:
        raise Refused("days_out_of_range", least=LEAST_DAYS, most=most)
    return days
