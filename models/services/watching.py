"""Watching a hall: how many came and left, who is inside, how many have begun a check-in and not finished it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from models.rules.halls import HallFacts
from models.rules.visits import LONG_STAY
from models.tables import watched
from models.tables.database import transaction
from models.tables.watched import InsideRow


@dataclass(frozen=True)
class DayCounts:
    """People of one hall day, companions counted. `entered`, `left` and `estimated` (those of `left` whose exit is a
    guess) are of stays that began on that day; a stay whose due time has come is over, by a guess. `inside`: everybody
    who is in the hall now, 0 for any other day. `turned_away`: fevers that nobody has cleared."""

    entered: int
    left: int
    inside: int
    estimated: int
    turned_away: int


@transaction
def counts(hall: HallFacts, day: date, now: datetime) -> DayCounts:
    """How many came, left and are there."""
    row = watched.day(hall.id, day, now)
    inside = watched.count_inside(hall.id, now) if day == hall.calendar.hall_day(now) else 0
    return DayCounts(row.entered, row.closed + row.overdue, inside, row.estimated + row.overdue, row.turned_away)


class Place(NamedTuple):
    """Where a page of those inside ends, and the next one goes on."""

    in_at: datetime
    id: int


@dataclass(frozen=True)
class Inside:
    """Somebody who is inside. `name` is whole (masking is whoever shows it), "" where it cannot be read any more;
    `matter` is a code; `companions` counts those of a lead; `is_long`: for longer than LONG_STAY."""

    public_id: str
    name: str
    door: int
    matter: str | None
    in_at: datetime
    due_at: datetime
    companions: int
    is_companion: bool
    is_long: bool


@dataclass(frozen=True)
class InsidePage:
    """Some of those inside, who came first first, out of `count`; `next` is where the next page goes on, None on the
    last one."""

    count: int
    rows: list[Inside]
    next: Place | None


@transaction
def inside(hall: HallFacts, now: datetime, most: int, after: Place | None = None) -> InsidePage:
    """Who is inside now, at most so many of them; a further page costs what the first one does."""
    rows = watched.inside(hall.id, now, most + 1, after)
    shown = rows[:most]
    goes_on = Place(shown[-1].in_at, shown[-1].id) if len(rows) > most and shown else None
    return InsidePage(watched.count_inside(hall.id, now), [_shown(row, now) for row in shown], goes_on)


def _shown(row: InsideRow, now: datetime) -> Inside:
    return Inside(
        row.public_id, row.name or "", row.door, row.matter, row.in_at, row.due_at, row.companions,
        row.lead_id is not None, now - row.in_at > LONG_STAY,
    )  # fmt: skip


@transaction
def unfinished(hall: HallFacts, now: datetime) -> int:
    """扫码未登记完: how many people have begun a check-in at this hall in the last 15 minutes, have not finished it and
    are not inside."""
    return watched.unfinished(hall.id, now)
