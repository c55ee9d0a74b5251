"""Seals of the audit: for each hall and day what its rows came to, chained and signed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, DayField, MomentField, Table, bytes_in, moment_in, moment_out


class AuditSeal(Table):
    """A row belongs to the first seal of its hall (0: the account) whose `ends_at` is after it and whose `top_id` its
    id is not above. `begins_at` and `above_id` are those of the hall's seal before. `row_count` rows from `first_id` to
    `last_id` are in this one, `late` of them of before `begins_at`: noted when the seal of their day had been made.

    `number` counts the seals of all halls, without gaps; `prior` is the digest of the one before in that order,
    `previous` that of the hall's one before. `pruned_at`: when its rows were erased for their age."""

    number = peewee.IntegerField(primary_key=True)
    hall_id = peewee.IntegerField()
    day = DayField()
    begins_at = MomentField()
    ends_at = MomentField()
    above_id = peewee.IntegerField()
    top_id = peewee.IntegerField()
    row_count = peewee.IntegerField()
    late = peewee.IntegerField()
    first_id = peewee.IntegerField()
    last_id = peewee.IntegerField()
    rows_digest = BytesField(32)
    sealed_at = MomentField()
    prior = BytesField(32)
    previous = BytesField(32)
    digest = BytesField(32)
    key_id = AsciiField(32)
    signature = BytesField(64)
    pruned_at = MomentField(null=True)
    pruned_key_id = AsciiField(32, null=True)
    pruned_signature = BytesField(64, null=True)

    class Meta:
        table_name = "audit_seals"
        indexes = ((("hall_id", "day"), True),)


class SealRow(NamedTuple):
    """A seal as it is stored."""

    number: int
    hall_id: int
    day: date
    begins_at: datetime
    ends_at: datetime
    above_id: int
    top_id: int
    row_count: int
    late: int
    first_id: int
    last_id: int
    rows_digest: bytes
    sealed_at: datetime
    prior: bytes
    previous: bytes
    digest: bytes
    key_id: str
    signature: bytes
    pruned_at: datetime | None
    pruned_key_id: str | None
    pruned_signature: bytes | None


class Numbered(NamedTuple):
    """A seal in the order of all."""

    number: int
    prior: bytes
    digest: bytes
    key_id: str


_COLUMNS = "SELECT " + ", ".join(f"`{name}`" for name in SealRow._fields) + " FROM audit_seals"
_LAST_OF = sql(f"{_COLUMNS} WHERE hall_id = ? ORDER BY day DESC LIMIT 1")
_OF_HALL = sql(f"{_COLUMNS} WHERE hall_id = ? AND day > ? ORDER BY day LIMIT ?")
_BACK = sql(f"{_COLUMNS} WHERE hall_id = ? AND day < ? ORDER BY day DESC LIMIT ?")
_UNPRUNED = sql(f"{_COLUMNS} WHERE hall_id = ? AND ends_at <= ? AND pruned_at IS NULL ORDER BY day LIMIT ?")
_LAST_PRUNED = sql(f"{_COLUMNS} WHERE hall_id = ? AND pruned_at IS NOT NULL ORDER BY day DESC LIMIT 1")
_NUMBERED = "SELECT number, prior, digest, key_id FROM audit_seals"
_LAST = sql(f"{_NUMBERED} WHERE number = (SELECT MAX(number) FROM audit_seals)")
_AFTER = sql(f"{_NUMBERED} WHERE number > ? ORDER BY number LIMIT ?")
_HALL_AFTER = sql("SELECT MIN(hall_id) FROM audit_seals WHERE hall_id > ?")
_PRUNE = sql(
    "UPDATE audit_seals SET pruned_at = ?, pruned_key_id = ?, pruned_signature = ? "
    "WHERE number = ? AND pruned_at IS NULL"
)


def last_of(hall_id: int) -> SealRow | None:
    """The latest seal of a hall."""
    row = one(_LAST_OF, hall_id)
    return _row(row) if row else None


def of_hall(hall_id: int, after: date, most: int) -> list[SealRow]:
    """The seals of a hall that follow the one of a day."""
    return [_row(row) for row in execute(_OF_HALL, hall_id, after.isoformat(), most).fetchall()]


def back_from(hall_id: int, before: date, most: int) -> list[SealRow]:
    """The seals of a hall before that of a day, the latest first."""
    return [_row(row) for row in execute(_BACK, hall_id, before.isoformat(), most).fetchall()]


def last() -> Numbered | None:
    """The latest seal of all."""
    row = one(_LAST)
    return _numbered(row) if row else None


def numbered(after: int, most: int) -> list[Numbered]:
    """The seals of all halls from the one after a number on."""
    return [_numbered(row) for row in execute(_AFTER, after, most).fetchall()]


def hall_after(hall_id: float) -> Any:
    """The next hall, by its id, that has seals."""
    row = one(_HALL_AFTER, hall_id)
    return row[0] if row else None


def to_prune(hall_id: int, until: datetime, most: int) -> list[SealRow]:
    """Seals of a hall that end by this moment and whose rows are not erased, the oldest first."""
    return [_row(row) for row in execute(_UNPRUNED, hall_id, moment_out(until), most).fetchall()]


def last_pruned(hall_id: int) -> SealRow | None:
    """The latest seal of a hall whose rows are erased, or are being erased."""
    row = one(_LAST_PRUNED, hall_id)
    return _row(row) if row else None


def prune(number: int, now: datetime, key_id: str, signature: bytes) -> bool:
    """Say of a seal that its rows are erased; False where that was said already."""
    return changed(_PRUNE, moment_out(now), key_id.encode(), signature, number) == 1


def _day(value: Any) -> date:
    if not isinstance(value, str | date):
        raise ValueError("no day")
    return date.fromisoformat(value) if isinstance(value, str) else value


_OUT: Mapping[str, Callable[[Any], Any]] = {
    "day": _day,
    **dict.fromkeys(("begins_at", "ends_at", "sealed_at", "pruned_at"), moment_in),
    **dict.fromkeys(("rows_digest", "prior", "previous", "digest", "signature", "pruned_signature"), bytes_in),
    **dict.fromkeys(("key_id", "pruned_key_id"), lambda value: bytes_in(value).decode("ascii", "backslashreplace")),
}


def _row(row: tuple[Any, ...]) -> SealRow:
    return SealRow._make(
        value if value is None or name not in _OUT else _OUT[name](value)
        for name, value in zip(SealRow._fields, row, strict=True)
    )


def _numbered(row: tuple[Any, ...]) -> Numbered:
    number, prior, digest, key_id = row
    return Numbered(number, bytes_in(prior), bytes_in(digest), _OUT["key_id"](key_id))
