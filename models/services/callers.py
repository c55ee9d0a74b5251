"""From where the platform calls: its own list, kept by a job, asked for every delivery."""

import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import peewee

from models.rules.networks import Networks
from models.tables import platform
from models.tables.database import OutcomeUnknown, Unavailable, run, transaction

KEEP = timedelta(days=7)
"""So long an address counts that the platform has ceased to name: it asks to look daily, and says nothing of when it
moves."""
LOOK_AGAIN_SECONDS = 60.0
WAIT_SECONDS = 0.5

log = logging.getLogger("hallpass.callers")


@transaction
def keep(named: Collection[str], now: datetime) -> int:
    """Keep the networks that the platform names now (as models.rules.networks.network gives them); how many. None at
    all change nothing: no list is no reason to hear nobody."""
    if named:
        platform.keep_networks(named, now, now - KEEP)
    return len(named)


@transaction
def known() -> dict[str, datetime]:
    """The networks from which deliveries are heard, and when each was last named."""
    return platform.networks()


class Callers:
    """Whether somebody may deliver. Looked up anew once a minute; a database that does not answer changes nothing.
    Before the platform has named any address everybody may: what they bring is signed in any case. `clock`: seconds
    that only go on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._networks = Networks(())
        self._look_at = float("-inf")

    def __call__(self, address: str) -> bool:
        now = self._clock()
        if now >= self._look_at:
            self._look_at = now + LOOK_AGAIN_SECONDS
            self._look()
        return not self._networks or address in self._networks

    def _look(self) -> None:
        try:
            self._networks = Networks(run(platform.networks, time.monotonic() + WAIT_SECONDS))
        except (peewee.PeeweeException, Unavailable, OutcomeUnknown) as error:
            log.warning("the list of callers could not be read: %s", type(error).__name__)
