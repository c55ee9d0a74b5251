"""Which of a hall's records are asked for; read from words by models.rules.asked, from a form by the pages."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.contact import looks_like_mobile, mobile, person_name
from models.rules.identity import id_number, looks_like_id_number
from models.rules.spelling import half_width

_TAIL = re.compile(r"(?:手机|电话)?(?:尾号|后四位)?[是为: ]*([0-9]{4})")


@dataclass(frozen=True)
class Period:
    """Hall days from `first` to `last`, both included and in this order."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class By(StrEnum):
    """By what somebody is looked for."""

    NAME = "name"
    """The whole name."""
    PHONE = "phone"
    TAIL = "tail"
    """The last four digits of the phone."""
    ID_NUMBER = "id_number"


@dataclass(frozen=True)
class Who:
    """Whom to look for, in canonical text."""

    by: By
    text: str


class Exits(StrEnum):
    """How the exit of a stay is known, as far as it is asked for."""

    INSIDE = "inside"
    CERTAIN = "certain"
    STATED = "stated"
    ESTIMATED = "estimated"


@dataclass(frozen=True)
class Wanted:
    """What all holds of the records asked for; None: anything. A door is its number, a matter its code."""

    period: Period | None = None
    who: Who | None = None
    matter: str | None = None
    door: int | None = None
    exits: Exits | None = None


def who_in(text: str, today: date) -> Who:
    """Whom one box asks for: four digits are the last of a phone, then a phone, an identity number, a whole name.

    Refuses as `mobile`, `id_number` and `person_name` do.
    """
    said = half_width(text).strip()
    if found := _TAIL.fullmatch(said):
        return Who(By.TAIL, found[1])
    if looks_like_mobile(said):
        return Who(By.PHONE, mobile(said))
    if looks_like_id_number(said):
        return Who(By.ID_NUMBER, str(id_number(said, today=today)))
    return Who(By.NAME, person_name(said))
