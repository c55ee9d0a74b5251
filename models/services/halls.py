"""Halls as the conversation needs them, kept in memory by revision: a change is seen by every worker at once."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.rules.halls import AS_SHIPPED, Defaults, HallFacts, facts_from
from models.rules.refusal import Refused
from models.rules.scenes import HALL_CODE_ALPHABET
from models.tables import halls
from models.tables.database import transaction
from models.tables.halls import Hall

CODE_LENGTH = 6

# Shared by the threads of a process; replacing an entry is atomic, and two threads at worst read the same row.
_kept: dict[int, HallFacts] = {}
_defaults = AS_SHIPPED


def use(defaults: Defaults) -> None:
    """Make this what holds for halls that chose nothing else, in this process."""
    global _defaults
    _defaults = defaults
    _kept.clear()


@transaction
def by_id(hall_id: int, revision: int | None) -> HallFacts | None:
    """The hall as of `revision` (as another statement has just read it); without one, as of now."""
    known = _kept.get(hall_id)
    if known is not None and known.revision == revision:
        return known
    row = halls.row_of(hall_id)
    if row is None:
        return None
    *head, facts = row
    hall = facts_from(tuple(head), json.loads(facts), _defaults)
    _kept[hall_id] = hall
    return hall


@transaction
def by_code(code: str) -> HallFacts | None:
    """The hall that has this code, as of now."""
    found = halls.revision_of(code)
    return None if found is None else by_id(*found)


@transaction
def codes() -> list[str]:
    """The codes of all halls, the oldest first."""
    return halls.codes()


@transaction
def register(name: str, facts: Mapping[str, Any], status: str, now: datetime) -> str:
    """Add a hall and give its code. Raises Refused where `facts` cannot be a hall's."""
    code = _new_code()
    facts_from((0, code, name, status, 1), facts, _defaults)
    # Begins anywhere, so that no process takes another hall's facts for these where a database was put back.
    revision = secrets.randbelow(2**30) + 1
    Hall.insert(
        revision=revision,
        code=code,
        name=name,
        status=status,
        facts=json.dumps(facts, ensure_ascii=False),
        created_at=now,
    ).execute()
    return code


@transaction
def change(code: str, status: str | None = None, facts: Mapping[str, Any] | None = None) -> HallFacts:
    """Set a hall's status or facts, as a new revision."""
    found = halls.revision_of(code)
    if found is None:
        raise Refused("hall_unknown")
    values: dict[Any, Any] = {Hall.revision: Hall.revision + 1}
    if status is not None:
        values[Hall.status] = status
    if facts is not None:
        facts_from((0, code, "", "", 1), facts, _defaults)
        values[Hall.facts] = json.dumps(facts, ensure_ascii=False)
    Hall.update(values).where(Hall.id == found[0]).execute()
    return _as_of_now(found[0])


@transaction
def stored(hall_id: int) -> tuple[HallFacts, dict[str, Any]]:
    """The hall as of now, and its facts as they are stored, for whoever changes them. Refused with hall_unknown."""
    row = halls.row_of(hall_id)
    if row is None:
        raise Refused("hall_unknown")
    return _as_of_now(hall_id), json.loads(row[-1])


@transaction
def keep(hall: HallFacts, name: str, facts: Mapping[str, Any]) -> HallFacts:
    """Keep a name and facts that were made from this revision of the hall. Refused with what they cannot be, and with
    hall_changed where somebody else changed the hall meanwhile."""
    facts_from((0, hall.code, name, hall.status, 1), facts, _defaults)
    if not halls.change(hall.id, hall.revision, name, json.dumps(facts, ensure_ascii=False)):
        raise Refused("hall_changed")
    return _as_of_now(hall.id)


def _as_of_now(hall_id: int) -> HallFacts:
    hall = by_id(hall_id, None)
    if hall is None:
        raise Refused("hall_unknown")
    return hall


def _new_code() -> str:
    """A code with at least one letter: one of digits alone would pass for a number somebody typed."""
    while True:
        code = "".join(secrets.choice(HALL_CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not code.isdigit():
            return code
