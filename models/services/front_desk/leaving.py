"""Signing out at the desk: all who are inside."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from models.rules.access import Action
from models.rules.refusal import Refused
from models.rules.visits import HowOut
from models.services import audit
from models.services.front_desk import acts
from models.services.front_desk.acts import Detail, Ends, Kind
from models.services.posts import Post
from models.tables import desk_acts, exits
from models.tables.database import Raced, transaction

BATCH = 500
"""Visits that are closed in one unit of work: a tenth of a second in which others may have to wait."""


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
