"""Sends what waits in the outbox, and keeps what the platform tells of what was sent."""

from datetime import datetime

from models.services import outbox
from models.services.desk import Desk

PERIOD_SECONDS = 5


def run_once(now: datetime, desk: Desk) -> int:
    """Send what is due; gives how many messages were handled."""
    outbox.free_lost(now)
    handled = outbox.send_due(now, desk)
    outbox.judge(now)
    return handled
