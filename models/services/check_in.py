"""Checking in: one visit for the person, one for each companion, never two for the same."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from models.rules import companions, identity
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn, TemperatureSource
from models.services import hashing, people
from models.services.people import Known
from models.tables import visits
from models.tables.database import Raced, transaction
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.visits import OpenVisit, Visit

PUBLIC_ID_BYTES = 9

Group = tuple[companions.Companion, ...]


@dataclass(frozen=True)
class Entry:
    """How somebody comes in: who, where, when, and how that is known."""

    openid: str
    hall: HallFacts
    door: int
    how_in: HowIn
    at: datetime
    scanned_at: datetime | None
    language: str


@dataclass(frozen=True)
class SignedIn:
    """What came of it. `already` is the visit that was there before, if the person was inside; then nothing changed."""

    at: datetime
    visit_id: int
    companions: int = 0
    moved: bool = False
    already: OpenVisit | None = None


@dataclass(frozen=True)
class Exit:
    """The end of a stay that is registered after the fact."""

    at: datetime
    how_out: HowOut


@transaction
def sign_in(entry: Entry, said: SignIn, known: Known | None, left: Exit | None = None) -> SignedIn:
    """Make the visit and those of the companions, and keep what the next visit is prefilled with.

    Refused with fever_waiting when the person waits for staff at this hall, hall_not_open when it may not collect.
    A visit that was due before is closed as due. One open in another hall is closed as moved at this entry; not so
    where `left` says that this stay is over already (a missed entry, told later), which touches no other visit.
    """
    hall = entry.hall
    if not hall.is_open_for_visitors:
        raise Refused("hall_not_open")
    day = hall.calendar.hall_day(entry.at)
    number = _number(said.id_number, day)
    check = visits.entry_check(
        entry.openid, known.id if known else 0, hall.id, day, hashing.id_hashes(number) if number else ()
    )
    if check.fevers:
        raise Refused("fever_waiting")
    inside = check.inside
    if inside and entry.at > inside.due_at:
        _close(inside, inside.due_at, HowOut.CLOSING)
        inside = None
    if inside and inside.hall_id == hall.id:
        return SignedIn(inside.in_at, inside.id, already=inside)
    moved = inside is not None and left is None
    if inside and moved:
        _close(inside, max(entry.at, inside.in_at), HowOut.MOVED)
    known = people.remember(
        entry.openid, known, _answers(said), hall.id, hall.notice_version, said.matter, entry.language, entry.at
    )
    group = companions.companions(said.companions, today=day).people if said.companions else ()
    due = hall.calendar.due(entry.at)
    stay = _stay(entry, known, day, due.at, left)
    visit_id = _add_lead(stay, said, number, group, None if left else known.id)
    _add_companions(stay, said, group, visit_id)
    if check.same_number_inside:
        insert(Flag, hall_id=hall.id, visit_id=visit_id, kind="same_number_inside", at=entry.at)
    return SignedIn(entry.at, visit_id, len(group), moved)


def _close(inside: OpenVisit, at: datetime, how_out: HowOut) -> None:
    if not visits.close(inside.id, inside.companions, at, how_out):
        raise Raced


def _number(text: str | None, day: date) -> identity.IdNumber | None:
    return identity.id_number(text, today=day) if text else None


def _answers(said: SignIn) -> dict[str, str]:
    return {name: value for name in people.REMEMBERED if (value := getattr(said, name))}


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


def _add_companions(stay: dict[str, object], said: SignIn, group: Group, lead_id: int) -> None:
    for one in group:
        insert(
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
