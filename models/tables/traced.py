"""The stays of a hall that may have met somebody: identity as hashes, nothing that would have to be opened."""

from datetime import datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.tables.database import execute, one, sql
from models.tables.fields import moment_out


class TracedVisit(NamedTuple):
    """A visit as it is stored; moments as text, codes as bytes, since there may be 50,000 of a day. `due_at`: of one
    that is not over."""

    id: int
    person_id: int | None
    lead_id: int | None
    door: int
    matter: bytes | None
    in_at: str
    out_at: str | None
    due_at: str | None
    how_in: bytes
    how_out: bytes | None
    id_hash: bytes | None
    name_hash: bytes
    phone_hash: bytes | None


# As text, since PyMySQL takes longer to make a moment of it than Python does; when a stay is due is asked only of one
# that is not over.
_SPELLED = {
    "in_at": "CAST(v.in_at AS CHAR)",
    "out_at": "CAST(v.out_at AS CHAR)",
    "due_at": "CASE WHEN v.out_at IS NULL THEN CAST(v.due_at AS CHAR) END",
}
_COLUMNS = ", ".join(_SPELLED.get(name, f"v.{name}") for name in TracedVisit._fields)
# No stay is longer than LONGEST_STAY, so what began earlier was over by then.
_RANGE = "FROM visits v WHERE v.hall_id = ? AND v.in_at >= ? AND v.in_at <= ?"
_COUNT = sql(f"SELECT COUNT(*) {_RANGE}")
_STAYS = sql(
    f"SELECT {_COLUMNS} {_RANGE} AND (v.out_at IS NULL OR v.out_at >= ?)"
    " AND (v.in_at > ? OR v.id > ?) ORDER BY v.in_at, v.id LIMIT ?"
)
EACH = 5000
"""Rows of one answer: the server has seconds for each."""


def count(hall_id: int, begin: datetime, end: datetime) -> int:
    """How many visits have to be looked at for those from `begin` to `end`."""
    row: Any = one(_COUNT, hall_id, moment_out(begin - LONGEST_STAY), moment_out(end))
    return int(row[0])


def stays(hall_id: int, begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    """Whoever was in the hall at any moment from `begin` to `end`, or is not known to have left before: the columns of
    TracedVisit, in the order of their coming."""
    first, last, left = moment_out(begin - LONGEST_STAY), moment_out(end), moment_out(begin)
    found: list[tuple[Any, ...]] = []
    at, row_id = first, 0
    while True:
        rows = execute(_STAYS, hall_id, at, last, left, at, row_id, EACH).fetchall()
        found += rows
        if len(rows) < EACH:
            return found
        row_id, at = rows[-1][0], rows[-1][TracedVisit._fields.index("in_at")]
