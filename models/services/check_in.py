"""Checking in: one visit for the person, one for each companion, never two for the same."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.rules import companions, identity
from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn, TemperatureSource
from models.services import halls, hashing, people
from models.services.people import Known
from models.tables import visits
from models.tables.database import Raced, transaction
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.visits import EntryCheck, OpenVisit, PastVisit, Visit

PUBLIC_ID_BYTES = 9

Group = tuple[companions.Companion, ...]


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
    number = _number(said.id_number, day)
    group = companions.companions(said.companions, today=day) if said.companions else companions.Companions()
    group.check_beside(number)
    hashes = _id_hashes((number, *(one.id_number for one in group.people)))
    check = visits.entry_check(entry.openid, known.id if known else 0, hall.id, day, entry.at, hashes)
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
    doubts = _doubts(check, entry, day, hashes)
    known = _remember(entry, said, known)
    stay = _stay(entry, known, day, hall.calendar.due(entry.at).at, left)
    visit_id = _add_lead(stay, said, number, group.people, None if left else known.id)
    _flag(entry, visit_id, number, doubts)
    for one in group.people:
        _flag(entry, _add_companion(stay, said, one, visit_id), one.id_number, doubts)
    return SignedIn(entry.at, visit_id, len(group.people), inside is not None)


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


def _number(text: str | None, day: date) -> identity.IdNumber | None:
    return identity.id_number(text, today=day) if text else None


def _id_hashes(numbers: Iterable[identity.IdNumber | None]) -> tuple[bytes, ...]:
    return tuple(one for number in numbers if number for one in hashing.id_hashes(number))


def _doubts(check: EntryCheck, entry: Entry, day: date, hashes: tuple[bytes, ...]) -> dict[str, set[bytes]]:
    """What staff should see of which of these ID numbers; asked only where `check` counted any."""
    doubts = {}
    if check.same_number_inside:
        doubts["same_number_inside"] = visits.numbers_inside(entry.hall.id, entry.at, hashes)
    if check.fever_same_number:
        doubts["fever_same_number"] = visits.numbers_with_fever(entry.hall.id, day, hashes)
    return doubts


def _flag(entry: Entry, visit_id: int, number: identity.IdNumber | None, doubts: dict[str, set[bytes]]) -> None:
    for kind, hashes in doubts.items():
        if not hashes.isdisjoint(_id_hashes((number,))):
            insert(Flag, hall_id=entry.hall.id, visit_id=visit_id, kind=kind, at=entry.at)


def _answers(said: SignIn, hall: HallFacts, known: Known | None) -> dict[str, str]:
    """What to remember: what was said, and what is known of the fields that this hall does not ask."""
    unasked = {
        name: text for name, text in (known.profile if known else {}).items() if hall.fields[name] is Requirement.OFF
    }
    return unasked | {name: value for name in people.REMEMBERED if (value := getattr(said, name))}


def _add_lead(
    stay: dict[str, object], said: SignIn, number: identity.IdNumber | None, group: Group, open_key: int | None
) -> int:
    tenths, source = _temperature(said.temperature)
    return insert(
        Visit,
        **stay,
        **_who(said.name or "", number, said.phone, said.address),
        open_key=open_key,
        companions=len(group),
        matter=said.matter,
        temperature_tenths=tenths,
        temperature_source=source,
    )


def _add_companion(stay: dict[str, object], said: SignIn, one: companions.Companion, lead_id: int) -> int:
    return insert(
        Visit,
        **stay | {"person_id": None, "public_id": _public_id()},
        **_who(one.name, one.id_number, one.phone, None),
        lead_id=lead_id,
        companions=0,
        matter=said.matter,
    )


def _public_id() -> str:
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


def _stay(entry: Entry, known: Known, day: date, due_at: datetime, left: Exit | None) -> dict[str, object]:
    return {
        "public_id": _public_id(),
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


def _who(name: str, number: identity.IdNumber | None, phone: str | None, address: str | None) -> dict[str, object]:
    return {
        "name": name,
        "id_kind": number.kind if number else None,
        "id_number": str(number) if number else None,
        "phone": phone,
        "address": address,
        "name_hash": hashing.name_hash(name),
        "id_hash": hashing.id_hash(number) if number else None,
        "phone_hash": hashing.phone_hash(phone) if phone else None,
        "phone_tail_hash": hashing.phone_tail_hash(phone) if phone else None,
    }


def _temperature(text: str | None) -> tuple[int | None, TemperatureSource | None]:
    """A declared reading in tenths, or declared normal without one (never a number nobody said)."""
    if not text:
        return None, None
    if text == "normal":
        return None, TemperatureSource.DECLARED_NORMAL
    return round(float(text) * 10), TemperatureSource.DECLARED
