"""Exports of a hall's visits: what was asked for, the pieces of its workbooks, and who took a copy of them.

A job claims an export by counting its tries up; whatever it stores afterwards, it stores under that number only, so
that a process which was taken for dead can add nothing to the work of the one that came after it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import peewee

from models.tables import vault
from models.tables.database import changed, execute, one, sql
from models.tables.fields import (
    AsciiField,
    DayField,
    MomentField,
    SecretBytesField,
    SecretField,
    Table,
    insert,
    moment_in,
    moment_out,
)
from models.tables.openids import OpenidField, openid_in

PART_BYTES = 960 * 1024
"""Of clear bytes in a piece: with what encryption adds it stays below 1 MB."""


class Status(StrEnum):
    """How far an export is."""

    WANTED = "wanted"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Kind(StrEnum):
    """Which of the two workbooks of an export."""

    FULL = "full"
    MASKED = "masked"


class Export(Table):
    """`first` and `last` are hall days; `rows_expected` is counted anew when a job begins; `failures` are the tries
    that ended badly. The sizes are those of the workbooks without the sheet that each copy has of its own, 0 before
    they are there. `case_id`: it is of a case and its contacts, and not of the visits of a period."""

    public_id = AsciiField(16, unique=True)
    hall_id = peewee.IntegerField()
    openid = OpenidField(64)
    first = DayField()
    last = DayField()
    status = AsciiField(12)
    rows_expected = peewee.IntegerField()
    rows_done = peewee.IntegerField()
    rows_faulty = peewee.IntegerField()
    tries = peewee.IntegerField()
    failures = peewee.IntegerField()
    claimed_until = MomentField()
    made_at = MomentField()
    expires_at = MomentField()
    full_bytes = peewee.BigIntegerField()
    masked_bytes = peewee.BigIntegerField()
    case_id = peewee.IntegerField(null=True)

    class Meta:
        table_name = "exports"
        indexes = (
            (("hall_id", "made_at"), False),  # a hall's list
            (("status", "claimed_until"), False),  # what a job may take
            (("status", "expires_at"), False),  # what is over
        )


class ExportChunk(Table):
    """A piece of a workbook, encrypted for its place. Part 0 holds the directory of the archive, the others the archive
    itself, PART_BYTES each but the last."""

    export_id = peewee.IntegerField()
    kind = AsciiField(8)
    part = peewee.IntegerField()
    data = SecretBytesField("export_id", "kind", "part")

    class Meta:
        table_name = "export_chunks"
        indexes = ((("export_id", "kind", "part"), True),)


class ExportCopy(Table):
    """Who took a copy, when and what for; it outlives the export. `session_id` is the public id of the session that it
    is bound to, `approval_id` the second pair of eyes behind it."""

    export_id = peewee.IntegerField()
    number = peewee.IntegerField()
    hall_id = peewee.IntegerField()
    kind = AsciiField(8)
    purpose = SecretField(700)
    openid = OpenidField(64)
    session_id = AsciiField(16)
    approval_id = peewee.IntegerField(null=True)
    made_at = MomentField()
    opened_until = MomentField()

    class Meta:
        table_name = "export_copies"
        indexes = (
            (("export_id", "number"), True),
            (("hall_id", "made_at"), False),
        )


class ExportRow(NamedTuple):
    """An export as it stands."""

    id: int
    public_id: str
    hall_id: int
    openid: str
    first: date
    last: date
    status: Status
    rows_expected: int
    rows_done: int
    rows_faulty: int
    tries: int
    failures: int
    claimed_until: datetime
    made_at: datetime
    expires_at: datetime
    full_bytes: int
    masked_bytes: int
    case_id: int | None

    def size(self, kind: Kind) -> int:
        """Of the archive without its directory."""
        return self.full_bytes if kind is Kind.FULL else self.masked_bytes


class CopyRow(NamedTuple):
    """A copy as it was taken."""

    id: int
    export_id: int
    number: int
    kind: Kind
    purpose: str
    openid: str
    session_id: str
    approval_id: int | None
    made_at: datetime
    opened_until: datetime


_COLUMNS = "SELECT " + ", ".join(f"`{name}`" for name in ExportRow._fields) + " FROM exports"
_IN_HALL = sql(f"{_COLUMNS} WHERE public_id = ? AND hall_id = ?")
_WITH_ID = sql(f"{_COLUMNS} WHERE id = ?")
_LATEST = sql(f"{_COLUMNS} WHERE hall_id = ? AND made_at > ? ORDER BY made_at DESC, id DESC LIMIT ?")
_TO_DO = sql("SELECT id FROM exports WHERE status = ? AND claimed_until <= ? ORDER BY claimed_until, id LIMIT ?")
_CLAIM = sql(
    "UPDATE exports SET status = ?, tries = tries + 1, failures = failures + ?, claimed_until = ?, rows_done = 0,"
    " rows_faulty = 0 WHERE id = ? AND status = ? AND tries = ? AND claimed_until <= ?"
)
_EXPECT = sql("UPDATE exports SET rows_expected = ? WHERE id = ? AND status = ? AND tries = ?")
_GO_ON = sql(
    "UPDATE exports SET claimed_until = ?, rows_done = ?, rows_faulty = ? WHERE id = ? AND status = ? AND tries = ?"
)
_READY = sql(
    "UPDATE exports SET status = ?, rows_done = ?, rows_faulty = ?, full_bytes = ?, masked_bytes = ?"
    " WHERE id = ? AND status = ? AND tries = ?"
)
_LEAVE = sql(
    "UPDATE exports SET status = ?, failures = failures + ?, claimed_until = ?"
    " WHERE id = ? AND status = ? AND tries = ?"
)
_CANCEL = sql("UPDATE exports SET status = ? WHERE id = ? AND status IN (?, ?)")
_OVER = sql("SELECT id FROM exports WHERE status = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?")
_EXPIRE = sql("UPDATE exports SET status = ? WHERE id = ? AND status = ?")
_CHUNKS = sql("SELECT id FROM export_chunks WHERE export_id = ? LIMIT ?")
_DROP = sql("DELETE FROM export_chunks WHERE id = ?")
_CHUNK = sql("SELECT data FROM export_chunks WHERE export_id = ? AND kind = ? AND part = ?")
_PARTS = sql("SELECT COUNT(*) FROM export_chunks WHERE export_id = ? AND kind = ? AND part > 0")
_COPY_COLUMNS = "SELECT " + ", ".join(CopyRow._fields) + " FROM export_copies"
_COPY = sql(f"{_COPY_COLUMNS} WHERE export_id = ? AND number = ?")
_COPIES = sql(f"{_COPY_COLUMNS} WHERE export_id = ? ORDER BY number DESC")
_LAST_NUMBER = sql("SELECT MAX(number) FROM export_copies WHERE export_id = ?")


def in_hall(hall_id: int, public_id: str) -> ExportRow | None:
    """The export of this hall with this public id."""
    row = one(_IN_HALL, public_id.encode("utf-8", "replace"), hall_id)
    return None if row is None else _row(row)


def with_id(export_id: int) -> ExportRow | None:
    """The export with this id, as it stands now."""
    row = one(_WITH_ID, export_id)
    return None if row is None else _row(row)


def latest(hall_id: int, since: datetime, most: int) -> list[ExportRow]:
    """The hall's exports made after a moment, the latest first."""
    return [_row(row) for row in execute(_LATEST, hall_id, moment_out(since), most).fetchall()]


