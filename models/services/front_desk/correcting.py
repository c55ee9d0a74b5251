"""Putting a visit right at the desk: its exit, a measured temperature, who it is of; the entry stays."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.access import Action
from models.rules.check_in_answers import Asked
from models.rules.clock_times import clock_time
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut, stated_exit
from models.services import audit
from models.services.front_desk import acts, amending, leaving
from models.services.front_desk.acts import Detail, Kind
from models.services.posts import Post
from models.tables import found_visits, visits
from models.tables.database import transaction
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.found_visits import FoundVisit

EXIT, TEMPERATURE = "exit", "temperature"
FOR_GUARDS = (EXIT, TEMPERATURE)
"""What a guard may put right, of visits of today."""
FIELDS = (EXIT, *amending.FIELDS)


@dataclass(frozen=True)
class Corrected:
    """The act by which it is undone, None where the value stood there already; `is_fever`: the temperature that was
    measured is one."""

    act: str | None
    is_fever: bool = False


@transaction
def correctable(post: Post, public_id: str, now: datetime) -> tuple[FoundVisit, tuple[str, ...]]:
    """A visit as this post may put it right, personal fields whole, and which of FIELDS. Refused with visit_unknown
    where it is no visit of this hall, or one that the post may not touch."""
    visit = found_visits.with_public_id(post.hall_id, public_id) if post.may(Action.DESK) else None
    if visit is None:
        raise Refused("visit_unknown")
    if post.may(Action.RECORDS):
        return visit, FIELDS
    if not leaving.is_of_today(post, visit.in_at, now):
        raise Refused("visit_unknown")
    return visit, FOR_GUARDS


@transaction
def correct(post: Post, public_id: str, field: str, text: str, now: datetime) -> Corrected:
    """Put one of FIELDS right; what stood there is kept, and the act noted in the audit. An exit is a time of day, of
    somebody still inside too, and of whoever left with them; it is known as stated then (HowOut.CORRECTED). A
    temperature is one that was measured; a fever of somebody inside waits for staff (waiting.Flag). Nothing typed
    removes a value, but for a name. A value that stood there already is noted too: whoever types it has learnt that it
    is the one.

    Refused with visit_unknown, not_yours (not for this post to change), exit_after_next (they had come in again by
    then), and as the field is read: amending.read, clock_time, stated_exit.
    """
    visit, allowed = correctable(post, public_id, now)
    if field not in allowed or post.hall is None:
        raise Refused("not_yours")
    kind = Kind.CORRECTED if field in FOR_GUARDS and leaving.is_of_today(post, visit.in_at, now) else Kind.AMENDED
    if field == EXIT:
        done = _exit(post, post.hall, visit, text, kind, now)
    else:
        done = _amended(post, post.hall, visit, field, text, kind, now)
    same = {} if done.act else {"same": True}
    audit.note(post.actor, "correct_visit", post.hall_id, now, visit=public_id, field=field, **same)
    return done


def _exit(post: Post, hall: HallFacts, visit: FoundVisit, text: str, kind: Kind, now: datetime) -> Corrected:
    stay = leaving.stay_of(visit)
    left_at = stated_exit(clock_time(text), stay.in_at, stay.due_at, now, hall.calendar.zone)
    again = visits.next_entry(visit.person_id, stay.in_at) if visit.person_id else None
    if again and left_at > again:
        raise Refused("exit_after_next")
    ends = leaving.ended(leaving.closed_if_due(stay, now), left_at, HowOut.CORRECTED, now)
    return Corrected(acts.keep(post, kind, len(ends.visit_ids), Detail((ends,), about=visit.id), now))


def _amended(
    post: Post, hall: HallFacts, visit: FoundVisit, field: str, text: str, kind: Kind, now: datetime
) -> Corrected:
    value = amending.read(field, text, Asked(hall, hall.calendar.hall_day(now)))
    if value == amending.current(visit, field):
        return Corrected(None)
    amendment = amending.amend(post, visit.id, field, value, now)
    act = acts.keep(post, kind, 1, Detail(amendment=amendment, about=visit.id), now)
    is_fever = field == TEMPERATURE and amending.tenths_of(value) >= hall.fever_tenths
    if is_fever and visit.out_at is None and now < visit.due_at:
        # Whoever measures is not always the one who sees to it.
        insert(Flag, hall_id=hall.id, visit_id=visit.id, kind="fever_inside", at=now)
    return Corrected(act, is_fever)
