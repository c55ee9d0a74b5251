"""Who is inside, as a desk looks for them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.rules.access import Action
from models.rules.asked import asked
from models.rules.refusal import Refused
from models.rules.wanted import Exits, Period, Wanted, Who
from models.services import searching
from models.services.posts import Post
from models.tables import found_visits
from models.tables.database import transaction
from models.tables.found_visits import FoundVisit, Place

MOST = 20


@dataclass(frozen=True)
class Inside:
    """Some of those inside, companions too, the last to come first, personal fields whole; how many there are in all,
    and where the next go on."""

    total: int
    rows: list[FoundVisit]
    next: Place | None


@transaction
def inside(post: Post, now: datetime, after: Place | None = None, who: Who | None = None) -> Inside:
    """Who is inside the hall of this post, or of them those who are meant, which is noted as any search. Refused with
    not_yours."""
    if post.hall is None or not post.may(Action.DESK):
        raise Refused("not_yours")
    today = post.hall.calendar.hall_day(now)
    # No stay is longer than a day.
    wanted = Wanted(Period(today - timedelta(days=1), today), who, exits=Exits.INSIDE)
    sought = searching.sought(post.hall, wanted, now)
    rows = found_visits.page(sought, MOST + 1, after)
    shown = rows[:MOST]
    goes_on = Place(shown[-1].in_at, shown[-1].id) if len(rows) > MOST else None
    total = found_visits.count(sought)
    searching.note(post, wanted, total, now)
    return Inside(total, shown, goes_on)


def who_is_meant(text: str, today: date) -> Who:
    """Whom staff mean by a whole name, a phone, its last four digits or an ID number. Refused with who_unreadable."""
    try:
        wanted = asked(text, today)
    except Refused:
        raise Refused("who_unreadable") from None
    if wanted.who and wanted.period is None:
        return wanted.who
    raise Refused("who_unreadable")


def as_masked(found: Inside) -> Inside:
    """The same as it may be shown at a door."""
    return replace(found, rows=[searching.masked(row) for row in found.rows])
