"""The public keys by which seals are verified, each vouched for by the one that came after it."""

from datetime import datetime
from typing import NamedTuple

import peewee

from models.tables.database import execute, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table, moment_in


class SealKey(Table):
    """`public`: Ed25519, 32 bytes. `countersigned_by`: the key before; both have signed that this one follows it, that
    one in `countersignature`, this one in `vouched`; all three null for the first, and for a key that came when the one
    before was gone."""

    number = peewee.IntegerField(primary_key=True)
    key_id = AsciiField(32, unique=True)
    public = BytesField(32)
    since = MomentField()
    countersigned_by = AsciiField(32, null=True)
    countersignature = BytesField(64, null=True)
    vouched = BytesField(64, null=True)

    class Meta:
        table_name = "seal_keys"


class KeyRow(NamedTuple):
    """A key as it is stored."""

    number: int
    key_id: str
    public: bytes
    since: datetime
    countersigned_by: str | None
    countersignature: bytes | None
    vouched: bytes | None


_EVERY = sql("SELECT " + ", ".join(KeyRow._fields) + " FROM seal_keys ORDER BY number")


def every() -> list[KeyRow]:
    """All keys, the first one first: one for each hash key that there ever was."""
    rows = execute(_EVERY).fetchall()
    return [
        KeyRow(number, bytes(key_id).decode(), bytes(public), moment_in(since), _text(by), _bytes(theirs), _bytes(own))
        for number, key_id, public, since, by, theirs, own in rows
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).decode()


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)
