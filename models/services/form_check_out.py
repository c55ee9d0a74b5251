"""Leaving by the page of a hall's exit."""

from dataclasses import dataclass
from datetime import datetime, time

from models.rules.halls import HallFacts
from models.rules.visits import HowOut, exit_is_doubtful, is_estimate
from models.services import check_out, form_check_in, people
from models.services.check_out import Leaving, SignedOut
from models.tables import visits
from models.tables.database import transaction
from models.tables.visits import OpenVisit, PastVisit


@dataclass(frozen=True)
class AtExit:
    """Where somebody stands who opens the page: the visit they are in, if it is in this hall, and whether they may
    have left long ago; else one in another hall (`elsewhere`, `where`), and their last exit from this hall today."""

    inside: OpenVisit | None = None
    is_doubtful: bool = False
    elsewhere: OpenVisit | None = None
    where: HallFacts | None = None
    last: PastVisit | None = None

    @property
    def is_guess(self) -> bool:
        """Whether that last exit is an estimate."""
        return self.last is not None and is_estimate(HowOut(self.last.how_out or HowOut.UNKNOWN))

    @property
    def has_moved(self) -> bool:
        """Whether that last exit is known by an entry elsewhere."""
        return self.last is not None and self.last.how_out == HowOut.MOVED


@transaction
def look(openid: str, hall: HallFacts, now: datetime) -> AtExit:
    """Look, and change nothing: a visit that is due is told as closed then."""
    before = form_check_in.before(openid, hall, now)
    if before.known is None:
        return AtExit()
    if before.inside and before.is_inside(hall):
        entered = before.inside.in_at
        session_end = hall.calendar.due(entered).session_end
        return AtExit(before.inside, exit_is_doubtful(entered, session_end, now))
    last = visits.latest_here(before.known.id, hall.id, hall.calendar.hall_day(now))
    last = check_out.as_due(last, now) if last else None
    return AtExit(elsewhere=before.inside, where=before.where, last=last)


@transaction
def leave(openid: str, hall: HallFacts, now: datetime, clock: time | None = None) -> SignedOut:
    """Leave this hall now, or have left it at an earlier time of day; as often as it is said, the first counts.
    Refused for a time that cannot be, and with nothing_to_correct where an exit is known that is no estimate."""
    known = people.found(openid)
    if clock is None or known is None:
        return check_out.by_page(known, hall, now)
    inside = check_out.settled(known, now)
    if inside and inside.hall_id == hall.id:
        return check_out.earlier(known, clock, hall, now)
    last = visits.latest_here(known.id, hall.id, hall.calendar.hall_day(now))
    if last is None:
        return SignedOut(Leaving.NOTHING_OPEN)
    return check_out.correct(known, clock, now, last.id)
