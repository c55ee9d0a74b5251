"""Closes due visits with their due time, marked as estimates."""

from datetime import datetime

from models.services import closing

PERIOD_SECONDS = 60


def run_once(now: datetime) -> int:
    """Close what is due; gives how many visits."""
    return closing.close_due(now)
