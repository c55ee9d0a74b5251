"""The rows of a stay, however it came to be known: its lead's, those of whoever came along, and what staff should see
of them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from models.rules import companions, identity
from models.rules.visits import SignIn, TemperatureSource
from models.services import hashing
from models.tables import visits
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.visits import EntryCheck, Visit

PUBLIC_ID_BYTES = 9


@dataclass(frozen=True)
class Party:
    """Somebody with whoever came along, as they said; `number` is the lead's."""

    said: SignIn
    number: identity.IdNumber | None
    companions: tuple[companions.Companion, ...]

    @cached_property
    def hashes(self) -> tuple[bytes, ...]:
        """Those of all their ID numbers, under each key."""
        return id_hashes((self.number, *(one.id_number for one in self.companions)))


def party(said: SignIn, today: date) -> Party:
    """The party of a finished check-in. Refused with companion_is_lead, and for texts that no check-in gives."""
    number = identity.id_number(said.id_number, today=today) if said.id_number else None
    group = companions.companions(said.companions, today=today) if said.companions else companions.Companions()
    group.check_beside(number)
    return Party(said, number, group.people)


def id_hashes(numbers: Iterable[identity.IdNumber | None]) -> tuple[bytes, ...]:
    """The hashes of these numbers, under each key."""
    return tuple(one for number in numbers if number for one in hashing.id_hashes(number))


def public_id() -> str:
    """A new one."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


def doubts(
    check: EntryCheck, hall_id: int, day: date, at: datetime, hashes: tuple[bytes, ...]
) -> dict[str, set[bytes]]:
    """What staff should see of which of these ID numbers; asked only where `check` counted any."""
    found = {}
    if check.same_number_inside:
        found["same_number_inside"] = visits.numbers_inside(hall_id, at, hashes)
    if check.fever_same_number:
        found["fever_same_number"] = visits.numbers_with_fever(hall_id, day, hashes)
    return found


def add(
    stay: Mapping[str, object], who: Party, doubted: Mapping[str, set[bytes]], *,
    source: TemperatureSource = TemperatureSource.DECLARED, **of_lead: object,
) -> int:  # fmt: skip
    """Add the visit and those of the companions, and flag the doubtful; gives the id of the lead's. `stay`: the columns
    that are the same for all but public_id, which is the lead's; `of_lead`: those that are the lead's alone. `source`:
    who read the temperature. Part of a unit of work."""
    visit_id = _add_lead(stay, who, source, of_lead)
    _flag(stay, visit_id, who.number, doubted)
    for one in who.companions:
        _flag(stay, _add_companion(stay, who.said, one, visit_id), one.id_number, doubted)
    return visit_id


def _add_lead(stay: Mapping[str, object], who: Party, source: TemperatureSource, of_lead: Mapping[str, object]) -> int:
    said = who.said
    tenths, known = _temperature(said.temperature, source)
    return insert(
        Visit,
        **stay,
        **columns_of(said.name or "", who.number, said.phone, said.address),
        **of_lead,
        companions=len(who.companions),
        matter=said.matter,
        temperature_tenths=tenths,
        temperature_source=known,
    )


def _add_companion(stay: Mapping[str, object], said: SignIn, one: companions.Companion, lead_id: int) -> int:
    return insert(
        Visit,
        **{**stay, "person_id": None, "public_id": public_id()},
        **columns_of(one.name, one.id_number, one.phone, None),
        lead_id=lead_id,
        companions=0,
        matter=said.matter,
    )


def _flag(
    stay: Mapping[str, object], visit_id: int, number: identity.IdNumber | None, doubted: Mapping[str, set[bytes]]
) -> None:
    for kind, hashes in doubted.items():
        if not hashes.isdisjoint(id_hashes((number,))):
            insert(Flag, hall_id=stay["hall_id"], visit_id=visit_id, kind=kind, at=stay["in_at"])


def columns_of(
    name: str, number: identity.IdNumber | None, phone: str | None, address: str | None
) -> dict[str, object]:
    """Who somebody is, and the hashes by which that is looked up."""
    return (
        {"name": name, "name_hash": hashing.name_hash(name), "address": address} | of_number(number) | of_phone(phone)
    )


def of_number(number: identity.IdNumber | None) -> dict[str, object]:
    """The columns of an ID number."""
    return {
        "id_kind": number.kind if number else None,
        "id_number": str(number) if number else None,
        "id_hash": hashing.id_hash(number) if number else None,
    }


def of_phone(phone: str | None) -> dict[str, object]:
    """The columns of a phone."""
    return {
        "phone": phone,
        "phone_hash": hashing.phone_hash(phone) if phone else None,
        "phone_tail_hash": hashing.phone_tail_hash(phone) if phone else None,
    }


def _temperature(text: str | None, source: TemperatureSource) -> tuple[int | None, TemperatureSource | None]:
    """A reading in tenths, or declared normal without one (never a number nobody said)."""
    if not text:
        return None, None
    if text == "normal":
        return None, TemperatureSource.DECLARED_NORMAL
    return round(float(text) * 10), source
