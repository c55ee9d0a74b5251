"""Erases what had to wait: what a case held, what was too much for one go, whoever left the account while inside."""

from datetime import datetime

from models.services import erasing, forgetting
from models.services.desk import Desk

PERIOD_SECONDS = 60


def run_once(now: datetime, desk: Desk) -> int:
    """Gives how many rows and people were looked after."""
    return forgetting.forget_due(now) + erasing.empty_due(now)
