"""What staff and operators did: rows are added, never changed."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import execute, sql
from models.tables.fields import (
    AsciiField,
    BytesField,
    LongTextField,
    MomentField,
    Table,
    bytes_in,
    moment_in,
    moment_out,
)


class Audit(Table):
    """`actor` is a keyed hash of the openid (None: the command line); `detail` JSON without names and numbers of
    visitors. hall_id 0: the account as a whole."""

    at = MomentField()
    hall_id = peewee.IntegerField()
    actor = BytesField(32, null=True)
    role = AsciiField(16)
    action = AsciiField(32)
    detail = LongTextField()

    class Meta:
        table_name = "audits"
        indexes = (
            (("hall_id", "at"), False),
            (("hall_id", "id"), False),
            (("action", "at"), False),
            (("at",), False),
        )


class AuditRow(NamedTuple):
    """A row as it is shown."""

    id: int
    at: datetime
    hall_id: int
    actor: bytes | None
    role: str
    action: str
    detail: str


COLUMNS = "SELECT id, at, hall_id, actor, role, action, detail FROM audits"
# Rows of one unit of work have one moment; the id tells which of them a page has shown.
_EARLIER = "at >= ? AND at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?"


@functools.cache
def _latest(*columns: str) -> Callable[[], str]:
    return sql(f"{COLUMNS} WHERE {''.join(f'{column} = ? AND ' for column in columns)}{_EARLIER}")


@functools.cache
def _count(*columns: str) -> Callable[[], str]:
    where = "".join(f"{column} = ? AND " for column in columns)
    return sql(f"SELECT id FROM audits WHERE {where}at >= ? AND at < ? LIMIT ?")


def latest(
    hall_id: int | None, action: str | None, since: datetime, before: datetime, before_id: int, most: int,
    role: str | None = None,
) -> list[AuditRow]:  # fmt: skip
    """The latest rows from a moment on and before another one (or at it and of a lower id): of one hall or all, of one
    action or all, of one role or all."""
    where = _given(hall_id, action, role)
    at = moment_out(before)
    rows = execute(_latest(*where), *where.values(), moment_out(since), at, at, before_id, most).fetchall()
    return [row_of(row) for row in rows]


def count(
    hall_id: int | None, action: str | None, role: str | None, since: datetime, until: datetime, most: int
) -> int:
    """How many rows there are of this kind from a moment on and before another one; counted up to `most`."""
    where = _given(hall_id, action, role)
    return len(execute(_count(*where), *where.values(), moment_out(since), moment_out(until), most).fetchall())


def _given(hall_id: int | None, action: str | None, role: str | None) -> dict[str, Any]:
    codes = {name: value.encode() for name, value in (("action", action), ("role", role)) if value is not None}
    return {**({} if hall_id is None else {"hall_id": hall_id}), **codes}


def row_of(row: tuple[Any, ...]) -> AuditRow:
    """What COLUMNS gave. A code that is none is read all the same: somebody may have put it there, and that is to be
    shown."""
    actor = None if row[3] is None else bytes_in(row[3])
    role, action = (bytes_in(value).decode("ascii", "backslashreplace") for value in row[4:6])
    return AuditRow(row[0], moment_in(row[1]), row[2], actor, role, action, row[6])
