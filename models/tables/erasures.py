"""What somebody asked to have erased and had to wait, and how a stay is emptied of whom it was.

A stay that was emptied has no name, which no other one lacks: a register without names traces nobody.
"""

import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, MomentField, Table, insert_rows, moment_in, moment_out
from models.tables.openids import openid_out
from models.tables.vault import WrongKey
from models.tables.visits import Visit

VISIT, FEVER = "visit", "fever"


class Erasure(Table):
    """A row that is to be emptied: `kind` VISIT or FEVER and its id; or how much is to be forgotten of a person
    (services.forgetting.Extent), and their id; once their own row is gone, of the stays that still stand under that id.
    `due_at`: when it is looked at next."""

    kind = AsciiField(8)
    row_id = peewee.IntegerField()
    asked_at = MomentField()
    due_at = MomentField()

    class Meta:
        table_name = "erasures"
        indexes = (
            (("kind", "row_id"), True),
            (("kind", "due_at"), False),
        )


class StayRow(NamedTuple):
    """A stay that is to be emptied, as far as that needs it."""

    id: int
    hall_id: int
    hall_day: date
    is_open: bool
    due_at: datetime
    companions: int


_AT_ONCE = 200
_STAYS = "SELECT id, hall_id, hall_day, out_at, due_at, companions FROM visits WHERE {} IN ({{}})"
_HELD = (
    "SELECT v.visit_id, MAX(c.held_until) FROM case_visits v JOIN cases c ON c.id = v.case_id"
    " WHERE c.held_until >= ? AND v.visit_id IN ({}) GROUP BY v.visit_id"
)
_HELD_AS_CONTACT = (
    "SELECT v.visit_id, MAX(c.held_until) FROM contacts v JOIN cases c ON c.id = v.case_id"
    " WHERE c.held_until >= ? AND v.visit_id IN ({}) GROUP BY v.visit_id"
)
_HELD_AS_PERSON = (
    "SELECT c.person, MAX(c.held_until) FROM cases c WHERE c.held_until >= ? AND c.person IN ({}) GROUP BY c.person"
)
_UNLINK = "UPDATE visits SET person_id = NULL WHERE out_at IS NOT NULL AND id IN ({})"
_LEAVE = "UPDATE visits SET person_id = NULL WHERE id IN ({})"
_UNLINK_CONTACTS = "UPDATE contacts SET person_id = NULL WHERE visit_id IN ({})"
_EMPTY = (
    "UPDATE visits SET name = ?, id_kind = NULL, id_number = NULL, phone = NULL, phone_tail_hash = NULL,"
    " address = NULL, remark = NULL, person_id = NULL WHERE out_at IS NOT NULL AND id IN ({})"
)
# What was said or written beside a stay may hold what stood in it.
_BESIDE = (
    "UPDATE amendments SET earlier = NULL WHERE visit_id IN ({})",
    "UPDATE looks SET words = NULL WHERE visit_id IN ({})",
)
_CONTACTS = "SELECT id FROM contacts WHERE visit_id IN ({})"
_NOTES = "UPDATE contact_notes SET text = NULL WHERE contact_id IN ({})"
_NAMES = "SELECT id, name FROM visits WHERE id IN ({})"
_QUEUED = "SELECT row_id FROM erasures WHERE kind = ? AND row_id IN ({})"
_DONE = "DELETE FROM erasures WHERE kind = ? AND row_id IN ({})"
_LATER = "UPDATE erasures SET due_at = ? WHERE kind = ? AND row_id IN ({})"
_DUE = sql("SELECT row_id FROM erasures WHERE kind = ? AND due_at <= ? ORDER BY due_at LIMIT ?")
_EMPTY_FEVER = "UPDATE fevers SET name = NULL, phone = NULL, release_reason = NULL, openid = ? WHERE id IN ({})"
_FEVERS = "SELECT id, hall_id, hall_day, released_at, cleared_at FROM fevers WHERE id IN ({})"


@functools.cache
def _with(statement: str, count: int) -> Callable[[], str]:
    return sql(statement.format(", ".join("?" * count)))


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    each = sorted(ids)
    yield from (each[at : at + _AT_ONCE] for at in range(0, len(each), _AT_ONCE))


def _asked(statement: str, ids: Collection[int], *before: Any) -> Iterator[tuple[Any, ...]]:
    for part in _parts(ids):
        yield from execute(_with(statement, len(part)), *before, *part).fetchall()


def _done(statement: str, ids: Collection[int], *before: Any) -> int:
    return sum(changed(_with(statement, len(part)), *before, *part) for part in _parts(ids))


def stays(visit_ids: Collection[int]) -> list[StayRow]:
    """These stays, in the order of their ids, without those that are gone."""
    return [_stay(row) for row in _asked(_STAYS.format("id"), visit_ids)]


def stays_led(visit_ids: Collection[int]) -> list[StayRow]:
    """Those of whoever came along with these."""
    return [_stay(row) for row in _asked(_STAYS.format("lead_id"), visit_ids)]


