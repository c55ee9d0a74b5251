"""What the lines of a photo say, and what a closer look may still bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.rules.documents import fields, layout
from models.rules.documents.card import FIELDS, Box, Card, CardKind, Field, Read
from models.rules.documents.fields import Value
from models.rules.documents.geometry import Frame
from models.rules.documents.layout import find_card, place
from models.rules.documents.numbers import Number, number_in
from models.rules.documents.words import in_simplified, is_emblem_side, is_other_document, plain, without_label

SURE = 0.95
"""Least certainty of a character: no kept name was wrong above it (0 of 206), and one right one in ten lies below."""
AGREED = 0.8
"""The same of two looks that say the same."""
DOUBTFUL = 0.5
"""Below it a character is a guess, and what holds it is left out."""


@dataclass(frozen=True)
class Sight:
    """One look at a photo, understood. `values`: by field, all but the number's."""

    lines: tuple[Read, ...] = ()
    frame: Frame | None = None
    is_certain: bool = False
    """Whether the frame is that of a card and of nothing like it."""
    number: Number | None = None
    number_least: float = 0.0
    values: Mapping[str, Value] = field(default_factory=dict)
    again: tuple[Box, ...] = ()
    """Strips that are worth reading once more: they may say what the lines did not."""


def understand(lines: Sequence[Read], frame: Frame | None = None) -> Sight:
    """`frame`: where the card was seen before, for the case that these lines do not show it."""
    found = find_card(lines)
    shown = found.frame if found else frame
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
    again = [layout.value_alone(line, shown) for line in placed if fields.has_misread_label(line)]
    if number is None:
        again.append(layout.number_strip(shown, fields.number_row(placed)))
    elif not number.is_permit and ("ethnicity" not in values or values["ethnicity"].least < DOUBTFUL):
        again.append(layout.ethnicity_strip(shown, fields.sex_row(placed)))
    return Sight(tuple(lines), shown, found is not None and found.is_certain, number, least, values, tuple(again))


def needs_closer_look(sight: Sight) -> bool:
    return sight.frame is not None and not is_whole(sight) and _kind([sight]) is not CardKind.OTHER


def is_whole(sight: Sight) -> bool:
    """Whether nothing more is to be looked for."""
    return sight.number is not None and all(
        name in sight.values and sight.values[name].least >= SURE for name in ("name", "address")
    )


def card_of(first: Sight, closer: Sight | None = None) -> Card:
    """What one or two looks at the same card say together."""
    sights = [sight for sight in (first, closer) if sight is not None]
    kind = _kind(sights)
    if not kind.has_fields:
        return Card(kind)
    if kind is CardKind.RESIDENT:
        sights = [replace(sight, values=_in_simplified(sight.values)) for sight in sights]
    found = {name: value for name in FIELDS[:-1] if (value := _agreed([s.values.get(name) for s in sights]))}
    number = _number(sights, found)
    if number:
        found = {**found, **_from_number(number, found), "id_number": number}
    return Card(kind, found)


def _in_simplified(values: Mapping[str, Value]) -> dict[str, Value]:
    """The recogniser sometimes answers a traditional form; a resident's card prints simplified ones."""
    return {
        name: Value(said, value.least if said == value.text else min(value.least, AGREED))
        for name, value in values.items()
        for said in (in_simplified(value.text),)
    }


def _agreed(values: Sequence[Value | None]) -> Field | None:
    given = sorted((value for value in values if value and value.least >= DOUBTFUL), key=lambda value: -value.least)
    if not given:
        return None
    said, agree = given[0].text, all(value.text == given[0].text for value in given)
    sure = given[0].least >= SURE or (len(given) > 1 and given[-1].least >= AGREED)
    return Field(said, is_sure=agree and sure)


def _number(sights: Sequence[Sight], found: Mapping[str, Field]) -> Field | None:
    """None where two looks differ, or where the day of birth printed above was surely read as another. Not sure where
    that day was read otherwise in doubt, or the sex surely."""
    seen = [(sight.number, sight.number_least) for sight in sights if sight.number]
    if len({number.text for number, _ in seen}) != 1:
        return None
    birth, told = found.get("birth"), seen[0][0].birth
    agrees = birth is None or birth.text == told
    if birth and birth.is_sure and not agrees:
        return None
    sex = found.get("sex")
    agrees = agrees and not (sex and sex.is_sure and sex.text != seen[0][0].sex)
    sure = any(not number.repaired and least >= DOUBTFUL for number, least in seen)
    return Field(seen[0][0].text, is_sure=agrees and sure)


def _from_number(number: Field, found: Mapping[str, Field]) -> dict[str, Field]:
    """Birth and sex as the number has them; where the card was read otherwise, as read, and not sure."""
    told = Number(number.text)
    return {
        name: Field(text, is_sure=number.is_sure)
        if name not in found or found[name].text == text
        else Field(found[name].text, is_sure=False)
        for name, text in (("birth", told.birth), ("sex", told.sex))
    }


def _kind(sights: Sequence[Sight]) -> CardKind:
    lines = [line for sight in sights for line in sight.lines]
    numbers = {number.text for line in lines if (number := number_in(without_label(plain(line.text))))}
    if len(numbers) > 1:
        return CardKind.SEVERAL
    text = " ".join(plain(line.text) for line in lines)
    if not any(sight.is_certain for sight in sights):
        if is_other_document(text):
            return CardKind.OTHER
        if is_emblem_side(text):
            return CardKind.EMBLEM
        if not any(sight.number or len(sight.values) > 1 for sight in sights):
            return CardKind.NOTHING
    is_permit = any(sight.number and sight.number.is_permit for sight in sights)
    return CardKind.RESIDENCE_PERMIT if is_permit else CardKind.RESIDENT
