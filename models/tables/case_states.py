"""What changes on a case while it is worked on: closed, opened again, held. Each by a conditional UPDATE, so that of
two at once one does it."""

from datetime import date, datetime

from models.tables.cases import Case, CaseStatus
from models.tables.database import changed, execute, sql
from models.tables.fields import moment_out

_CLOSE = sql("UPDATE cases SET status = ?, closed_at = ? WHERE id = ? AND status = ?")
_REOPEN = sql("UPDATE cases SET status = ?, closed_at = NULL WHERE id = ? AND status = ?")
_HOLD = sql("UPDATE cases SET held_until = ?, hold_reason = ? WHERE id = ? AND status = ?")
_RELEASE = sql("UPDATE cases SET held_until = NULL, hold_reason = NULL WHERE id = ? AND held_until IS NOT NULL")
_STAYS = sql("SELECT visit_id FROM case_visits WHERE case_id = ?")


def close(case_id: int, now: datetime) -> bool:
    """End the work on a case; False where it was ended already."""
    return changed(_CLOSE, CaseStatus.CLOSED.encode(), moment_out(now), case_id, CaseStatus.OPEN.encode()) == 1


def reopen(case_id: int) -> bool:
    """Go on with a closed case; False where it is open."""
    return changed(_REOPEN, CaseStatus.OPEN.encode(), case_id, CaseStatus.CLOSED.encode()) == 1


def hold(case_id: int, until: date, reason: str) -> bool:
    """Keep the case's stays until the end of this day, whatever the retention says; False where it is closed."""
    text = Case.hold_reason.db_value(reason)
    return changed(_HOLD, until.isoformat(), text, case_id, CaseStatus.OPEN.encode()) == 1


def stays_of(case_id: int) -> list[int]:
    """The ids of the stays that a hold of this case keeps, those that are gone by now too."""
    return [row[0] for row in execute(_STAYS, case_id).fetchall()]


def release(case_id: int) -> bool:
    """Keep them no longer than all others; False where they are not held."""
    return changed(_RELEASE, case_id) == 1
