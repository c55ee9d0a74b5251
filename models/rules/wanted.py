"""Which of a hall's records are asked for; read from words by models.rules.asked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
