"""本人申请: what somebody without the chat asked for at a counter, for as long as that takes. No name and no number
stands here: what was found by them is kept as ids of visits."""

import json
from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.door import Fever
from models.tables.fields import AsciiField, LongTextField, MomentField, Table, moment_in, moment_out


class OwnRequest(Table):
    """`session`: in which browser it was asked, and may be answered. `asker` and `document` as
    models.rules.own_requests. `visits`: JSON, the ids of the visits, the latest first, `fevers` those of
    declared fevers; `unlike`: how many others have
    the number and another name. `outcome`: JSON of what came of erasing."""

    public_id = AsciiField(16, unique=True)
    hall_id = peewee.IntegerField()
    at = MomentField()
    session = AsciiField(16)
    asker = AsciiField(12)
    document = AsciiField(24)
    visits = LongTextField()
    fevers = LongTextField()
    unlike = peewee.IntegerField()
    copied_at = MomentField(null=True)
    erased_at = MomentField(null=True)
    outcome = LongTextField(null=True)

    class Meta:
        table_name = "own_requests"
        indexes = ((("at",), False),)  # what is forgotten


class OwnRequestRow(NamedTuple):
    """A request as it stands."""

    id: int
    public_id: str
    at: datetime
    session: str
    asker: str
    document: str
    visits: tuple[int, ...]
    fevers: tuple[int, ...]
    unlike: int
    copied_at: datetime | None
    erased_at: datetime | None
    outcome: str | None


_ONE = sql(f"SELECT {', '.join(OwnRequestRow._fields)} FROM own_requests WHERE public_id = ? AND hall_id = ?")
_COPY = sql("UPDATE own_requests SET copied_at = ? WHERE id = ? AND copied_at IS NULL")
_ERASE = sql("UPDATE own_requests SET erased_at = ?, outcome = ? WHERE id = ? AND erased_at IS NULL")
_FORGET = sql("DELETE FROM own_requests WHERE at < ?")


def with_public_id(hall_id: int, public_id: str) -> OwnRequestRow | None:
    """The request of this hall with this public id."""
    row = one(_ONE, public_id.encode("utf-8", "replace"), hall_id)
    if row is None:
        return None
    public, session, asker, document = (bytes(value).decode() for value in (row[1], *row[3:6]))
    stays, fevers = (tuple(json.loads(ids)) for ids in row[6:8])
    copied, erased = (None if value is None else moment_in(value) for value in row[9:11])
    return OwnRequestRow(
        row[0], public, moment_in(row[2]), session, asker, document, stays, fevers, row[8], copied, erased, row[11]
    )


def set_copied(request_id: int, at: datetime) -> bool:
    """Keep when it was first printed; False where that stands there already."""
    return changed(_COPY, moment_out(at), request_id) == 1


def set_erased(request_id: int, at: datetime, outcome: str) -> bool:
    """Keep what came of erasing; False where that stands there already."""
    return changed(_ERASE, moment_out(at), outcome, request_id) == 1


def forget(before: datetime) -> int:
    """Remove requests of before a moment; gives how many."""
    return changed(_FORGET, moment_out(before))


class Kin(NamedTuple):
    """A visit that may be somebody's: by its name, and by whether it has a number."""

    id: int
    in_at: datetime
    name_hash: bytes
    has_number: bool


@cache
def _by(column: str) -> Callable[[], str]:
    return sql(
        "SELECT id, in_at, name_hash, id_hash FROM visits"
        f" WHERE hall_id = ? AND {column} = ? AND in_at >= ? AND in_at < ? ORDER BY in_at DESC LIMIT ?"
    )


def by_number(hall_id: int, id_hash: bytes, begin: datetime, end: datetime, most: int) -> list[Kin]:
    """The latest so many visits of a hall with an ID number, entered from `begin` up to, and without, `end`."""
    return _found("id_hash", hall_id, id_hash, begin, end, most)


def by_phone(hall_id: int, phone_hash: bytes, begin: datetime, end: datetime, most: int) -> list[Kin]:
    """The same with a phone."""
    return _found("phone_hash", hall_id, phone_hash, begin, end, most)


def _found(column: str, hall_id: int, hashed: bytes, begin: datetime, end: datetime, most: int) -> list[Kin]:
    rows = execute(_by(column), hall_id, hashed, moment_out(begin), moment_out(end), most).fetchall()
    return [Kin(row[0], moment_in(row[1]), bytes(row[2]), row[3] is not None) for row in rows]


@cache
def _hold(count: int) -> Callable[[], str]:
    # Put to what it is, a row is changed by nobody else until this unit of work ends.
    return sql(f"UPDATE visits SET how_in = how_in WHERE id IN ({', '.join('?' * count)})")


@cache
def _waiting(count: int) -> Callable[[], str]:
    return sql(f"SELECT row_id FROM erasures WHERE kind = ? AND row_id IN ({', '.join('?' * count)})")


def hold(visit_ids: Collection[int]) -> None:
    """Keep these visits as they are until the unit of work ends."""
    if visit_ids:
        # In one order for all who hold them.
        execute(_hold(len(visit_ids)), *sorted(visit_ids))


def wait_to_be_erased(kind: str, row_ids: Collection[int]) -> set[int]:
    """Those of these visits or fevers (erasures.VISIT, FEVER) that are to be emptied once nothing holds them any
    more."""
    if not row_ids:
        return set()
    return {row[0] for row in execute(_waiting(len(row_ids)), kind.encode(), *row_ids).fetchall()}


class OwnFever(NamedTuple):
    """A declared fever. `name` and `phone`: None where they were not given, were emptied, or do not open."""

    id: int
    at: datetime
    hall_day: date
    door: int
    declared_tenths: int
    measured_tenths: int | None
    name: str | None
    phone: str | None
    id_hash: bytes | None


_FEVER = "SELECT id, declared_at, hall_day, door, declared_tenths, measured_tenths, name, phone, id_hash FROM fevers"
_FEVERS = sql(f"{_FEVER} WHERE hall_id = ? AND hall_day >= ? AND hall_day <= ? ORDER BY hall_day DESC LIMIT ?")


@cache
def _fevers_with(count: int) -> Callable[[], str]:
    return sql(f"{_FEVER} WHERE id IN ({', '.join('?' * count)}) ORDER BY id DESC")


def fevers_of_days(hall_id: int, first: date, last: date, most: int) -> list[OwnFever]:
    """The latest so many fevers that were declared in a hall on these hall days."""
    return [_fever(row) for row in execute(_FEVERS, hall_id, first.isoformat(), last.isoformat(), most).fetchall()]


def fevers_with(ids: Collection[int]) -> list[OwnFever]:
    """These fevers, the latest first, without those that are gone."""
    return [_fever(row) for row in execute(_fevers_with(len(ids)), *ids).fetchall()] if ids else []


def _fever(row: tuple[Any, ...]) -> OwnFever:
    day = date.fromisoformat(row[2]) if isinstance(row[2], str) else row[2]
    name = None if row[6] is None else Fever.name.opened(row[6])
    phone = None if row[7] is None else Fever.phone.opened(row[7])
    number = None if row[8] is None else bytes(row[8])
    return OwnFever(row[0], moment_in(row[1]), day, row[3], row[4], row[5], name, phone, number)