def to_do(now: datetime, most: int) -> list[int]:
    """The ids of exports that a job may take: nobody has, or whoever had has not been heard of."""
    at = moment_out(now)
    found = [execute(_TO_DO, status.encode(), at, most).fetchall() for status in (Status.WANTED, Status.WORKING)]
    return [row[0] for rows in found for row in rows]


def claim(row: ExportRow, now: datetime, until: datetime) -> bool:
    """Make an export ours; False where another process was quicker. Whoever left it behind was killed over it."""
    killed = int(row.status is Status.WORKING)
    was = (row.status.encode(), row.tries, moment_out(now))
    return changed(_CLAIM, Status.WORKING.encode(), killed, moment_out(until), row.id, *was) == 1


def expect(export_id: int, tries: int, rows: int) -> bool:
    """Keep how many rows there are; False where the export is not ours any more."""
    return changed(_EXPECT, rows, export_id, Status.WORKING.encode(), tries) == 1


def go_on(export_id: int, tries: int, until: datetime, done: int, faulty: int) -> bool:
    """Keep how far we are; False where the export was cancelled or is another process's."""
    return changed(_GO_ON, moment_out(until), done, faulty, export_id, Status.WORKING.encode(), tries) == 1


def ready(export_id: int, tries: int, done: int, faulty: int, full_bytes: int, masked_bytes: int) -> bool:
    """Both workbooks are there; False as for `go_on`."""
    working = Status.WORKING.encode()
    return (
        changed(_READY, Status.READY.encode(), done, faulty, full_bytes, masked_bytes, export_id, working, tries) == 1
    )


