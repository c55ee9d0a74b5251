"""The public keys by which seals are verified, each vouched for by the one that came after it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import peewee

from models.tables.database import execute, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table, bytes_in, moment_in

T = TypeVar("T")


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
    return [
        KeyRow(number, _text(key_id), bytes_in(public), _moment(since), _or_none(_text, by),
               _or_none(bytes_in, countersignature), _or_none(bytes_in, vouched))
        for number, key_id, public, since, by, countersignature, vouched in execute(_EVERY).fetchall()
    ]  # fmt: skip


def _or_none(opened: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else opened(value)


def _text(value: Any) -> str:
    """What a database gave for a code of ours, also where it is none."""
    return bytes_in(value).decode("ascii", "backslashreplace")


def _moment(value: Any) -> datetime:
    try:
        return moment_in(value)
    except (ValueError, AttributeError, TypeError):
        # Nobody has signed this one, so that the key is told as changed.
        return datetime.max.replace(tzinfo=UTC)
