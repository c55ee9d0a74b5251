"""What was done at a hall's desk, each with all that it takes to undo it."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, LongTextField, MomentField, Table, moment_in, moment_out
from models.tables.visits import Visit


class DeskAct(Table):
    """`actor` is a hash (services.audit.hash_of), `count` how many people it was about, `detail` JSON that holds the
    ids of visits, times and kinds, and nothing personal."""

    public_id = AsciiField(16, unique=True)
    hall_id = peewee.IntegerField()
    actor = BytesField(32)
    at = MomentField()
    kind = AsciiField(16)
    count = peewee.IntegerField()
    detail = LongTextField()
    undone_at = MomentField(null=True)

    class Meta:
        table_name = "desk_acts"
        indexes = (
            (("hall_id", "at"), False),
            (("at",), False),
        )


class DeskActRow(NamedTuple):
    """An act as it is stored."""

    id: int
    public_id: str
    at: datetime
    kind: str
    people: int
    detail: str
    undone_at: datetime | None


_COLUMNS = "SELECT id, public_id, at, kind, count, detail, undone_at FROM desk_acts"
_WITH_ID = sql(f"{_COLUMNS} WHERE public_id = ? AND hall_id = ?")
_SINCE = sql(f"{_COLUMNS} WHERE hall_id = ? AND at > ? ORDER BY at DESC, id DESC LIMIT ?")
_GROW = sql("UPDATE desk_acts SET count = ?, detail = ? WHERE id = ? AND count = ? AND undone_at IS NULL")
_UNDO = sql("UPDATE desk_acts SET undone_at = ? WHERE id = ? AND count = ? AND undone_at IS NULL")
_FORGET = sql("DELETE FROM desk_acts WHERE at < ?")


def with_public_id(hall_id: int, public_id: str) -> DeskActRow | None:
    """The act of this hall with this public id."""
    row = one(_WITH_ID, public_id.encode("utf-8", "replace"), hall_id)
    return None if row is None else _row(row)


def since(hall_id: int, after: datetime, most: int) -> list[DeskActRow]:
    """The latest acts of a hall after a moment, the last first."""
    return [_row(row) for row in execute(_SINCE, hall_id, moment_out(after), most).fetchall()]


def grow(act: DeskActRow, count: int, detail: str) -> bool:
    """Have the act be about more people; False where it was undone, or grew, meanwhile."""
    return changed(_GROW, count, detail, act.id, act.people) == 1


def undo(act: DeskActRow, at: datetime) -> bool:
    """Take the act for oneself to undo it; False where it was undone, or grew, since it was read."""
    return changed(_UNDO, moment_out(at), act.id, act.people) == 1


def forget(before: datetime) -> int:
    """Remove what nobody may undo any more."""
    return changed(_FORGET, moment_out(before))


def _row(row: tuple[Any, ...]) -> DeskActRow:
    undone_at = None if row[6] is None else moment_in(row[6])
    return DeskActRow(
        row[0], bytes(row[1]).decode(), moment_in(row[2]), bytes(row[3]).decode(), row[4], row[5], undone_at
    )


@functools.cache
def _names(count: int) -> Callable[[], str]:
    return sql(f"SELECT id, name FROM visits WHERE id IN ({', '.join('?' * count)})")


def names_of(visit_ids: list[int]) -> dict[int, str]:
    """The names of these visits, whole, by id; without those that are gone, "" where one does not open."""
    if not visit_ids:
        return {}
    rows = execute(_names(len(visit_ids)), *visit_ids).fetchall()
    return {row[0]: Visit.name.opened(row[1]) or "" for row in rows}
