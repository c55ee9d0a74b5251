"""What a hall says of itself, in plain words: for the overview, for what stands at present, and for the history."""

from collections.abc import Mapping
from typing import Any

from models.rules.access import Role
from models.rules.check_in_fields import requirements
from models.rules.day_exceptions import say_exceptions
from models.rules.halls import FEVER_TENTHS, Matter
from models.rules.hours import Calendar
from models.rules.opening_hours import say_hours
from web.language import asked_language, say

_TEXTS = ("name", "region_name", "address", "contact", "phone", "notice_text")
Difference = tuple[str, str, str]
"""Label, before, after."""


def hours_words(calendar: Calendar) -> str:
    """The week, or that there are no hours."""
    return say_hours(calendar, asked_language()) or say("admin.no_hours")


def matter_words(matters: list[Matter]) -> str:
    """The labels of a list of matters."""
    return say("admin.between").join(one.label(asked_language()) for one in matters)


def degrees(tenths: int) -> str:
    """37.3"""
    return f"{tenths // 10}.{tenths % 10}"


def role_words(role: str) -> str:
    """What somebody is; of what is no post, that they are invited."""
    if role == Role.OPERATOR:
        return say("admin.operator")
    return say(f"staff.role.{role}") if role in set(Role) else say("admin.invited")


def yes_or_no(value: bool) -> str:
    """On or off."""
    return say("admin.on" if value else "admin.off")


def temperature_words(declared: bool) -> str:
    """Whether a temperature is told or measured."""
    return say("admin.temperature.declared" if declared else "admin.temperature.reading")


def field_words(name: str, requirement: str) -> str:
    """电话（必填）"""
    return say("admin.field_is", field=say(f"step.{name}.label"), wanted=say(f"admin.requirement.{requirement}"))


def differences(changed: Mapping[str, list[Any]]) -> list[Difference]:
    """What an audited change of settings did, as {fact: [before, after]} tells it."""
    told: list[Difference] = []
    for name, (before, after) in changed.items():
        if name == "calendar":
            told += _calendar(before, after)
        elif name == "fields":
            told += _fields(before or {}, after or {})
        elif (label := _LABELS.get(name)) is not None:
            told.append((say(label), _value(name, before), _value(name, after)))
    # What was never set and what is set to nothing are one in words.
    return [one for one in told if one[1] != one[2]]


_LABELS = {
    "name": "admin.fact.name",
    "region_name": "admin.fact.region_name",
    "address": "admin.fact.address",
    "contact": "admin.fact.contact",
    "phone": "admin.fact.phone",
    "notice_text": "admin.fact.notice_text",
    "matters": "admin.fact.matters",
    "doors": "admin.fact.doors",
    "declared_temperature": "admin.fact.declared_temperature",
    "fever_tenths": "admin.fact.fever_tenths",
    "retention_days": "admin.fact.retention_days",
    "four_eyes": "admin.fact.four_eyes",
}
"""Of the rest nobody needs to hear: codes of regions, numbers of versions."""


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return say("admin.nothing")
    if name in _TEXTS:
        return str(value)
    if name == "matters":
        return matter_words([Matter(one["code"], one["zh"], one["en"]) for one in value])
    if name == "doors":
        return say("admin.between").join(door["name"] for door in value.values())
    if name == "declared_temperature":
        return temperature_words(value)
    if name == "fever_tenths":
        return degrees(value)
    if name == "retention_days":
        return say("admin.days", days=value)
    return yes_or_no(value)


def _calendar(before: Any, after: Any) -> list[Difference]:
    old, new = Calendar.from_dict(before), Calendar.from_dict(after)
    told = [
        ("admin.fact.hours", hours_words(old), hours_words(new)),
        ("admin.fact.days", _days(old, new), _days(new, old)),
        ("admin.fact.grace", *(say("admin.minutes", minutes=one.grace_minutes) for one in (old, new))),
    ]
    return [(say(label), one, other) for label, one, other in told]


def _days(calendar: Calendar, other: Calendar) -> str:
    """The days that the other one has not, or has otherwise."""
    own = {day: hours for day, hours in calendar.exceptions.items() if other.exceptions.get(day) != hours}
    return say_exceptions(own, asked_language()) or say("admin.nothing")


def _fields(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    old, new = requirements(before), requirements(after)
    return [
        (say(f"step.{name}.label"), say(f"admin.requirement.{old[name]}"), say(f"admin.requirement.{new[name]}"))
        for name in old
    ]


DEFAULT_FACTS: Mapping[str, Any] = {
    "address": "",
    "contact": "",
    "phone": "",
    "notice_text": "",
    "fields": {},
    "fever_tenths": FEVER_TENTHS,
    "declared_temperature": True,
    "four_eyes": False,
}
"""What a fact is that a hall has never set, where that can be set again."""
