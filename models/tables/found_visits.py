"""A hall's visits as its staff look for them: by period, person, matter, door or exit, the latest first.

Every look-up is made of ranges of one index of (hall, what is asked, in_at): one for each hash of a person and each
way in which an exit is known. So a page costs the same wherever it is, and a database has nothing to sort.
"""

import functools
import itertools
import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from models.tables.database import execute, one, sql
from models.tables.fields import UNREADABLE as UNREADABLE
from models.tables.fields import moment_in, moment_out
from models.tables.vault import WrongKey
from models.tables.visits import Visit

INSIDE = "inside"
OVERDUE = "overdue"
"""Beside the ways in which an exit is known: still inside, and past the due time but closed by nobody yet."""


class Sought(NamedTuple):
    """What is looked for in one hall, as of `now`: entries from `begin` up to, and without, `end`; of a person by what
    stands in `column`: the hashes under any key, or the id of an account person; a matter's code; a door's number;
    exits known in one of these ways, INSIDE and OVERDUE among them."""

    hall_id: int
    begin: datetime
    end: datetime
    now: datetime
    column: str = ""
    hashes: tuple[bytes | int, ...] = ()
    matter: str | None = None
    door: int | None = None
    exits: tuple[str, ...] = ()


class FoundVisit(NamedTuple):
    """A visit as staff may see it, personal fields whole: masking is whoever shows it. A personal field that does not
    open (damaged, or under a key that is gone) says UNREADABLE."""

    id: int
    public_id: str
    hall_id: int
    door: int
    person_id: int | None
    lead_id: int | None
    companions: int
    in_at: datetime
    out_at: datetime | None
    due_at: datetime
    how_in: str
    how_out: str | None
    matter: str | None
    temperature_tenths: int | None
    temperature_source: str | None
    registered_by: str
    name: str
    id_kind: str | None
    id_number: str | None
    phone: str | None
    address: str | None
    slip: str | None
    remark: str | None


class Place(NamedTuple):
    """Where a page ended: entry and id of its last row."""

    at: datetime
    id: int


_COLUMNS = ", ".join(f"v.{name}" for name in FoundVisit._fields)
_MOMENTS = frozenset(("in_at", "out_at", "due_at"))
_OPENERS = tuple(moment_in if name in _MOMENTS else getattr(Visit, name).python_value for name in FoundVisit._fields)
_IN_ORDER = operator.itemgetter(FoundVisit._fields.index("in_at"), FoundVisit._fields.index("id"))
_LAST_ID = 2**31 - 1
MOST_IDS = 256
"""Visits that one statement looks for by their ids."""
_WAYS = {INSIDE: "v.out_at IS NULL AND v.due_at > ?", OVERDUE: "v.out_at IS NULL AND v.due_at <= ?"}


@functools.cache
def _where(column: str, has_matter: bool, has_door: bool, way: str) -> str:
    """The condition of one range; `way`: INSIDE, OVERDUE, any other for one of how_out, "" for any exit."""
    parts = ["v.hall_id = ?"]
    parts += [f"v.{column} = ?"] if column else []
    parts += ["v.matter = ?"] if has_matter else []
    parts += ["v.door = ?"] if has_door else []
    parts += [_WAYS.get(way, "v.how_out = ?")] if way else []
    return " AND ".join([*parts, "v.in_at >= ? AND v.in_at < ?"])


def _ranges(sought: Sought) -> list[tuple[str, tuple[Any, ...]]]:
    """The condition and the values of each range, no two of which hold the same visit."""
    matter = () if sought.matter is None else (sought.matter.encode("utf-8", "replace"),)
    door = () if sought.door is None else (sought.door,)
    span = (moment_out(sought.begin), moment_out(sought.end))
    found = []
    for hashed, way in itertools.product(sought.hashes if sought.column else ("",), sought.exits or ("",)):
        known = () if not way else (moment_out(sought.now),) if way in _WAYS else (way.encode(),)
        where = _where(sought.column, bool(matter), bool(door), "how_out" if way and way not in _WAYS else way)
        found.append((where, (sought.hall_id, *((hashed,) if hashed else ()), *matter, *door, *known, *span)))
    return found


