"""Makes at the platform the codes that halls want."""

from datetime import datetime

from models.services import codes
from models.services.desk import Desk

PERIOD_SECONDS = 5


def run_once(now: datetime, desk: Desk) -> int:
    """Make what is wanted; gives how many codes were tried."""
    return codes.make_due(now, desk)
