"""What nobody has used or needed since a moment, and taking it away, a few rows at a time."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime

from models.tables import own_rows
from models.tables.database import changed, execute, sql
from models.tables.exports import Status
from models.tables.fields import moment_out

# Whose visit is kept is known by their account: who it was can still be told them, and they can be told of it.
_PEOPLE = sql(
    "SELECT p.id FROM people p WHERE p.seen_at < ?"
    " AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.id) ORDER BY p.seen_at LIMIT ?"
)
_PERSON = sql("DELETE FROM people WHERE id = ? AND seen_at < ?")
_GRANTS = sql("SELECT id FROM grants WHERE at < ? ORDER BY at LIMIT ?")
_GRANT = sql("DELETE FROM grants WHERE id = ? AND at < ?")
_EXPORTS = sql("SELECT id FROM exports WHERE status = ? AND expires_at < ? ORDER BY expires_at LIMIT ?")
_APPROVALS = sql("SELECT id FROM approvals WHERE expires_at < ? ORDER BY expires_at LIMIT ?")
_HELP = sql("DELETE FROM help_requests WHERE hall_id = ? AND asked_at < ?")


@functools.cache
def _among(statement: str, count: int) -> Callable[[], str]:
    return sql(statement.format(", ".join("?" * count)))


def people(before: datetime, most: int) -> int:
    """Forget people who were last seen before a moment and of whom no visit is kept, and let no contact of a case be
    one of them; whoever comes meanwhile stays."""
    at = moment_out(before)
    gone = [row[0] for row in execute(_PEOPLE, at, most).fetchall() if changed(_PERSON, row[0], at)]
    for person_id in gone:
        # A database may give their number to somebody else.
        own_rows.leave_cases(person_id)
    return len(gone)


def grants(before: datetime, most: int) -> int:
    """Forget consents to notices that were given before a moment."""
    at = moment_out(before)
    return sum(changed(_GRANT, row[0], at) for row in execute(_GRANTS, at, most).fetchall())


def exports(before: datetime, most: int) -> int:
    """Forget exports whose time was over before a moment, and who took copies of them."""
    ids = _ids(execute(_EXPORTS, Status.EXPIRED.encode(), moment_out(before), most).fetchall())
    if not ids:
        return 0
    for table, column in (("export_copies", "export_id"), ("export_chunks", "export_id")):
        execute(_among(f"DELETE FROM {table} WHERE {column} IN ({{}})", len(ids)), *ids)
    return changed(_among("DELETE FROM exports WHERE id IN ({})", len(ids)), *ids)


def approvals(before: datetime, most: int) -> int:
    """Forget what a second pair of eyes was asked, whose time was over before a moment."""
    ids = _ids(execute(_APPROVALS, moment_out(before), most).fetchall())
    return changed(_among("DELETE FROM approvals WHERE id IN ({})", len(ids)), *ids) if ids else 0


def help_requests(hall_id: int, before: datetime) -> int:
    """Forget the calls for help in a hall from before a moment."""
    return changed(_HELP, hall_id, moment_out(before))


def _ids(rows: Sequence[tuple[int, ...]]) -> list[int]:
    return [row[0] for row in rows]
