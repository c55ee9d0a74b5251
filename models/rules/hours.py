"""When a hall is open, and when a visit that nobody closed is due to be closed.

A calendar is a weekly pattern of sessions and dated exceptions to it (a holiday, a working weekend of 调休, a half
day). Days and sessions are those of the hall's own clocks; moments go in and come out as aware datetimes in UTC.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.rules.refusal import Refused

WITHOUT_HOURS = timedelta(hours=4)
"""How long a visit lasts at most where no session says when it ends."""
LONGEST_STAY = timedelta(hours=24)
EARLY = timedelta(hours=1)
"""Doors open before the counters do: who comes so early belongs to the session that is about to begin."""
DEFAULT_ZONE = "Asia/Shanghai"
DEFAULT_GRACE_MINUTES = 30
MOST_GRACE_MINUTES = 240
MOST_SESSIONS = 6

_KEYS = frozenset(("weekly", "exceptions", "zone", "empties_at_lunch", "grace_minutes"))
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_SESSION = re.compile(rf"({_CLOCK}) ?- ?({_CLOCK})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, order=True)
class Session:
    """A stretch of opening hours within one day, by the hall's clocks; Refused with hours_backwards if it does not
    close later that day than it opens."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise Refused("hours_backwards")


@dataclass(frozen=True)
class Due:
    """When a visit is due to be closed, the end of its session if it has one, and why it is then."""

    at: datetime
    session_end: datetime | None
    why: Literal["session_end", "day_end", "closed", "no_hours"]


