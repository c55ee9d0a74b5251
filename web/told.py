"""Rows of the audit in plain words, for a hall's own people and for operators."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.phrases import has
from models.rules.check_in_fields import requirements
from models.rules.day_exceptions import say_exceptions
from models.rules.halls import FEVER_TENTHS, Matter
from models.rules.hours import Calendar
from models.rules.refusal import Refused
from models.rules.tracing import AS_USUAL, Definition
from models.services import halls
from models.tables.audit import AuditRow
from web.language import asked_language, say
from web.outside import outside
from web.said import (
    degrees,
    direction_words,
    hours_words,
    joined,
    matter_words,
    people_words,
    role_words,
    temperature_words,
    tracing_words,
    yes_or_no,
)

ACTIONS = (
    "register", "approve", "reject", "suspend", "resume", "wait", "limits", "settings", "reissue", "invite", "bind",
    "remove", "sign_out", "export", "export_cancel", "export_copy", "second_ask", "second_yes", "second_no",
    "search", "look",
    "release", "help_done", "flag_seen", "slip_sheet", "slip", "slip_merged", "slip_corrected",
    "sweep", "undo", "sign_out_visitor", "register_visitor",
    "correct_visit",
    "own_erase", "own_consent", "own_export",
    "case_elsewhere", "case_note", "case_assign", "case_close", "case_reopen", "case_hold", "case_release",
    "case_open", "case_trace", "case_reason", "case_names", "case_alone", "case_notice", "case_sheet", "case_test",
    "case_erase",
    "audit_export",
    "counter_look", "counter_copy", "counter_erase",
)  # fmt: skip
"""What there are phrases for."""
LONGEST_UNKNOWN = 300
_FOLLOWS = frozenset(("region", "notice_version", "notices"))
"""Facts that change with others, which say it better."""
_ANOTHER_SHAPE = (KeyError, TypeError, ValueError, AttributeError, Refused)
"""What comes of reading a value that an earlier or a later version wrote."""


class Change(NamedTuple):
    """What changed, and from what to what; `before` is empty where only one value is told."""

    label: str
    before: str
    after: str


class Told(NamedTuple):
    """One row: when, in which hall (code and name; None: it need not be said, or the account), who (a name and a role,
    or a role alone), what, and its details."""

    id: int
    at: datetime
    when: str
    hall: tuple[str, str] | None
    who: str
    what: str
    changes: list[Change]


def told(row: AuditRow, name: str, hall: tuple[str, str] | None = None) -> Told:
    """The row in the language of the page. name: who did it; empty where the page names the role alone."""
    role = role_words(row.role)
    who = say("told.who", name=name, role=role) if name else role
    what = say(f"told.did.{row.action}") if has(f"told.did.{row.action}") else row.action
    return Told(row.id, row.at, outside().time(row.at), hall, who, what, _changes(row))


def changed_facts(row: AuditRow) -> dict[str, list[Any]]:
    """What a change of settings did, as it is stored: {fact: [before, after]}; empty for any other row."""
    changed = _detail(row).get("changed")
    given = changed.items() if isinstance(changed, dict) else ()
    return {name: pair for name, pair in given if isinstance(pair, list) and len(pair) == 2}


def default_facts() -> dict[str, Any]:
    """What a fact is that a hall has never set, where that can be set again."""
    return {
        "address": "",
        "contact": "",
        "phone": "",
        "notice_text": "",
        "fields": {},
        "fever_tenths": FEVER_TENTHS,
        "declared_temperature": True,
        "four_eyes": False,
        "capacity": 0,
        "tracing": AS_USUAL.to_dict(),
        "retention_days": halls.defaults().retention_days,
        "temperature_days": halls.defaults().temperature_days,
    }


def differences(changed: Mapping[str, list[Any]]) -> list[Change]:
    """What a change of settings did, as `changed_facts` gives it; what a hall had never set stood at its default."""
    kept = default_facts()
    found: list[Change] = []
    for name, pair in changed.items():
        if name not in _FOLLOWS:
            before, after = (kept.get(name) if value is None else value for value in pair)
            found += _difference(name, before, after)
    # What was never set and what is set to nothing are one in words.
    return [one for one in found if one.before != one.after]


def _changes(row: AuditRow) -> list[Change]:
    given = _detail(row)
    given.pop("changed", None)
    given.pop("facts", None)  # What a hall began with stands on its own page.
    for name in ("session", "mark", "asked"):  # In which browser, and how it is found again, say nothing to anybody.
        given.pop(name, None)
    found = differences(changed_facts(row))
    if "before" in given or "after" in given:
        name = "most_reissues" if row.action == "limits" else "state"
        found += _difference(name, given.pop("before", None), given.pop("after", None))
    return found + [
        Change(_label(name), "", _value(name, value)) for name, value in given.items() if value not in ("", None)
    ]


def _detail(row: AuditRow) -> dict[str, Any]:
    """The details as they were noted; of a row that somebody has changed, whatever stands there."""
    try:
        found = json.loads(row.detail)
    except (ValueError, TypeError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"detail": str(row.detail)}


def _difference(name: str, before: Any, after: Any) -> list[Change]:
    try:
        if name in _SEVERAL:
            return _SEVERAL[name](before, after)
    except _ANOTHER_SHAPE:
        pass
    return [Change(_label(name), _value(name, before), _value(name, after))]


def _label(name: str) -> str:
    # The region that a hall is registered with is its name.
    key = "fact.region_name" if name == "region" else f"fact.{name}"
    return say(key) if has(key) else name


def _value(name: str, value: Any) -> str:
    """A stored value as people call it; whatever has no such form, as it is stored."""
    if value is None or value == "":
        return say("said.nothing")
    try:
        if name in _SAID:
            return _SAID[name](value)
    except _ANOTHER_SHAPE:
        pass
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_UNKNOWN else f"{text[:LONGEST_UNKNOWN]}…"


def _calendar(before: Any, after: Any) -> list[Change]:
    old, new = Calendar.from_dict(before), Calendar.from_dict(after)
    return [
        Change(say("fact.hours"), hours_words(old), hours_words(new)),
        Change(say("fact.days"), _days(old, new), _days(new, old)),
        Change(say("fact.grace"), *(say("said.minutes", minutes=one.grace_minutes) for one in (old, new))),
    ]


def _days(calendar: Calendar, other: Calendar) -> str:
    """The days that the other one has not, or has otherwise."""
    own = {day: hours for day, hours in calendar.exceptions.items() if other.exceptions.get(day) != hours}
    return say_exceptions(own, asked_language()) or say("said.nothing")


def _fields(before: Any, after: Any) -> list[Change]:
    old, new = requirements(before), requirements(after)
    return [
        Change(say(f"step.{name}.label"), *(say(f"said.requirement.{one[name]}") for one in (old, new))) for name in old
    ]


def _tracing(before: Any, after: Any) -> list[Change]:
    old, new = (tracing_words(Definition.from_dict(one or {})) for one in (before, after))
    return [Change(label, said, now) for (label, said), (_, now) in zip(old, new, strict=True)]


_SEVERAL: Mapping[str, Callable[[Any, Any], list[Change]]] = {
    "calendar": _calendar,
    "fields": _fields,
    "tracing": _tracing,
}
"""Facts that are several to whoever reads of them."""
_SAID: Mapping[str, Callable[[Any], str]] = {
    "notice_text": str,
    "state": lambda value: say(f"operator.state.{value}"),
    "role": role_words,
    "doors": lambda value: joined(value[number]["name"] for number in sorted(value, key=int)),
    "matters": lambda value: matter_words(Matter(one["code"], one["zh"], one["en"]) for one in value),
    "fever_tenths": degrees,
    "declared_temperature": temperature_words,
    "four_eyes": yes_or_no,
    "capacity": people_words,
    "retention_days": lambda value: say("said.days", days=value),
    "temperature_days": lambda value: say("said.days", days=value),
    "direction": direction_words,
    "by": lambda value: say(f"record.by.{value}"),
    "why": lambda value: say(f"record.why.{value}"),
    "undone": lambda value: say(f"desk.kind.{value}"),
    "version": lambda value: say("notice.version", version=value),
    "first": str,
    "last": str,
    "until": str,
    "contact_number": str,
    "noted": lambda value: say("case.note" if value == "note" else f"case.state.{value}"),
    "copy": str,
    "sheet": lambda value: say(f"names.sheet.which_{value}"),
    "kind": lambda value: say(f"exports.kind.{value}"),
    "asker": lambda value: say(f"own_requests.who.{value}"),
    "document": lambda value: say(f"own_requests.paper.{value}"),
    "how": lambda value: say(f"rights.how.{value}"),
    "extent": lambda value: say(f"rights.extent.{value}"),
}
"""How the values of each name are said."""
