"""Rows of the audit as seals hold them: a hall's, within a span of time and of ids, in one order, page by page."""

from datetime import datetime
from typing import Any, NamedTuple

from models.tables.audit import COLUMNS, AuditRow, row_of
from models.tables.database import changed, execute, one, sql
from models.tables.fields import moment_in, moment_out


class Span(NamedTuple):
    """The rows of a hall from `begins_at` up to, without, `ends_at` whose id is at most `top_id`; and the late ones:
    of before `begins_at`, with an id above `above_id`."""

    hall_id: int
    begins_at: datetime
    ends_at: datetime
    above_id: int
    top_id: int


_IN_TIME = "hall_id = ? AND at >= ? AND at < ?"
_LATE = "hall_id = ? AND id > ? AND id <= ? AND at < ?"
_FIRST_OF_ALL = sql("SELECT MIN(at) FROM audits")
_FIRST = sql("SELECT at FROM audits WHERE hall_id = ? AND at >= ? ORDER BY at LIMIT 1")
_TOP = sql(f"SELECT MAX(id) FROM audits WHERE {_IN_TIME}")
_TOP_LATE = sql("SELECT MAX(id) FROM audits WHERE hall_id = ? AND id > ? AND at < ?")
_ROWS = sql(f"{COLUMNS} WHERE {_IN_TIME} AND (at > ? OR id > ?) AND id <= ? ORDER BY at, id LIMIT ?")
_ROWS_LATE = sql(f"{COLUMNS} WHERE {_LATE} ORDER BY id LIMIT ?")
_HALL_AFTER = sql("SELECT MIN(hall_id) FROM audits WHERE hall_id > ?")
_OLD = sql("SELECT id FROM audits WHERE hall_id = ? AND at < ? AND id <= ? ORDER BY at, id LIMIT ?")
_ERASE = sql("DELETE FROM audits WHERE id = ?")
_OPEN = sql("SELECT COUNT(*), MIN(at) FROM audits WHERE hall_id = ? AND at >= ?")
_OPEN_LATE = sql("SELECT COUNT(*), MIN(at) FROM audits WHERE hall_id = ? AND id > ? AND at < ?")


def first_of_all() -> datetime | None:
    """The moment of the oldest row there is."""
    row = one(_FIRST_OF_ALL)
    return moment_in(row[0]) if row and row[0] is not None else None


def first_from(hall_id: int, since: datetime) -> datetime | None:
    """The moment of a hall's first row from this one on."""
    row = one(_FIRST, hall_id, moment_out(since))
    return moment_in(row[0]) if row else None


def top_of(hall_id: int, begins_at: datetime, ends_at: datetime) -> int:
    """The highest id of a hall's rows within this time; 0 without any."""
    row = one(_TOP, hall_id, moment_out(begins_at), moment_out(ends_at))
    return int(row[0] or 0) if row else 0


def top_of_late(hall_id: int, above_id: int, before: datetime) -> int:
    """The highest id, above one, of a hall's rows of before this moment; 0 without any."""
    row = one(_TOP_LATE, hall_id, above_id, moment_out(before))
    return int(row[0] or 0) if row else 0


def late(span: Span, after_id: int, most: int) -> list[AuditRow]:
    """The late rows of a span in order of their ids, from the one after an id on."""
    above = max(span.above_id, after_id)
    rows = execute(_ROWS_LATE, span.hall_id, above, span.top_id, moment_out(span.begins_at), most)
    return [row_of(row) for row in rows.fetchall()]


def in_time(span: Span, after: AuditRow | None, most: int) -> list[AuditRow]:
    """The other rows of a span in order of their moments and ids, from the one after a row on."""
    at = moment_out(after.at if after else span.begins_at)
    rows = execute(_ROWS, span.hall_id, at, moment_out(span.ends_at), at, after.id if after else -1, span.top_id, most)
    return [row_of(row) for row in rows.fetchall()]


def hall_after(hall_id: float) -> Any:
    """The next hall, by its id, that has rows."""
    row = one(_HALL_AFTER, hall_id)
    return row[0] if row else None


def unsealed(hall_id: int, ends_at: datetime, above_id: int) -> tuple[int, int, datetime | None]:
    """A hall's rows that its latest seal (which ends at this moment, with this top id) and those before do not hold:
    how many, how many of them are of before that moment, and the first moment of one."""
    count, first = one(_OPEN, hall_id, moment_out(ends_at)) or (0, None)
    late_count, late_first = one(_OPEN_LATE, hall_id, above_id, moment_out(ends_at)) or (0, None)
    # By their texts, since not every value that somebody may have put there is a moment.
    earliest = min((moment for moment in (late_first, first) if moment), key=str, default=None)
    return count + late_count, late_count, _moment(earliest)


def _moment(value: Any) -> datetime | None:
    try:
        return moment_in(value) if value else None
    except ValueError:
        return None


def erase(hall_id: int, ends_at: datetime, top_id: int, most: int) -> int:
    """Erase so many rows of a hall that are of before a moment and not above an id, the oldest first; gives how
    many."""
    rows = execute(_OLD, hall_id, moment_out(ends_at), top_id, most).fetchall()
    return sum(changed(_ERASE, row[0]) for row in rows)
