"""Tracing a case: its stays, whoever was there with it, and the list of them as it is kept.

Small ones are traced where they are asked for, in the same unit of work; of a full hall a job does it. Tracing again
keeps the numbers, and whatever staff noted, of everybody who is found again.
"""

import contextlib
import gc
import logging
import time
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.rules.same_person import grouped
from models.rules.spans import Span
from models.rules.tracing import Candidate, Definition, Stay, stretches, trace
from models.rules.visits import Certainty, HowIn, HowOut, certainty_in, certainty_out
from models.services import halls
from models.services.casework import case_listing, case_persons, one_key
from models.services.desk import Desk
from models.tables import case_lists as lists
from models.tables import cases, found_visits, traced
from models.tables.cases import CaseRow
from models.tables.database import run
from models.tables.fields import moment_in
from models.tables.found_visits import FoundVisit

AT_ONCE = 5000
STORED_AT_ONCE = 1000
"""So many visits are looked at, and contacts kept, where somebody waits for the answer; more is for the job `cases`."""
CLAIM_LASTS = timedelta(minutes=2)
RETRY = timedelta(seconds=30)
BATCH = 10
LONGEST_SECONDS = 60.0
"""For storing what tracing a full hall has found."""

log = logging.getLogger("hallpass.cases")

_IN = {how.encode(): certainty_in(how) for how in HowIn}
_OUT = {how.encode(): certainty_out(how) for how in HowOut}


@dataclass(frozen=True)
class Read:
    """What the tables know of a case: the ids of all visits of its person, its stays, and the visits of whoever may
    have met them."""

    own: frozenset[int]
    case: list[Stay]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Listing:
    """The list that a case comes to: its own stays, its candidates, and by visit the account that made it."""

    case: list[Stay]
    candidates: list[Candidate]
    accounts: dict[int, int | None]


def begin(hall: HallFacts, row: CaseRow, visit: FoundVisit, now: datetime) -> None:
    """Trace a case that is marked as to be traced, or leave it to the job where it is a large one. Part of a unit of
    work that holds the case's row."""
    own, case = stays_of(hall, row, visit, now)
    if is_large(hall, case, row.definition):
        return
    found = listing(read(hall, own, case, row.definition), row.definition, now)
    if len(found.candidates) <= STORED_AT_ONCE:
        store(row, found, now)


def first_meeting(case_id: int, contact_id: int) -> datetime | None:
    """When a contact came in the first time that they met the case; None where no such stay is kept any more. Part of a
    unit of work."""
    met = lists.first_entry(case_id, contact_id)
    return moment_in(met) if met else None


def stays_of(hall: HallFacts, row: CaseRow, visit: FoundVisit, now: datetime) -> tuple[frozenset[int], list[Stay]]:
    """The ids of all visits of a case's person, and their stays in the days of the case; of a step, those since the
    contact met the other case. Part of a unit of work."""
    every = case_persons.all_of(hall, visit, now)
    begin, end = hall.calendar.span(row.first, row.last)
    if row.origin_id is not None and row.contact_id is not None:
        begin = max(begin, first_meeting(row.origin_id, row.contact_id) or begin)
    stays = [_stay_of(one, now) for one in every]
    return frozenset(one.id for one in every), [one for one in stays if one.in_at < end and one.left_at >= begin]


def is_large(hall: HallFacts, case: list[Stay], definition: Definition) -> bool:
    """Whether this is work for the job. Part of a unit of work."""
    return sum(traced.count(hall.id, *span) for span in stretches(case, definition)) > AT_ONCE


def read(hall: HallFacts, own: frozenset[int], case: list[Stay], definition: Definition) -> Read:
    """The visits to compare, each once. Part of a unit of work."""
    spans: list[Span] = stretches(case, definition)
    rows = [row for span in spans for row in traced.stays(hall.id, *span)]
    each = rows if len(spans) == 1 else list({row[0]: row for row in rows}.values())
    return Read(own, case, one_key.under_newest(each, hall.id))


def listing(found: Read, definition: Definition, now: datetime) -> Listing:
    """Who of them is a candidate; needs no database."""
    with _uncollected():
        return _listing(found, definition, now)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Python does not look for cycles, of which tracing makes none: with 50,000 stays that takes a third of the time.
    Two threads at once: the first that is done turns it on again, for both."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _listing(found: Read, definition: Definition, now: datetime) -> Listing:
    persons = grouped([_marks(row) for row in found.rows])
    stays = [_stay(row, person, now) for row, person in zip(found.rows, persons, strict=True)]
    own = {stay.person for stay in stays if stay.id in found.own}
    case = [stay._replace(person=-1) for stay in found.case]
    others = [stay for stay in stays if stay.person not in own and stay.id not in found.own]
    accounts = {row[0]: row[1] for row in found.rows}
    return Listing(found.case, trace(case, others, definition), accounts)


