"""Which way text runs: one answer for all lines that lie alike, found by reading a few of them both ways."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.rules.documents import geometry
from models.rules.documents.card import Box, Read
from models.rules.documents.geometry import apart, aspect, direction, lengthwise
from models.rules.documents.numbers import number_in

SAMPLES = 3
_LONG = 3.0
"""Width by height from which on a box shows its own direction."""
_ALIKE = 0.35
"""Radians: lines of one card lie within some 10° of one another, a sheet under it mostly elsewhere."""
_BEST_SAMPLE = 12.0
"""Width by height of a sample: long enough to tell its direction, short enough to cost little. A number is such."""
MOST_WAYS = 3


@dataclass(frozen=True)
class Way:
    """Lines that lie alike. `towards`: one of the two directions in which they may be read."""

    towards: float
    boxes: tuple[Box, ...]
    samples: tuple[Box, ...]


def ways(boxes: Iterable[Box]) -> list[Way]:
    """The boxes by how they lie, the way with most text first; short ones, which do not show it, go with the first."""
    lying = [lengthwise(box) for box in boxes]
    groups: list[list[Box]] = []
    for box in sorted((box for box in lying if aspect(box) >= _LONG), key=geometry.length, reverse=True):
        group = next((group for group in groups if _axis_apart(box, group[0]) < _ALIKE), None)
        if group is None:
            groups.append([box])
        else:
            group.append(box)
    groups = sorted(groups, key=lambda group: -sum(map(geometry.length, group)))[:MOST_WAYS]
    short = [box for box in lying if aspect(box) < _LONG]
    if not groups:
        groups = [short] if short else []
        short = []
    return [_way(group, short if n == 0 else []) for n, group in enumerate(groups)]


def _way(group: Sequence[Box], short: Sequence[Box]) -> Way:
    towards = direction(group[0])
    boxes = tuple(geometry.along(box, towards) for box in (*group, *short))
    likely = sorted(boxes[: len(group)], key=lambda box: abs(math.log(max(aspect(box), 0.1) / _BEST_SAMPLE)))
    return Way(towards, boxes, tuple(likely[:SAMPLES]))


def _axis_apart(one: Box, other: Box) -> float:
    angle = apart(direction(one), direction(other))
    return min(angle, math.pi - angle)


def both(box: Box) -> tuple[Box, Box]:
    return box, geometry.turned(box, 2)


def is_upside_down(way: Way, read: Mapping[Box, Read]) -> bool:
    """What reading the samples both ways shows: a number, or else the better certainty."""
    right = sum(_worth(read.get(box)) for box in way.samples)
    wrong = sum(_worth(read.get(geometry.turned(box, 2))) for box in way.samples)
    return wrong > right


def _worth(read: Read | None) -> float:
    if read is None:
        return 0.0
    return 100.0 if number_in(read.text) else read.score * math.sqrt(len(read.text))


def unlikely(box: Box) -> float:
    """The smaller, the likelier a box shows where a card is: a number, a line of an address."""
    return abs(math.log(max(aspect(box), 0.1) / _BEST_SAMPLE))
