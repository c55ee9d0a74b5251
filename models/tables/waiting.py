"""What waits for staff of a hall: each list an index range of one hall and one of its days."""

from datetime import date, datetime
from typing import Any, NamedTuple

from models.tables.database import changed, execute, one, sql
from models.tables.door import Fever
from models.tables.fields import moment_in, moment_out
from models.tables.visits import Visit


class Counts(NamedTuple):
    """How many of each wait; `undelivered` are messages, which nobody can see to any more."""

    fevers: int
    helps: int
    flags: int
    undelivered: int

    @property
    def total(self) -> int:
        """How many wait for somebody to do something."""
        return self.fevers + self.helps + self.flags


class FeverRow(NamedTuple):
    """A fever of the day, the name opened if it can be; done: released by staff, by which actor (hash)."""

    id: int
    door: int
    declared_tenths: int
    corrected_tenths: int | None
    at: datetime
    cleared_at: datetime | None
    done_at: datetime | None
    done_by: bytes | None
    name: str | None


class HelpRow(NamedTuple):
    """A call for help of the day."""

    id: int
    door: int
    at: datetime
    done_at: datetime | None
    done_by: bytes | None


class FlagRow(NamedTuple):
    """A doubt of the day about a visit, and whose it is; the name "" where it does not open."""

    id: int
    kind: str
    at: datetime
    done_at: datetime | None
    done_by: bytes | None
    public_id: str
    door: int
    in_at: datetime
    name: str


class UndeliveredRow(NamedTuple):
    """Messages of one kind that did not arrive, for one reason."""

    kind: str
    reason: str
    messages: int
    last_at: datetime


# Codes are kept as bytes, so they stand in statements as values.
_LOST = "(state IN (?, ?) OR (verdict IS NOT NULL AND verdict <> ?))"
_LOST_VALUES = (b"given_up", b"unknown", b"delivered")
_COUNTS = sql(
    "SELECT (SELECT COUNT(*) FROM fevers WHERE hall_id = ? AND hall_day = ?"
    " AND released_at IS NULL AND cleared_at IS NULL),"
    " (SELECT COUNT(*) FROM help_requests WHERE hall_id = ? AND asked_at >= ? AND done_at IS NULL),"
    " (SELECT COUNT(*) FROM flags WHERE hall_id = ? AND at >= ? AND done_at IS NULL),"
    f" (SELECT COUNT(*) FROM outbox WHERE hall_id = ? AND created_at >= ? AND {_LOST})"
)
_FEVERS = sql(
    "SELECT id, door, declared_tenths, corrected_tenths, declared_at, cleared_at, released_at, released_actor, name"
    " FROM fevers WHERE hall_id = ? AND hall_day = ? ORDER BY declared_at, id"
)
_HELPS = sql(
    "SELECT id, door, asked_at, done_at, done_by FROM help_requests WHERE hall_id = ? AND asked_at >= ?"
    " ORDER BY asked_at, id"
)
_FLAGS = sql(
    "SELECT f.id, f.kind, f.at, f.done_at, f.done_by, v.public_id, v.door, v.in_at, v.name"
    " FROM flags f JOIN visits v ON v.id = f.visit_id"
    " WHERE f.hall_id = ? AND f.at >= ? ORDER BY f.at, f.id"
)
_UNDELIVERED = sql(
    "SELECT kind, COALESCE(reason, verdict), COUNT(*), MAX(created_at) FROM outbox"
    f" WHERE hall_id = ? AND created_at >= ? AND {_LOST} GROUP BY kind, COALESCE(reason, verdict) ORDER BY 3 DESC, 1, 2"
)
_HELPED = sql("UPDATE help_requests SET done_at = ?, done_by = ? WHERE id = ? AND done_at IS NULL")
_SEEN = sql("UPDATE flags SET done_at = ?, done_by = ? WHERE id = ? AND done_at IS NULL")


def counts(hall_id: int, day: date, since: datetime) -> Counts:
    """How many of each there are on the hall day that began at `since`, in one statement."""
    begin = moment_out(since)
    row: Any = one(
        _COUNTS, hall_id, day.isoformat(), hall_id, begin, hall_id, begin, hall_id, begin, *_LOST_VALUES
    )  # fmt: skip
    return Counts(*row)


def fevers(hall_id: int, day: date) -> list[FeverRow]:
    """Every fever of the day, the longest ago first, those that are settled too."""
    rows = execute(_FEVERS, hall_id, day.isoformat()).fetchall()
    return [
        FeverRow(
            row[0], row[1], row[2], row[3], moment_in(row[4]), _moment(row[5]), _moment(row[6]), _actor(row[7]),
            Fever.name.opened(row[8]),
        )
        for row in rows
    ]  # fmt: skip


def helps(hall_id: int, since: datetime) -> list[HelpRow]:
    """Every call for help from then on, those that are settled too."""
    rows = execute(_HELPS, hall_id, moment_out(since)).fetchall()
    return [HelpRow(row[0], row[1], moment_in(row[2]), _moment(row[3]), _actor(row[4])) for row in rows]


def flags(hall_id: int, since: datetime) -> list[FlagRow]:
    """Every doubt from then on, those that are settled too."""
    rows = execute(_FLAGS, hall_id, moment_out(since)).fetchall()
    return [
        FlagRow(
            row[0], bytes(row[1]).decode(), moment_in(row[2]), _moment(row[3]), _actor(row[4]), bytes(row[5]).decode(),
            row[6], moment_in(row[7]), Visit.name.opened(row[8]) or "",
        )
        for row in rows
    ]  # fmt: skip


def undelivered(hall_id: int, since: datetime) -> list[UndeliveredRow]:
    """What did not arrive of the messages from then on, the most frequent first."""
    rows = execute(_UNDELIVERED, hall_id, moment_out(since), *_LOST_VALUES).fetchall()
    return [
        UndeliveredRow(bytes(row[0]).decode(), bytes(row[1] or b"").decode(), row[2], moment_in(row[3])) for row in rows
    ]


def helped(row_id: int, at: datetime, by: bytes) -> bool:
    """Note that somebody has been to a call; False if that was noted already."""
    return changed(_HELPED, moment_out(at), by, row_id) == 1


def seen(row_id: int, at: datetime, by: bytes) -> bool:
    """Note that somebody has looked at a doubt; False if that was noted already."""
    return changed(_SEEN, moment_out(at), by, row_id) == 1


def _moment(value: Any) -> datetime | None:
    return None if value is None else moment_in(value)


def _actor(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
