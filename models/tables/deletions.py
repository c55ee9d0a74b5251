"""What was erased of each hall day: how many rows, their fingerprint, and the chain of a hall's records."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from models.rules.retention import UNTOUCHED, What
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, DayField, MomentField, Table, insert, moment_in, moment_out


class Deletion(Table):
    """`what`: rules.retention.What. `part` counts the records of one day: rows that were held go later, by a further
    record. `kept_days`: the rule by which they went. `erased` rows so far, and their `fingerprint`; `left` stay, since
    a case holds them or they are open. `number`, `previous`, `digest`, `key_id`, `signature`: the record's place in the
    hall's chain, null until the day is done."""

    hall_id = peewee.IntegerField()
    day = DayField()
    what = AsciiField(16)
    part = peewee.IntegerField()
    kept_days = peewee.IntegerField()
    erased = peewee.IntegerField()
    left = peewee.IntegerField()
    fingerprint = BytesField(32)
    began_at = MomentField()
    ended_at = MomentField()
    number = peewee.IntegerField(null=True)
    previous = BytesField(32, null=True)
    digest = BytesField(32, null=True)
    key_id = AsciiField(32, null=True)
    signature = BytesField(64, null=True)

    class Meta:
        table_name = "deletions"
        indexes = (
            (("hall_id", "what", "day", "part"), True),  # of two that begin a record, one does
            (("hall_id", "number"), True),  # the chain; and what is not done yet
        )


class DeletionRow(NamedTuple):
    """A record as it stands (Deletion)."""

    id: int
    hall_id: int
    day: date
    what: What
    part: int
    kept_days: int
    erased: int
    left: int
    fingerprint: bytes
    began_at: datetime
    ended_at: datetime
    number: int | None
    previous: bytes | None
    digest: bytes | None
    key_id: str | None
    signature: bytes | None

    @property
    def is_done(self) -> bool:
        """Whether it stands in the chain, and nothing is added to it any more."""
        return self.number is not None


_COLUMNS = "SELECT " + ", ".join(f"`{name}`" for name in DeletionRow._fields) + " FROM deletions"
_OF_DAY = sql(f"{_COLUMNS} WHERE hall_id = ? AND what = ? AND day = ? ORDER BY part DESC LIMIT 1")
_SINCE = sql(f"{_COLUMNS} WHERE hall_id = ? AND what = ? AND day >= ? ORDER BY day, part")
_NOT_DONE = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` IS NULL ORDER BY id")
_LAST = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` IS NOT NULL ORDER BY `number` DESC LIMIT 1")
_NUMBERED = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` = ?")
_LATEST = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` < ? ORDER BY `number` DESC LIMIT ?")
_CHAIN = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` > ? ORDER BY `number` LIMIT ?")
_ADD = sql(
    "UPDATE deletions SET erased = ?, fingerprint = ?, kept_days = ?, ended_at = ?"
    " WHERE id = ? AND erased = ? AND `number` IS NULL"
)
_FINISH = sql(
    "UPDATE deletions SET `left` = ?, `number` = ?, previous = ?, digest = ?, key_id = ?, signature = ?"
    " WHERE id = ? AND erased = ? AND `number` IS NULL"
)
_HALLS = sql("SELECT DISTINCT hall_id FROM deletions ORDER BY hall_id")


def last_of_day(hall_id: int, what: What, day: date) -> DeletionRow | None:
    """The latest record of a hall day."""
    return _found(one(_OF_DAY, hall_id, what.encode(), day.isoformat()))


def since(hall_id: int, what: What, first: date) -> dict[date, DeletionRow]:
    """The latest record of each hall day from one on."""
    rows = execute(_SINCE, hall_id, what.encode(), first.isoformat()).fetchall()
    return {row.day: row for row in map(_row, rows)}


def not_done(hall_id: int) -> list[DeletionRow]:
    """The hall's records that are not in its chain yet, in the order of their beginning."""
    return [_row(row) for row in execute(_NOT_DONE, hall_id).fetchall()]


def last_done(hall_id: int) -> DeletionRow | None:
    """The end of the hall's chain."""
    return _found(one(_LAST, hall_id))


def numbered(hall_id: int, number: int) -> DeletionRow | None:
    """The hall's record of this number."""
    return _found(one(_NUMBERED, hall_id, number))


def latest(hall_id: int, before: int, most: int) -> list[DeletionRow]:
    """The latest of the hall's chain before a number."""
    return [_row(row) for row in execute(_LATEST, hall_id, before, most).fetchall()]


def chain(hall_id: int, after: int, most: int) -> list[DeletionRow]:
    """The hall's chain after a number, in its order."""
    return [_row(row) for row in execute(_CHAIN, hall_id, after, most).fetchall()]


def halls() -> list[int]:
    """The ids of the halls of which there are records."""
    return [row[0] for row in execute(_HALLS).fetchall()]


def begin(hall_id: int, what: What, day: date, part: int, kept_days: int, now: datetime) -> DeletionRow:
    """A record of which nothing is erased yet; of two at once the later unit of work is redone."""
    row_id = insert(
        Deletion, hall_id=hall_id, day=day, what=what, part=part, kept_days=kept_days, erased=0, left=0,
        fingerprint=UNTOUCHED, began_at=now, ended_at=now,
    )  # fmt: skip
    return DeletionRow(
        row_id, hall_id, day, what, part, kept_days, 0, 0, UNTOUCHED, now, now, None, None, None, None, None
    )


def add(row: DeletionRow, erased: int, fingerprint: bytes, kept_days: int, now: datetime) -> bool:
    """Put further rows to a record; False where somebody else has since it was read."""
    at = moment_out(max(now, row.began_at))
    return changed(_ADD, row.erased + erased, fingerprint, kept_days, at, row.id, row.erased) == 1


def finish(row: DeletionRow) -> bool:
    """Put a record into the chain; False where somebody else has changed it since it was read."""
    given = (row.left, row.number, row.previous, row.digest, _encoded(row.key_id), row.signature)
    return changed(_FINISH, *given, row.id, row.erased) == 1


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _found(row: tuple[Any, ...] | None) -> DeletionRow | None:
    return None if row is None else _row(row)


def _row(row: tuple[Any, ...]) -> DeletionRow:
    return DeletionRow._make(
        value if opens is None or value is None else opens(value) for value, opens in zip(row, _OPENERS, strict=True)
    )


def _text(value: Any) -> str:
    return bytes(value).decode()


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


_OPENERS: tuple[Callable[[Any], Any] | None, ...] = (
    *(None, None, _day, lambda value: What(_text(value)), None, None, None, None),
    *(bytes, moment_in, moment_in, None, bytes, bytes, _text, bytes),
)
