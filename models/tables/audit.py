"""What staff and operators did: rows are added, never changed."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import execute, sql
from models.tables.fields import AsciiField, BytesField, LongTextField, MomentField, Table, moment_in, moment_out


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


_COLUMNS = "SELECT id, at, hall_id, actor, role, action, detail FROM audits"
# Rows of one unit of work have one moment; the id tells which of them a page has shown.
_EARLIER = "at >= ? AND at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?"


@functools.cache
def _latest(*columns: str) -> Callable[[], str]:
    return sql(f"{_COLUMNS} WHERE {''.join(f'{column} = ? AND ' for column in columns)}{_EARLIER}")


def latest(
    hall_id: int | None, action: str | None, since: datetime, before: datetime, before_id: int, most: int
) -> list[AuditRow]:
    """The latest rows from a moment on and before another one (or at it and of a lower id): of one hall or all, of one
    action or all."""
    given = {"hall_id": hall_id, "action": None if action is None else action.encode()}
    where = {column: value for column, value in given.items() if value is not None}
    at = moment_out(before)
    rows = execute(_latest(*where), *where.values(), moment_out(since), at, at, before_id, most).fetchall()
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> AuditRow:
    actor = bytes(row[3]) if row[3] is not None else None
    return AuditRow(row[0], moment_in(row[1]), row[2], actor, bytes(row[4]).decode(), bytes(row[5]).decode(), row[6])
