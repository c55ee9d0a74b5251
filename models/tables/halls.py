"""Halls: what each is called, when it is open, what it asks."""

from typing import Any

import peewee

from models.tables.database import execute, one, sql
from models.tables.fields import AsciiField, MomentField, Table


class Hall(Table):
    """`facts` is JSON, read through models.services.halls, which keeps it by `revision`."""

    code = AsciiField(16, unique=True)
    name = peewee.CharField(max_length=100)
    status = AsciiField(16)
    revision = peewee.IntegerField(default=1)
    facts = peewee.TextField()
    created_at = MomentField()

    class Meta:
        table_name = "halls"


_BY_CODE = sql("SELECT id, revision FROM halls WHERE code = ?")
_CODES = sql("SELECT code FROM halls ORDER BY id")
_BY_ID = sql("SELECT id, code, name, status, revision, facts FROM halls WHERE id = ?")


def revision_of(code: str) -> tuple[int, int] | None:
    """The id and revision of the hall with this code."""
    row = one(_BY_CODE, code.encode())
    return None if row is None else (row[0], row[1])


def codes() -> list[str]:
    """The codes of all halls, the oldest first."""
    return [bytes(row[0]).decode() for row in execute(_CODES).fetchall()]


def row_of(hall_id: int) -> tuple[Any, ...] | None:
    """id, code, name, status, revision, facts of a hall."""
    row = one(_BY_ID, hall_id)
    return None if row is None else (row[0], bytes(row[1]).decode(), row[2], bytes(row[3]).decode(), *row[4:])
