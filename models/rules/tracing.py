"""Who was in a hall together with a case: stays, what is known of their ends, and what follows for each contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from models.rules.visits import Certainty


class Area(StrEnum):
    """Who of those in the hall counts."""

    HALL = "hall"
    """Everybody who was in the hall."""
    DOOR = "door"
    """Those who came in by the same door."""
    MATTER = "matter"
    """Those who came for the same matter."""


MOST_LOOK_BACK_DAYS = 30
MOST_MINUTES = 240
"""Of the tail and of the least time together: half a working day, beyond which either would say nothing of a hall."""


@dataclass(frozen=True)
class Definition:
    """Who is looked for: stays of the case from `look_back_days` before the day that is named; contacts who were there
    with the case, or up to `tail_minutes` after the case had left, for `least_minutes` at least. Companions count
    whatever `area` and minutes are. `version` grows with each change that a hall makes.

    Defaults: two days back (国家卫健委, 新冠肺炎防控方案, close contacts since two days before onset), a tail of 30
    minutes (Corona-Warn-App's check-ins)."""

    look_back_days: int = 2
    tail_minutes: int = 30
    least_minutes: int = 0
    area: Area = Area.HALL
    version: int = 1

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Definition":
        """From what `to_dict` gave; defaults where that is silent."""
        given = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**given, "area": Area(given.get("area", Area.HALL))})

    def to_dict(self) -> dict[str, Any]:
        """As it is stored in a hall's facts and with a case."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


AS_USUAL = Definition()


class Stay(NamedTuple):
    """One stay as far as tracing needs it. `person` tells people apart: the same for all stays of one. `lead`: the id
    of the stay that it was registered with, its own for a lead. `left_at`: the latest moment at which the person may
    have been there: the exit where it is known, the estimate where it is guessed, now where they are still inside;
    `sure_out` is ESTIMATED in both of the latter."""

    id: int
    person: int
    lead: int
    door: int
    matter: str | None
    in_at: datetime
    left_at: datetime
    sure_in: Certainty
    sure_out: Certainty
