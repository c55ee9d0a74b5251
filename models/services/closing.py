"""Closing what nobody closed: due visits end at their due time, marked as estimates."""

import logging
from datetime import datetime

import peewee

from models.rules.visits import HowOut
from models.tables import visits
from models.tables.database import OutcomeUnknown, Unavailable, run

BATCH = 200

log = logging.getLogger("hallpass.closing")


def close_due(now: datetime) -> int:
    """Close every visit whose due time has come, each in a unit of work of its own; gives how many.

    Several processes may run this at once: a visit is closed by whoever is first. One that cannot be closed is
    logged by its number and left for the next run; it does not stop the others.
    """
    handled = 0
    failed: set[int] = set()
    while True:
        due = run(lambda: visits.overdue(now, BATCH + len(failed)))
        left = [row for row in due if row[0] not in failed]
        if not left:
            return handled
        for row_id, companions, due_at in left:
            try:
                handled += _close(row_id, companions, due_at)
            except (peewee.PeeweeException, Unavailable, OutcomeUnknown) as error:
                log.error("visit %d was not closed: %s", row_id, type(error).__name__)
                failed.add(row_id)


def _close(row_id: int, companions: int, due_at: datetime) -> bool:
    return run(lambda: visits.close(row_id, companions, due_at, HowOut.CLOSING))
