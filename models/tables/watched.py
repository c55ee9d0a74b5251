"""A hall as its staff watch it: who is inside, how many came and went and when, who has begun a check-in.

Every statement is a range of an index of one hall. A visit whose due time has come is over, whether or not the job has
closed it; since no stay is longer than LONGEST_STAY, those inside are looked for among the entries since then.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.rules.visits import HowOut, is_estimate
from models.tables.database import execute, one, sql
from models.tables.fields import moment_in, moment_out
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
        Visit.name.opened(row[8]),
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else bytes(value).decode()


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


class PlaceRow(NamedTuple):
    """How many are inside of those who came by one door for one matter; of them the longest there, and the soon due."""

    door: int
    matter: str | None
    people: int
    long: int
    soon: int


_PLACES = sql(
    "SELECT v.door, v.matter, COUNT(*), COUNT(CASE WHEN v.in_at < ? THEN 1 END), COUNT(CASE WHEN v.due_at <= ? THEN 1"
    f" END) FROM visits v WHERE {_OPEN} GROUP BY v.door, v.matter"
)


def places(hall_id: int, now: datetime, long_since: datetime, soon: datetime) -> list[PlaceRow]:
    """Who is inside, counted; `long`: in before `long_since`, `soon`: due until then."""
    rows = execute(_PLACES, moment_out(long_since), moment_out(soon), *_open_now(hall_id, now)).fetchall()
    return [PlaceRow(row[0], _text(row[1]), *(int(count) for count in row[2:])) for row in rows]


def _tens(column: str, where: str) -> Callable[[], str]:
    # The text of a moment up to the tens of its minutes: no zone that halls are in is off by less than half an hour.
    tens = f"SUBSTR(CAST(v.{column} AS CHAR), 1, 15)"
    return sql(f"SELECT {tens}, COUNT(*) FROM visits v WHERE v.hall_id = ? AND {where} GROUP BY {tens}")


_CAME = _tens("in_at", "v.in_at >= ? AND v.in_at < ?")
_WENT = _tens("out_at", "v.out_at >= ? AND v.out_at < ?")
_DUE = _tens("due_at", "v.out_at IS NULL AND v.in_at > ? AND v.due_at >= ? AND v.due_at <= ?")


def came(hall_id: int, begin: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """How many came in each ten minutes of this time, by when those begin; where nobody did they are left out."""
    return _counted(_CAME, hall_id, moment_out(begin), moment_out(end))


def went(hall_id: int, begin: datetime, end: datetime, now: datetime) -> list[tuple[datetime, int]]:
    """How many left in each; of some ten minutes there may be two counts."""
    still_to_close = (moment_out(begin - LONGEST_STAY), moment_out(begin), moment_out(min(end, now)))
    return _counted(_WENT, hall_id, moment_out(begin), moment_out(end)) + _counted(_DUE, hall_id, *still_to_close)


def _counted(statement: Callable[[], str], *values: Any) -> list[tuple[datetime, int]]:
    rows = execute(statement, *values).fetchall()
    return [(datetime.fromisoformat(f"{row[0]}0").replace(tzinfo=UTC), int(row[1])) for row in rows]


_DAYS = sql(
    "SELECT v.hall_day, COUNT(*) FROM visits v WHERE v.hall_id = ? AND v.hall_day >= ? AND v.hall_day <= ?"
    " GROUP BY v.hall_day"
)


def entered_by_day(hall_id: int, first: date, last: date) -> dict[date, int]:
    """How many came on each hall day; one on which nobody did is left out."""
    rows = execute(_DAYS, hall_id, first.isoformat(), last.isoformat()).fetchall()
    return {date.fromisoformat(f"{row[0]}"): int(row[1]) for row in rows}


class StayRow(NamedTuple):
    """A stay as charts count it."""

    matter: str | None
    how_out: str | None
    in_at: datetime
    out_at: datetime | None


_STAYS = sql("SELECT v.matter, v.how_out, v.in_at, v.out_at FROM visits v WHERE v.hall_id = ? AND v.hall_day = ?")


def stays(hall_id: int, hall_day: date) -> list[StayRow]:
    """The stays that began on one hall day."""
    rows = execute(_STAYS, hall_id, hall_day.isoformat()).fetchall()
    return [
        StayRow(_text(row[0]), _text(row[1]), moment_in(row[2]), None if row[3] is None else moment_in(row[3]))
        for row in rows
    ]
