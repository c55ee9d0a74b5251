"""Where the card lies on a photo: found from what is printed at known places of it, whatever else is in the picture.

Places are those of the resident card (GA 448) and of the residence permits, which share them, in u and v of `geometry`.
"""

import re
from collections.abc import Iterable, Sequence
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
_VALUES = 0.165
"""u at which name, sex, birth and address begin."""
_NUMBER_RIGHT = 0.925
_NUMBER_LENGTH = 0.6
"""u at which the number ends, and how much of the card's width it takes."""

_ROWS = {"姓名": NAME, "性别": SEX, "出生": BIRTH, "出生日期": BIRTH, "住址": ADDRESS, NUMBER_LABEL: NUMBER}
DATE = re.compile(r"(\d{4})年?(\d{1,2})月?(\d{1,2})日?", re.ASCII)
_WHOLE_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日?", re.ASCII)
_NUMBER = re.compile(r"\d{16,18}[\dXx]?", re.ASCII)

_NEAR = 0.07
"""How far, in card widths or heights, a pin may lie from where the frame has it: rows are 0.115 apart."""
_STRAIGHT = 0.35
"""How much, in radians, a line may run apart from its card: perspective and the detector's box of a short word."""


@dataclass(frozen=True)
class Anchor:
    """Pins that one line gives, and how much they say: a number more than a word that stands on any form."""

    pins: tuple[Pin, ...]
    towards: float
    weight: float
    number: str = ""


@dataclass(frozen=True)
class Placed:
    """A line with its place on the card: its ends, and the height of its middle."""

    read: Read
    left: float
    right: float
    middle: float
    text: str


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
    return Anchor(tuple(pins), towards, weight, value if number else "") if pins else None


def _pin(u: float, v: float, at: Point) -> Pin:
    return Pin(u, v, *at)


def find_card(lines: Sequence[Read]) -> Frame | None:
    """The frame on which most of the anchors agree; nothing where no two do, and for a number alone the card that would
    have it."""
    given = anchors(lines)
    seeds = [(one,) for one in given if len(one.pins) > 1 and one.number]
    seeds += [pair for pair in combinations(given, 2) if apart(pair[0].towards, pair[1].towards) < _STRAIGHT]
    best: tuple[float, Frame | None] = (0.0, None)
    for seed in seeds:
        frame = _frame(seed)
        if frame is None or any(apart(frame.towards, anchor.towards) > _STRAIGHT for anchor in seed):
            continue
        backing = [anchor for anchor in given if _agrees(anchor, frame)]
        weight = sum(anchor.weight for anchor in backing)
        if weight > best[0]:
            best = weight, _frame(backing) or frame
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
    placed = []
    for line in lines:
        box = geometry.along(line.box, frame.towards)
        (left, top), (right, bottom) = frame.on_card(geometry.left_end(box)), frame.on_card(geometry.right_end(box))
        middle = (top + bottom) / 2
        runs_along = box == line.box and (geometry.aspect(box) < 1.5 or apart(geometry.direction(box), frame.towards) < _STRAIGHT)
        if runs_along and -0.03 < left and right < 1.04 and 0.0 < middle < 1.0:
            placed.append(Placed(line, left, right, middle, plain(line.text)))
    return sorted(placed, key=lambda line: line.left)


def outline(frame: Frame) -> Box:
    """The card and a little around it: what was placed by a word alone may be some hundredths off."""
    return frame.part(-0.06, -0.08, 1.06, 1.08)


def may_be_on(box: Box, frame: Frame) -> bool:
    u, v = frame.on_card(geometry.centre(box))
    return -0.05 < u < 1.05 and -0.05 < v < 1.05
