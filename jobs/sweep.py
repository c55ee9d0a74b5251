"""Forgets what was said in expired conversations, replies that nobody asks for again, and old receipts."""

from datetime import datetime

from models.services import sweeping
from models.services.desk import Desk

PERIOD_SECONDS = 60


def run_once(now: datetime, desk: Desk) -> int:
    """Forget what has had its time; gives how many rows."""
    return sweeping.sweep(now)