def leave(export_id: int, tries: int, status: Status, until: datetime, *, has_failed: bool = True) -> bool:
    """Give up this try: for another one after a moment (WANTED), or for good (FAILED)."""
    at = moment_out(until)
    return changed(_LEAVE, status.encode(), int(has_failed), at, export_id, Status.WORKING.encode(), tries) == 1


def cancel(export_id: int) -> bool:
    """Let nobody go on with it; False where it is done, or cancelled already."""
    waiting = (Status.WANTED.encode(), Status.WORKING.encode())
    return changed(_CANCEL, Status.CANCELLED.encode(), export_id, *waiting) == 1


def over(now: datetime, most: int) -> list[tuple[int, Status]]:
    """Exports whose time is over, with their status."""
    ended = (Status.WANTED, Status.WORKING, Status.READY, Status.FAILED, Status.CANCELLED)
    found = [(status, execute(_OVER, status.encode(), moment_out(now), most).fetchall()) for status in ended]
    return [(row[0], status) for status, rows in found for row in rows]


def expire(export_id: int, status: Status) -> bool:
    """Mark one as over; its pieces are dropped afterwards."""
    return changed(_EXPIRE, Status.EXPIRED.encode(), export_id, status.encode()) == 1


def drop_chunks(export_id: int, most: int = 2**31 - 1) -> int:
    """Remove so many pieces; gives how many there were."""
    rows = execute(_CHUNKS, export_id, most).fetchall()
    return sum(changed(_DROP, row[0]) for row in rows)


def add_chunk(export_id: int, kind: str, part: int, data: bytes) -> None:
    """Keep a piece, encrypted."""
    closed = vault.current().close_bytes(data, ExportChunk.data.place(export_id, kind, part))
    insert(ExportChunk, export_id=export_id, kind=kind, part=part, data=closed)


def chunk(export_id: int, kind: str, part: int) -> bytes | None:
    """A piece as it was given; None where there is none. Raises vault.WrongKey where it does not open."""
    row = one(_CHUNK, export_id, kind.encode(), part)
    return (
        None
        if row is None
        else vault.current().open_bytes(bytes(row[0]), ExportChunk.data.place(export_id, kind, part))
    )


def parts(export_id: int, kind: str) -> int:
    """How many pieces of an archive there are."""
    row: Any = one(_PARTS, export_id, kind.encode())
    return int(row[0])


def add_copy(export: ExportRow, kind: Kind, purpose: str, openid: str, session_id: str, now: datetime,
    until: datetime, approval_id: int | None) -> int:  # fmt: skip
    """Note a copy and give its number, which counts up within the export; of two at once the later unit is redone."""
    last: Any = one(_LAST_NUMBER, export.id)
    number = (last[0] or 0) + 1
    insert(
        ExportCopy, export_id=export.id, number=number, hall_id=export.hall_id, kind=kind, purpose=purpose,
        openid=openid, session_id=session_id, approval_id=approval_id, made_at=now, opened_until=until,
    )  # fmt: skip
    return number


def copy(export_id: int, number: int) -> CopyRow | None:
    """The copy of this number."""
    row = one(_COPY, export_id, number)
    return None if row is None else _copy(row)


def copies(export_id: int) -> list[CopyRow]:
    """Every copy of an export, the last one first."""
    return [_copy(row) for row in execute(_COPIES, export_id).fetchall()]


def _copy(row: tuple[Any, ...]) -> CopyRow:
    return CopyRow(
        row[0], row[1], row[2], Kind(_text(row[3])), ExportCopy.purpose.shown(row[4]),
        openid_in(row[5]), _text(row[6]), row[7], moment_in(row[8]), moment_in(row[9]),
    )  # fmt: skip


def _row(row: tuple[Any, ...]) -> ExportRow:
    opens = (None, _text, None, openid_in, _day, _day, lambda value: Status(_text(value)), *(None,) * 5,
             moment_in, moment_in, moment_in, None, None, None)  # fmt: skip
    return ExportRow._make(value if opened is None else opened(value) for value, opened in zip(row, opens, strict=True))


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return bytes(value).decode()
