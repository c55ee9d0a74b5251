"""Erasing a person is taking out of their stays who they were: nobody can read it any more, a case still counts them,
and the stays themselves go when their days are over.

What a case holds waits until nothing holds it any more; a job then does the rest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.refusal import Refused
from models.rules.visits import HowOut
from models.services import halls
from models.tables import erasures, turns, visits
from models.tables.database import Raced, run, transaction
from models.tables.erasures import FEVER, VISIT, FeverRow, StayRow

AT_ONCE = 200
"""Stays that are emptied in one unit of work; of somebody with more, the job empties the others."""
LOOK_AGAIN = timedelta(hours=1)
"""After how long what is held is looked at again: a hold may end before its day."""


@dataclass(frozen=True)
class Erased:
    """What came of it, counted in stays, those of companions among them. `emptied`: of nobody any more; `later`: the
    same within minutes; `held`: by a case, and emptied once nothing holds them, by now on the day after `held_until`.
    `gone_on`: the day on which the last of them goes itself, name or no name; None where there is none."""

    emptied: int = 0
    later: int = 0
    held: int = 0
    held_until: date | None = None
    gone_on: date | None = None

    @property
    def count(self) -> int:
        """All of them."""
        return self.emptied + self.later + self.held


@transaction
def preview(visit_ids: Collection[int], now: datetime) -> Erased:
    """What erase_visits would come to, without doing anything; Refused as that."""
    rows = _over(visit_ids, now, do=False)
    held = erasures.held([row.id for row in rows], _today(now))
    free = len(rows) - len(held)
    return Erased(min(free, AT_ONCE), max(0, free - AT_ONCE), len(held), max(held.values(), default=None), _gone(rows))


@transaction
def erase_visits(visit_ids: Collection[int], now: datetime) -> Erased:
    """Take these stays (ids of rows), and those of whoever came along with them, away from their account, and out of
    them who it was: name, number, phone, address, remark, earlier values. Part of a unit of work, or one of its own.
    Those that are gone are no matter, nor are those that were emptied before. One that was due counts as over.

    Refused with erase_inside (hall: its name) where one of them is still open; nothing is written then.
    """
    _take_turns(visit_ids)
    rows = _over(visit_ids, now, do=True)
    ids = [row.id for row in rows]
    if erasures.unlink(ids) != len(ids):
        raise Raced
    held = erasures.held(ids, _today(now))
    free = [row_id for row_id in ids if row_id not in held]
    at_once, later = free[:AT_ONCE], free[AT_ONCE:]
    erasures.empty(at_once)
    erasures.off(VISIT, at_once)
    erasures.queue(VISIT, later, now, now)
    erasures.queue(VISIT, held, now, now + LOOK_AGAIN)
    return Erased(len(at_once), len(later), len(held), max(held.values(), default=None), _gone(rows))


def erase_fevers_with(fever_ids: Collection[int], now: datetime) -> None:
    """Take out of these declared fevers who it was; of one of today that waits for staff once they have seen to it, or
    its day is over. Part of a unit of work."""
    erasures.queue(FEVER, fever_ids, now, now)
    _empty_fevers(fever_ids, now)


def empty_due(now: datetime) -> int:
    """Empty what waited and is held by nothing any more; gives how many rows. Several processes may do this at once."""
    handled = 0
    for kind, work in ((VISIT, _visits_due), (FEVER, _fevers_due)):
        while True:
            ids = run(lambda kind=kind: erasures.due(kind, now, AT_ONCE))  # type: ignore[misc]
            if not ids:
                break
            handled += run(lambda work=work, ids=ids: work(ids, now))  # type: ignore[misc]
    return handled


def _visits_due(ids: list[int], now: datetime) -> int:
    _take_turns(ids)
    led = [row.id for row in erasures.stays_led(ids)]
    erasures.queue(VISIT, led, now, now)
    return len(ids) - len(_empty({*ids, *led}, now) & set(ids))


def _fevers_due(ids: list[int], now: datetime) -> int:
    return len(ids) - _empty_fevers(ids, now)


def _take_turns(visit_ids: Collection[int]) -> None:
    """From here on nobody begins to hold any of these, and whoever just did is seen."""
    turns.take_of_holds({row.hall_id for row in erasures.stays(visit_ids)})


def _over(visit_ids: Collection[int], now: datetime, *, do: bool) -> list[StayRow]:
    """The stays with those of companions, all of them over."""
    own = erasures.stays(visit_ids)
    led = erasures.stays_led([row.id for row in own if row.companions])
    rows = list({row.id: row for row in (*own, *led)}.values())
    inside = next((row for row in rows if row.is_open and now <= row.due_at), None)
    if inside:
        hall = halls.by_id(inside.hall_id, None)
        raise Refused("erase_inside", hall=hall.name if hall else "")
    for row in rows:
        if do and row.is_open:
            visits.close(row.id, row.companions, row.due_at, HowOut.CLOSING)
    return rows


def _empty(ids: Collection[int], now: datetime) -> set[int]:
    """Empty those of these that are over and held by nothing, and take them off the list; gives the others."""
    waits = erasures.held(ids, _today(now)).keys() | {row.id for row in erasures.stays(ids) if row.is_open}
    free = [row_id for row_id in ids if row_id not in waits]
    erasures.empty(free)
    erasures.off(VISIT, free)
    erasures.look_later(VISIT, waits, now + LOOK_AGAIN)
    return set(waits)


def _empty_fevers(ids: Collection[int], now: datetime) -> int:
    """Empty those that wait for nobody; gives how many others there are."""
    waits = [row.id for row in erasures.fevers(list(ids)) if waits_for_staff(row, now)]
    free = [row_id for row_id in ids if row_id not in waits]
    erasures.empty_fevers(free)
    erasures.off(FEVER, free)
    erasures.look_later(FEVER, waits, now + LOOK_AGAIN)
    return len(waits)


def waits_for_staff(row: FeverRow, now: datetime) -> bool:
    """Whether staff have yet to see to a fever, whose day is not over. Part of a unit of work."""
    hall = halls.by_id(row.hall_id, None)
    return not row.is_handled and hall is not None and row.hall_day >= hall.calendar.hall_day(now)


def _gone(rows: Collection[StayRow]) -> date | None:
    """When the last of these stays goes by the days of its hall."""
    days = {found.id: found.retention_days for found in halls.by_ids({row.hall_id for row in rows}).values()}
    gone = (row.hall_day + timedelta(days=days.get(row.hall_id, 0) + 1) for row in rows)
    return max(gone, default=None)


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(halls.defaults().zone)).date()
