"""Traces cases of halls that are too full for it to be done where a case is opened."""

from datetime import datetime

from models.services.casework import tracing
from models.services.desk import Desk

PERIOD_SECONDS = 5


def run_once(now: datetime, desk: Desk) -> int:
    """Trace what waits; gives how many cases were traced."""
    return tracing.trace_due(now, desk)
