"""The fields of a card whose lines have their places."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.contact import person_name
from models.rules.documents import layout
from models.rules.documents.layout import Placed
from models.rules.documents.numbers import Number, number_in
from models.rules.documents.words import ETHNICITIES, is_print, label_at_start, without_labels
from models.rules.places import names_a_place
from models.rules.refusal import Refused
from models.rules.spelling import HAN


_PORTRAIT = 0.62
"""u at which the portrait begins: name and address begin, and mostly end, left of it."""
_VALUES = 0.10
"""u from which on a value may stand; labels end at 0.15, and only texts that are parts of labels are dropped for it."""
_ROW = 0.055
"""Half the distance of rows, in card heights, or a little less."""
_SAME_ROW = 0.03
_ADDRESS_TOP, _ADDRESS_BOTTOM = layout.ADDRESS - 0.05, 0.80
_FOREIGN_SCRIPT = re.compile(rf"^[^{HAN}\d]+$")


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says, and the certainty of its least certain character."""

    text: str
    least: float


def number(placed: Sequence[Placed]) -> tuple[Number, float] | None:
    """The number in its row, and the certainty of its least certain character."""
    row = _strip(placed, layout.NUMBER - 0.09, layout.NUMBER + 0.09)
    for line in row:
        if found := number_in(without_labels(line.text)):
            return found, line.read.least
    joined = [line for line in row if re.search(r"\d", line.text)]
    found = number_in("".join(without_labels(line.text) for line in joined))
    return (found, min(line.read.least for line in joined)) if found else None


def birth(placed: Sequence[Placed]) -> Value | None:
    row = [line for line in _row(placed, layout.BIRTH) if line.left < _PORTRAIT]
    match = layout.DATE.search("".join(without_labels(line.text) for line in row))
    if not match:
        return None
    try:
        born = date(*map(int, match.groups()))
    except ValueError:
        return None
    return Value(born.isoformat(), min(line.read.least for line in row))


_SEX = re.compile("性?别?([男女])")


def sex(placed: Sequence[Placed]) -> Value | None:
    row = _row(placed, layout.SEX)
    for line in row:
        if line.left < 0.4 and (match := _SEX.match(line.text)):
            return Value(match[1], line.read.least)
    return None


def ethnicity(placed: Sequence[Placed]) -> Value | None:
    row = [line for line in _row(placed, layout.SEX) if line.left < 0.75]
    text = "".join(line.text for line in row)
    match = re.search("族(.+)$", text)
    if not match:
        return None
    said = match[1].removesuffix("族")
    return Value(said, min(line.read.least for line in row)) if said in ETHNICITIES else None


def name(placed: Sequence[Placed]) -> Value | None:
    row = [line for line in _row(placed, layout.NAME) if line.left < _PORTRAIT]
    parts = _values(row)
    text = "".join(without_labels(line.text) for line in parts)
    if not parts or is_print(text) or re.search(r"[\dA-Za-z]", text):
        return None
    try:
        said = person_name(text)
    except Refused:
        return None
    return Value(said, min(line.read.least for line in parts))


def address(placed: Sequence[Placed]) -> Value | None:
    lines = [
        line
        for line in placed
        if _ADDRESS_TOP < line.middle < _ADDRESS_BOTTOM and line.left < _PORTRAIT - 0.1 and line.right < 0.8
    ]
    parts = [part for row in _rows(_values(lines)) for part in row]
    text = "".join(without_labels(line.text) for line in parts)
    if not parts or len(text) < 6 or not names_a_place(text):
        return None
    return Value(text, min(line.read.least for line in parts))


def _values(lines: Iterable[Placed]) -> list[Placed]:
    """Those that hold a value, by themselves or behind their label, in Chinese: a second script stands beside it."""
    return [
        line
        for line in lines
        if (text := without_labels(line.text))
        and (line.left > _VALUES or label_at_start(line.text) or line.right > 0.25)
        and not _FOREIGN_SCRIPT.match(text)
    ]


def _row(placed: Iterable[Placed], at: float) -> list[Placed]:
    return _strip(placed, at - _ROW, at + _ROW)


def _strip(placed: Iterable[Placed], top: float, bottom: float) -> list[Placed]:
    return [line for line in placed if top < line.middle < bottom]


def _rows(placed: Iterable[Placed]) -> list[list[Placed]]:
    """From the top down, each from left to right."""
    rows: list[list[Placed]] = []
    for line in sorted(placed, key=lambda line: line.middle):
        if rows and line.middle - rows[-1][-1].middle < _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]
