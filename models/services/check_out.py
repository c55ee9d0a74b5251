"""Leaving: by a scan of the out code, by word, or told later; an estimate gives way to what is known better."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut, is_estimate, stated_exit
from models.services import halls
from models.services.people import Known
from models.tables import visits
from models.tables.database import Raced, transaction
from models.tables.found_visits import FoundVisit
from models.tables.visits import OpenVisit, PastVisit

Stay = TypeVar("Stay", PastVisit, FoundVisit)

CORRECTABLE = timedelta(hours=24)
"""A visitor may correct an estimated exit for so long after it."""
MOST_LOOKED_AT = 20
"""More visits than anybody makes between an exit and its correction."""


class Leaving(StrEnum):
    """What a sign-out came to."""

    CLOSED = "closed"
    REPLACED = "replaced"
    ALREADY_OUT = "already_out"
    STALE = "stale"
    DUE = "due"
    NOTHING_OPEN = "nothing_open"
    MOVED = "moved"


@dataclass(frozen=True)
class SignedOut:
    """What a sign-out came to, for which stay."""

    what: Leaving
    in_at: datetime | None = None
    out_at: datetime | None = None


@transaction
def by_scan(
    known: Known | None, inside: OpenVisit | None, hall: HallFacts, scanned_at: datetime, now: datetime
) -> SignedOut:
    """Close the open visit in this hall at the moment of the scan, or put the scan in place of an estimated exit of
    the same hall day. `inside` is the visit the person is in, as read in this unit of work.

    A visit that was due before the scan, and that no job has closed yet, is closed as due first. A scan from before
    the open visit's entry is a late delivery and changes nothing. The estimate of somebody who moved to another hall
    stands where the scan is later: the entry there is known better.
    """
    return _at_exit(known, inside, hall, scanned_at, now, HowOut.SCAN)


@transaction
def by_page(known: Known | None, hall: HallFacts, now: datetime) -> SignedOut:
    """The same by the button on the page of the hall's exit. It counts as said, like 签退 in the chat: a page stays
    open in a pocket and can be opened from anywhere, while a scan shows that somebody stands before the code."""
    inside = visits.inside(known.id) if known else None
    # The platform's clock, by which somebody may have entered, may be ahead of ours.
    left_at = max(now, inside.in_at) if inside and inside.hall_id == hall.id else now
    return _at_exit(known, inside, hall, left_at, now, HowOut.CHAT)


def _at_exit(
    known: Known | None, inside: OpenVisit | None, hall: HallFacts, left_at: datetime, now: datetime, how_out: HowOut
) -> SignedOut:
    if known is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    inside = unless_due(inside, left_at)
    if inside and inside.hall_id == hall.id:
        if left_at < inside.in_at:
            return SignedOut(Leaving.STALE, inside.in_at)
        return _closed(inside, left_at, how_out)
    last = visits.latest_here(known.id, hall.id, hall.calendar.hall_day(left_at))
    if last is None or last.out_at is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    how = HowOut(last.how_out or HowOut.UNKNOWN)
    if how is HowOut.MOVED and left_at > last.out_at:
        return SignedOut(Leaving.MOVED, last.in_at, last.out_at)
    if left_at < last.in_at or not is_estimate(how):
        return SignedOut(Leaving.ALREADY_OUT, last.in_at, last.out_at)
    if not visits.replace_exit(last, left_at, how_out, "visitor", now):
        raise Raced
    return SignedOut(Leaving.REPLACED, last.in_at, left_at)


@transaction
def settled(known: Known | None, at: datetime) -> OpenVisit | None:
    """The visit the person is in; one that was due before `at` is closed as due first."""
    return unless_due(visits.inside(known.id), at) if known else None


@transaction
def unless_due(inside: OpenVisit | None, at: datetime) -> OpenVisit | None:
    """The open visit, unless it was due before `at`: then it is closed as due, as the job would have done."""
    if inside is None or at <= inside.due_at:
        return inside
    if not visits.close(inside.id, inside.companions, inside.due_at, HowOut.CLOSING):
        raise Raced
    return None


@transaction
def today(known: Known, hall: HallFacts, at: datetime) -> SignedOut:
    """The last exit from this hall on the hall day of `at`, if there is one."""
    last = visits.latest_here(known.id, hall.id, hall.calendar.hall_day(at))
    if last is None or last.out_at is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    if last.how_out == HowOut.MOVED:
        return SignedOut(Leaving.MOVED, last.in_at, last.out_at)
    return SignedOut(Leaving.ALREADY_OUT, last.in_at, last.out_at)


@transaction
def by_word(known: Known | None, at: datetime) -> SignedOut:
    """Close the open visit, wherever it is, as said in chat just now; a word from before its entry is a late one. One
    that was due before is closed as due: nobody stayed for so long."""
    inside = visits.inside(known.id) if known else None
    if inside is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    if at < inside.in_at:
        return SignedOut(Leaving.STALE, inside.in_at)
    if unless_due(inside, at) is None:
        return SignedOut(Leaving.DUE, inside.in_at, inside.due_at)
    return _closed(inside, at, HowOut.CHAT)


@transaction
def earlier(known: Known, clock: time, hall: HallFacts, now: datetime) -> SignedOut:
    """Close the open visit at an earlier time of day that the person states, or put that in place of the estimate
    where the visit was due meanwhile. Refused for a time that cannot be."""
    inside = visits.inside(known.id)
    if inside is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    if unless_due(inside, now) is None:
        if correctable(known, now):
            return correct(known, clock, now)
        return SignedOut(Leaving.DUE, inside.in_at, inside.due_at)
    return _closed(inside, stated_exit(clock, inside.in_at, inside.due_at, now, hall.calendar.zone), HowOut.STATED)


def _closed(inside: OpenVisit, out_at: datetime, how: HowOut) -> SignedOut:
    if not visits.close(inside.id, inside.companions, out_at, how):
        raise Raced
    return SignedOut(Leaving.CLOSED, inside.in_at, out_at)


@dataclass(frozen=True)
class Estimate:
    """An estimated exit that its person may still correct; `until` is their next entry, if there was one."""

    visit: PastVisit
    hall: HallFacts
    until: datetime | None


@transaction
def correctable(known: Known | None, now: datetime, visit_id: int | None = None) -> Estimate | None:
    """The person's newest estimated exit of the last 24 h, or that of one visit, if it is such an exit. One that is due
    counts as closed, as it will be."""
    until = None
    for visit in visits.latest(known.id, MOST_LOOKED_AT) if known else []:
        last = as_due(visit, now)
        is_guess = last.out_at is not None and is_estimate(HowOut(last.how_out or HowOut.UNKNOWN))
        is_meant = visit_id is None or last.id == visit_id
        if is_meant and is_guess and last.out_at and now - last.out_at <= CORRECTABLE:
            hall = halls.by_id(last.hall_id, None)
            return None if hall is None else Estimate(last, hall, until)
        until = last.in_at
    return None


def as_due(visit: Stay, now: datetime) -> Stay:
    """The visit as it stands; one that was due and that nobody has closed yet, as the job will close it."""
    if visit.out_at is not None or now <= visit.due_at:
        return visit
    return visit._replace(out_at=visit.due_at, how_out=HowOut.CLOSING)


@transaction
def correct(known: Known, clock: time, now: datetime, visit_id: int | None = None) -> SignedOut:
    """Put the time of day that the person states in place of the estimated exit, of this visit or else the newest.
    Refused with nothing_to_correct,
    exit_after_moving (they had entered again by then), or for a time that cannot be."""
    settled(known, now)
    found = correctable(known, now, visit_id)
    if found is None:
        raise Refused("nothing_to_correct")
    visit = found.visit
    left_at = stated_exit(clock, visit.in_at, visit.due_at, now, found.hall.calendar.zone)
    if found.until and left_at > found.until:
        raise Refused("exit_after_moving")
    if not visits.replace_exit(visit, left_at, HowOut.CORRECTED, "visitor", now):
        raise Raced
    return SignedOut(Leaving.REPLACED, visit.in_at, left_at)
