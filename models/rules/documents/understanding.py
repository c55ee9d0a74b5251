"""What the lines of a photo say, and what a closer look may still bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.rules.documents import fields, layout
from models.rules.documents.card import FIELDS, Card, CardKind, Field, Read
from models.rules.documents.fields import Value
from models.rules.documents.geometry import Frame
from models.rules.documents.layout import find_card, place
from models.rules.documents.numbers import Number, number_in
from models.rules.documents.words import emblem_signs, label_at_start, other_signs, plain

SURE = 0.95
"""Least certainty of a character: no kept name was wrong above it (0 of 206), and one right one in ten lies below."""
DOUBTFUL = 0.5
"""Below it a character is a guess, and what holds it is left out."""


@dataclass(frozen=True)
class Sight:
    """One look at a photo, understood. `values`: by field, all but the number's."""

    lines: tuple[Read, ...] = ()
    frame: Frame | None = None
    number: Number | None = None
    number_least: float = 0.0
    values: Mapping[str, Value] = field(default_factory=dict)


def understand(lines: Sequence[Read], frame: Frame | None = None) -> Sight:
    """`frame`: where the card was seen before, for the case that these lines do not show it."""
    shown = find_card(lines) or frame
    if shown is None:
        return Sight(tuple(lines))
    placed = place(lines, shown)
    number, least = fields.number(placed) or (None, 0.0)
    readers = {
        "name": fields.name,
        "sex": fields.sex,
        "ethnicity": fields.ethnicity,
        "birth": fields.birth,
        "address": fields.address,
    }
    values = {name: value for name, read in readers.items() if (value := read(placed))}
    return Sight(tuple(lines), shown, number, least, values)


def is_whole(sight: Sight) -> bool:
    """Whether nothing more is to be looked for."""
    return sight.number is not None and all(
        name in sight.values and sight.values[name].least >= SURE for name in ("name", "address")
    )


def card_of(first: Sight, closer: Sight | None = None) -> Card:
    """What one or two looks at the same card say together."""
    sights = [sight for sight in (first, closer) if sight is not None]
    kind = _kind(sights)
    if kind not in (CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT):
        return Card(kind)
    found = {name: value for name in FIELDS[:-1] if (value := _agreed([s.values.get(name) for s in sights]))}
    number = _number(sights, found)
    if number:
        found["id_number"] = number
        found = {**_from_number(number, found), **found}
    return Card(kind, found)


def _agreed(values: Sequence[Value | None]) -> Field | None:
    given = sorted((value for value in values if value), key=lambda value: -value.least)
    if not given or given[0].least < DOUBTFUL:
        return None
    same = all(value.text == given[0].text for value in given)
    return Field(given[0].text, is_sure=same and given[0].least >= SURE)


def _number(sights: Sequence[Sight], found: Mapping[str, Field]) -> Field | None:
    numbers = {sight.number.text: sight for sight in sights if sight.number}
    if len(numbers) != 1:
        return None
    (sight,) = numbers.values()
    assert sight.number is not None
    birth = found.get("birth")
    agrees = birth is None or birth.text == sight.number.birth
    if not agrees and birth and birth.is_sure:
        return None
    return Field(sight.number.text, is_sure=agrees and not sight.number.repaired and sight.number_least >= DOUBTFUL)


def _from_number(field_: Field, found: Mapping[str, Field]) -> dict[str, Field]:
    number = Number(field_.text)
    return {"birth": Field(number.birth, field_.is_sure), "sex": Field(number.sex, field_.is_sure)}


def _kind(sights: Sequence[Sight]) -> CardKind:
    lines = [line for sight in sights for line in sight.lines]
    numbers = {number.text for line in lines if (number := number_in(line.text))}
    if len(numbers) > 1:
        return CardKind.SEVERAL
    if any(sight.frame for sight in sights):
        return CardKind.RESIDENCE_PERMIT if any(s.number and s.number.is_permit for s in sights) else CardKind.RESIDENT
    text = " ".join(plain(line.text) for line in lines)
    if other_signs(text):
        return CardKind.OTHER
    return CardKind.EMBLEM if emblem_signs(text) else CardKind.NOTHING
