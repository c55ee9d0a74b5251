"""How long a hall keeps what it knows of visitors, and the fingerprint of what it has erased."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.halls import HallFacts


class What(StrEnum):
    """What is erased of a hall day."""

    VISITS = "visits"
    """The visits, with all that hangs on them."""
    TEMPERATURES = "temperatures"
    """The readings of the visits, and who declared a fever."""


UNTOUCHED = bytes(32)
"""The fingerprint of nothing."""


@dataclass(frozen=True)
class Cuts:
    """The first hall days that are still kept: of visits, and of temperatures. What is of an earlier day goes."""

    visits: date
    temperatures: date

    def of(self, what: What) -> date:
        """The first day that is kept of one of them."""
        return self.visits if what is What.VISITS else self.temperatures


def days_kept(hall: HallFacts, what: What) -> int:
    """For how many days after its own a hall day is kept; a temperature never longer than its visit."""
    if what is What.VISITS:
        return hall.retention_days
    return min(hall.temperature_days, hall.retention_days)


def cuts(hall: HallFacts, today: date) -> Cuts:
    """As of a day of the hall's calendar."""
    return Cuts(*(_back(today, days_kept(hall, what)) for what in (What.VISITS, What.TEMPERATURES)))


def goes_on(hall: HallFacts, what: What, day: date) -> date:
    """The day on which what is of this hall day is erased: the first one on which it is not kept any more."""
    return day + timedelta(days=days_kept(hall, what) + 1)


def fingerprint(before: bytes, erased: Iterable[str]) -> bytes:
    """What becomes of a fingerprint by further rows: SHA-256 over the one before and the row's id, one row after the
    other, so that it is the same in however many parts they were erased."""
    for name in erased:
        before = hashlib.sha256(before + name.encode()).digest()
    return before


def _back(today: date, days: int) -> date:
    # In year 1 a calendar ends; nothing is older.
    return date.fromordinal(max(today.toordinal() - days, 1))
