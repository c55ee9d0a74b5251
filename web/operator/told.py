"""Rows of the audit in plain words."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.phrases import has
from models.rules.access import Role
from models.rules.hours import Calendar
from models.rules.opening_hours import say_hours
from models.tables.audit import AuditRow
from web.language import asked_language, say
from web.outside import outside

ACTIONS = (
    "register", "approve", "reject", "suspend", "resume", "wait", "limits", "settings", "reissue", "invite", "bind",
    "remove",
)  # fmt: skip
"""What there are phrases for."""
LONGEST_VALUE = 300


class Change(NamedTuple):
    """What changed, and from what to what; `before` is empty where there was nothing before."""

    what: str
    before: str
    after: str


class Told(NamedTuple):
    """One row: when, in which hall (code and name; None: the account), who, in which role, what, and its details."""

    at: datetime
    when: str
    hall: tuple[str, str] | None
    who: str
    role: str
    what: str
    changes: list[Change]


def is_operators(row: AuditRow) -> bool:
    """Whether an operator did it, or whoever has the command line."""
    return row.role == Role.OPERATOR


def told(row: AuditRow, who: str, halls: Mapping[int, tuple[str, str]]) -> Told:
    """The row in the language of the page."""
    what = say(f"operating.did.{row.action}") if has(f"operating.did.{row.action}") else row.action
    detail = json.loads(row.detail)
    role = say(f"operating.role.{row.role}")
    return Told(row.at, outside().time(row.at), halls.get(row.hall_id), who, role, what, _changes(detail))


def _changes(detail: dict[str, Any]) -> list[Change]:
    given = dict(detail)
    changed = given.pop("changed", None) or {}
    given.pop("facts", None)  # What a hall began with stands on its own page.
    found = [_change(name, *values) for name, values in changed.items()]
    if "before" in given or "after" in given:
        found.append(Change("", _value("state", given.pop("before", None)), _value("state", given.pop("after", None))))
    return found + [_change(name, None, value) for name, value in given.items() if value not in ("", None)]


def _change(name: str, before: Any, after: Any) -> Change:
    what = say(f"operating.field.{name}") if has(f"operating.field.{name}") else name
    return Change(what, _value(name, before), _value(name, after))


def _value(name: str, value: Any) -> str:
    """A stored value as people call it; whatever has no such form, as it is stored."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say("operating.yes") if value else say("operating.no")
    try:
        said = _SAID[name](value) if name in _SAID else None
    except (KeyError, TypeError, ValueError, AttributeError):
        said = None  # Written by an earlier version, in another shape.
    if said is None:
        said = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
    text = str(said)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _state(value: Any) -> str | None:
    return say(f"operator.state.{value}") if has(f"operator.state.{value}") else None


def _role(value: Any) -> str:
    return say(f"operating.role.{value}") if has(f"operating.role.{value}") else say("operating.invite")


def _names(values: dict[str, dict[str, str]]) -> str:
    return say("operating.between").join(values[number]["name"] for number in sorted(values, key=int))


def _asked(values: dict[str, str]) -> str:
    labels = {name: say(f"step.{name}.label") for name in values}
    return say("operating.between").join(
        f"{labels[name]}{say('form.colon')}{say(f'operating.asked.{how}')}" for name, how in values.items()
    )


def _labels(values: list[dict[str, str]]) -> str:
    return say("operating.between").join(one[asked_language()] for one in values)


def _hours(value: dict[str, Any]) -> str:
    hours = say_hours(Calendar.from_dict(value), asked_language())
    special = len(value.get("exceptions", ()))
    return f"{hours} {say('operating.special_days', count=special)}" if special else hours


def _tenths(value: int) -> str:
    return f"{value / 10:.1f} ℃"


def _direction(value: str) -> str:
    return say(f"door.{value}_label")


_SAID: Mapping[str, Callable[[Any], str | None]] = {
    "state": _state,
    "role": _role,
    "doors": _names,
    "fields": _asked,
    "matters": _labels,
    "calendar": _hours,
    "fever_tenths": _tenths,
    "direction": _direction,
}
"""How the values of each name are said."""
