"""Building exports: a process claims one, writes both of its workbooks in one pass, and keeps them in pieces.

Whoever is killed in the middle leaves a claim that runs out; the next one drops the pieces of that try and begins
anew. Nothing goes anywhere but into the database, encrypted piece by piece as it is made.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import peewee

from models.rules.halls import HallFacts
from models.rules.workbook import masked
from models.services import halls
from models.services.casework.case_rows import Contacts
from models.services.desk import Desk
from models.services.export_rows import Row, Source, Visits
from models.tables import exported_visits, exports
from models.tables.database import OutcomeUnknown, Unavailable, run
from models.tables.exports import PART_BYTES, ExportRow, Kind, Status

CLAIM_LASTS = timedelta(minutes=2)
"""Each batch makes it new; one takes a second."""
MOST_FAILURES = 3
RETRY = timedelta(seconds=30)
BATCH = 10
FAULTS = "faults"
"""The piece that lists what does not open: [[row, [columns]], …], as JSON."""
MOST_FAULTS = 1000
"""So many are named; the others are counted."""
DROPPED_AT_ONCE = 20
FAULTY = (peewee.PeeweeException, Unavailable, OutcomeUnknown, OSError, RuntimeError, MemoryError)
"""What another try may not meet: a database that is gone or full, no memory. Whatever else comes is a fault of ours,
and is treated alike, but for the log."""

log = logging.getLogger("hallpass.exports")


class Lost(Exception):
    """The export was cancelled, or is another process's by now."""


class Unequal(RuntimeError):
    """There are not as many rows in the workbook as in the database."""


def build_due(now: datetime, desk: Desk) -> int:
    """Build what waits, one after another; gives how many exports were taken on."""
    handled = 0
    started = time.monotonic()
    for export_id in run(lambda: exports.to_do(now, BATCH)):
        if desk.is_stopping():
            break
        at = now + timedelta(seconds=time.monotonic() - started)
        row = run(lambda export_id=export_id, at=at: _claimed(export_id, at))  # type: ignore[misc]
        if row is not None:
            handled += 1
            _tried(row, at, desk)
    return handled


def _claimed(export_id: int, now: datetime) -> ExportRow | None:
    """The export, made ours, without the pieces of whoever began it before; None where somebody else was quicker, or
    where it was tried often enough."""
    row = exports.with_id(export_id)
    if row is None or row.status not in (Status.WANTED, Status.WORKING) or now >= row.expires_at:
        return None
    if not exports.claim(row, now, now + CLAIM_LASTS):
        return None
    exports.drop_chunks(row.id)
    if row.failures + (row.status is Status.WORKING) >= MOST_FAILURES:
        # Each of them was killed over it: the next one would be too.
        exports.leave(row.id, row.tries + 1, Status.FAILED, now, has_failed=False)
        return None
    return row._replace(tries=row.tries + 1, failures=row.failures + (row.status is Status.WORKING))


def _tried(row: ExportRow, now: datetime, desk: Desk) -> None:
    try:
        _build(row, now, desk)
    except Lost:
        return
    except Exception as error:
        # What it says may hold what it stumbled over.
        say = log.warning if isinstance(error, FAULTY) else log.error
        say("export %s, try %d: %s", row.public_id, row.tries, type(error).__name__)
        failures = row.failures + 1
        status = Status.FAILED if failures >= MOST_FAILURES else Status.WANTED
        _left(row, status, now + RETRY * failures)


def _left(row: ExportRow, status: Status, until: datetime, *, has_failed: bool = True) -> None:
    def leave() -> None:
        if exports.leave(row.id, row.tries, status, until, has_failed=has_failed):
            exports.drop_chunks(row.id)

    run(leave)


def _build(row: ExportRow, now: datetime, desk: Desk) -> None:
    hall = halls.by_id(row.hall_id, None)
    if hall is None:
        raise Unequal("the hall is gone")
    source = run(lambda: _begun(row, hall))
    making = _Making(row, source, now, desk)
    for rows in source.batches(now):
        if desk.is_stopping():
            # The claim is given back at once: whoever comes next need not wait for it to run out.
            _left(row, Status.WANTED, now, has_failed=False)
            raise Lost
        making.add(rows)
    left = run(source.count)
    if not left <= making.rows <= making.expected():
        raise Unequal(f"{making.rows} rows, {left} visits")
    making.finish()


