"""Shows the menu of staff to whoever became staff, and everybody's to whoever is staff no more."""

from datetime import datetime

from models.services import staff_menus
from models.services.desk import Desk

PERIOD_SECONDS = 10


def run_once(now: datetime, desk: Desk) -> int:
    """Tell the platform what is due; gives how many people were tried."""
    return staff_menus.tell_due(now, desk)
