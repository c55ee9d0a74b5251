"""The stays of a hall that may have met somebody: identity as hashes, nothing that would have to be opened."""

from datetime import datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.tables.database import execute, one, sql
from models.tables.fields import moment_out


class TracedVisit(NamedTuple):
    """A visit as it is stored; moments as text, codes as bytes, since there may be 50,000 of a day. `left_at`: of one
    that is not over, which has no `how_out`, when it is due."""

    id: int
    person_id: int | None
    lead_id: int | None
    door: int
    matter: bytes | None
    in_at: str
    left_at: str
    how_in: bytes
    how_out: bytes | None
    id_hash: bytes | None
    name_hash: bytes
    phone_hash: bytes | None


# As text, since PyMySQL takes longer to make a moment of it than Python does.
_SPELLED = {"in_at": "CAST(v.in_at AS CHAR)", "left_at": "CAST(v.out_at AS CHAR)"}
_COLUMNS = ", ".join(_SPELLED.get(name, f"v.{name}") for name in TracedVisit._fields)
# No stay is longer than LONGEST_STAY, so whoever was there had left by then. Sought by the exit, since the index by it
# has the entry too: rows of those who were not there are never read.
_LEFT = "FROM visits v WHERE v.hall_id = ? AND v.out_at >= ? AND v.out_at <= ? AND v.in_at <= ?"
_OPEN = "FROM visits v WHERE v.hall_id = ? AND v.out_at IS NULL AND v.in_at >= ? AND v.in_at <= ?"
_HOW_MANY_LEFT, _HOW_MANY_OPEN = (sql(f"SELECT COUNT(*) {which}") for which in (_LEFT, _OPEN))
_WHO_LEFT = sql(
    f"SELECT {_COLUMNS} {_LEFT} AND (v.out_at > ? OR v.in_at > ? OR (v.in_at = ? AND v.id > ?))"
    " ORDER BY v.out_at, v.in_at, v.id LIMIT ?"
)
_WHO_IS_OPEN = sql(
    f"SELECT {_COLUMNS.replace('v.out_at', 'v.due_at')} {_OPEN} AND (v.in_at > ? OR v.id > ?)"
    " ORDER BY v.in_at, v.id LIMIT ?"
)
EACH = 5000
"""Rows of one answer: the server has seconds for each."""

_Rows = list[tuple[Any, ...]]
_CAME, _GONE = TracedVisit._fields.index("in_at"), TracedVisit._fields.index("left_at")


def count(hall_id: int, begin: datetime, end: datetime) -> int:
    """How many visits those are from `begin` to `end`."""
    first, last, latest = moment_out(begin), moment_out(end), moment_out(end + LONGEST_STAY)
    left: Any = one(_HOW_MANY_LEFT, hall_id, first, latest, last)
    still: Any = one(_HOW_MANY_OPEN, hall_id, moment_out(begin - LONGEST_STAY), last)
    return int(left[0]) + int(still[0])


def stays(hall_id: int, begin: datetime, end: datetime) -> _Rows:
    """Whoever was in the hall at any moment from `begin` to `end`, or is not known to have left before: the columns of
    TracedVisit."""
    return _who_left(hall_id, begin, end) + _who_is_open(hall_id, begin, end)


def _who_left(hall_id: int, begin: datetime, end: datetime) -> _Rows:
    found: _Rows = []
    last, latest = moment_out(end), moment_out(end + LONGEST_STAY)
    gone, came, row_id = moment_out(begin), "", 0
    while True:
        rows = execute(_WHO_LEFT, hall_id, gone, latest, last, gone, came, came, row_id, EACH).fetchall()
        found += rows
        if len(rows) < EACH:
            return found
        row_id, came, gone = rows[-1][0], rows[-1][_CAME], rows[-1][_GONE]


def _who_is_open(hall_id: int, begin: datetime, end: datetime) -> _Rows:
    found: _Rows = []
    came, row_id = moment_out(begin - LONGEST_STAY), 0
    while True:
        rows = execute(_WHO_IS_OPEN, hall_id, came, moment_out(end), came, row_id, EACH).fetchall()
        found += rows
        if len(rows) < EACH:
            return found
        row_id, came = rows[-1][0], rows[-1][_CAME]
