"""What staff and operators did: rows are added, never changed."""

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
_EARLIER = "at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?"
_OF_HALL = sql(f"{_COLUMNS} WHERE hall_id = ? AND {_EARLIER}")
_OF_ALL = sql(f"{_COLUMNS} WHERE {_EARLIER}")


def of_hall(hall_id: int, before: datetime, before_id: int, most: int) -> list[AuditRow]:
    """The latest rows of one hall before a moment, or at it and of a lower id."""
    at = moment_out(before)
    return [_row(row) for row in execute(_OF_HALL, hall_id, at, at, before_id, most).fetchall()]


def of_all(before: datetime, before_id: int, most: int) -> list[AuditRow]:
    """The same of the account and every hall."""
    at = moment_out(before)
    return [_row(row) for row in execute(_OF_ALL, at, at, before_id, most).fetchall()]


def _row(row: tuple[Any, ...]) -> AuditRow:
    actor = bytes(row[3]) if row[3] is not None else None
    return AuditRow(row[0], moment_in(row[1]), row[2], actor, bytes(row[4]).decode(), bytes(row[5]).decode(), row[6])
