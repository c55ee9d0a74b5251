"""Undoing what was done at the desk a moment ago."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.refusal import Refused
from models.services import audit
from models.services.front_desk import amending
from models.services.front_desk.acts import UNDO_LASTS, Detail, Ends, Kind, may_undo
from models.services.posts import Post
from models.tables import amendments, desk_acts, desk_visits, erasures, exits
from models.tables.amendments import AmendmentRow
from models.tables.database import Raced, transaction
from models.tables.found_visits import UNREADABLE

AT_ONCE = 500


@dataclass(frozen=True)
class Undone:
    """What came of it, counted in people. `count`: put back as they were. `came_back`: who have come in again since,
    here or elsewhere, so that their stay before stays closed. `changed`: of whom something newer is known, which
    stands. `already`: it had been undone before, and nothing was done now."""

    kind: Kind
    count: int
    came_back: int = 0
    changed: int = 0
    already: bool = False


@transaction
def undo(post: Post, act_id: str, now: datetime) -> Undone:
    """Undo an act of the hall of this post, whoever did it; of several at once one does. Noted in the audit.

    Refused with act_unknown where there is none that this post may undo, undo_too_late (minutes) after UNDO_LASTS,
    undo_touched for a visit that was made and has been signed out, put right or joined with a slip since, and
    undo_unreadable where what stood there before does not open.
    """
    act = desk_acts.with_public_id(post.hall_id, act_id)
    if act is None or not may_undo(post, Kind(act.kind)):
        raise Refused("act_unknown")
    kind = Kind(act.kind)
    if act.undone_at:
        return Undone(kind, 0, already=True)
    if now - act.at > UNDO_LASTS:
        raise Refused("undo_too_late", minutes=UNDO_LASTS.seconds // 60)
    detail = Detail.read(act.detail)
    made, amended = _made(detail), _amended(detail)
    if not desk_acts.undo(act, now):
        raise Raced
    if detail.made is not None:
        # Of whoever came by mistake nothing is left but what the audit says.
        done = Undone(kind, desk_visits.remove(post.hall_id, made, act.at))
    elif detail.amendment is not None:
        done = _amended_back(post, kind, amended, now)
    else:
        done = _ended_back(kind, detail, now)
    audit.note(post.actor, "undo", post.hall_id, now, undone=kind, people=done.count)
    return done


def _made(detail: Detail) -> list[int]:
    """The visits that an act made."""
    made = [] if detail.made is None else desk_visits.held_untouched(detail.made)
    if made is None:
        raise Refused("undo_touched")
    return made


def _amended(detail: Detail) -> AmendmentRow | None:
    """The amendment that an act made, while it is the last one of its field."""
    row = None if detail.amendment is None else amendments.with_id(detail.amendment)
    if row is None or amendments.since(row):
        return None
    if row.earlier == UNREADABLE:
        raise Refused("undo_unreadable")
    return row


def _ended_back(kind: Kind, detail: Detail, now: datetime) -> Undone:
    count = came_back = changed = 0
    for ends in detail.ends:
        for part in _parts(ends):
            restored, back = _put_back(part, now) if part.earlier else _reopened(part)
            count += restored
            came_back += back
            changed += len(part.visit_ids) - restored - back
    return Undone(kind, count, came_back, changed)


def _amended_back(post: Post, kind: Kind, row: AmendmentRow | None, now: datetime) -> Undone:
    """The value that stood there before; one that was amended again since stands, and so does that it was erased."""
    if row is None or erasures.emptied([row.visit_id]):
        return Undone(kind, 0, changed=1)
    amending.amend(post, row.visit_id, row.field, row.earlier, now)
    # Nobody else changes the visit from here on: whoever was quicker has stored theirs.
    if amendments.since(row) > 1:
        raise Raced
    return Undone(kind, 1)


def _parts(ends: Ends) -> list[Ends]:
    ids = ends.visit_ids
    parts = (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
    return [Ends(part, ends.out_at, ends.how_out, ends.earlier) for part in parts]


def _reopened(ends: Ends) -> tuple[int, int]:
    """How many are inside again, and how many have come in again by themselves."""
    back = exits.back_inside(ends.visit_ids)
    # Whoever was erased since left before that.
    gone = erasures.emptied(ends.visit_ids)
    left = [one for one in ends.visit_ids if one not in back and one not in gone]
    return (exits.reopen(left, ends.out_at, ends.how_out) if left else 0), len(back)


def _put_back(ends: Ends, now: datetime) -> tuple[int, int]:
    """How many have their earlier exit again."""
    if ends.earlier is None:
        return 0, 0
    later = (ends.out_at, ends.how_out)
    return sum(exits.put_back(one, ends.earlier, later, "staff", now) for one in ends.visit_ids), 0
