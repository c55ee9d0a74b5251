"""Cases that have had their time, and taking them away with all that was noted of them."""

from datetime import date, datetime

from models.tables.cases import CaseStatus
from models.tables.database import changed, execute, sql
from models.tables.fields import moment_out

_TELL = sql("UPDATE cases SET ending_told_at = ? WHERE id = ? AND ending_told_at IS NULL")
_ERASE = sql("DELETE FROM cases WHERE id = ? AND status = ? AND (held_until IS NULL OR held_until < ?)")
_PARTS = tuple(
    sql(f"DELETE FROM {table} WHERE case_id = ?")
    for table in ("case_visits", "case_openings", "contact_notes", "notices", "contacts")
)
_ASKED = sql("DELETE FROM approvals WHERE kind = ? AND of_id = ?")


def tell(case_id: int, now: datetime) -> bool:
    """Note that staff were told that a case ends; False where they were before."""
    return changed(_TELL, moment_out(now), case_id) == 1


def erase(case_id: int, status: CaseStatus, held_from: date, asked_as: str) -> bool:
    """Remove a case that is in this state and held no longer, with its contacts, their stays and notes, and what a
    second pair of eyes was asked of it; False where it is in another state by now, or held."""
    if changed(_ERASE, case_id, status.encode(), held_from.isoformat()) != 1:
        return False
    for statement in _PARTS:
        execute(statement, case_id)
    execute(_ASKED, asked_as.encode(), case_id)
    return True
