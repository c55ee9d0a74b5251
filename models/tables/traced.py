"""The stays of a hall that may have met somebody: identity as hashes, nothing that would have to be opened."""

from datetime import datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.tables.database import execute, one, sql
from models.tables.fields import moment_out

Moment = datetime | str


class TracedVisit(NamedTuple):
    """A visit as it is stored; moments and codes as the database gives them, since there may be 50,000 of a day."""

    id: int
    person_id: int | None
    lead_id: int | None
    door: int
    matter: bytes | None
    in_at: Moment
    out_at: Moment | None
    due_at: Moment
    how_in: bytes
    how_out: bytes | None
    id_hash: bytes | None
    name_hash: bytes
    phone_hash: bytes | None


_COLUMNS = ", ".join(f"v.{name}" for name in TracedVisit._fields)
# No stay is longer than LONGEST_STAY, so what began earlier was over by then.
_RANGE = "FROM visits v WHERE v.hall_id = ? AND v.in_at >= ? AND v.in_at <= ?"
_COUNT = sql(f"SELECT COUNT(*) {_RANGE}")
_STAYS = sql(f"SELECT {_COLUMNS} {_RANGE} AND (v.out_at IS NULL OR v.out_at >= ?)")


def count(hall_id: int, begin: datetime, end: datetime) -> int:
    """How many visits have to be looked at for those from `begin` to `end`."""
    row: Any = one(_COUNT, hall_id, moment_out(begin - LONGEST_STAY), moment_out(end))
    return int(row[0])


def stays(hall_id: int, begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    """Whoever was in the hall at any moment from `begin` to `end`, or is not known to have left before: the columns of
    TracedVisit."""
    times = moment_out(begin - LONGEST_STAY), moment_out(end), moment_out(begin)
    rows: list[tuple[Any, ...]] = execute(_STAYS, hall_id, *times).fetchall()
    return rows
