"""A visit's life: how each end of it is known, and how sure that makes it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.rules.clock_times import first_after
from models.rules.hours import LONGEST_STAY
from models.rules.refusal import Refused

CLOCK_TOLERANCE = timedelta(minutes=10)
"""The platform's time of a message is taken as it is within this much of ours, else the nearest of that range."""
LONG_STAY = timedelta(hours=3)
"""After so long, 签退 by word may be about an exit that was hours ago; a transaction at a counter takes less."""


class Certainty(StrEnum):
    """How sure one end of a visit is. An estimate is never shown as anything else."""

    CERTAIN = "certain"
    STATED = "stated"
    ESTIMATED = "estimated"


class HowIn(StrEnum):
    """How an entry is known."""

    SCAN = "scan"
    FORM = "form"
    STAFF = "staff"
    CHAT = "chat"
    STATED = "stated"
    SLIP = "slip"


class HowOut(StrEnum):
    """How an exit is known."""

    SCAN = "scan"
    STAFF = "staff"
    PASS = "pass"  # noqa: S105 - a visitor's pass, no password
    CHAT = "chat"
    STATED = "stated"
    CORRECTED = "corrected"
    CLOSING = "closing"
    MOVED = "moved"
    SWEPT = "swept"
    UNKNOWN = "unknown"


class TemperatureSource(StrEnum):
    """Who says what the temperature is."""

    DECLARED = "declared"
    DECLARED_NORMAL = "declared_normal"
    GUARD = "guard"


_ENTRIES = {
    HowIn.SCAN: Certainty.CERTAIN,
    HowIn.FORM: Certainty.CERTAIN,
    HowIn.STAFF: Certainty.CERTAIN,
    HowIn.CHAT: Certainty.STATED,
    HowIn.STATED: Certainty.STATED,
    HowIn.SLIP: Certainty.STATED,
}
_EXITS = {
    HowOut.SCAN: Certainty.CERTAIN,
    HowOut.STAFF: Certainty.CERTAIN,
    HowOut.PASS: Certainty.CERTAIN,
    HowOut.CHAT: Certainty.STATED,
    HowOut.STATED: Certainty.STATED,
    HowOut.CORRECTED: Certainty.STATED,
    HowOut.CLOSING: Certainty.ESTIMATED,
    HowOut.MOVED: Certainty.ESTIMATED,
    HowOut.SWEPT: Certainty.ESTIMATED,
    HowOut.UNKNOWN: Certainty.ESTIMATED,
}


def certainty_in(how: HowIn) -> Certainty:
    """How sure an entry is; a companion's is as sure as the lead's."""
    return _ENTRIES[how]


def certainty_out(how: HowOut) -> Certainty:
    """How sure an exit is; a companion's is as sure as the lead's."""
    return _EXITS[how]


def is_estimate(how: HowOut) -> bool:
    """Whether a real scan, or the visitor's own word within a day, may take this exit's place."""
    return _EXITS[how] is Certainty.ESTIMATED


def clamp(event_time: datetime, now: datetime) -> datetime:
    """The time of an event by the platform's clock, at most `CLOCK_TOLERANCE` off ours."""
    return min(max(event_time, now - CLOCK_TOLERANCE), now + CLOCK_TOLERANCE)


def exit_is_doubtful(in_at: datetime, session_end: datetime | None, at: datetime) -> bool:
    """Whether 签退 by word comes so late that the person may have left long before: after the end of the session,
    or more than `LONG_STAY` after the entry."""
    return at - in_at > LONG_STAY or (session_end is not None and at > session_end)


def stated_exit(clock: time, in_at: datetime, due_at: datetime, now: datetime, zone: str) -> datetime:
    """The exit to store for a time of day that was stated. Refused as by `check_exit_time`; a time before the entry
    is one of the next day only where the visit may last so long."""
    left_at = first_after(clock, in_at, zone)
    days = (left_at.astimezone(ZoneInfo(zone)).date(), in_at.astimezone(ZoneInfo(zone)).date())
    if left_at > due_at and days[0] > days[1]:
        raise Refused("exit_before_entry")
    return check_exit_time(in_at, left_at, now)


def check_exit_time(in_at: datetime, left_at: datetime, now: datetime) -> datetime:
    """The exit to store for the one that was stated. Refused with exit_before_entry, exit_in_future, or exit_too_late
    (more than 24 h after the entry) for one that cannot be.

    People say hours and minutes: the minute of the entry is accepted, and stored as the moment of the entry.
    """
    if left_at < in_at.replace(second=0, microsecond=0):
        raise Refused("exit_before_entry")
    if left_at > now:
        raise Refused("exit_in_future")
    if left_at - in_at > LONGEST_STAY:
        raise Refused("exit_too_late", hours=LONGEST_STAY // timedelta(hours=1))
    return max(left_at, in_at)


@dataclass(frozen=True)
class SignIn:
    """What a finished check-in said, each field in its canonical text; None where it was not asked or skipped."""

    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    address: str | None = None
    matter: str | None = None
    temperature: str | None = None
    companions: str | None = None


@dataclass(frozen=True)
class TurnAway:
    """A declared temperature at or above the hall's threshold, and who said so as far as they had."""

    temperature_tenths: int
    name: str | None
    phone: str | None
    id_number: str | None
