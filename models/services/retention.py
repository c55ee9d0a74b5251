"""Erasing what has had its time, in small batches that give way to whoever is at the door.

Of each hall: the visits of days that are kept no longer, and before them their temperatures. What a case holds stays
until the hold is over, and nobody who is inside is erased. A batch, and what the record of its hall day says of it, are
one unit of work: of two that erase at once, each row is counted once, and a process that is killed leaves nothing half
done.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from models.rules import retention as rules
from models.rules.halls import HallFacts
from models.rules.retention import What
from models.services import deletions as records
from models.services import halls
from models.services.casework import case_ends
from models.tables import deletions, retention, unused
from models.tables import halls as hall_rows
from models.tables.database import Raced, run, transaction
from models.tables.deletions import DeletionRow
from models.tables.retention import Going

BATCH = 200
RUN_SECONDS = 240.0
"""A run that has more to do than this leaves the rest to the next one."""
LONGEST_PAUSE = 0.5

KEEP_NOTED = timedelta(days=180)
"""Exports, who took copies of them and what for, and what a second pair of eyes was asked: as long as the audit."""

Sleep = Callable[[float], object]


@dataclass
class Run:
    """One run: until when it goes on, and how it pauses. A pause is as long as the batch before it took, so that a
    busy server is left alone for longer."""

    is_stopping: Callable[[], bool]
    seconds: float
    sleep: Sleep
    handled: int = 0
    began: float = field(default_factory=time.monotonic)

    def goes_on(self) -> bool:
        return not self.is_stopping() and time.monotonic() - self.began < self.seconds

    def did(self, count: int, since: float) -> None:
        """A batch was done."""
        self.handled += count
        self.sleep(min(time.monotonic() - since, LONGEST_PAUSE))


def purge(
    now: datetime, is_stopping: Callable[[], bool] = lambda: False, seconds: float = RUN_SECONDS,
    sleep: Sleep = time.sleep,
) -> int:  # fmt: skip
    """Erase what is due in all halls, as far as one run comes; gives how many rows. Any number of processes may."""
    going_on = Run(is_stopping, seconds, sleep)
    for hall_id in run(hall_rows.ids):
        if not going_on.goes_on():
            break
        _purge_hall(hall_id, now, going_on)
    _forget_unused(now, going_on)
    return going_on.handled


def purge_all(now: datetime) -> int:
    """Erase everything that is due, without a pause: before anybody is served, such as after a restore."""
    return purge(now, seconds=float("inf"), sleep=lambda _: None)


@transaction
def due(hall: HallFacts, now: datetime) -> int:
    """How many visits of a hall are kept no longer by its rule as `hall` has it, held ones among them: what a change of
    the rule would cost."""
    return retention.count_before(hall.id, rules.cuts(hall, hall.calendar.hall_day(now)).visits)


def _purge_hall(hall_id: int, now: datetime, going_on: Run) -> None:
    hall = halls.by_id(hall_id, None)
    if hall is None:
        return
    today = hall.calendar.hall_day(now)
    for what, day in _days(hall, today):
        while going_on.goes_on():
            began = time.monotonic()
            count = run(lambda what=what, day=day: _batch(hall, what, day, today, now))  # type: ignore[misc]
            if count == 0:
                break
            going_on.did(count, began)
        if not going_on.goes_on():
            return
    _purge_cases(hall, now, going_on)
    begin, _ = hall.calendar.span(rules.cuts(hall, today).visits, today)
    run(lambda: unused.help_requests(hall.id, begin))


def _purge_cases(hall: HallFacts, now: datetime, going_on: Run) -> None:
    run(lambda: case_ends.tell(hall, now))
    for row in run(lambda: case_ends.due(hall, now)):
        if not going_on.goes_on():
            return
        began = time.monotonic()
        going_on.did(int(run(lambda row=row: case_ends.erase(hall, row.id, now))), began)  # type: ignore[misc]


def _forget_unused(now: datetime, going_on: Run) -> None:
    """What belongs to no hall: people who were not seen for as long as halls may keep visits, and what they agreed to;
    exports, and what was asked about them."""
    kept = now - timedelta(days=halls.defaults().retention_days)
    for forget, before in (
        (unused.people, kept), (unused.grants, kept), (unused.exports, now - KEEP_NOTED),
        (unused.approvals, now - KEEP_NOTED),
    ):  # fmt: skip
        while going_on.goes_on():
            began = time.monotonic()
            count = run(lambda forget=forget, before=before: forget(before, BATCH))  # type: ignore[misc]
            if count == 0:
                break
            going_on.did(count, began)


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


def _batch(hall: HallFacts, what: What, day: date, today: date, now: datetime) -> int:
    """Erase the next rows of a hall day; gives how many. Where there are none, its record is signed."""
    record = deletions.last_of_day(hall.id, what, day)
    # Whatever was begun is ended, also where a hall keeps its days for longer by now: with nothing further in it.
    is_due = day < rules.cuts(hall, today).of(what)
    going = retention.going(hall.id, what, day, today, BATCH) if is_due else []
    fevers = retention.fevers(hall.id, day, BATCH) if is_due and what is What.TEMPERATURES and not going else []
    if not going and not fevers:
        _finish(hall, what, day, record, now)
        return 0
    record = _open(hall, what, day, record, now)
    names = [row.name for row in (*going, *fevers)]
    mark = rules.fingerprint(record.fingerprint, names)
    if not deletions.add(record, len(names), mark, rules.days_kept(hall, what), now):
        raise Raced
    if _erase(what, going) + (retention.erase_fevers([row.id for row in fevers]) if fevers else 0) != len(names):
        raise Raced
    return len(names)


def _erase(what: What, going: list[Going]) -> int:
    if not going:
        return 0
    erase = retention.erase_visits if what is What.VISITS else retention.erase_temperatures
    return erase([row.id for row in going])


def _open(hall: HallFacts, what: What, day: date, record: DeletionRow | None, now: datetime) -> DeletionRow:
    """The record that rows of this hall day are put to now."""
    if record and not record.is_done:
        return record
    part = record.part + 1 if record else 1
    return deletions.begin(hall.id, what, day, part, rules.days_kept(hall, what), now)


def _finish(hall: HallFacts, what: What, day: date, record: DeletionRow | None, now: datetime) -> None:
    """Sign the record of a day that is done. A day without temperatures gets one too: by it the next run knows that
    nothing is left to be looked at."""
    if record is None and what is What.TEMPERATURES:
        record = deletions.begin(hall.id, what, day, 1, rules.days_kept(hall, what), now)
    if record is None or record.is_done:
        return
    records.seal(record, retention.left(hall.id, what, day))
