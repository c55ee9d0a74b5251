"""Signing out at the desk: somebody, or all who are inside."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from models.rules.access import Action
from models.rules.refusal import Refused
from models.rules.visits import HowOut, is_estimate
from models.services import audit
from models.services.check_out import Leaving, as_due
from models.services.front_desk import acts
from models.services.front_desk.acts import Detail, Ends, Kind
from models.services.posts import Post
from models.tables import desk_acts, exits, found_visits, visits
from models.tables.database import Raced, transaction
from models.tables.found_visits import FoundVisit
from models.tables.visits import PastVisit

BATCH = 500
"""Visits that are closed in one unit of work: a tenth of a second in which others may have to wait."""


@dataclass(frozen=True)
class SeenOut:
    """What a sign-out by staff came to, for which stay, of how many people; `act` by which it is undone, None where
    nothing was done; `is_guess`: the exit is an estimate that stands."""

    what: Leaving
    in_at: datetime
    out_at: datetime | None
    people: int = 0
    act: str | None = None
    is_guess: bool = False


@transaction
def sign_out(post: Post, public_id: str, now: datetime) -> SeenOut:
    """Sign out somebody whom staff see leave, and those who came with them; a companion alone. An estimated exit of
    the same hall day gives way to it, but for that of somebody who has entered another hall. Noted in the audit. Of
    several at once one does it, the others are told when it was.

    Refused with visit_unknown where it is no visit to the hall of this post, or the post may not: to a guard nobody is
    there who left on an earlier day.
    """
    visit = found_visits.with_public_id(post.hall_id, public_id) if post.may(Action.DESK) else None
    left_at = as_due(visit, now).out_at if visit else None
    is_past = left_at is not None and not is_of_today(post, left_at, now)
    if visit is None or (is_past and not post.may(Action.RECORDS)):
        raise Refused("visit_unknown")
    done = see_out(post, stay_of(visit), HowOut.STAFF, now)
    if done.act:
        audit.note(post.actor, "sign_out_visitor", post.hall_id, now, visit=public_id, people=done.people)
    return done


def see_out(post: Post, visit: PastVisit, how_out: HowOut, now: datetime) -> SeenOut:
    """The same for a visit of this hall as read in this unit of work, whose exit is then known in this way; what is
    noted in the audit is the caller's."""
    out_at = max(now, visit.in_at)
    visit = closed_if_due(visit, now)
    if visit.out_at is not None:
        known = HowOut(visit.how_out or HowOut.UNKNOWN)
        if not is_estimate(known) or known is HowOut.MOVED or not is_of_today(post, visit.in_at, now):
            return SeenOut(Leaving.ALREADY_OUT, visit.in_at, visit.out_at, is_guess=is_estimate(known))
    what = Leaving.CLOSED if visit.out_at is None else Leaving.REPLACED
    ends = ended(visit, out_at, how_out, now)
    people = len(ends.visit_ids)
    act = acts.keep(post, Kind.SIGNED_OUT, people, Detail((ends,), about=visit.id), now)
    return SeenOut(what, visit.in_at, out_at, people, act)


def closed_if_due(visit: PastVisit, now: datetime) -> PastVisit:
    """The visit as it stands once one that was due is closed as due."""
    if visit.out_at is not None or now <= visit.due_at:
        return visit
    companions = len(exits.open_companions(visit.id))
    if not visits.close(visit.id, companions, visit.due_at, HowOut.CLOSING):
        raise Raced
    return as_due(visit, now)


def ended(visit: PastVisit, out_at: datetime, how_out: HowOut, now: datetime) -> Ends:
    """Give the visit this exit, in place of the one it has, if it has one; and whoever of the companions was inside
    with it, or left with it."""
    if visit.out_at is None or visit.how_out is None:
        companions = exits.open_companions(visit.id)
        if not visits.close(visit.id, len(companions), out_at, how_out):
            raise Raced
        return Ends((visit.id, *companions), out_at, how_out)
    ids = visits.replace_exit(visit, out_at, how_out, "staff", now)
    if not ids:
        raise Raced
    return Ends(tuple(ids), out_at, how_out, (visit.out_at, visit.how_out))


def stay_of(visit: FoundVisit) -> PastVisit:
    """What its times are."""
    return PastVisit(
        visit.id, visit.hall_id, visit.door, visit.in_at, visit.out_at, visit.how_in, visit.how_out, visit.due_at
    )


def is_of_today(post: Post, at: datetime, now: datetime) -> bool:
    """Whether a moment is of this day in the hall of this post."""
    return post.hall is not None and post.hall.calendar.hall_day(at) == post.hall.calendar.hall_day(now)


@dataclass(frozen=True)
class Swept:
    """How many were signed out, companions too, and the act by which that is undone; None where nobody was inside."""

    count: int
    act: str | None


def sweep(post: Post, now: datetime) -> Swept:
    """Sign out everybody who is inside the hall of this post, as of now and as an estimate (HowOut.SWEPT): one act,
    though done in several units of work where they are many (all in one within the caller's). Of two at once each
    signs out a part. Who is overdue is left to be closed as due. Noted in the audit. Refused with not_yours."""
    if not post.may(Action.SWEEP):
        raise Refused("not_yours")
    act, count = None, 0
    while done := _batch(post, act, now):
        act = done.act
        count += done.count
    return Swept(count, act)


@transaction
def _batch(post: Post, act: str | None, now: datetime) -> Swept | None:
    """Sign out some more; None where nobody is left, or the act was undone meanwhile."""
    rows = exits.open_in(post.hall_id, now, BATCH)
    # By the platform's clock, which may be ahead of ours, somebody may have come in after now.
    outs = sorted((max(now, in_at), visit_id) for visit_id, in_at in rows)
    ends = tuple(
        Ends(tuple(visit_id for _, visit_id in group), out_at, HowOut.SWEPT)
        for out_at, group in groupby(outs, key=lambda out: out[0])
    )
    if not rows:
        return None
    if act is None:
        act = acts.keep(post, Kind.SWEPT, len(rows), Detail(ends), now)
    elif not _grown(post, act, ends, len(rows)):
        return None
    for one in ends:
        if exits.close(one.visit_ids, one.out_at, one.how_out) != len(one.visit_ids):
            raise Raced
    audit.note(post.actor, "sweep", post.hall_id, now, people=len(rows))
    return Swept(len(rows), act)


def _grown(post: Post, act: str, ends: tuple[Ends, ...], count: int) -> bool:
    """Whether the act is now about these too."""
    row = desk_acts.with_public_id(post.hall_id, act)
    if row is None or row.undone_at:
        return False
    grown = Detail(Detail.read(row.detail).ends + ends)
    if not desk_acts.grow(row, row.people + count, grown.written()):
        raise Raced
    return True
