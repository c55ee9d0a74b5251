"""Erases what had to wait: what a case held, what was too much for one go, whoever left the account while inside. And
writes to the journal of erasures what could not be written there, and takes out of it what is too old."""

from datetime import datetime

from models.services import erasing, erasure_journal, forgetting
from models.services.desk import Desk

PERIOD_SECONDS = 60


def run_once(now: datetime, desk: Desk) -> int:
    """Gives how many rows and people were looked after."""
    erasure_journal.write_out()
    erasure_journal.forget(now)
    return forgetting.forget_due(now) + erasing.empty_due(now)