def _stay(row: tuple[Any, ...]) -> StayRow:
    return StayRow(row[0], row[1], _day(row[2]), row[3] is None, moment_in(row[4]), row[5])


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def held(visit_ids: Collection[int], today: date) -> dict[int, date]:
    """Those of these stays that a case keeps today, and until when."""
    found: dict[int, date] = {}
    for statement in (_HELD, _HELD_AS_CONTACT, _HELD_AS_PERSON):
        for row_id, until in _asked(statement, visit_ids, today.isoformat()):
            found[row_id] = max(found.get(row_id, date.min), _day(until))
    return found


def unlink(visit_ids: Collection[int]) -> int:
    """Let these stays, which are over, belong to no account; gives how many were over."""
    count = _done(_UNLINK, visit_ids)
    _done(_UNLINK_CONTACTS, visit_ids)
    return count


def leave_account(visit_ids: Collection[int]) -> None:
    """Let these stays, over or not, belong to no account."""
    _done(_LEAVE, visit_ids)


def empty(visit_ids: Collection[int]) -> int:
    """Take out of these stays, which are over, who it was, and what was said beside them; the hashes by which a case
    counts them stay until the stays go. Gives how many were over."""
    if not visit_ids:
        return 0
    count = _done(_EMPTY, visit_ids, Visit.name.db_value(""))
    for statement in _BESIDE:
        _done(statement, visit_ids)
    # MariaDB reads the whole table for a subquery in an UPDATE.
    _done(_NOTES, [row[0] for row in _asked(_CONTACTS, visit_ids)])
    return count


def emptied(visit_ids: Collection[int]) -> set[int]:
    """Those of these stays that were emptied."""
    return {row_id for row_id, name in _asked(_NAMES, visit_ids) if _is_nothing(name)}


def _is_nothing(stored: Any) -> bool:
    try:
        return bool(Visit.name.python_value(stored) == "")
    except WrongKey:
        return False


def queue(kind: str, row_ids: Collection[int], asked_at: datetime, due_at: datetime) -> None:
    """Put rows on the list of what is to be emptied; those that are on it stay as they are."""
    there = {row[0] for row in _asked(_QUEUED, row_ids, kind.encode())}
    rows = [(kind, row_id, asked_at, due_at) for row_id in sorted(set(row_ids) - there)]
    insert_rows(Erasure, ("kind", "row_id", "asked_at", "due_at"), rows)


def due(kind: str, now: datetime, most: int) -> list[int]:
    """Rows of the list that are to be looked at, the longest due first."""
    return [row[0] for row in execute(_DUE, kind.encode(), moment_out(now), most).fetchall()]


_ASKED = sql("SELECT asked_at FROM erasures WHERE kind = ? AND row_id = ?")


def asked_at(kind: str, row_id: int) -> datetime | None:
    """When this was put on the list; None where it is not on it."""
    row = one(_ASKED, kind.encode(), row_id)
    return None if row is None else moment_in(row[0])


# How much of a person: services.forgetting.Extent.
_OF_PEOPLE = (b"profile", b"all")
_IS_GOING = sql(
    "SELECT 1 FROM erasures e LEFT JOIN people p ON p.id = e.row_id"
    " WHERE e.kind IN (?, ?) AND e.row_id = ? AND p.id IS NULL LIMIT 1"
)


def is_going(person_id: int) -> bool:
    """Whether this is the number of somebody forgotten, which some of their stays still have: nobody is to be found by
    it any more."""
    return one(_IS_GOING, *_OF_PEOPLE, person_id) is not None


def look_later(kind: str, row_ids: Collection[int], due_at: datetime) -> None:
    """Look at these again then."""
    _done(_LATER, row_ids, moment_out(due_at), kind.encode())


def off(kind: str, row_ids: Collection[int]) -> None:
    """Take rows off the list."""
    _done(_DONE, row_ids, kind.encode())


class FeverRow(NamedTuple):
    """A fever as far as emptying it needs it."""

    id: int
    hall_id: int
    hall_day: date
    is_handled: bool


def fevers(ids: Sequence[int]) -> list[FeverRow]:
    """These fevers, without those that are gone."""
    return [_fever(row) for row in _asked(_FEVERS, ids)]


_OF_PERSON = sql("SELECT id, hall_id, hall_day, released_at, cleared_at FROM fevers WHERE openid = ?")


def fevers_of(openid: str) -> list[FeverRow]:
    """What somebody declared."""
    return [_fever(row) for row in execute(_OF_PERSON, openid_out(openid)).fetchall()]


def _fever(row: tuple[Any, ...]) -> FeverRow:
    return FeverRow(row[0], row[1], _day(row[2]), row[3] is not None or row[4] is not None)


def empty_fevers(ids: Collection[int]) -> None:
    """Take out of fevers who declared them."""
    _done(_EMPTY_FEVER, ids, b"")
