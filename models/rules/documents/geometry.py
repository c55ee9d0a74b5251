"""Boxes of text on a photo, and the frame of a card: where on the card a point of the photo lies.

A frame's coordinates are u, from the card's left edge to its right one, and v, from its top to its bottom: 0 to 1 both.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.rules.documents.card import Box, Point

ASPECT = 85.6 / 54.0
"""Width of a card by its height (ISO/IEC 7810 ID-1)."""


def centre(box: Box) -> Point:
    return sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4


def left_end(box: Box) -> Point:
    """The middle of the edge where reading begins."""
    return _middle(box[0], box[3])


def right_end(box: Box) -> Point:
    return _middle(box[1], box[2])


def length(box: Box) -> float:
    """In pixels, in the direction of reading."""
    return math.dist(left_end(box), right_end(box))


def height(box: Box) -> float:
    """In pixels, across the direction of reading."""
    return math.dist(_middle(box[0], box[1]), _middle(box[2], box[3]))


def aspect(box: Box) -> float:
    """Length by height."""
    return length(box) / max(height(box), 1e-6)


def direction(box: Box) -> float:
    """Of reading, in radians; y grows downwards."""
    (x0, y0), (x1, y1) = left_end(box), right_end(box)
    return math.atan2(y1 - y0, x1 - x0)


def turned(box: Box, quarters: int) -> Box:
    """The same place on the photo, read from another of its edges."""
    return (*box[quarters % 4 :], *box[: quarters % 4])  # type: ignore[return-value]


def along(box: Box, towards: float) -> Box:
    """The same place, read from the edge that makes reading go nearest to a direction in radians."""
    return min((turned(box, quarters) for quarters in range(4)), key=lambda way: apart(direction(way), towards))


def lengthwise(box: Box) -> Box:
    """The same place, read along its longer side, rightwards or, if it stands upright, downwards."""
    way = box if length(box) >= height(box) else turned(box, 1)
    return way if -math.pi / 4 < direction(way) <= 3 * math.pi / 4 else turned(way, 2)


def apart(one: float, other: float) -> float:
    """The angle between two directions, 0 to pi."""
    return abs((one - other + math.pi) % math.tau - math.pi)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


@dataclass(frozen=True, slots=True)
class Pin:
    """A point of the photo whose place on the card is known."""

    u: float
    v: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """An affine map of the card onto the photo. What perspective adds is a few hundredths: less than half a row."""

    origin: Point
    across: Point
    """From the card's top left corner to its top right one, in pixels."""
    down: Point
    """From its top left corner to its bottom left one."""

    def on_photo(self, u: float, v: float) -> Point:
        return (
            self.origin[0] + u * self.across[0] + v * self.down[0],
            self.origin[1] + u * self.across[1] + v * self.down[1],
        )

    def on_card(self, point: Point) -> Point:
        x, y = point[0] - self.origin[0], point[1] - self.origin[1]
        (ax, ay), (dx, dy) = self.across, self.down
        area = ax * dy - ay * dx
        return (x * dy - y * dx) / area, (ax * y - ay * x) / area

    def part(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A rectangle of the card as a box on the photo."""
        return (
            self.on_photo(left, top),
            self.on_photo(right, top),
            self.on_photo(right, bottom),
            self.on_photo(left, bottom),
        )

    @property
    def width(self) -> float:
        """Of the card, in pixels of the photo."""
        return math.hypot(*self.across)

    @property
    def towards(self) -> float:
        """The direction of reading, in radians."""
        return math.atan2(self.across[1], self.across[0])

    @property
    def is_a_card(self) -> bool:
        """Whether a card seen at up to some 35° from the side can look so: neither mirrored nor squeezed nor skewed."""
        area = self.across[0] * self.down[1] - self.across[1] * self.down[0]
        tall = math.hypot(*self.down) * ASPECT
        if area <= 0 or self.width < 1 or tall < 1:
            return False
        skew = (self.across[0] * self.down[0] + self.across[1] * self.down[1]) * ASPECT / (self.width * tall)
        return 0.66 < tall / self.width < 1.5 and abs(skew) < 0.4


_STIFFNESS = 0.15
"""Weight of the corners of the best rigid card among the pins: few pins, or pins in one row, leave the card a card."""


def frame_of(pins: Sequence[Pin]) -> Frame | None:
    """The card that fits these pins best; nothing for fewer than two, or for what no card can look like."""
    rigid = _rigid(pins)
    if rigid is None:
        return None
    corners = [Pin(u, v, *rigid.on_photo(u, v)) for u in (0.0, 1.0) for v in (0.0, 1.0)]
    weighed = [(pin, 1.0) for pin in pins] + [(corner, _STIFFNESS) for corner in corners]
    frame = _affine(weighed)
    return frame if frame is not None and frame.is_a_card else None


def _rigid(pins: Sequence[Pin]) -> Frame | None:
    """Least squares over turn, size and place alone."""
    if len(pins) < 2:
        return None
    us, vs = [pin.u * ASPECT for pin in pins], [pin.v for pin in pins]
    mean_u, mean_v, mean_x, mean_y = map(_mean, (us, vs, [pin.x for pin in pins], [pin.y for pin in pins]))
    spread = sum((u - mean_u) ** 2 + (v - mean_v) ** 2 for u, v in zip(us, vs, strict=True))
    if spread < 1e-9:
        return None
    cos = sin = 0.0
    for u, v, pin in zip(us, vs, pins, strict=True):
        cos += (u - mean_u) * (pin.x - mean_x) + (v - mean_v) * (pin.y - mean_y)
        sin += (u - mean_u) * (pin.y - mean_y) - (v - mean_v) * (pin.x - mean_x)
    cos, sin = cos / spread, sin / spread
    origin = mean_x - cos * mean_u + sin * mean_v, mean_y - sin * mean_u - cos * mean_v
    frame = Frame(origin, (cos * ASPECT, sin * ASPECT), (-sin, cos))
    return frame if frame.is_a_card else None


def _affine(weighed: Sequence[tuple[Pin, float]]) -> Frame | None:
    rows = [(weight, (1.0, pin.u, pin.v), (pin.x, pin.y)) for pin, weight in weighed]
    normal = [[sum(w * a[i] * a[j] for w, a, _ in rows) for j in range(3)] for i in range(3)]
    xs = _solved(normal, [sum(w * a[i] * p[0] for w, a, p in rows) for i in range(3)])
    ys = _solved(normal, [sum(w * a[i] * p[1] for w, a, p in rows) for i in range(3)])
    if xs is None or ys is None:
        return None
    return Frame((xs[0], ys[0]), (xs[1], ys[1]), (xs[2], ys[2]))


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float] | None:
    """Three equations by Cramer's rule."""
    whole = _determinant(matrix)
    if abs(whole) < 1e-12:
        return None
    columns = [[[right[i] if j == k else matrix[i][j] for j in range(3)] for i in range(3)] for k in range(3)]
    return [_determinant(column) / whole for column in columns]


def _determinant(m: Sequence[Sequence[float]]) -> float:
    return (
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    )


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return sum(given) / len(given)