@dataclass(frozen=True)
class Calendar:
    """Opening hours. `weekly` holds Monday to Sunday; an exception stands for all sessions of its day, none of them
    for a closed one; `empties_at_lunch`: people must leave between two sessions.

    That a hall does not empty is the default, since a guess should err on the long side: one contact too many is
    asked, rather than one too few. Refused with hours_overlap, hours_too_many, hours_zone_unknown and
    hours_grace_out_of_range.
    """

    weekly: tuple[tuple[Session, ...], ...]
    exceptions: Mapping[date, tuple[Session, ...]] = field(default_factory=dict)
    zone: str = DEFAULT_ZONE
    empties_at_lunch: bool = False
    grace_minutes: int = DEFAULT_GRACE_MINUTES

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        exceptions = {day: _in_order(sessions) for day, sessions in self.exceptions.items()}
        object.__setattr__(self, "weekly", tuple(_in_order(day) for day in self.weekly))
        object.__setattr__(self, "exceptions", MappingProxyType(exceptions))
        _check_zone(self.zone)
        if not 0 <= self.grace_minutes <= MOST_GRACE_MINUTES:
            raise Refused("hours_grace_out_of_range", most=MOST_GRACE_MINUTES)

    @property
    def has_hours(self) -> bool:
        """Whether the hall has said at all when it is open."""
        return any(self.weekly) or bool(self.exceptions)

    def hall_day(self, at: datetime) -> date:
        """The date that the hall's clocks show."""
        return _aware(at).astimezone(ZoneInfo(self.zone)).date()

    def clock(self, at: datetime) -> str:
        """What the hall's clocks show: 09:03."""
        return f"{_aware(at).astimezone(ZoneInfo(self.zone)):%H:%M}"

    def span(self, first: date, last: date) -> tuple[datetime, datetime]:
        """From the beginning of one day to the end of another, in UTC: what `hall_day` puts there is from the first of
        the two moments up to, and without, the second."""
        return self._moment(first, time()), self._moment(last + timedelta(days=1), time())

    def sessions_on(self, day: date) -> tuple[Session, ...]:
        """The sessions of a day, in order; none if the hall is closed."""
        found = self.exceptions.get(day)
        return self.weekly[day.weekday()] if found is None else found

    def is_open(self, at: datetime) -> bool:
        """Whether a session is on; the lunch break of a hall that does not empty counts as open, and a hall that
        has set no hours is never closed."""
        return not self.has_hours or self._session_end(at, early=timedelta(0)) is not None

    def due(self, entered_at: datetime) -> Due:
        """When a visit begun at this moment is closed if nobody closes it: never before the entry, never later than
        24 h after it.

        1. no_hours: 4 h after the entry.
        2. session_end, day_end: the end of what the entry belongs to, and grace. Somebody up to an hour early
           belongs to the session that is about to begin, also when the one before has just ended.
        3. closed: entered at any other time, also in the grace after closing: 4 h after the entry.
        """
        entered_at = _aware(entered_at).astimezone(UTC)
        end = self._session_end(entered_at, EARLY)
        if end is None:
            return Due(entered_at + WITHOUT_HOURS, None, "closed" if self.has_hours else "no_hours")
        day = self.hall_day(entered_at)
        last = self._moment(day, self.sessions_on(day)[-1].closes)
        at = min(end + timedelta(minutes=self.grace_minutes), entered_at + LONGEST_STAY)
        return Due(at, end, "day_end" if end == last else "session_end")

    def _session_end(self, at: datetime, early: timedelta) -> datetime | None:
        """The end of what an entry at this moment belongs to: its session, or the day where lunch does not empty."""
        day = self.hall_day(at)
        spans = [(self._moment(day, one.opens), self._moment(day, one.closes)) for one in self.sessions_on(day)]
        if spans and not self.empties_at_lunch:
            spans = [(spans[0][0], spans[-1][1])]
        return next((closes for opens, closes in spans if opens - early <= at < closes), None)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)

    def to_dict(self) -> dict[str, Any]:
        """A shape for JSON, which `from_dict` reads back."""
        return {
            "weekly": [[_written(session) for session in day] for day in self.weekly],
            "exceptions": {
                day.isoformat(): [_written(session) for session in sessions]
                for day, sessions in sorted(self.exceptions.items())
            },
            "zone": self.zone,
            "empties_at_lunch": self.empties_at_lunch,
            "grace_minutes": self.grace_minutes,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Calendar":
        """Read what `to_dict` wrote, or a person made up; all but `weekly` may be left out.

        Refused with hours_unreadable, hours_day_unreadable, and all that Session and Calendar refuse.
        """
        if not isinstance(given, Mapping) or not given.keys() <= _KEYS:
            raise Refused("hours_unreadable")
        weekly, exceptions = given.get("weekly"), given.get("exceptions", {})
        grace_minutes = given.get("grace_minutes", DEFAULT_GRACE_MINUTES)
        empties_at_lunch = given.get("empties_at_lunch", False)
        zone = given.get("zone", DEFAULT_ZONE)
        if not isinstance(weekly, list) or len(weekly) != 7 or not isinstance(exceptions, Mapping):
            raise Refused("hours_unreadable")
        # bool("false") is true, and True is an int: neither may pass for what it is not.
        if type(empties_at_lunch) is not bool or type(grace_minutes) is not int or type(zone) is not str:
            raise Refused("hours_unreadable")
        return cls(
            tuple(_sessions(day) for day in weekly),
            {_day(day): _sessions(sessions) for day, sessions in exceptions.items()},
            zone,
            empties_at_lunch,
            grace_minutes,
        )


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    return at


def _in_order(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions of one day as they follow each other; one may begin when the one before ends."""
    found = tuple(sorted(sessions))
    if len(found) > MOST_SESSIONS:
        raise Refused("hours_too_many", most=MOST_SESSIONS)
    if any(later.opens < earlier.closes for earlier, later in pairwise(found)):
        raise Refused("hours_overlap")
    return found


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Refused("hours_zone_unknown") from None


def _written(session: Session) -> str:
    return f"{session.opens:%H:%M}-{session.closes:%H:%M}"


def _sessions(texts: Any) -> tuple[Session, ...]:
    if not isinstance(texts, list):
        raise Refused("hours_unreadable")
    return tuple(_session(text) for text in texts)


def _session(text: Any) -> Session:
    found = _SESSION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Refused("hours_unreadable")
    return Session(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def _day(text: Any) -> date:
    # The pattern comes first: fromisoformat also reads 20260218 and 2026-W08-3, so one day could have two exceptions.
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise Refused("hours_day_unreadable")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("hours_day_unreadable") from None
