"""A hall's records as its admins look for them: counted in full, a page at a time, the latest first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from models.rules import identity, masks
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.retention import cuts
from models.rules.visits import Certainty, HowOut, certainty_out
from models.rules.wanted import By, Exits, Period, Wanted, Who
from models.services import audit, hashing, limits
from models.services.check_out import as_due
from models.services.posts import Post
from models.tables import found_visits
from models.tables.database import transaction
from models.tables.found_visits import INSIDE, OVERDUE, UNREADABLE, FoundVisit, Place, Sought

Cursor = Place
"""Where a page ended; the next one goes on after it."""


@dataclass(frozen=True)
class Found:
    """A page of what was asked for. `total`: how many visits there are in all; `next`: where the next page goes on,
    None after the last; `taken`: what was looked for, its period cut to what is kept; `kept_days`: for how many days
    the hall keeps its records. The personal fields of `rows` are whole: whoever shows them masks them."""

    total: int
    rows: list[FoundVisit]
    next: Cursor | None
    taken: Wanted
    kept_days: int


@transaction
def find(post: Post, wanted: Wanted, now: datetime, most: int, after: Cursor | None = None) -> Found:
    """The latest `most` visits, or those after the end of an earlier page. A visit that was due and that nobody has
    closed yet counts, and is given, as closed then, by estimate.

    Refused as `sought`, and with not_yours where the post may not see records.
    """
    hall = hall_of(post)
    asked = replace(wanted, period=kept_part(hall, wanted.period, now))
    look_up = sought(hall, asked, now)
    rows = found_visits.page(look_up, most + 1, after)
    shown = rows[:most]
    goes_on = Cursor(shown[-1].in_at, shown[-1].id) if len(rows) > most else None
    total = found_visits.count(look_up)
    return Found(total, [as_due(row, now) for row in shown], goes_on, asked, hall.retention_days)


@transaction
def count(post: Post, wanted: Wanted, now: datetime) -> int:
    """How many visits `find` comes to. Refused as `find`."""
    hall = hall_of(post)
    return found_visits.count(sought(hall, wanted, now))


@transaction
def note(post: Post, wanted: Wanted, total: int, now: datetime) -> None:
    """Tell the audit that somebody was looked for: by what, and how many visits that came to, not whom. A search for
    nobody in particular is not noted. Refused with too_many (minutes)."""
    if wanted.who:
        limits.count(limits.SEARCHES, post.openid, now)
        audit.note(post.actor, "search", post.hall_id, now, by=wanted.who.by, count=total)


def masked(visit: FoundVisit) -> FoundVisit:
    """The visit as it may be shown before anybody has said what for: personal fields behind their masks."""
    return visit._replace(
        name=masked_field("name", visit.name) or "",
        id_number=masked_field("id_number", visit.id_number),
        phone=masked_field("phone", visit.phone),
        address=masked_field("address", visit.address),
        remark=masked_field("remark", visit.remark),
    )


_MASKS: dict[str, Callable[[str], str]] = {
    "name": masks.mask_name,
    "id_number": masks.mask_id_number,
    "phone": masks.mask_phone,
    "address": masks.mask_address,
    "remark": lambda _: "***",
}


def masked_field(field: str, value: str | None) -> str | None:
    """The value of one field of a visit as it may be shown then; what is not personal as it is."""
    mask = _MASKS.get(field)
    return mask(value) if mask and value and value != UNREADABLE else value


def hall_of(post: Post) -> HallFacts:
    """The hall whose records this post may see. Refused with not_yours."""
    if post.hall is None or not post.may(Action.RECORDS):
        raise Refused("not_yours")
    return post.hall


def kept_part(hall: HallFacts, period: Period | None, now: datetime) -> Period:
    """The days of a period of which records are kept; without one, all of them. Refused with period_ahead for days to
    come, with period_not_kept (days) for days of which nothing is kept any more."""
    today = hall.calendar.hall_day(now)
    oldest = cuts(hall, today).visits
    asked = period or Period(oldest, today)
    if asked.first > today:
        raise Refused("period_ahead")
    if asked.last < oldest:
        raise Refused("period_not_kept", days=hall.retention_days)
    return Period(max(asked.first, oldest), min(asked.last, today))


def sought(hall: HallFacts, wanted: Wanted, now: datetime) -> Sought:
    """The look-up for what is asked. Refused as `kept_part`, as an ID number is read, where it is none, and with
    door_unknown for a number that no door can have."""
    period = kept_part(hall, wanted.period, now)
    if wanted.door is not None and not 0 < wanted.door < 2**31:
        raise Refused("door_unknown")
    begin, end = hall.calendar.span(period.first, period.last)
    column, hashes = _person(wanted.who, hall, now) if wanted.who else ("", ())
    exits = WAYS[wanted.exits] if wanted.exits else ()
    return Sought(hall.id, begin, end, now, column, hashes, wanted.matter, wanted.door, exits)


_BY_CERTAINTY = {
    kind: tuple(how for how in HowOut if certainty_out(how) is kind)
    for kind in (Certainty.CERTAIN, Certainty.STATED, Certainty.ESTIMATED)
}
WAYS: dict[Exits, tuple[str, ...]] = {
    Exits.INSIDE: (INSIDE,),
    Exits.CERTAIN: _BY_CERTAINTY[Certainty.CERTAIN],
    Exits.STATED: _BY_CERTAINTY[Certainty.STATED],
    Exits.ESTIMATED: (*_BY_CERTAINTY[Certainty.ESTIMATED], OVERDUE),
}
"""As which ways of leaving an answer of Exits is looked up."""
_HASHES: dict[By, tuple[str, Callable[[str], tuple[bytes, ...]]]] = {
    By.NAME: ("name_hash", hashing.name_hashes),
    By.PHONE: ("phone_hash", hashing.phone_hashes),
    By.TAIL: ("phone_tail_hash", hashing.phone_tail_hashes),
}


def _person(who: Who, hall: HallFacts, now: datetime) -> tuple[str, tuple[bytes, ...]]:
    if who.by is By.ID_NUMBER:
        return "id_hash", hashing.id_hashes(identity.id_number(who.text, today=hall.calendar.hall_day(now)))
    column, hashes = _HASHES[who.by]
    return column, hashes(who.text.encode("utf-8", "replace").decode())
