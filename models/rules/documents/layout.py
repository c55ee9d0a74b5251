"""Where the card lies on a photo: found from what is printed at known places of it, whatever else is in the picture.

Places are those of the resident card (GA 448) and of the residence permits, which share them, in u and v of `geometry`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from models.rules.documents import geometry
from models.rules.documents.card import Box, Point, Read
from models.rules.documents.geometry import Frame, Pin, apart, frame_of
from models.rules.documents.numbers import LENGTH
from models.rules.documents.words import NUMBER_LABEL, label_at_start, plain

NAME, SEX, BIRTH, ADDRESS, NUMBER = 0.14, 0.255, 0.37, 0.485, 0.865
"""v of the middle of each row; of the address, that of its first."""
_LABELS = 0.06
"""u at which labels begin."""
_LABELS_END, _LABELS_MIDDLE = 0.115, 0.13
"""u by which a line begins that begins with a label or a part of one, and the middle of one that is nothing else."""
_VALUES_BEGIN = 0.148
"""u between the ends of labels and the beginnings of values."""
_VALUES = 0.165
"""u at which name, sex, birth and address begin."""
_ETHNICITY, _ETHNICITY_LENGTH = 0.36, 0.2
"""u at which the ethnicity begins, and room for the longest."""
_HALF_LINE = 0.045
"""Half the height of a line of text with some air, in card heights."""
_NUMBER_RIGHT = 0.925
_NUMBER_LENGTH = 0.6
"""u at which the number ends, and how much of the card's width it takes."""

_ROWS = {"姓名": NAME, "性别": SEX, "出生": BIRTH, "出生日期": BIRTH, "住址": ADDRESS, NUMBER_LABEL: NUMBER}
DATE = re.compile(r"(\d{4})年?(\d{1,2})月?(\d{1,2})日?", re.ASCII)
_WHOLE_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日?", re.ASCII)
_NUMBER = re.compile(r"\d{16,18}[\dXx]?", re.ASCII)

_NEAR = 0.07
"""How far, in card widths or heights, a pin may lie from where the frame has it: rows are 0.115 apart."""
_SHOWS_SLOPE = 0.14
"""How much of the card's width a line takes from which on its slope is that of its row: three characters."""
_STRAIGHT = 0.35
"""How much, in radians, a line may run apart from its card: perspective and the detector's box of a short word."""


@dataclass(frozen=True)
class Anchor:
    """Pins that one line gives, and how much they say: a number more than a word that stands on any form."""

    pins: tuple[Pin, ...]
    towards: float
    weight: float
    label: str = ""
    number: str = ""


@dataclass(frozen=True)
class Whereabouts:
    """A card's frame and the anchors that agree on it."""

    frame: Frame
    backing: tuple[Anchor, ...]

    @property
    def has_number(self) -> bool:
        return any(anchor.number for anchor in self.backing)

    @property
    def is_certain(self) -> bool:
        """Whether nothing else looks so. Forms and other documents have a name, a birth and an address too, some a
        number; two words always fit a card of some size, but not these further ones at the places this card has."""
        has_label = any(anchor.label == NUMBER_LABEL for anchor in self.backing)
        return len(self.backing) >= (2 if self.has_number else 3 if has_label else 4)


@dataclass(frozen=True)
class Placed:
    """A line with its place on the card: its ends, and the height at which its row begins."""

    read: Read
    left: float
    right: float
    middle: float
    slope: float
    """How much its row gains in v by u."""
    text: str

    @property
    def is_label(self) -> bool:
        """Whether it stands where labels do, and nothing else."""
        return (self.left + self.right) / 2 < _LABELS_MIDDLE and self.right < _VALUES_BEGIN + 0.03

    @property
    def begins_with_label(self) -> bool:
        """Whether a label stands, or stood, before the value in the same line."""
        return self.left < _LABELS_END and not self.is_label

    @property
    def value(self) -> str:
        """The text without its label; of a label that was misread, whatever is left of it stays: see `value_alone`."""
        if self.is_label:
            return ""
        found = label_at_start(self.text)
        return found[1] if found else self.text


def anchors(lines: Iterable[Read]) -> list[Anchor]:
    return [anchor for line in lines if (anchor := _anchor(line))]


def _anchor(line: Read) -> Anchor | None:
    text = plain(line.text)
    towards, left, right = geometry.direction(line.box), geometry.left_end(line.box), geometry.right_end(line.box)
    label, value = label_at_start(text) or ("", text)
    pins: list[Pin] = []
    weight = 1.0
    if label in _ROWS:
        pins.append(_pin(_LABELS, _ROWS[label], left))
    number = _NUMBER.fullmatch(value)
    if number:
        if not label:
            shown = _NUMBER_LENGTH * len(value) / LENGTH
            pins.append(_pin(_NUMBER_RIGHT - shown, NUMBER, left))
        pins.append(_pin(_NUMBER_RIGHT, NUMBER, right))
        weight = 3.0
    elif label in ("", "出生") and _WHOLE_DATE.fullmatch(value):
        if not label:
            pins.append(_pin(_VALUES, BIRTH, left))
        weight = 1.5
    return Anchor(tuple(pins), towards, weight, label, value if number else "") if pins else None


def _pin(u: float, v: float, at: Point) -> Pin:
    return Pin(u, v, *at)


