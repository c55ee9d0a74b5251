"""Charts of a hall's last days: how long people stay, when it is busy, how well exits are known."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.dwelling import Quartiles, quartiles
from models.rules.halls import HallFacts
from models.rules.visits import Certainty, HowOut, certainty_out
from models.tables import watched
from models.tables.database import run
from models.tables.watched import StayRow

SPANS = (7, 30)
"""How many days charts are made of, today among them; a hall that keeps fewer has charts of those."""
FRESH = timedelta(minutes=10)
_MOST_KEPT = 500


@dataclass(frozen=True)
class Charts:
    """Of the hall days `first` to `last`. `dwell`: by a matter's code (None: none was asked), the most stays first,
    only of stays of which both ends are certain or stated; `guessed` are left out. `busy`: people who came, by
    (weekday from 0 for Monday, hour of the hall's clocks). `exits`: how many of those who left are known how well."""

    first: date
    last: date
    people: int
    dwell: tuple[tuple[str | None, Quartiles], ...]
    guessed: int
    busy: dict[tuple[int, int], int]
    exits: dict[Certainty, int]


_Key = tuple[int, int, date, int]
_kept: dict[_Key, tuple[datetime, Charts]] = {}


def charts(hall: HallFacts, days: int, now: datetime) -> Charts:
    """The charts of so many days, at most FRESH old. Read a day at a time, so that no unit of work is a long one."""
    last = hall.calendar.hall_day(now)
    key = (hall.id, hall.revision, last, days)
    if key in _kept and timedelta(0) <= now - _kept[key][0] < FRESH:
        return _kept[key][1]
    first = last - timedelta(days=min(days, hall.retention_days) - 1)
    counting = _Counting(ZoneInfo(hall.calendar.zone))
    for back in range((last - first).days, -1, -1):
        day = last - timedelta(days=back)
        for row in run(lambda day=day: watched.stays(hall.id, day)):  # type: ignore[misc]
            counting.add(row)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    made = counting.charts(first, last)
    _kept[key] = now, made
    return made


@dataclass
class _Counting:
    """What is known after some of the stays."""

    zone: ZoneInfo
    people: int = 0
    guessed: int = 0
    minutes: dict[str | None, list[float]] = field(default_factory=lambda: defaultdict(list))
    busy: Counter[tuple[int, int]] = field(default_factory=Counter)
    exits: Counter[Certainty] = field(default_factory=Counter)

    def add(self, row: StayRow) -> None:
        """Count one more. Every entry is certain or stated; a guess is only ever an exit."""
        self.people += 1
        entered = row.in_at.astimezone(self.zone)
        self.busy[entered.weekday(), entered.hour] += 1
        if row.out_at is None or row.how_out is None:
            return
        known = certainty_out(HowOut(row.how_out))
        self.exits[known] += 1
        if known is Certainty.ESTIMATED:
            self.guessed += 1
        else:
            self.minutes[row.matter].append((row.out_at - row.in_at).total_seconds() / 60)

    def charts(self, first: date, last: date) -> Charts:
        """All of it."""
        dwell = [(matter, quartiles(minutes)) for matter, minutes in self.minutes.items()]
        dwell.sort(key=lambda one: -one[1].stays)
        exits = {known: self.exits[known] for known in Certainty}
        return Charts(first, last, self.people, tuple(dwell), self.guessed, dict(self.busy), exits)
