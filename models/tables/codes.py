"""The halls' codes at the platform: wanted, made once, kept for ever, since the account has 100,000 and no more."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, MomentField, Table, moment_in, moment_out


class HallCode(Table):
    """One code of one door; scans of a version that no longer holds are counted in `old_scans`. `state`: wanted, made,
    or dropped, where it ceased to hold before it was made."""

    hall_id = peewee.IntegerField()
    door = peewee.IntegerField()
    direction = AsciiField(4)
    version = peewee.IntegerField()
    scene = AsciiField(64)
    state = AsciiField(12)
    wanted_at = MomentField()
    due_at = MomentField()
    tries = peewee.IntegerField()
    ticket = AsciiField(200, null=True)
    url = AsciiField(256, null=True)
    reason = AsciiField(24, null=True)
    made_at = MomentField(null=True)
    old_scans = peewee.IntegerField()
    old_seen_at = MomentField(null=True)

    class Meta:
        table_name = "hall_codes"
        indexes = (
            (("hall_id", "door", "direction", "version"), True),
            (("state", "due_at"), False),
        )


class CodeRow(NamedTuple):
    """A code as it is kept."""

    id: int
    hall_id: int
    door: int
    direction: str
    version: int
    scene: str
    state: str
    tries: int
    url: str | None
    reason: str | None
    old_scans: int
    old_seen_at: datetime | None


_COLUMNS = (
    "SELECT id, hall_id, door, direction, version, scene, state, tries, url, reason, old_scans, old_seen_at"
    " FROM hall_codes"
)
_OF_HALL = sql(f"{_COLUMNS} WHERE hall_id = ? ORDER BY door, direction, version")
_DUE = sql(f"{_COLUMNS} WHERE state = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?")
_CLAIM = sql("UPDATE hall_codes SET tries = tries + 1, due_at = ? WHERE id = ? AND state = ? AND tries = ?")
_MADE = sql("UPDATE hall_codes SET state = ?, ticket = ?, url = ?, reason = NULL, made_at = ? WHERE id = ?")
_REFUSED = sql("UPDATE hall_codes SET reason = ?, due_at = ? WHERE id = ? AND state = ? AND tries = ?")
_DROP = sql("UPDATE hall_codes SET state = ? WHERE id = ? AND state = ?")
_SEEN = sql(
    "UPDATE hall_codes SET old_scans = old_scans + 1, old_seen_at = ?"
    " WHERE hall_id = ? AND door = ? AND direction = ? AND version = ?"
)
_COUNT = sql("SELECT COUNT(*) FROM hall_codes WHERE state = ?")
WANTED, MADE, DROPPED = "wanted", "made", "dropped"


def of_hall(hall_id: int) -> list[CodeRow]:
    """Every code of a hall, also those that no longer hold."""
    return [_row(row) for row in execute(_OF_HALL, hall_id).fetchall()]


def due(now: datetime, most: int) -> list[CodeRow]:
    """What is to be made at the platform now, the longest waiting first."""
    return [_row(row) for row in execute(_DUE, WANTED.encode(), moment_out(now), most).fetchall()]


def claim(code: CodeRow, until: datetime) -> bool:
    """Make the making of it ours until then; False where another process has it."""
    return changed(_CLAIM, moment_out(until), code.id, WANTED.encode(), code.tries) == 1


def made(code_id: int, ticket: str, url: str, now: datetime) -> None:
    """Keep what the platform gave."""
    changed(_MADE, MADE.encode(), ticket.encode(), url.encode(), moment_out(now), code_id)


def refused(code: CodeRow, reason: str, due_at: datetime) -> None:
    """Keep why there is none yet, and when to try again, unless another process took it over meanwhile. `code` is as it
    was before it was claimed."""
    changed(_REFUSED, reason.encode(), moment_out(due_at), code.id, WANTED.encode(), code.tries + 1)


def drop(code_id: int) -> None:
    """What is not made yet is not to be made any more."""
    changed(_DROP, DROPPED.encode(), code_id, WANTED.encode())


def seen_old(hall_id: int, door: int, direction: str, version: int, now: datetime) -> None:
    """Count a scan of a code that no longer holds: its poster still hangs."""
    changed(_SEEN, moment_out(now), hall_id, door, direction.encode(), version)


_COUNT_REFUSED = sql("SELECT COUNT(*) FROM hall_codes WHERE state = ? AND reason IS NOT NULL")


def refused_ones() -> int:
    """How many codes are wanted that the platform has refused at least once."""
    row = one(_COUNT_REFUSED, WANTED.encode())
    return row[0] if row else 0


def used() -> int:
    """How many codes of the account's 100,000 are made."""
    row = one(_COUNT, MADE.encode())
    return row[0] if row else 0


def _row(row: tuple[Any, ...]) -> CodeRow:
    return CodeRow(
        row[0],
        row[1],
        row[2],
        bytes(row[3]).decode(),
        row[4],
        bytes(row[5]).decode(),
        bytes(row[6]).decode(),
        row[7],
        bytes(row[8]).decode() if row[8] is not None else None,
        bytes(row[9]).decode() if row[9] is not None else None,
        row[10],
        moment_in(row[11]) if row[11] is not None else None,
    )
