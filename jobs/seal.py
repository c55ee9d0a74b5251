"""Seals the audit of each hall's days that are over, and erases what was sealed and is older than it is kept."""

import logging
from datetime import datetime

from models.services import pruning, sealing, verifying
from models.services.desk import Desk

PERIOD_SECONDS = 600

log = logging.getLogger("hallpass.seal")


def run_once(now: datetime, desk: Desk) -> int:
    """Seal what is due, and erase what is too old; gives how many days were sealed.

    The number and digest of the latest seal go into the log: kept on another machine, they tell whether the database
    was put back, or all its latest seals made anew.
    """
    sealed = sealing.seal_due(now, desk.is_stopping)
    if sealed:
        log.info("sealed %d days of the audit; the latest seal: %s", sealed, verifying.head())
    pruning.prune(now, desk.is_stopping)
    return sealed
