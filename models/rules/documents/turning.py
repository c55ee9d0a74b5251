"""Which way text runs: one answer for all lines that lie alike, found by reading a few of them both ways."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.rules.documents import geometry
from models.rules.documents.card import Box, Read
from models.rules.documents.geometry import apart, aspect, direction, lengthwise
from models.rules.documents.numbers import number_in
from models.rules.spelling import HAN

SAMPLES = 3
PLAIN, FEWEST = 0.9, 4
"""The score of a line, and its Chinese characters, that no line has that is read upside down."""
_CHINESE = re.compile(f"[{HAN}]")
_LONG = 3.0
"""Width by height from which on a box shows its own direction."""
_ALIKE = 0.35
"""Radians: lines of one card lie within some 10° of one another, a sheet under it mostly elsewhere."""
_NUMBER_SHAPE, _LABEL_SHAPE = 12.0, 2.0
"""Width by height of their boxes: of the number 7 to 14, of a label of two characters 1.5 to 2.5."""
MOST_WAYS = 3


@dataclass(frozen=True)
class Way:
    """Lines that lie alike. `towards`: one of the two directions in which they may be read."""

    towards: float
    boxes: tuple[Box, ...]
    samples: tuple[Box, ...]

    @property
    def reversed_samples(self) -> tuple[Box, ...]:
        return tuple(geometry.turned(box, 2) for box in self.samples)


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
    # Long enough to tell its direction, short enough to cost little; and the number is the best proof there is.
    likely = sorted(boxes[: len(group)], key=_unlike(_NUMBER_SHAPE))
    return Way(towards, boxes, tuple(likely[:SAMPLES]))


def _axis_apart(one: Box, other: Box) -> float:
    angle = apart(direction(one), direction(other))
    return min(angle, math.pi - angle)


def reads_plainly(way: Way, read: Mapping[Box, Read]) -> bool:
    """Whether the samples leave no doubt that they were read the right way: most are certain, and not of digits alone,
    which may look like digits upside down."""
    plain = [box for box in way.samples if _is_plain(read[box])]
    return len(plain) * 2 > len(way.samples)


def _is_plain(read: Read) -> bool:
    return number_in(read.text) is not None or (read.score >= PLAIN and len(_CHINESE.findall(read.text)) >= FEWEST)


def is_upside_down(way: Way, read: Mapping[Box, Read]) -> bool:
    """What reading the samples both ways shows: a number, or else the better certainty."""
    right = sum(_worth(read.get(box)) for box in way.samples)
    wrong = sum(_worth(read.get(geometry.turned(box, 2))) for box in way.samples)
    return wrong > right


def _worth(read: Read | None) -> float:
    if read is None:
        return 0.0
    return 100.0 if number_in(read.text) else read.score * math.sqrt(len(read.text))


def likeliest_first(boxes: Iterable[Box]) -> list[Box]:
    """By turns those that have the shape of a number and those that have the shape of a label, each kind the likeliest
    first: print around a card may look like the one, hardly like both."""
    given = list(boxes)
    numbers, labels = (sorted(given, key=_unlike(shape)) for shape in (_NUMBER_SHAPE, _LABEL_SHAPE))
    return list(dict.fromkeys(box for pair in zip(numbers, labels, strict=True) for box in pair))


def _unlike(shape: float) -> Callable[[Box], float]:
    return lambda box: abs(math.log(max(aspect(box), 0.1) / shape))
