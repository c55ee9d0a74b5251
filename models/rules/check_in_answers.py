"""What somebody may answer in each field of a check-in, in the chat and on the form alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules import companions, contact, health, identity
from models.rules.halls import HallFacts
from models.rules.health import Temperature
from models.rules.refusal import Refused
from models.rules.visits import TurnAway


@dataclass(frozen=True)
class Asked:
    """In which hall, on which day by its clocks, and whether the hall lets the field be left out."""

    hall: HallFacts
    today: date
    optional: bool = False


def grown_up(text: str, asked: Asked) -> identity.IdNumber:
    """The number of somebody who may register themselves. Refused as by `id_number`, and with under_14."""
    number = identity.id_number(text, today=asked.today)
    if number.birth and identity.is_under_14(number.birth, asked.today):
        raise Refused("under_14")
    return number


def lives_at(text: str, asked: Asked) -> str:
    """An address, or "" (as if skipped) where somebody says that they would rather not and may."""
    try:
        return contact.address(text) if text or not asked.optional else ""
    except Refused as no:
        if asked.optional and no.code == "address_unwilling":
            return ""
        raise


def body_temperature(text: str, asked: Asked) -> Temperature:
    """A reading, or declared normal where the hall takes that."""
    return health.temperature(text, declared_allowed=asked.hall.declared_temperature)


def came_along(text: str, asked: Asked) -> companions.Companions:
    """Who came along."""
    return companions.companions(text, today=asked.today)


def _matter(text: str, asked: Asked) -> str:
    if all(one.code != text for one in asked.hall.matters):
        raise Refused("choice_unknown")
    return text


READERS: Mapping[str, Callable[[str, Asked], Any]] = {
    "name": lambda text, _: contact.person_name(text),
    "id_number": grown_up,
    "phone": lambda text, _: contact.mobile(text),
    "address": lives_at,
    "matter": _matter,
    "temperature": body_temperature,
    "companions": came_along,
}
"""By field (check_in_fields.DEFAULTS): text to value or Refused. str(value) is what is stored, and reads as the same
value; a matter is told by its code."""


def turned_away(said: Mapping[str, str | None], temperature: Temperature, hall: HallFacts) -> TurnAway | None:
    """The end of a check-in by a fever, with who said so as far as they had; None where there is none."""
    tenths = temperature.tenths
    if tenths is None or not health.is_fever(temperature, hall.fever_tenths):
        return None
    return TurnAway(tenths, said.get("name"), said.get("phone"), said.get("id_number"))
