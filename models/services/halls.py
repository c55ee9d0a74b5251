"""Halls as the conversation needs them, kept in memory by revision: a change is seen by every worker at once."""

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from models.rules.halls import AS_SHIPPED, Defaults, HallFacts, facts_from
from models.rules.refusal import Refused
from models.rules.scenes import HALL_CODE_ALPHABET
from models.tables import halls
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.halls import Hall

CODE_LENGTH = 6
LONGEST_FACTS = 60_000
"""Bytes; MySQL's TEXT holds 65,535."""

# Shared by the threads of a process; replacing an entry is atomic, and two threads at worst read the same row.
_kept: dict[int, HallFacts] = {}
_defaults = AS_SHIPPED


def use(defaults: Defaults) -> None:
    """Make this what holds for halls that chose nothing else, in this process."""
    global _defaults
    _defaults = defaults
    _kept.clear()


def defaults() -> Defaults:
    """What holds for halls that chose nothing else, and what they may go up to."""
    return _defaults


@transaction
def by_id(hall_id: int, revision: int | None) -> HallFacts | None:
    """The hall as of `revision` (as another statement has just read it); without one, as of now."""
    known = _kept.get(hall_id)
    if known is not None and known.revision == revision:
        return known
    return by_ids([hall_id]).get(hall_id)


@transaction
def by_ids(hall_ids: Collection[int]) -> dict[int, HallFacts]:
    """Those of these halls that there are, as of now."""
    found = {row[0]: facts_from(row[:-1], json.loads(row[-1]), _defaults) for row in halls.rows_of(list(hall_ids))}
    _kept.update(found)
    return found


@transaction
def by_code(code: str) -> HallFacts | None:
    """The hall that has this code, as of now."""
    found = halls.revision_of(code)
    return None if found is None else by_id(*found)


@transaction
def longest_kept() -> int:
    """The most days that any hall keeps visits; those of the operator where one cannot be read, or there is none."""
    try:
        return max((hall.retention_days for hall in by_ids(halls.ids()).values()), default=_defaults.retention_days)
    except (Refused, ValueError, LookupError, TypeError):
        return _defaults.retention_days


@transaction
def codes() -> list[str]:
    """The codes of all halls, the oldest first."""
    return halls.codes()


def check(name: str, facts: Mapping[str, Any]) -> str:
    """The facts as they are stored. Refused with what they cannot be, and with hall_too_much (more than fits)."""
    facts_from((0, "", name, "", 1), facts, _defaults)
    written = json.dumps(facts, ensure_ascii=False)
    if len(written.encode()) > LONGEST_FACTS:
        raise Refused("hall_too_much")
    return written


@transaction
def register(name: str, facts: Mapping[str, Any], status: str, now: datetime, double_key: bytes | None = None) -> str:
    """Add a hall and give its code. Refused with what `check` refuses."""
    written = check(name, facts)
    code = new_code(CODE_LENGTH)
    insert(
        Hall, revision=new_revision(), code=code, name=name, status=status, facts=written, created_at=now,
        double_key=double_key, name_key=halls.hash_of_name(name),
    )  # fmt: skip
    return code


def new_revision() -> int:
    """A number that this hall never had, but for a chance in 2^31. It is drawn, not counted: what was kept in memory
    of a change that was undone, or of a database that was put back, must not pass for what took its number later."""
    return secrets.randbelow(2**31 - 1) + 1


@transaction
def stored(hall_id: int) -> tuple[HallFacts, dict[str, Any]]:
    """The hall as of now, and its facts as they are stored, for whoever changes them. Refused with hall_unknown."""
    row = halls.row_of(hall_id)
    if row is None:
        raise Refused("hall_unknown")
    facts = json.loads(row[-1])
    return facts_from(row[:-1], facts, _defaults), facts


@transaction
def keep(hall: HallFacts, name: str, facts: Mapping[str, Any]) -> HallFacts:
    """Keep a name and facts that were made from this revision of the hall. Refused with what they cannot be, and with
    hall_changed where somebody else changed the hall meanwhile; nothing is written then."""
    if not halls.change(hall.id, hall.revision, name, check(name, facts), new_revision()):
        raise Refused("hall_changed")
    return stored(hall.id)[0]


def new_code(length: int) -> str:
    """A code that nobody guesses, with a letter in it: one of digits alone would pass for a number somebody typed."""
    while True:
        code = "".join(secrets.choice(HALL_CODE_ALPHABET) for _ in range(length))
        if not code.isdigit():
            return code
