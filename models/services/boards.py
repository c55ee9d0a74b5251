"""The board of a hall: what its screens show of now and today, looked up once for all that are open."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.rules.halls import HallFacts
from models.rules.visits import LONG_STAY
from models.services import waiting, watching
from models.services.watching import DayCounts, Inside, Place
from models.tables import watched
from models.tables.database import run

FRESH = timedelta(seconds=2)
"""So long what was looked up serves every screen of a hall that this process answers."""
HOURS_FRESH = timedelta(seconds=30)
"""The same of the hours and days, which cost more and change less to the eye."""
SOON = timedelta(minutes=30)
"""Whose due time is no further off is shown to be soon due."""
SHOWN = 30
"""So many of those inside stand on the board itself."""
DAYS = 7
_MOST_HALLS = 2000


class Hour(NamedTuple):
    """An hour of the hall's clocks (9: from 09:00 to 10:00), and how many came and left in it."""

    hour: int
    entered: int
    left: int


@dataclass(frozen=True)
class Today:
    """The hours of the day that anything happened in and those between them; the last days and how many came on each,
    today last."""

    hours: tuple[Hour, ...]
    days: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Board:
    """A hall as of `at`. `doors` and `matters` (by code; None: none was asked) count who is inside, the most first;
    `rows` are the first of them, and `next` is where the rest goes on; `long` are there longer than LONG_STAY, `soon`
    are due within SOON; `waiting` is how much waits for staff."""

    at: datetime
    counts: DayCounts
    unfinished: int
    waiting: int
    doors: tuple[tuple[int, int], ...]
    matters: tuple[tuple[str | None, int], ...]
    long: int
    soon: int
    rows: tuple[Inside, ...]
    next: Place | None
    today: Today


# By hall. Shared by the threads of a process; replacing an entry is atomic, and two threads at worst look twice.
_kept: dict[int, tuple[int, Board]] = {}
_kept_today: dict[int, tuple[int, datetime, Today]] = {}


def board(hall: HallFacts, now: datetime) -> Board:
    """The board of a hall, at most FRESH old; the very same object as long as it is."""
    revision, found = _kept.get(hall.id, (0, None))
    if found is not None and revision == hall.revision and timedelta(0) <= now - found.at < FRESH:
        return found
    made = run(lambda: _looked_up(hall, now))
    _make_room()
    _kept[hall.id] = hall.revision, made
    return made


def _make_room() -> None:
    """Halls come and go; what nobody asks for again must not stay for good."""
    if len(_kept) >= _MOST_HALLS:
        _kept.clear()
        _kept_today.clear()


def _looked_up(hall: HallFacts, now: datetime) -> Board:
    places = watched.places(hall.id, now, now - LONG_STAY, now + SOON)
    page = watching.inside(hall, now, SHOWN)
    doors: Counter[int] = Counter()
    matters: Counter[str | None] = Counter()
    for one in places:
        doors[one.door] += one.people
        matters[one.matter] += one.people
    return Board(
        now,
        watching.counts(hall, hall.calendar.hall_day(now), now),
        watching.unfinished(hall, now),
        waiting.count(hall, now).total,
        tuple(doors.most_common()),
        tuple(matters.most_common()),
        sum(one.long for one in places),
        sum(one.soon for one in places),
        tuple(page.rows),
        page.next,
        _today(hall, now),
    )


def _today(hall: HallFacts, now: datetime) -> Today:
    revision, at, found = _kept_today.get(hall.id, (0, now, None))
    if found is not None and revision == hall.revision and timedelta(0) <= now - at < HOURS_FRESH:
        return found
    day = hall.calendar.hall_day(now)
    begin, end = hall.calendar.span(day, day)
    came, went = watched.came(hall.id, begin, end), watched.went(hall.id, begin, end, now)
    counted = watched.entered_by_day(hall.id, day - timedelta(days=DAYS - 1), day)
    days = (day - timedelta(days=back) for back in reversed(range(DAYS)))
    made = Today(_hours(hall, came, went), tuple((one, counted.get(one, 0)) for one in days))
    _kept_today[hall.id] = hall.revision, now, made
    return made


def _hours(
    hall: HallFacts, came: list[tuple[datetime, int]], went: list[tuple[datetime, int]]
) -> tuple[Hour, ...]:  # fmt: skip
    zone = ZoneInfo(hall.calendar.zone)
    entered: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for counter, counts in ((entered, came), (left, went)):
        for at, people in counts:
            counter[at.astimezone(zone).hour] += people
    busy = entered.keys() | left.keys()
    return tuple(Hour(hour, entered[hour], left[hour]) for hour in range(min(busy), max(busy) + 1)) if busy else ()