def _begun(row: ExportRow, hall: HallFacts) -> Source:
    """The visits that are there by now; they are counted before and after, as some may be erased meanwhile."""
    source: Source
    if row.case_id is None:
        source = Visits(hall, exported_visits.stretch(hall.id, *hall.calendar.span(row.first, row.last)))
    else:
        source = Contacts(hall, row.case_id)
    if not exports.expect(row.id, row.tries, source.count()):
        raise Lost
    return source


@dataclass
class _Pieces:
    """The bytes of one workbook, cut into parts."""

    kind: Kind
    part: int = 0
    size: int = 0
    held: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes) -> None:
        self.held += data
        self.size += len(data)

    def parts(self, *, all_of_it: bool = False) -> list[tuple[int, bytes]]:
        """Those that are full, with their numbers; at the end the rest."""
        found = []
        while len(self.held) >= PART_BYTES or (all_of_it and self.held):
            self.part += 1
            found.append((self.part, bytes(self.held[:PART_BYTES])))
            del self.held[:PART_BYTES]
        return found


class _Making:
    """Both workbooks of one export while they are written. What is stored goes in together with the claim that allows
    it, so that a process whose claim has run out stores nothing."""

    def __init__(self, row: ExportRow, source: Source, now: datetime, desk: Desk) -> None:
        started = time.monotonic()
        self._clock: Callable[[], datetime] = lambda: now + timedelta(seconds=time.monotonic() - started)
        self._row = row
        self._pieces = {kind: _Pieces(kind) for kind in Kind}
        self._books = {
            kind: desk.new_sheets(pieces.take, source.columns, source.widths, row.made_at)
            for kind, pieces in self._pieces.items()
        }
        self.rows = self._faulty = 0
        self._faults: list[tuple[int, tuple[int, ...]]] = []

    def expected(self) -> int:
        """How many rows there were when it began."""
        row = run(lambda: exports.with_id(self._row.id))
        return row.rows_expected if row else -1

    def add(self, rows: list[Row]) -> None:
        """Write a batch of rows, and keep what makes whole pieces."""
        full, hidden = self._books[Kind.FULL], self._books[Kind.MASKED]
        for cells, damaged in rows:
            self.rows += 1
            full.append(cells)
            hidden.append(masked(cells))
            if damaged:
                self._faulty += 1
                if len(self._faults) < MOST_FAULTS:
                    self._faults.append((self.rows, damaged))
        self._keep([(kind, *part) for kind, pieces in self._pieces.items() for part in pieces.parts()])

    def finish(self) -> None:
        """Close both workbooks and say that they are there."""
        parts: list[tuple[str, int, bytes]] = []
        for kind, book in self._books.items():
            directory = book.close()
            parts += [(kind, *part) for part in self._pieces[kind].parts(all_of_it=True)]
            parts.append((kind, 0, directory))
        if self._faults:
            parts.append((FAULTS, 0, json.dumps(self._faults).encode()))
        for part in parts:
            self._keep([part])
        sizes = self._pieces[Kind.FULL].size, self._pieces[Kind.MASKED].size
        if not run(lambda: exports.ready(self._row.id, self._row.tries, self.rows, self._faulty, *sizes)):
            raise Lost

    def _keep(self, parts: list[tuple[str, int, bytes]]) -> None:
        run(lambda: self._stored(parts))

    def _stored(self, parts: list[tuple[str, int, bytes]]) -> None:
        until = self._clock() + CLAIM_LASTS
        if not exports.go_on(self._row.id, self._row.tries, until, self.rows, self._faulty):
            raise Lost
        for kind, part, data in parts:
            exports.add_chunk(self._row.id, kind, part, data)


def drop_over(now: datetime) -> int:
    """Drop the workbooks of exports whose time is over, and what is left of those that were cancelled; gives how many
    exports. The row and its copies stay: who took what, and what for."""
    handled = 0
    for export_id, status in run(lambda: exports.over(now, BATCH * 10)):
        while run(lambda export_id=export_id: exports.drop_chunks(export_id, DROPPED_AT_ONCE)):  # type: ignore[misc]
            pass
        handled += run(lambda export_id=export_id, status=status: exports.expire(export_id, status))  # type: ignore[misc]
    return handled
