"""Passes: the stay that somebody shows at the door, and signing out whoever shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut, is_estimate
from models.services import audit, halls, people
from models.services.check_out import as_due
from models.services.front_desk import leaving
from models.services.front_desk.leaving import SeenOut
from models.services.posts import Post
from models.tables import passes
from models.tables.database import transaction
from models.tables.passes import PassRow

TOLD_FOR = timedelta(minutes=30)
"""For so long after it a pass tells of the exit; then it is of the past, which a browser has no right to."""


@dataclass(frozen=True)
class Pass:
    """A stay of one person in one hall; `name` whole. Without `out_at` they are inside; `how_out` is None then. One
    that was due counts as closed, as it will be."""

    public_id: str
    hall: HallFacts
    door: int
    name: str
    companions: int
    in_at: datetime
    out_at: datetime | None
    how_out: HowOut | None

    @property
    def is_estimated(self) -> bool:
        """Whether the exit is nothing but a guess."""
        return self.how_out is not None and is_estimate(self.how_out)


@transaction
def own(openid: str, now: datetime) -> Pass | None:
    """The stay that somebody is in, or one that has just ended."""
    found = _opened(passes.open_of(openid) or passes.last_of(openid), now)
    if found is None or found.out_at is None or now - found.out_at <= TOLD_FOR:
        return found
    return None


@transaction
def last_hall(openid: str) -> HallFacts | None:
    """Where somebody without a pass was last, if visitors may come there now."""
    known = people.found(openid)
    hall = halls.by_id(known.last_hall_id, None) if known and known.last_hall_id else None
    return hall if hall and hall.is_open_for_visitors else None


@transaction
def shown(public_id: str, held: list[Post], now: datetime) -> tuple[Pass, Post] | None:
    """The stay that somebody shows to whoever holds these posts, and the post that lets them look at it; None where
    none of them does, or there is no such stay."""
    row = passes.with_public_id(public_id)
    if row is None:
        return None
    for post in held:
        if post.hall and post.hall_id == row.visit.hall_id and post.may(Action.PASSES):
            found = _opened(row, now)
            return (found, post) if found else None
    return None


@transaction
def sign_out(post: Post, public_id: str, now: datetime) -> SeenOut:
    """Close the stay that somebody has shown to a guard, companions too, as seen at the door (HowOut.PASS); an
    estimated exit of the same hall day gives way to it, but for that of somebody who has entered another hall. Noted
    in the audit, and undone at the desk. Of several at once one does it, the others are told when it was.

    Refused with pass_unknown where it is no stay in the hall of this post, or the post may not.
    """
    row = passes.with_public_id(public_id)
    if row is None or row.visit.hall_id != post.hall_id or not post.may(Action.DESK):
        raise Refused("pass_unknown")
    done = leaving.see_out(post, row.visit, HowOut.PASS, now)
    if done.act:
        audit.note(post.actor, "sign_out", post.hall_id, now, visit=public_id, people=done.people)
    return done


def _opened(row: PassRow | None, now: datetime) -> Pass | None:
    hall = halls.by_id(row.visit.hall_id, None) if row else None
    if row is None or hall is None:
        return None
    visit = as_due(row.visit, now)
    how_out = HowOut(visit.how_out) if visit.how_out else None
    return Pass(row.public_id, hall, visit.door, row.name, row.companions, visit.in_at, visit.out_at, how_out)
