"""Empties what somebody asked to have erased and had to wait: what a case held, and what was too much for one go."""

from datetime import datetime

from models.services import erasing
from models.services.desk import Desk

PERIOD_SECONDS = 60


def run_once(now: datetime, desk: Desk) -> int:
    """Gives how many rows were emptied."""
    return erasing.empty_due(now)
