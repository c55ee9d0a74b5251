"""A hall as its staff watch it: who is inside, how many came and went, who has begun a check-in.

Every statement is a range of an index of one hall. A visit whose due time has come is over, whether or not the job has
closed it; since no stay is longer than LONGEST_STAY, those inside are looked for among the entries since then.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.rules.visits import HowOut, is_estimate
from models.tables.database import execute, one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.vault import WrongKey
from models.tables.visits import Visit

_ESTIMATES = tuple(how.encode() for how in HowOut if is_estimate(how))
_CHECK_IN = b"check_in"
_OPEN = "v.hall_id = ? AND v.out_at IS NULL AND v.in_at > ? AND v.due_at > ?"


class DayRow(NamedTuple):
    """The visits that began on one hall day, and the fevers declared on it that nobody has cleared; `closed` and
    `estimated` without those that are due and still to be closed, which are `overdue`."""

    entered: int
    closed: int
    estimated: int
    overdue: int
    turned_away: int


# COUNT(CASE …): a SUM of no rows is null, and a Decimal on MariaDB.
_DAY = sql(
    "SELECT COUNT(*), COUNT(v.out_at),"
    f" COUNT(CASE WHEN v.how_out IN ({', '.join('?' * len(_ESTIMATES))}) THEN 1 END),"
    " COUNT(CASE WHEN v.out_at IS NULL AND v.due_at <= ? THEN 1 END),"
    " (SELECT COUNT(*) FROM fevers f WHERE f.hall_id = ? AND f.hall_day = ?"
    " AND f.released_at IS NULL AND f.cleared_at IS NULL)"
    " FROM visits v WHERE v.hall_id = ? AND v.hall_day = ?"
)
_COUNT = sql(f"SELECT COUNT(*) FROM visits v WHERE {_OPEN}")


def day(hall_id: int, hall_day: date, now: datetime) -> DayRow:
    """What there is to count of one day."""
    shown = hall_day.isoformat()
    row: Any = one(_DAY, *_ESTIMATES, moment_out(now), hall_id, shown, hall_id, shown)
    return DayRow(*(int(count) for count in row))


def count_inside(hall_id: int, now: datetime) -> int:
    """How many people are inside, companions too."""
    row: Any = one(_COUNT, *_open_now(hall_id, now))
    return int(row[0])


def _open_now(hall_id: int, now: datetime) -> tuple[int, str, str]:
    return hall_id, moment_out(now - LONGEST_STAY), moment_out(now)


class InsideRow(NamedTuple):
    """Somebody who is inside; `name` whole, None where it does not open any more."""

    id: int
    public_id: str
    lead_id: int | None
    companions: int
    door: int
    matter: str | None
    in_at: datetime
    due_at: datetime
    name: str | None


_ROWS = sql(
    "SELECT v.id, v.public_id, v.lead_id, v.companions, v.door, v.matter, v.in_at, v.due_at, v.name FROM visits v"
    f" WHERE {_OPEN} AND v.in_at >= ? AND (v.in_at > ? OR v.id > ?) ORDER BY v.in_at, v.id LIMIT ?"
)


def inside(hall_id: int, now: datetime, most: int, after: tuple[datetime, int] | None = None) -> list[InsideRow]:
    """Who is inside, who came first first; of a further page, those after the entry and the id of the last row of the
    page before."""
    at, row_id = after or (now - LONGEST_STAY, 0)
    rows = execute(_ROWS, *_open_now(hall_id, now), moment_out(at), moment_out(at), row_id, most).fetchall()
    return [_inside(row) for row in rows]


def _inside(row: Any) -> InsideRow:
    return InsideRow(
        row[0], bytes(row[1]).decode(), row[2], row[3], row[4], _text(row[5]), moment_in(row[6]), moment_in(row[7]),
        _name(row[8]),
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else bytes(value).decode()


def _name(value: Any) -> str | None:
    """One damaged row must not hide everybody else who is inside."""
    try:
        name: str = Visit.name.python_value(value)
    except WrongKey:
        return None
    return name


# Somebody may have checked in on the form meanwhile, and the talk is still there.
_UNFINISHED = sql(
    "SELECT COUNT(*) FROM conversations c WHERE c.hall_id = ? AND c.expires_at > ? AND c.asks = ?"
    " AND NOT EXISTS (SELECT 1 FROM people p JOIN visits v ON v.open_key = p.id"
    " WHERE p.openid = c.openid AND v.hall_id = c.hall_id AND v.due_at > ?)"
)


def unfinished(hall_id: int, now: datetime) -> int:
    """How many people are in the middle of a check-in at this hall that has not run out of time, and not inside."""
    at = moment_out(now)
    row: Any = one(_UNFINISHED, hall_id, at, _CHECK_IN, at)
    return int(row[0])
