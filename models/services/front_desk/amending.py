"""Fields of a visit as staff may put them right: how each is read, and how it is stored with the earlier value kept."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from models.rules import contact, health, identity
from models.rules.check_in_answers import READERS, Asked
from models.rules.refusal import Refused
from models.rules.visits import TemperatureSource
from models.services import audit, hashing, stays
from models.services.posts import Post
from models.tables import amendments, erasures
from models.tables.amendments import Amendment
from models.tables.database import Raced
from models.tables.fields import insert
from models.tables.found_visits import UNREADABLE, FoundVisit
from models.tables.vault import WrongKey
from models.tables.visits import Visit

LONGEST_REMARK = 200
GUARD = TemperatureSource.GUARD


def remark(text: str) -> str:
    """A remark on one line. Refused with remark_too_long (most: characters)."""
    said = " ".join("".join(one for one in text if one.isprintable() or one.isspace()).split())
    if len(said) > LONGEST_REMARK:
        raise Refused("remark_too_long", most=LONGEST_REMARK)
    return said


def read(field: str, text: str, asked: Asked) -> str | None:
    """What is stored for what was typed, None for nothing. Refused as the field's reader in a check-in, and with
    value_missing where one is always wanted."""
    said = text.strip()
    if not said and field in _WANTED:
        raise Refused("value_missing")
    if not said:
        return None
    return _READERS[field](said, asked)


_READERS: Mapping[str, Callable[[str, Asked], str | None]] = {
    "temperature": lambda text, _: f"{health.temperature(text, declared_allowed=False)} {GUARD}",
    "name": lambda text, _: contact.person_name(text),
    # Of any age: companions are registered by others.
    "id_number": lambda text, asked: str(identity.id_number(text, today=asked.today)),
    "phone": lambda text, _: contact.mobile(text),
    "address": lambda text, _: contact.address(text) or None,
    "matter": lambda text, asked: str(READERS["matter"](text, asked)),
    "remark": lambda text, _: remark(text) or None,
}
_WANTED = ("name", "temperature")
FIELDS = tuple(_READERS)
"""What can be amended; a temperature is stored as an Amendment keeps it."""


def current(visit: FoundVisit, field: str) -> str | None:
    """What the visit has now, as `read` gives it."""
    if field == "temperature":
        return _temperature(visit.temperature_tenths, visit.temperature_source)
    text: str | None = getattr(visit, field)
    return text


def amend(post: Post, visit_id: int, field: str, value: str | None, now: datetime) -> int:
    """Store a value that was read, and keep what stood there; gives the amendment's id. Part of a unit of work, which
    is redone where somebody else changed the field meanwhile. Refused with visit_erased where it is nobody's."""
    if erasures.emptied([visit_id]):
        raise Refused("visit_erased")
    column = "temperature_tenths" if field == "temperature" else field
    was = amendments.stored(visit_id, column)
    earlier = _temperature_of(visit_id, was) if field == "temperature" else _opened(field, was)
    if not amendments.change(visit_id, column, was, _columns(field, value, now)):
        raise Raced
    if field != "name" and erasures.emptied([visit_id]):
        # Emptied just before; from here on the row is ours.
        raise Raced
    return insert(Amendment, visit_id=visit_id, at=now, actor=audit.hash_of(post.openid), field=field, earlier=earlier)


def _opened(field: str, was: Any) -> str | None:
    try:
        text: str | None = getattr(Visit, field).python_value(was)
    except WrongKey:
        return UNREADABLE
    return text


def _temperature_of(visit_id: int, tenths: int | None) -> str | None:
    source = amendments.stored(visit_id, "temperature_source")
    return _temperature(tenths, Visit.temperature_source.python_value(source))


def _temperature(tenths: int | None, source: str | None) -> str | None:
    return f"{health.Temperature(tenths)} {source}" if source else None


def _columns(field: str, value: str | None, now: datetime) -> dict[str, object]:
    """The columns that hold a value of this field."""
    if field == "name":
        return {"name": value or "", "name_hash": hashing.name_hash(value or "")}
    if field == "id_number":
        # A day on: the hall's day may be ahead of UTC's.
        return stays.of_number(identity.id_number(value, today=now.date() + timedelta(days=1)) if value else None)
    if field == "phone":
        return stays.of_phone(value)
    if field == "temperature":
        source = value.partition(" ")[2] if value else None
        return {"temperature_tenths": tenths_of(value) or None, "temperature_source": source}
    return {field: value}


def tenths_of(temperature: str | None) -> int:
    """The reading of a temperature as an Amendment keeps it, in tenths of a degree; 0 without one."""
    reading = (temperature or "normal").partition(" ")[0]
    return 0 if reading == "normal" else round(float(reading) * 10)
