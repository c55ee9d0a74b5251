"""Erases visits and temperatures that halls keep no longer, and signs what was erased."""

from datetime import datetime

from models.services import retention
from models.services.desk import Desk

PERIOD_SECONDS = 600


def run_once(now: datetime, desk: Desk) -> int:
    """Erase what is due; gives how many rows."""
    return retention.purge(now, desk.is_stopping)