def store(row: CaseRow, of: Listing, now: datetime) -> None:
    """Keep the list in place of the one there was. Part of a unit of work that has made the case its own."""
    contacts = case_listing.put(row.id, of.candidates, of.accounts, [_own(stay) for stay in of.case])
    cases.done(row.id, now, len(of.case), contacts)


def trace_due(now: datetime, desk: Desk) -> int:
    """Trace what waits, one after another; gives how many cases were traced."""
    handled = 0
    started = time.monotonic()
    for case_id in run(lambda: cases.to_do(now, BATCH)):
        if desk.is_stopping():
            break
        at = now + timedelta(seconds=time.monotonic() - started)
        row = run(lambda case_id=case_id, at=at: claimed(case_id, at))  # type: ignore[misc]
        if row is not None:
            handled += _tried(row, at)
    return handled


def claimed(case_id: int, now: datetime) -> CaseRow | None:
    """The case, made ours for CLAIM_LASTS; None where it is traced, or somebody else was quicker. Part of a unit of
    work."""
    row = cases.with_id(case_id)
    if row is None or row.is_traced or not cases.claim(row, now, now + CLAIM_LASTS):
        return None
    return row._replace(tries=row.tries + 1)


def _tried(row: CaseRow, now: datetime) -> bool:
    """Trace a case that is ours; a failure is tried again, later each time."""
    try:
        return finish(row, now)
    except Exception as error:
        # What it says may hold what it stumbled over.
        log.error("case %s, try %d: %s", row.public_id, row.tries, type(error).__name__)
        run(lambda: cases.leave(row.id, row.tries, now + RETRY * min(row.tries, 20)))
        return False


def finish(row: CaseRow, now: datetime) -> bool:
    """Trace a case that was claimed; False, and nothing is stored, where it is not ours any more."""
    hall = halls.by_id(row.hall_id, None)
    found = run(lambda: _read_of(hall, row, now), time.monotonic() + LONGEST_SECONDS) if hall else None
    if found is None:
        raise LookupError("the visit that the case was opened by is gone")
    list_of_it = listing(found, row.definition, now)

    def keep() -> bool:
        # Whoever had the case traced anew meanwhile, or took it from us, has raised the number of tries.
        if not cases.take(row.id, row.tries):
            return False
        store(row, list_of_it, now)
        return True

    return run(keep, time.monotonic() + LONGEST_SECONDS)


def _read_of(hall: HallFacts, row: CaseRow, now: datetime) -> Read | None:
    visit = chosen(hall, row)
    return read(hall, *stays_of(hall, row, visit, now), row.definition) if visit else None


def chosen(hall: HallFacts, row: CaseRow) -> FoundVisit | None:
    """The visit by which the case's person is known: the one that was chosen, or another stay of the case where that
    is gone. Part of a unit of work."""
    for visit_id in (row.person, *lists.own_visits(row.id)):
        if visit := found_visits.with_id(hall.id, visit_id):
            return visit
    return None


def _marks(row: tuple[Any, ...]) -> Iterable[Hashable]:
    """As case_persons tells people apart, by hashes."""
    _, person_id, lead_id, _, _, _, _, _, _, id_hash, name_hash, phone_hash = row
    if id_hash is not None:
        yield id_hash
    if person_id is not None and lead_id is None:
        yield person_id, name_hash
    if phone_hash is not None:
        yield phone_hash, name_hash


def _stay(row: tuple[Any, ...], person: int, now: datetime) -> Stay:
    row_id, _, lead_id, door, matter, came, left, how_in, how_out, _, _, _ = row
    in_at, left_at = moment_in(came), moment_in(left)
    sure_out = Certainty.ESTIMATED if how_out is None else _OUT[how_out]
    if how_out is None and now < left_at:
        left_at = now
    why = None if matter is None else matter.decode()
    left_at = left_at if left_at > in_at else in_at
    return Stay(row_id, person, lead_id or row_id, door, why, in_at, left_at, _IN[how_in], sure_out)


def _stay_of(visit: FoundVisit, now: datetime) -> Stay:
    """The same of a visit that was read whole."""
    is_over = visit.out_at is not None and visit.how_out is not None
    left_at = visit.out_at if is_over and visit.out_at else min(now, visit.due_at)
    return Stay(
        visit.id, visit.id, visit.lead_id or visit.id, visit.door, visit.matter, visit.in_at,
        max(visit.in_at, left_at), certainty_in(HowIn(visit.how_in)),
        certainty_out(HowOut(visit.how_out)) if is_over and visit.how_out else Certainty.ESTIMATED,
    )  # fmt: skip


def _own(stay: Stay) -> lists.ListedVisit:
    known = Certainty.ESTIMATED if Certainty.ESTIMATED in (stay.sure_in, stay.sure_out) else stay.sure_out
    return lists.ListedVisit(stay.id, lists.OWN, stay.id, 0, 0, 0, False, known)
