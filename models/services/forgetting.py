"""删除我的资料: what is kept of an account or a browser goes, at its person's word, or, for whoever leaves the account,
as the operator has it.

A check-in writes to the person's row, and forgetting begins by removing it: whoever is second is redone, so that
neither a stay nor a profile comes back by a check-in that was under way. From then on no stay is anybody's; of somebody
with very many the number of that row stands in the list of erasures until the last one has lost it too.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from models.phrases import say
from models.rules.erasure_lines import What
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut
from models.services import audit, erasing, erasure_journal, halls, people
from models.services.audit import VISITOR, Actor
from models.services.erasing import Erased
from models.services.posts import posts
from models.services.sweeping import KEEP_SIGN_INS
from models.tables import erasures, own_rows, visits
from models.tables.database import Raced, run, transaction
from models.tables.erasures import VISIT
from models.tables.staff import NO_HALL

MOST_STAYS = 200
"""So many are dealt with in one unit of work; what is more than that is left to the job."""
LOOK_AGAIN = timedelta(minutes=10)
"""After how long somebody who was inside is looked at again."""
_BATCH = 100


class Extent(StrEnum):
    """How much goes."""

    PROFILE = "profile"
    """Everything but stays, which belong to no account any more and keep their names until their days are over."""
    ALL = "all"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Kept:
    """What there is to forget of somebody. `inside`: the hall in which they are; `is_known`: a profile is kept;
    `stays`: what would come of those that are over; `has_fevers`: they declared some; `has_fever`: of today, waiting
    for staff; `is_staff`: they are staff of a hall or of the account, and stay it."""

    inside: HallFacts | None
    is_known: bool
    stays: Erased
    has_fevers: bool
    has_fever: bool
    is_staff: bool

    @property
    def is_nothing(self) -> bool:
        """Nothing is kept but what ends by itself within minutes."""
        return not self.is_known and not self.has_fevers


@transaction
def kept(openid: str, now: datetime) -> Kept:
    """Look, and change nothing."""
    known = people.found(openid)
    inside = visits.inside(known.id) if known else None
    if inside and now > inside.due_at:
        inside = None
    where = halls.by_id(inside.hall_id, None) if inside else None
    fevers = erasures.fevers_of(openid)
    waits = any(erasing.waits_for_staff(row, now) for row in fevers)
    stays = Erased()
    if known and not inside:
        is_many = _has_many(known.id)
        stays = _of_many(known.id) if is_many else _previewed(known.id, now)
    return Kept(where, known is not None, stays, bool(fevers), waits, bool(posts(openid)))


def _previewed(person_id: int, now: datetime) -> Erased:
    try:
        return erasing.preview(own_rows.stays(person_id, MOST_STAYS), now)
    except Refused:
        return _of_many(person_id)


def what_goes(found: Kept, language: str, *, is_past_told: bool = True) -> list[str]:
    """What 删除我的资料 does, in sentences, for a chat and a page. `is_past_told`: of stays too."""
    stays = found.stays if is_past_told else Erased()
    lines = [say(language, "rights.goes")]
    if not is_past_told:
        lines.append(say(language, "rights.stays_browser"))
    if stays.later:
        lines.append(say(language, "rights.stays_many", count=stays.count, day=stays.gone_on))
    elif stays.count:
        lines.append(say(language, "rights.stays", count=stays.count, day=stays.gone_on))
    if stays.held:
        lines.append(say(language, "rights.held", count=stays.held, day=stays.held_until))
    if found.has_fever:
        lines.append(say(language, "rights.fever"))
    if found.is_staff:
        lines.append(say(language, "rights.staff"))
    return [*lines, say(language, "rights.copies")]


@transaction
def forget(openid: str, now: datetime, how: str, extent: Extent = Extent.ALL, *, is_in_talk: bool = False) -> Erased:
    """Forget somebody; doing it twice is no matter. Gives what came of their stays. `how`: by what it was asked for
    (chat, page, left), for the audit, which holds nothing else of them but a keyed hash. Part of a unit of work, or
    one of its own. `is_in_talk`: whoever calls ends the conversation.

    Refused with erase_inside (hall) where they are inside; nothing is done then.
    """
    known, fevers = people.found(openid), erasures.fevers_of(openid)
    _check_outside(known.id if known else 0, now)
    if known and not own_rows.remove_person(known.id, openid):
        raise Raced
    done = _stays(known.id, now, extent) if known else Erased()
    erasing.erase_fevers_with([row.id for row in fevers], now)
    own_rows.remove_messages(openid, is_staff=bool(posts(openid)))
    own_rows.remove_rest(openid, now - KEEP_SIGN_INS)
    if not is_in_talk:
        own_rows.remove_talk(openid)
    if known or fevers:
        erasure_journal.note(What.PERSON, [openid], now, extent)
    if known:
        audit.note(Actor(openid, VISITOR), "own_erase", NO_HALL, now, how=how, extent=extent, rows=done.count)
    return done


def _stays(person_id: int, now: datetime, extent: Extent) -> Erased:
    """What becomes of the stays of somebody whose row is gone: from here on nobody comes in by it."""
    inside = visits.inside(person_id)
    if inside and now <= inside.due_at:
        # They came in just before.
        raise Raced
    if inside and not visits.close(inside.id, inside.companions, inside.due_at, HowOut.CLOSING):
        raise Raced
    # They may have left the account before, and have been waiting for less, or more, than they say now.
    for earlier in (Extent.PROFILE, Extent.ALL):
        erasures.off(earlier, [person_id])
    done, is_more = _some(person_id, now, extent)
    if is_more:
        erasures.queue(extent, [person_id], now, now)
    if not is_more or extent is not Extent.ALL:
        return done
    rest = _of_many(person_id)
    gone_on = max((day for day in (done.gone_on, rest.gone_on) if day), default=None)
    return replace(done, later=done.later + rest.later, gone_on=gone_on)


def _some(person_id: int, now: datetime, extent: Extent) -> tuple[Erased, bool]:
    """Deal with the latest of the stays that are still under the number of somebody whose row is gone; gives what
    became of them, and whether there are more."""
    own_rows.leave_cases(person_id)
    ids = own_rows.stays(person_id, MOST_STAYS + 1)
    some, is_more = ids[:MOST_STAYS], len(ids) > MOST_STAYS
    done = _emptied(some, now) if extent is Extent.ALL else Erased()
    erasures.leave_account(some)
    return done, is_more


def _emptied(visit_ids: list[int], now: datetime) -> Erased:
    try:
        return erasing.erase_visits(visit_ids, now)
    except Refused:
        # Somebody who came along is inside without them, by an undo at the desk: the job waits for that.
        erasures.queue(VISIT, visit_ids, now, now)
        return Erased(later=len(visit_ids))


def _has_many(person_id: int) -> bool:
    return len(own_rows.stays(person_id, MOST_STAYS + 1)) > MOST_STAYS


def _of_many(person_id: int) -> Erased:
    """All of them, without those who came along, counted as left to the job; whether a case holds some is not looked
    up."""
    counted = own_rows.stays_in_halls(person_id)
    known = halls.by_ids([one.hall_id for one in counted])
    days = [one.last + timedelta(days=known[one.hall_id].retention_days + 1) for one in counted if one.hall_id in known]
    return Erased(later=sum(one.visits for one in counted), gone_on=max(days, default=None))


def _check_outside(person_id: int, now: datetime) -> None:
    inside = visits.inside(person_id)
    if inside and now <= inside.due_at:
        hall = halls.by_id(inside.hall_id, None)
        raise Refused("erase_inside", hall=hall.name if hall else "")


def _is_inside(person_id: int, now: datetime) -> bool:
    inside = visits.inside(person_id)
    return inside is not None and now <= inside.due_at


# --- whoever leaves the account ---


@transaction
def left_the_account(openid: str, extent: Extent, now: datetime) -> None:
    """Somebody has unfollowed, or taken back what they allowed the account: forget them as the operator has it, as part
    of a unit of work. Of whoever is inside a job does it: leaving the account is no exit."""
    if extent is Extent.NOTHING:
        return
    known = people.found(openid)
    if known and _is_inside(known.id, now):
        # Of whoever left before, and came back, the last time counts: by it is told who has checked in since.
        erasures.off(extent, [known.id])
        erasures.queue(extent, [known.id], now, now)
        erasure_journal.note(What.LEFT, [openid], now, extent)
        return
    try:
        forget(openid, now, "left", extent)
    except Refused:
        # They have just come in.
        raise Raced from None


def forget_due(now: datetime) -> int:
    """Forget those who left the account and had to wait, and the rest of the stays of those who have been forgotten;
    gives how many units of work that took. Whoever has checked in since is wanted again, and stays. Several processes
    may do this at once."""
    handled = 0
    for extent in (Extent.PROFILE, Extent.ALL):
        while ids := run(lambda extent=extent: erasures.due(extent, now, _BATCH)):  # type: ignore[misc]
            for one in ids:
                run(lambda one=one, extent=extent: _forget_due(one, extent, now))  # type: ignore[misc]
                handled += 1
    return handled


def _forget_due(person_id: int, extent: Extent, now: datetime) -> None:
    """Each time it is taken off the list, put off, or has become less."""
    found = own_rows.person_with_id(person_id)
    # Read after whose it is: what they have said themselves meanwhile has taken it off the list.
    asked_at = erasures.asked_at(extent, person_id)
    if asked_at is None:
        return
    if found is None:
        if not _some(person_id, now, extent)[1]:
            erasures.off(extent, [person_id])
    elif found[1] > asked_at:
        erasures.off(extent, [person_id])
    elif _is_inside(person_id, now):
        erasures.look_later(extent, [person_id], now + LOOK_AGAIN)
    else:
        forget(found[0], now, "left", extent)