@functools.cache
def _page(wheres: tuple[str, ...]) -> Callable[[], str]:
    # The first comparison bounds the range, the others tell apart the visits of one moment.
    rest = "v.in_at <= ? AND (v.in_at < ? OR v.id < ?) ORDER BY v.in_at DESC, v.id DESC LIMIT ?"
    pages = [f"SELECT {_COLUMNS} FROM visits v WHERE {where} AND {rest}" for where in wheres]
    if len(pages) == 1:
        return sql(pages[0])
    return sql(" UNION ALL ".join(f"SELECT * FROM ({page}) r{number}" for number, page in enumerate(pages)))


@functools.cache
def _count(wheres: tuple[str, ...]) -> Callable[[], str]:
    return sql("SELECT " + " + ".join(f"(SELECT COUNT(*) FROM visits v WHERE {where})" for where in wheres))


def page(sought: Sought, most: int, after: Place | None = None) -> list[FoundVisit]:
    """The latest so many; of a further page, those after where the page before ended."""
    ranges = _ranges(sought)
    at, row_id = (moment_out(after.at), after.id) if after else (moment_out(sought.end), _LAST_ID)
    statement = _page(tuple(where for where, _ in ranges))
    rows = execute(statement, *(value for _, values in ranges for value in (*values, at, at, row_id, most))).fetchall()
    if len(ranges) > 1:
        # Each range gives its latest; only those that are shown are worth opening.
        rows = sorted(rows, key=_IN_ORDER, reverse=True)[:most]
    return [opened(row) for row in rows]


def count(sought: Sought) -> int:
    """How many there are."""
    ranges = _ranges(sought)
    statement = _count(tuple(where for where, _ in ranges))
    row: Any = one(statement, *(value for _, values in ranges for value in values))
    return int(row[0])


def opened(row: tuple[Any, ...]) -> FoundVisit:
    """A visit from its columns in the order of FoundVisit."""
    return FoundVisit._make(
        None if value is None else _opened(opens, value) for value, opens in zip(row, _OPENERS, strict=True)
    )


def _opened(opens: Callable[[Any], Any], value: Any) -> Any:
    # One damaged value must not hide its row, nor the others of a page.
    try:
        return opens(value)
    except WrongKey:
        return UNREADABLE


_WITH_ID = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.public_id = ? AND v.hall_id = ?")


def with_public_id(hall_id: int, public_id: str) -> FoundVisit | None:
    """The visit of this hall with this public id."""
    row = one(_WITH_ID, public_id.encode("utf-8", "replace"), hall_id)
    return None if row is None else opened(row)


_WITH_ROW_ID = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.id = ? AND v.hall_id = ?")


def with_id(hall_id: int, visit_id: int) -> FoundVisit | None:
    """The visit of this hall with this row id."""
    row = one(_WITH_ROW_ID, visit_id, hall_id)
    return None if row is None else opened(row)


def with_ids(hall_id: int, visit_ids: Iterable[int]) -> list[FoundVisit]:
    """The visits of this hall with these row ids, in no order; those that are there."""
    ids = sorted(set(visit_ids))
    found = []
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        places = 1 << (len(part) - 1).bit_length()
        values = (*part, *[0] * (places - len(part)), hall_id)
        found += [opened(row) for row in execute(_with_ids(places), *values).fetchall()]
    return found


@functools.cache
def _with_ids(places: int) -> Callable[[], str]:
    return sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.id IN ({', '.join('?' * places)}) AND v.hall_id = ?")


_COMPANIONS = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.lead_id = ? ORDER BY v.id")


def companions_of(visit_id: int) -> list[FoundVisit]:
    """Those who came with a lead."""
    return [opened(row) for row in execute(_COMPANIONS, visit_id).fetchall()]


_OF_PERSON = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.person_id = ? ORDER BY v.in_at DESC LIMIT ?")


def of_person(person_id: int, most: int) -> list[FoundVisit]:
    """The latest so many stays of an account, in all halls."""
    return [opened(row) for row in execute(_OF_PERSON, person_id, most).fetchall()]
