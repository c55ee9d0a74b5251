"""A hall's visits as its staff look for them: by period, person, matter, door or exit, the latest first.

Every look-up is a range of one index of (hall, what is asked, in_at), so that a page costs the same wherever it is.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from models.tables.database import execute, one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.visits import Visit


class Sought(NamedTuple):
    """What is looked for in one hall: entries from `begin` up to, and without, `end`; of a person by the hashes under
    any key that stand in `column`; a matter's code; a door's number; exits known in one of these ways ("" for those
    inside)."""

    hall_id: int
    begin: datetime
    end: datetime
    column: str = ""
    hashes: tuple[bytes, ...] = ()
    matter: str | None = None
    door: int | None = None
    how_out: tuple[str, ...] = ()


class FoundVisit(NamedTuple):
    """A visit as staff may see it, personal fields whole: masking is whoever shows it."""

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


_COLUMNS = ", ".join(f"v.{name}" for name in FoundVisit._fields)
_MOMENTS = frozenset(("in_at", "out_at", "due_at"))
_OPENERS = tuple(moment_in if name in _MOMENTS else getattr(Visit, name).python_value for name in FoundVisit._fields)
LAST_ID = 2**31 - 1


@functools.cache
def _where(column: str, hashes: int, has_matter: bool, has_door: bool, ways: int, is_inside: bool) -> str:
    parts = ["v.hall_id = ?"]
    if column:
        parts.append(f"v.{column} IN ({', '.join('?' * hashes)})")
    if has_matter:
        parts.append("v.matter = ?")
    if has_door:
        parts.append("v.door = ?")
    if ways:
        parts.append(f"v.how_out IN ({', '.join('?' * ways)})")
    if is_inside:
        parts.append("v.out_at IS NULL")
    return " AND ".join(parts)


def _asked(sought: Sought) -> tuple[str, list[Any]]:
    ways = [way for way in sought.how_out if way]
    values: list[Any] = [sought.hall_id, *(sought.hashes if sought.column else ())]
    if sought.matter is not None:
        values.append(sought.matter.encode())
    if sought.door is not None:
        values.append(sought.door)
    values += [way.encode() for way in ways]
    where = _where(
        sought.column, len(sought.hashes), sought.matter is not None, sought.door is not None, len(ways),
        "" in sought.how_out,
    )  # fmt: skip
    return where, values


@functools.cache
def _page(where: str) -> Callable[[], str]:
    return sql(
        f"SELECT {_COLUMNS} FROM visits v WHERE {where} AND v.in_at >= ? AND v.in_at < ?"
        " AND v.in_at <= ? AND (v.in_at < ? OR v.id < ?) ORDER BY v.in_at DESC, v.id DESC LIMIT ?"
    )


@functools.cache
def _count(where: str) -> Callable[[], str]:
    return sql(f"SELECT COUNT(*) FROM visits v WHERE {where} AND v.in_at >= ? AND v.in_at < ?")


def page(sought: Sought, most: int, before: datetime | None = None, before_id: int = LAST_ID) -> list[FoundVisit]:
    """The latest so many; of a further page, those before the moment and the id of the last row of the page before."""
    where, values = _asked(sought)
    at = moment_out(before or sought.end)
    rows = execute(
        _page(where), *values, moment_out(sought.begin), moment_out(sought.end), at, at, before_id, most
    ).fetchall()
    return [opened(row) for row in rows]


def count(sought: Sought) -> int:
    """How many there are."""
    where, values = _asked(sought)
    row: Any = one(_count(where), *values, moment_out(sought.begin), moment_out(sought.end))
    return int(row[0])


def opened(row: tuple[Any, ...]) -> FoundVisit:
    """A visit from its columns in the order of FoundVisit; raises vault.WrongKey for a value that does not open."""
    return FoundVisit._make(None if value is None else opens(value) for value, opens in zip(row, _OPENERS, strict=True))


_WITH_ID = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.public_id = ? AND v.hall_id = ?")


def with_public_id(hall_id: int, public_id: str) -> FoundVisit | None:
    """The visit of this hall with this public id."""
    row = one(_WITH_ID, public_id.encode("utf-8", "replace"), hall_id)
    return None if row is None else opened(row)


_COMPANIONS = sql(f"SELECT {_COLUMNS} FROM visits v WHERE v.lead_id = ? ORDER BY v.id")


def companions_of(visit_id: int) -> list[FoundVisit]:
    """Those who came with a lead."""
    return [opened(row) for row in execute(_COMPANIONS, visit_id).fetchall()]