def find_card(lines: Sequence[Read]) -> Whereabouts | None:
    """The frame on which most of the anchors agree; nothing where no two do, and for a number alone the card that would
    have it."""
    given = anchors(lines)
    seeds: list[tuple[Anchor, ...]] = [(one,) for one in given if len(one.pins) > 1 and one.number]
    seeds += [pair for pair in combinations(given, 2) if apart(pair[0].towards, pair[1].towards) < _STRAIGHT]
    best: tuple[float, Whereabouts | None] = (0.0, None)
    for seed in seeds:
        frame = _frame(seed)
        if frame is None or any(apart(frame.towards, anchor.towards) > _STRAIGHT for anchor in seed):
            continue
        backing = tuple(anchor for anchor in given if _agrees(anchor, frame))
        weight = sum(anchor.weight for anchor in backing)
        if weight > best[0]:
            best = weight, Whereabouts(_frame(backing) or frame, backing)
    return best[1]


def _frame(backing: Iterable[Anchor]) -> Frame | None:
    return frame_of([pin for anchor in backing for pin in anchor.pins])


def _agrees(anchor: Anchor, frame: Frame) -> bool:
    if apart(anchor.towards, frame.towards) > _STRAIGHT:
        return False
    places = [(pin, frame.on_card((pin.x, pin.y))) for pin in anchor.pins]
    return all(abs(u - pin.u) < _NEAR * 1.5 and abs(v - pin.v) < _NEAR for pin, (u, v) in places)


def place(lines: Iterable[Read], frame: Frame) -> list[Placed]:
    """The lines that lie on the card and run along it, from left to right."""
    given = [line for line in lines if _runs_along(line.box, frame)]
    ends = [(frame.on_card(geometry.left_end(line.box)), frame.on_card(geometry.right_end(line.box))) for line in given]
    slope = _slopes([(left, right) for left, right in ends if _is_on(left, right)])
    placed = []
    for line, (left, right) in zip(given, ends, strict=True):
        u, v = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        if _is_on(left, right):
            placed.append(Placed(line, left[0], right[0], v - slope(v) * (u - _LABELS), slope(v), plain(line.text)))
    return sorted(placed, key=lambda line: line.left)


def _runs_along(box: Box, frame: Frame) -> bool:
    if geometry.aspect(box) < 1.5:
        return geometry.along(box, frame.towards) == box
    return apart(geometry.direction(box), frame.towards) < _STRAIGHT


def _is_on(left: Point, right: Point) -> bool:
    return left[0] > -0.03 and right[0] < 1.04 and -0.1 < (left[1] + right[1]) / 2 < 1.1


def _slopes(ends: Iterable[tuple[Point, Point]]) -> Callable[[float], float]:
    """How much v rows gain by u, as a straight line over v: labels in one column do not show how rows run, and
    perspective makes them run apart."""
    rows = [
        ((left[1] + right[1]) / 2, (right[1] - left[1]) / (right[0] - left[0]), (right[0] - left[0]) ** 2)
        for left, right in ends
        if right[0] - left[0] > _SHOWS_SLOPE
    ]
    whole = sum(weight for _, _, weight in rows)
    if not rows:
        return lambda v: 0.0
    mean_v = sum(v * weight for v, _, weight in rows) / whole
    mean = sum(slope * weight for _, slope, weight in rows) / whole
    spread = sum((v - mean_v) ** 2 * weight for v, _, weight in rows)
    gain = sum((v - mean_v) * (slope - mean) * weight for v, slope, weight in rows) / (spread + 0.02 * whole)
    return lambda v: mean + gain * (v - mean_v)


def outline(frame: Frame) -> Box:
    """The card and a little around it: what was placed by a word alone may be some hundredths off."""
    return frame.part(-0.06, -0.08, 1.06, 1.08)


def may_be_another_number(box: Box, frame: Frame) -> bool:
    """Whether a box has the shape of a number on a card of the same size."""
    return 7 < geometry.aspect(box) < 19 and 0.35 < geometry.length(box) / (frame.width * _NUMBER_LENGTH) < 1.6


def may_be_on(box: Box, frame: Frame) -> bool:
    u, v = frame.on_card(geometry.centre(box))
    return -0.05 < u < 1.05 and -0.05 < v < 1.05


def value_alone(line: Placed, frame: Frame) -> Box:
    """The part of a line behind where its label ends."""
    (left, top), (_, below) = frame.on_card(line.read.box[0]), frame.on_card(line.read.box[3])
    (right, right_top), (_, right_below) = frame.on_card(line.read.box[1]), frame.on_card(line.read.box[2])
    share = (_VALUES_BEGIN - left) / max(right - left, 1e-6)
    at = top + (right_top - top) * share, below + (right_below - below) * share
    return (
        frame.on_photo(_VALUES_BEGIN, at[0]),
        line.read.box[1],
        line.read.box[2],
        frame.on_photo(_VALUES_BEGIN, at[1]),
    )


def number_strip(frame: Frame, row: Sequence[Placed]) -> Box:
    """Where the whole number stands; in the row of these lines, if there are any."""
    return _strip(frame, row, NUMBER, _NUMBER_RIGHT - _NUMBER_LENGTH - 0.03, _NUMBER_RIGHT + 0.03)


def ethnicity_strip(frame: Frame, row: Sequence[Placed]) -> Box:
    """Where the ethnicity stands, behind its label if that was read."""
    label = next((line.right for line in row if line.text.endswith("民族")), _ETHNICITY)
    return _strip(frame, row, SEX, label, label + _ETHNICITY_LENGTH)


def _strip(frame: Frame, row: Sequence[Placed], usual: float, left: float, right: float) -> Box:
    middle = _mean([line.middle for line in row]) if row else usual
    slope = _mean([line.slope for line in row]) if row else 0.0
    at_left, at_right = (middle + slope * (u - _LABELS) for u in (left, right))
    return (
        frame.on_photo(left, at_left - _HALF_LINE),
        frame.on_photo(right, at_right - _HALF_LINE),
        frame.on_photo(right, at_right + _HALF_LINE),
        frame.on_photo(left, at_left + _HALF_LINE),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
