"""Asks the platform from where it calls, where deliveries from elsewhere are refused (wechat.callback_addresses)."""

from datetime import datetime

from models.services import callers
from models.services.desk import Desk

PERIOD_SECONDS = 3600


def run_once(now: datetime, desk: Desk) -> int:
    """Keep the platform's list as it is now; gives how many networks it named."""
    return callers.keep(desk.caller_networks(), now)
