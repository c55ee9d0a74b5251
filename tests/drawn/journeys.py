"""Photos for the tests of the conversation and the form: small, quick, the same bytes on every machine."""

import random
from functools import cache
from typing import Any

from tests.drawn.cards import USUAL, portrait_side
from tests.drawn.effects import ON_THE_CARD, ON_THE_PHOTO
from tests.drawn.people import Person
from tests.drawn.photographs import Shot, photograph

_USUAL: dict[str, Any] = {"width": 1024, "height": 768, "share": 0.8, "slant": 2.0}
_OF_A_SHOT = frozenset(Shot.__dataclass_fields__) - {"effects"}


@cache
def _card(person: Person) -> Any:
    return portrait_side(person, USUAL, random.Random(7))


def card_of(person: Person, **effects: Any) -> bytes:
    """A JPEG of somebody's card, easy to read unless told otherwise.

    `effects`: fields of `Shot` (turn, share, by_exif, ground ...) and strengths by the names in `effects` (dim=0.5).
    """
    unknown = effects.keys() - _OF_A_SHOT - ON_THE_CARD.keys() - ON_THE_PHOTO.keys()
    if unknown:
        raise TypeError(f"no such effect: {sorted(unknown)}")
    taken = {name: effects.pop(name) for name in _OF_A_SHOT & effects.keys()}
    return photograph([_card(person)], Shot(**{**_USUAL, **taken}, effects=effects))
