"""Reads photos that a process which is gone has left in the queue."""

from datetime import datetime

from models.services import photos
from models.services.desk import Desk

PERIOD_SECONDS = 5


def run_once(now: datetime, desk: Desk) -> int:
    """Read what was left; gives how many photos were tried."""
    return photos.read_left(now, desk)
