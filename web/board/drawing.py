"""Charts as parts of a page: rectangles and texts of SVG, coloured by classes (static/hall-board.css)."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

WIDTH, HEIGHT = 360, 170
_LEFT, _TOP, _BOTTOM = 34, 10, 22
_LABEL = 13


class Bar(NamedTuple):
    """One place on the axis: its label, and a value for each series."""

    label: str
    values: tuple[int, ...]


def bars(title: str, description: str, data: Sequence[Bar], each_label: int = 1) -> Markup:
    """Columns side by side, one class a series (bar-0, bar-1). Every `each_label`th is labelled. `title` names the
    chart and `description` says in words what it shows; the page gives the values in a table too."""
    top = _round_top(max((value for bar in data for value in bar.values), default=0))
    floor = HEIGHT - _BOTTOM
    parts = [_line(floor, 0), _line((floor + _TOP) / 2, top // 2), _line(_TOP, top)]
    step = (WIDTH - _LEFT) / max(len(data), 1)
    for number, bar in enumerate(data):
        left = _LEFT + number * step
        width = step * 0.8 / max(len(bar.values), 1)
        for series, value in enumerate(bar.values):
            height = (floor - _TOP) * value / top
            parts.append(
                Markup('<rect class="bar-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                    series, left + step * 0.1 + series * width, floor - height, width, height
                )
            )
        if number % each_label == 0:
            parts.append(_text(left + step / 2, HEIGHT - 5, "middle", bar.label))
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><desc>{}</desc>{}</svg>').format(
        WIDTH, HEIGHT, title, description, Markup().join(parts)
    )


def strip(title: str, values: Sequence[int]) -> Markup:
    """Parts of a whole as one band, one class a part (part-0, part-1, …); nothing for a whole of nothing."""
    whole = sum(values)
    if not whole:
        return Markup()
    parts, left = [], 0.0
    for number, value in enumerate(values):
        width = WIDTH * value / whole
        parts.append(
            Markup('<rect class="part-{}" x="{:.1f}" y="0" width="{:.1f}" height="24"/>').format(number, left, width)
        )
        left += width
    return Markup('<svg class="chart strip" viewBox="0 0 {} 24" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, title, Markup().join(parts)
    )


def span(title: str, lower: float, middle: float, upper: float, longest: float) -> Markup:
    """A line from nothing to `longest`, a box from `lower` to `upper` on it and a mark at `middle`."""
    scale = WIDTH / max(longest, 1)
    return Markup(
        '<svg class="chart span" viewBox="0 0 {} 20" role="img" aria-label="{}">'
        '<rect class="span-line" x="0" y="9" width="{}" height="2"/>'
        '<rect class="span-box" x="{:.1f}" y="2" width="{:.1f}" height="16"/>'
        '<rect class="span-middle" x="{:.1f}" y="0" width="4" height="20"/></svg>'
    ).format(WIDTH, title, WIDTH, lower * scale, max(upper - lower, 0) * scale, min(middle * scale, WIDTH - 4))


def _round_top(value: int) -> int:
    """A round number, even, not below the value: 2, 4, 6, 8, 10, 20, 40, …"""
    size = 1
    while value > 10 * size:
        size *= 10
    return next(top * size for top in (2, 4, 6, 8, 10) if value <= top * size)


def _line(y: float, value: int) -> Markup:
    line = Markup('<rect class="grid" x="{}" y="{:.1f}" width="{}" height="1"/>').format(_LEFT, y, WIDTH - _LEFT)
    return line + _text(_LEFT - 5, y + _LABEL / 3, "end", str(value))


def _text(x: float, y: float, anchor: str, text: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{}">{}</text>').format(
        x, y, anchor, _LABEL, text
    )
