"""Checking in: one visit for the person, one for each companion, never two for the same."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn
from models.services import halls, people, stays
from models.services.people import Known
from models.tables import visits
from models.tables.database import Raced, transaction
from models.tables.visits import OpenVisit, PastVisit


@dataclass(frozen=True)
class Entry:
    """How somebody comes in: who, where, when, and how that is known. `for_another`: not the one whose account it is,
    so that nothing of theirs is kept for the account's next visit."""

    openid: str
    hall: HallFacts
    door: int
    how_in: HowIn
    at: datetime
    scanned_at: datetime | None
    language: str
    for_another: bool = False


@dataclass(frozen=True)
class SignedIn:
    """What came of it. `already` is the visit that was there before, if the person was inside; `told` the stay that a
    missed entry is about, if that is registered. Then nothing changed."""

    at: datetime
    visit_id: int
    companions: int = 0
    moved: bool = False
    already: OpenVisit | None = None
    told: PastVisit | None = None


@dataclass(frozen=True)
class Exit:
    """The end of a stay that is registered after the fact."""

    at: datetime
    how_out: HowOut


@transaction
def sign_in(entry: Entry, said: SignIn, known: Known | None, left: Exit | None = None) -> SignedIn:
    """Make the visit and those of the companions, and keep what the next visit is prefilled with.

    Refused with fever_waiting when the person waits for staff at this hall (not where `left` says that they were
    inside all the same), hall_not_open when it may not collect, companion_is_lead, and entry_before_other where
    `left` says that this stay is over already (a missed entry, told later) and it would overlap one that is open
    elsewhere, or entry_in_other where it would overlap one that is over. A visit that was due before is closed as
    due, one open in another hall as moved at this entry.
    """
    hall = entry.hall
    if not hall.is_open_for_visitors:
        raise Refused("hall_not_open")
    day = hall.calendar.hall_day(entry.at)
    party = stays.party(said, day)
    check = visits.entry_check(entry.openid, known.id if known else 0, hall.id, day, entry.at, party.hashes)
    if check.fevers and left is None:
        raise Refused("fever_waiting")
    inside = check.inside
    if inside and entry.at > inside.due_at:
        _close(inside, inside.due_at, HowOut.CLOSING)
        inside = None
    if inside and inside.hall_id == hall.id:
        return SignedIn(inside.in_at, inside.id, already=inside)
    told = _told_before(entry, known, left) if known and left else None
    if told:
        return SignedIn(told.in_at, told.id, told=told)
    if inside:
        _move_on(inside, entry, left)
    doubts = stays.doubts(check, hall.id, day, entry.at, party.hashes)
    known = _remember(entry, said, known)
    stay = _stay(entry, known, day, hall.calendar.due(entry.at).at, left)
    visit_id = stays.add(stay, party, doubts, open_key=None if left else known.id)
    return SignedIn(entry.at, visit_id, len(party.companions), inside is not None)


def _move_on(inside: OpenVisit, entry: Entry, left: Exit | None) -> None:
    """Close the visit in another hall as moved at this entry; a stay that is over cannot have begun before it."""
    if left and entry.at < inside.in_at:
        other = halls.by_id(inside.hall_id, None) or entry.hall
        raise Refused("entry_before_other", time=_shown(inside.in_at, other), hall=other.name)
    _close(inside, max(entry.at, inside.in_at), HowOut.MOVED)


def _told_before(entry: Entry, known: Known, left: Exit) -> PastVisit | None:
    """The stay in this hall that a missed entry is about, if it is registered; one elsewhere refuses the entry."""
    told = visits.overlapping(known.id, entry.at, left.at)
    if told and told.out_at and told.hall_id != entry.hall.id:
        other = halls.by_id(told.hall_id, None) or entry.hall
        entered, left_at = _shown(told.in_at, other), _shown(told.out_at, other)
        raise Refused("entry_in_other", entered=entered, left=left_at, hall=other.name)
    return told


def _shown(at: datetime, hall: HallFacts) -> str:
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"


def _remember(entry: Entry, said: SignIn, known: Known | None) -> Known:
    hall = entry.hall
    if known and entry.for_another:
        return people.was_at(known, hall.id, entry.at)
    answers = _answers(said, hall, known)
    return people.remember(
        entry.openid, known, answers, hall.id, hall.notice_version, said.matter, entry.language, entry.at
    )


def _close(inside: OpenVisit, at: datetime, how_out: HowOut) -> None:
    if not visits.close(inside.id, inside.companions, at, how_out):
        raise Raced


def _answers(said: SignIn, hall: HallFacts, known: Known | None) -> dict[str, str]:
    """What to remember: what was said, and what is known of the fields that this hall does not ask."""
    unasked = {
        name: text for name, text in (known.profile if known else {}).items() if hall.fields[name] is Requirement.OFF
    }
    return unasked | {name: value for name in people.REMEMBERED if (value := getattr(said, name))}


def _stay(entry: Entry, known: Known, day: date, due_at: datetime, left: Exit | None) -> dict[str, object]:
    return {
        "public_id": stays.public_id(),
        "hall_id": entry.hall.id,
        "door": entry.door,
        "person_id": known.id,
        "hall_day": day,
        "scanned_at": entry.scanned_at,
        "in_at": entry.at,
        "out_at": left.at if left else None,
        "how_out": left.how_out if left else None,
        "due_at": due_at,
        "how_in": entry.how_in,
        "consent_version": entry.hall.notice_version,
        "registered_by": "visitor",
    }
