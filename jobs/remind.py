"""Asks people who are about to be signed out by the clock whether they have left."""

from datetime import datetime

from models.services import reminders
from models.services.desk import Desk

PERIOD_SECONDS = 60


def run_once(now: datetime, desk: Desk) -> int:
    """Write the reminders that are due into the outbox; gives how many."""
    return reminders.write_due(now)
