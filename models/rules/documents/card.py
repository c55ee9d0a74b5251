"""What a photo of a card shows: the lines that a reader found, and what they were understood to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]
"""Four corners in pixels of the photo, from the top left in the direction of reading: → then ↓."""


@dataclass(frozen=True, slots=True)
class Read:
    """One line that a reader found. `score`: its mean certainty, 0 to 1; `least`: that of its least certain character
    (the mean hides one that is doubtful)."""

    text: str
    box: Box
    score: float
    least: float


class CardKind(StrEnum):
    """What the photo is of."""

    RESIDENT = "resident"
    """居民身份证, the side with the portrait."""
    RESIDENCE_PERMIT = "residence_permit"
    """港澳台居民居住证, the side with the portrait."""
    EMBLEM = "emblem"
    """The other side of either, with the emblem or the issuing authority."""
    OTHER = "other"
    """Another document: 户口簿, 护照, 驾驶证 ..."""
    SEVERAL = "several"
    """More than one card: whose data is meant nobody can tell."""
    NOTHING = "nothing"
    """No document that could be made out."""

    @property
    def has_fields(self) -> bool:
        """Whether this is a side with a portrait, which alone has fields."""
        return self in (CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT)


@dataclass(frozen=True, slots=True)
class Field:
    """What one field says. `is_sure`: so certain that it needs no mark; otherwise it is shown with 请核对. A number is
    never offered unless its checksum holds; one that was repaired until it held is not sure."""

    text: str
    is_sure: bool = True


FIELDS = ("name", "sex", "ethnicity", "birth", "address", "id_number")
"""sex: 男 or 女; ethnicity without 族; birth as YYYY-MM-DD; the others as they stand on the card."""


@dataclass(frozen=True)
class Card:
    """A photo, understood. `fields` holds what was read of FIELDS, by name; what could not be read is not there."""

    kind: CardKind
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, name: str) -> str | None:
        """What a field says, sure or not."""
        found = self.fields.get(name)
        return found.text if found else None
