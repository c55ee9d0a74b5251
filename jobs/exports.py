"""Builds the workbooks that halls have asked for, and drops those whose time is over."""

from datetime import datetime

from models.services import building
from models.services.desk import Desk

PERIOD_SECONDS = 5


def run_once(now: datetime, desk: Desk) -> int:
    """Build what waits; gives how many exports were built or dropped."""
    return building.drop_over(now) + building.build_due(now, desk)
