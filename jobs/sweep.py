"""Forgets what was said in expired conversations, replies that nobody asks for again, and old receipts."""

from datetime import datetime

from models.services import sweeping

PERIOD_SECONDS = 60


def run_once(now: datetime) -> int:
    """Forget what has had its time; gives how many rows."""
    return sweeping.sweep(now)
