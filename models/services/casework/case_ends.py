"""When a case is erased: some time after it was closed; one that nobody closes, half a year after it was opened. One
that holds its stays stays as long as they do."""

from datetime import date, datetime, timedelta

from models.rules.halls import LEAST_DAYS, HallFacts
from models.services import audit, second_eyes, staff_notices
from models.services.audit import COMMAND_LINE
from models.tables import cases, ended_cases
from models.tables.cases import CaseRow
from models.tables.database import Raced, transaction

NEVER_CLOSED = timedelta(days=180)
TOLD_BEFORE = timedelta(days=14)
"""So long before, the hall's admins hear that a case ends which nobody has closed."""


def ends_on(hall: HallFacts, row: CaseRow) -> date:
    """The first day of the hall on which the case is not kept any more."""
    day = hall.calendar.hall_day
    if row.closed_at is not None:
        end = day(row.closed_at) + timedelta(days=hall.retention_days + 1)
    else:
        end = day(row.opened_at) + NEVER_CLOSED
    return max(end, row.held_until + timedelta(days=1)) if row.held_until else end


@transaction
def due(hall: HallFacts, now: datetime) -> list[CaseRow]:
    """The hall's cases that are kept no longer, the oldest first."""
    today = hall.calendar.hall_day(now)
    return [
        row for row in cases.opened_before(hall.id, now - timedelta(days=LEAST_DAYS)) if ends_on(hall, row) <= today
    ]


@transaction
def erase(hall: HallFacts, case_id: int, now: datetime) -> int:
    """Remove a case with all that was noted of it, if it is still due, and note that in the audit; gives how many cases
    that were: 0 or 1."""
    row = cases.with_id(case_id)
    today = hall.calendar.hall_day(now)
    if row is None or ends_on(hall, row) > today:
        return 0
    if not ended_cases.erase(row.id, row.status, today, second_eyes.CASE):
        raise Raced
    audit.note(COMMAND_LINE, "case_erase", hall.id, now, number=row.number)
    return 1


@transaction
def tell(hall: HallFacts, now: datetime) -> int:
    """Tell the hall's admins, once, of each open case that ends within TOLD_BEFORE; gives of how many."""
    today = hall.calendar.hall_day(now)
    told = 0
    for row in cases.opened_before(hall.id, now - (NEVER_CLOSED - TOLD_BEFORE) + timedelta(days=1)):
        end = ends_on(hall, row)
        if row.is_open and today < end <= today + TOLD_BEFORE and ended_cases.tell(row.id, now):
            staff_notices.case_ends(hall, row.number, end, now)
            told += 1
    return told
