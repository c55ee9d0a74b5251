"""Rows of the audit that were sealed and are older than they are kept are erased; their seals stay.

What they came to is then all there is of them, with when they were erased, signed: that they are gone is no fault.
A day that does not verify is not erased, nor any later one of its hall: it is what somebody will want to look at. A
process that lacks the key in use leaves it to the others to say so (services/seals.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from models.services import halls, seals
from models.services.sealing import hall_ids, signed_pruned
from models.services.seals import Superseded, key_ring
from models.services.verifying import faults_of
from models.tables import audit_spans, books_of_keys, housekeeping
from models.tables import seals as seal_rows
from models.tables.database import transaction
from models.tables.seals import SealRow

AT_ONCE = 200
"""Rows that are erased in one unit of work."""
_A_WORKER_OF_BEFORE = timedelta(days=7)
"""So long after a hash key was given up somebody may still have noted what they did under it."""
_OF_HASHES = "hash:"
_MOST_DAYS = 50
"""Of a hall, in one run."""


def prune(now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Erase the rows of days that are old enough; gives how many rows. What a run that was killed has left of a day is
    erased too."""
    erased = 0
    for hall_id in hall_ids(seal_rows.hall_after):
        _mark(hall_id, now)
        count = AT_ONCE
        while count == AT_ONCE and not is_stopping():
            count = _erase(hall_id)
            erased += count
    _forget_aliases(now)
    return erased


@transaction
def is_begun(hall_id: int) -> bool:
    """Whether the first rows of a hall are erased by now."""
    return seal_rows.last_pruned(hall_id) is not None


def _mark(hall_id: int, now: datetime) -> None:
    """Say of the seals of old days that their rows are erased, before any is."""
    until = now - timedelta(days=halls.defaults().audit_days)
    old = transaction(seal_rows.to_prune)(hall_id, until, _MOST_DAYS)
    ring = key_ring() if old else None
    for row in old:
        if ring is None or faults_of(row, ring, now):
            return
        try:
            _say(row, now)
        except Superseded:
            return


@transaction
def _say(row: SealRow, now: datetime) -> None:
    seal = seals.sign(signed_pruned(row.digest, now))
    seal_rows.prune(row.number, now, seal.key_id, seal.signature)


@transaction
def _forget_aliases(now: datetime) -> None:
    """Under a hash key that was given up before the oldest row was noted there is nobody to be told any more."""
    oldest = audit_spans.first_of_all() or now
    for key in housekeeping.retired_before(oldest - _A_WORKER_OF_BEFORE):
        if key.startswith(_OF_HASHES):
            books_of_keys.forget_aliases(key.removeprefix(_OF_HASHES))


@transaction
def _erase(hall_id: int) -> int:
    last = seal_rows.last_pruned(hall_id)
    return audit_spans.erase(hall_id, last.ends_at, last.top_id, AT_ONCE) if last else 0
