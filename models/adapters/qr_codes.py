"""QR codes as rectangles, whatever they are drawn with."""

from collections.abc import Iterator
from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""Modules of white on each side, as ISO 18004 wants them."""

_OVERLAP = 0.02
"""In modules: without it, viewers that smooth edges show hairs of white between rectangles that touch."""


@dataclass(frozen=True)
class Rectangle:
    """Dark modules that lie together, in modules from the code's own top left corner, without the quiet zone."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Matrix:
    """A code: `size` modules a side without its quiet zone, and what of it is dark."""

    size: int
    dark: tuple[Rectangle, ...]

    @property
    def full_size(self) -> int:
        """With the quiet zone."""
        return self.size + 2 * QUIET


def matrix(text: str, *, small: bool = False) -> Matrix:
    """The code that says `text`: level H, which survives a third of it torn or smeared; a small one M, for modules that
    a phone can still tell apart."""
    code = QRCode(error_correction=ERROR_CORRECT_M if small else ERROR_CORRECT_H, border=0)
    code.add_data(text)
    code.make()
    rows = [[bool(module) for module in row] for row in code.modules]
    return Matrix(len(rows), tuple(_merged(rows)))


def overlapping(dark: Rectangle, module: float) -> tuple[float, float, float, float]:
    """x, y, width and height at this size of a module, a hair larger on each side."""
    return (
        (dark.x - _OVERLAP) * module,
        (dark.y - _OVERLAP) * module,
        (dark.width + 2 * _OVERLAP) * module,
        (dark.height + 2 * _OVERLAP) * module,
    )


def _merged(rows: list[list[bool]]) -> Iterator[Rectangle]:
    """Runs of dark modules in a row, those of the same place in the rows below put to them."""
    growing: dict[tuple[int, int], int] = {}
    for y, row in enumerate([*rows, []]):
        runs = set(_runs(row))
        for run in sorted(growing.keys() - runs):
            start = growing.pop(run)
            yield Rectangle(run[0], start, run[1], y - start)
        for run in sorted(runs):
            growing.setdefault(run, y)


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start = None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            yield start, x - start
            start = None
