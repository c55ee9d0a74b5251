"""What a hall has set, in plain words: for what stands at present, and for what was changed."""

from collections.abc import Iterable

from models.rules.access import Role
from models.rules.halls import Matter
from models.rules.hours import Calendar
from models.rules.opening_hours import say_hours
from models.rules.tracing import Definition
from models.services.audit import VISITOR
from web.language import asked_language, say


def joined(words: Iterable[str]) -> str:
    """东门、西门"""
    return say("said.between").join(words)


def hours_words(calendar: Calendar) -> str:
    """The week, or that there are no hours."""
    return say_hours(calendar, asked_language()) or say("said.no_hours")


def matter_words(matters: Iterable[Matter]) -> str:
    """The labels of a list of matters."""
    return joined(one.label(asked_language()) for one in matters)


def degrees(tenths: int) -> str:
    """37.3"""
    return f"{tenths // 10}.{tenths % 10}"


def role_words(role: str) -> str:
    """What somebody is; of whoever does something about their own data, that; else it is an invite."""
    return say(f"staff.role.{role}") if role in {*Role, VISITOR} else say("said.invited")


def yes_or_no(value: bool) -> str:
    """On or off."""
    return say("said.on" if value else "said.off")


def people_words(most: int) -> str:
    """How many people may be inside at once."""
    return say("said.most_people", count=most) if most else say("said.no_limit")


def tracing_words(definition: Definition) -> list[tuple[str, str]]:
    """Who counts as a contact of a case, a line each: what it is called, and how it is set."""
    return [
        (say("tracing.look_back"), say("said.days", days=definition.look_back_days)),
        (say("tracing.tail"), say("said.minutes", minutes=definition.tail_minutes)),
        (say("tracing.least"), say("said.minutes", minutes=definition.least_minutes)),
        (say("tracing.area"), say(f"tracing.area_of.{definition.area}")),
    ]


def temperature_words(declared: bool) -> str:
    """Whether a temperature is told or measured."""
    return say("said.temperature.declared" if declared else "said.temperature.reading")


def field_words(name: str, requirement: str) -> str:
    """电话（必填）"""
    return say("said.field_is", field=say(f"step.{name}.label"), wanted=say(f"said.requirement.{requirement}"))


def direction_words(direction: str) -> str:
    """进厅, 离厅"""
    return say(f"door.{direction}_label")
