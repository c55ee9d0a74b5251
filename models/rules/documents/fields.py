"""The fields of a card whose lines have their places."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from models.rules.contact import ADDRESS_SHORTEST, person_name
from models.rules.documents import layout
from models.rules.documents.layout import Placed
from models.rules.documents.numbers import Number, number_in
from models.rules.documents.words import ETHNICITIES, is_print, is_written_over, label_at_start
from models.rules.places import names_a_place
from models.rules.refusal import Refused
from models.rules.spelling import HAN

_PORTRAIT = 0.62
"""u at which the portrait begins: name and address begin, and mostly end, left of it."""
_COLUMN = 0.25
"""u by which values begin."""
_CHARACTER = 0.028
"""How far right of the others a name begins whose first character must be missing: most of one, of 0.035 to 0.045."""
_GAP = 0.09
"""u between two parts of one name: two characters set apart as wide as three stand 0.05 from each other."""
_ETHNICITY = 0.33
"""u from which on only the ethnicity stands in its row; its label begins left of that."""
_ROW = 0.055
"""Half the distance of rows, in card heights, or a little less."""
_SAME_ROW = 0.03
_NEXT_ROW = 0.11
"""The most from one line of an address to the next; they are some 0.07 to 0.09 apart."""
_ADDRESS_TOP, _ADDRESS_BOTTOM = layout.ADDRESS - 0.05, 0.80
_LONG_NUMBER = re.compile(r"\d{8}", re.ASCII)
"""No house has one; a part of the card's own number does."""
_FOREIGN_SCRIPT = re.compile(rf"^[^{HAN}\d]+$")


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says, and the certainty of its least certain character."""

    text: str
    least: float


def number(placed: Sequence[Placed]) -> tuple[Number, float] | None:
    """The number in its row, and the certainty of its least certain character."""
    row = number_row(placed)
    for line in row:
        if found := number_in(line.value):
            return found, line.read.least
    joined = [line for line in row if re.search(r"\d", line.text)]
    found = number_in("".join(line.value for line in joined))
    return (found, min(line.read.least for line in joined)) if found else None


def number_row(placed: Sequence[Placed]) -> list[Placed]:
    return _strip(placed, layout.NUMBER - 0.09, layout.NUMBER + 0.09)


def sex_row(placed: Sequence[Placed]) -> list[Placed]:
    return [line for line in _row(placed, layout.SEX) if line.left < _PORTRAIT]


def has_misread_label(line: Placed) -> bool:
    """Whether a line holds a name or an address behind something that should be its label and does not read so."""
    in_name = abs(line.middle - layout.NAME) < _ROW
    in_address = _ADDRESS_TOP < line.middle < _ADDRESS_BOTTOM
    return (in_name or in_address) and line.begins_with_label and label_at_start(line.text) is None


def birth(placed: Sequence[Placed]) -> Value | None:
    row = [line for line in _row(placed, layout.BIRTH) if line.left < _PORTRAIT]
    match = layout.DATE.search("".join(line.value for line in row))
    if not match:
        return None
    try:
        born = date(*map(int, match.groups()))
    except ValueError:
        return None
    return Value(born.isoformat(), min(line.read.least for line in row))


_SEX = re.compile("(?:性.|.别)?([男女])")


def sex(placed: Sequence[Placed]) -> Value | None:
    row = _row(placed, layout.SEX)
    for line in row:
        if line.left < 0.4 and (match := _SEX.match(line.text)):
            return Value(match[1], line.read.least)
    return None


def ethnicity(placed: Sequence[Placed]) -> Value | None:
    """The longest of the known words with which a line ends, behind 民族 or where that stands to its left; of several
    such lines, the most certain one."""
    found = [value for line in sex_row(placed) if (value := _ethnicity_in(line))]
    return max(found, key=lambda value: value.least, default=None)


def _ethnicity_in(line: Placed) -> Value | None:
    text = line.text.removesuffix("族")
    said = max((word for word in ETHNICITIES if text.endswith(word)), key=len, default=None)
    if said is None or not (line.left > _ETHNICITY or re.search("[民族]", text.removesuffix(said)[-2:])):
        return None
    return Value(said, line.read.least)


def name(placed: Sequence[Placed]) -> Value | None:
    """None where something covers its beginning: the values stand in one column."""
    parts = _without_gap(_values(_row(placed, layout.NAME)))
    text = "".join(line.value for line in parts)
    if not parts or _is_cut_off(parts[0], placed) or is_print(text) or re.search(r"[\dA-Za-z]", text):
        return None
    try:
        said = person_name(text)
    except Refused:
        return None
    return Value(said, min(line.read.least for line in parts))


def _is_cut_off(first: Placed, placed: Sequence[Placed]) -> bool:
    below = _strip(placed, layout.SEX - _ROW, _ADDRESS_BOTTOM)
    column = [line.left for line in below if line.left < _COLUMN and not line.begins_with_label and not line.is_label]
    return bool(column) and not first.begins_with_label and first.left > median(column) + _CHARACTER


def address(placed: Sequence[Placed]) -> Value | None:
    lines = [
        line
        for line in placed
        if _ADDRESS_TOP < line.middle < _ADDRESS_BOTTOM
        and line.left < _PORTRAIT - 0.1
        and line.right < 0.8
        and not _LONG_NUMBER.search(line.text)
    ]
    rows = _rows(_values(lines))
    text = "".join(line.value for row in rows for line in row)
    if not _are_whole(rows) or len(text) < ADDRESS_SHORTEST or not names_a_place(text):
        return None
    return Value(text, min(line.read.least for row in rows for line in row))


def _are_whole(rows: Sequence[Sequence[Placed]]) -> bool:
    """Whether the first row is there, and none between two others is missing."""
    tops = [layout.ADDRESS, *(row[0].middle for row in rows)]
    return (
        len(tops) > 1
        and tops[1] - tops[0] < _ROW
        and all(below - above < _NEXT_ROW for above, below in pairwise(tops[1:]))
    )


def _values(lines: Iterable[Placed]) -> list[Placed]:
    """Those that hold a value, by themselves or behind their label, in Chinese: a second script may stand beside it."""
    return [
        line
        for line in lines
        if line.value
        and not has_misread_label(line)
        and not is_written_over(line.value)
        and not _FOREIGN_SCRIPT.match(line.value)
    ]


def _without_gap(parts: Sequence[Placed]) -> list[Placed]:
    """The first, and what follows it closely: what stands apart is not of the card's column."""
    kept: list[Placed] = []
    for part in parts:
        if part.left > _PORTRAIT or (kept and part.left - kept[-1].right > _GAP):
            break
        kept.append(part)
    return kept


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
