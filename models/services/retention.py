"""Erasing what has had its time, in small batches that give way to whoever is at the door.

Of each hall: the visits of days that are kept no longer, and before them their temperatures. What a case holds stays
until the hold is over, and nobody who is inside is erased. A batch, and what the record of its hall day says of it, are
one unit of work: of two that erase at once, each row is counted once, and a process that is killed leaves nothing half
done.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

import peewee

from models.rules import retention as rules
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.retention import What
from models.services import deletions as records
from models.services import halls
from models.services.casework import case_ends
from models.services.seals import Superseded
from models.tables import deletions, retention, rounds, turns, unused
from models.tables import halls as hall_rows
from models.tables.database import OutcomeUnknown, Raced, Unavailable, run, transaction
from models.tables.deletions import DeletionRow
from models.tables.retention import Going

BATCH = 200
RUN_SECONDS = 240.0
"""A run that has more to do than this leaves the rest to the next one."""
LONGEST_PAUSE = 0.5

BATCH_SECONDS = 30.0
"""A batch that nobody waits for may take so long, on a disk that is slow."""
ROUND = "retention"
"""Under which it is kept how far the runs have come."""
_NO_HALL = 0
"""What belongs to no hall, after the last of them."""
KEEP_NOTED = timedelta(days=180)
"""Exports, who took copies of them and what for, and what a second pair of eyes was asked: as long as the audit."""

Sleep = Callable[[float], object]

log = logging.getLogger("hallpass.retention")


class NotErased(Exception):
    """Some of what is due could not be erased; the log says of which hall and day."""


@dataclass
class Run:
    """One run: until when it goes on, and how it pauses. A pause is as long as the batch before it took, so that a
    busy server is left alone for longer. `failed`: how often something could not be erased."""

    is_stopping: Callable[[], bool]
    seconds: float
    sleep: Sleep
    clock: Callable[[], float] = time.monotonic
    handled: int = 0
    failed: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def goes_on(self) -> bool:
        return not self.is_stopping() and self.clock() - self.began < self.seconds

    def drain(self, name: str, batch: Callable[[], int], done: Callable[[], object] = lambda: None) -> None:
        """Batch after batch, until one finds nothing; `done` after each that is stored. What cannot be erased is logged
        by its name and left for the next run; it does not stop the rest."""
        while self.goes_on():
            began = time.monotonic()
            try:
                count = run(batch, began + BATCH_SECONDS)
            except (peewee.PeeweeException, Unavailable, OutcomeUnknown) as error:
                log.error("%s: not erased: %s", name, type(error).__name__)
                self.failed += 1
                return
            if count == 0:
                return
            done()
            self.handled += count
            self.sleep(min(time.monotonic() - began, LONGEST_PAUSE))


def purge(
    now: datetime, is_stopping: Callable[[], bool] = lambda: False, seconds: float = RUN_SECONDS,
    sleep: Sleep = time.sleep, clock: Callable[[], float] = time.monotonic,
) -> int:  # fmt: skip
    """Erase what is due in all halls, as far as one run comes; gives how many rows. The next run begins with the hall
    after the one that this has come to, so that a hall with very much to erase keeps no other waiting for good. Any
    number of processes may."""
    going_on = Run(is_stopping, seconds, sleep, clock)
    _purge(now, going_on, run(lambda: rounds.reached(ROUND)))
    return going_on.handled


def purge_all(now: datetime) -> int:
    """Erase everything that is due, without a pause: before anybody is served, such as after a restore. Raises
    NotErased where something is left that should have gone."""
    going_on = Run(lambda: False, float("inf"), lambda _: None)
    _purge(now, going_on)
    if going_on.failed:
        raise NotErased
    return going_on.handled


@transaction
def due(hall: HallFacts, now: datetime) -> int:
    """How many visits of a hall are kept no longer by its rule as `hall` has it, held ones among them: what a change of
    the rule would cost."""
    return retention.count_before(hall.id, rules.cuts(hall, hall.calendar.hall_day(now)).visits)


@transaction
def due_temperatures(hall: HallFacts, now: datetime) -> int:
    """The same of temperatures of visits that stay, and of declared fevers."""
    cuts = rules.cuts(hall, hall.calendar.hall_day(now))
    return retention.count_temperatures(hall.id, cuts.visits, cuts.temperatures)


def _purge(now: datetime, going_on: Run, reached: int = _NO_HALL) -> None:
    ids = sorted(run(hall_rows.ids))
    for one in (*(each for each in ids if each > reached), _NO_HALL, *(each for each in ids if each <= reached)):
        if not going_on.goes_on():
            return
        before = going_on.handled
        if one == _NO_HALL:
            _forget_unused(now, going_on)
        else:
            _purge_one(one, now, going_on)
        if going_on.handled > before or not going_on.goes_on():
            run(lambda one=one: rounds.reach(ROUND, one))  # type: ignore[misc]


def _purge_one(hall_id: int, now: datetime, going_on: Run) -> None:
    try:
        hall = halls.by_id(hall_id, None)
    except (Refused, ValueError, LookupError, TypeError) as error:
        # Its calendar says which day it is, and nothing else does.
        log.error("hall %d: cannot be read: %s", hall_id, type(error).__name__)
        going_on.failed += 1
    else:
        if hall is not None:
            _purge_hall(hall, now, going_on)


def _purge_hall(hall: HallFacts, now: datetime, going_on: Run) -> None:
    today = hall.calendar.hall_day(now)
    for what, day in _days(hall, today):
        if not going_on.goes_on():
            return
        one = HallDay(hall, what, day, today, now)
        going_on.drain(f"hall {hall.id}, {what} of {day}", one.batch, one.done)
    run(lambda: case_ends.tell(hall, now))
    for row in run(lambda: case_ends.due(hall, now)):
        going_on.drain(f"case {row.id}", partial(case_ends.erase, hall, row.id, now))
    begin, _ = hall.calendar.span(rules.cuts(hall, today).visits, today)
    run(lambda: unused.help_requests(hall.id, begin))


def _forget_unused(now: datetime, going_on: Run) -> None:
    """What belongs to no hall: people who were not seen for as long as halls may keep visits, and what they agreed to;
    exports, and what was asked about them."""
    kept = now - timedelta(days=halls.defaults().retention_days)
    going_on.drain("people", partial(unused.people, kept, BATCH))
    going_on.drain("consents to notices", partial(unused.grants, kept, BATCH))
    going_on.drain("exports", partial(unused.exports, now - KEEP_NOTED, BATCH))
    going_on.drain("questions to a second pair of eyes", partial(unused.approvals, now - KEEP_NOTED, BATCH))


def _days(hall: HallFacts, today: date) -> Iterator[tuple[What, date]]:
    """The hall days that something may be left to do of, the oldest first: what was begun, then visits, then
    temperatures of those that stay."""
    cuts = rules.cuts(hall, today)
    for row in run(lambda: deletions.not_done(hall.id)):
        yield row.what, row.day
    day = date.min
    while found := run(lambda day=day: retention.next_day(hall.id, day, cuts.visits)):  # type: ignore[misc]
        day = found
        yield What.VISITS, day
    for day in run(lambda: _with_temperatures(hall.id, cuts)):
        yield What.TEMPERATURES, day


def _with_temperatures(hall_id: int, cuts: rules.Cuts) -> list[date]:
    """Days whose visits stay and whose temperatures go, and those of fevers; without what is done, of which nothing is
    left."""
    done = deletions.since(hall_id, What.TEMPERATURES, cuts.visits)
    spans = [cuts.visits + timedelta(days=back) for back in range((cuts.temperatures - cuts.visits).days)]
    found = {
        day
        for day in spans
        if not (day in done and done[day].is_done and done[day].left == 0) and retention.has_visits(hall_id, day)
    }
    day = date.min
    while fever_day := retention.next_fever_day(hall_id, day, cuts.temperatures):
        day = fever_day
        found.add(day)
    return sorted(found)


@dataclass
class HallDay:
    """What is erased of one hall day in one run. `after`: the last row that was, and `reached` that of the batch under
    way: a server walks over what was just removed, so each batch begins where the one before has ended."""

    hall: HallFacts
    what: What
    day: date
    today: date
    now: datetime
    after: int = 0
    reached: int = 0

    def batch(self) -> int:
        """Erase the next rows; gives how many. Where there are none, the day's record is signed."""
        going = self._going()
        if going:
            # Who holds some of them at this moment has done so by then, or finds them gone.
            turns.take_of_holds([self.hall.id])
            going = self._going()
        record = deletions.last_of_day(self.hall.id, self.what, self.day)
        if not going:
            self._finish(record)
            return 0
        record = self._open(record)
        mark = rules.fingerprint(record.fingerprint, (row.name for row in going))
        if not deletions.add(record, len(going), mark, rules.days_kept(self.hall, self.what), self.now):
            raise Raced
        if sum(erase([row.id for row in rows]) for erase, rows in self._ways(going) if rows) != len(going):
            raise Raced
        self.reached = max((row.id for row in going if not row.is_fever), default=self.reached)
        return len(going)

    def done(self) -> None:
        """The batch is stored."""
        self.after = self.reached

    def _going(self) -> list[Going]:
        # Whatever was begun is ended, also where a hall keeps its days for longer by now: with nothing further in it.
        if self.day >= rules.cuts(self.hall, self.today).of(self.what):
            return []
        found = retention.going(self.hall.id, self.what, self.day, self.today, self.after, BATCH)
        if found or self.what is What.VISITS:
            return found
        return retention.fevers(self.hall.id, self.day, BATCH)

    def _ways(self, going: list[Going]) -> list[tuple[Callable[[list[int]], int], list[Going]]]:
        erase = retention.erase_visits if self.what is What.VISITS else retention.erase_temperatures
        return [
            (erase, [row for row in going if not row.is_fever]),
            (retention.erase_fevers, [row for row in going if row.is_fever]),
        ]

    def _open(self, record: DeletionRow | None) -> DeletionRow:
        """The record that rows of this day are put to now."""
        if record and not record.is_done:
            return record
        return self._begin(record.part + 1 if record else 1)

    def _begin(self, part: int) -> DeletionRow:
        kept_days = rules.days_kept(self.hall, self.what)
        return deletions.begin(self.hall.id, self.what, self.day, part, kept_days, self.now)

    def _finish(self, record: DeletionRow | None) -> None:
        """Sign the record of a day that is done. A day without temperatures gets one too: by it the next run knows that
        nothing is left to be looked at."""
        if record is None and self.what is What.TEMPERATURES:
            record = self._begin(1)
        if record is None or record.is_done:
            return
        # Where there is a newer key it stays open until a run of a process that has it.
        with contextlib.suppress(Superseded):
            records.seal(record, retention.left(self.hall.id, self.what, self.day))
