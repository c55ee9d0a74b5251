"""A day of a case as a picture: hours across, the case on top, each contact a line; shapes of SVG, coloured by classes
(static/hall-cases.css). How an end is known is told by shape: what is a guess is hatched and open at its end."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup

from models.rules.visits import Certainty
from models.services.casework.contact_list import Span

WIDTH = 360
_LEFT, _RIGHT, _TOP = 100, 354, 24
_ROW, _BAR = 27, 15
_LABEL = 15
_LONGEST_LABEL = 6
_MOST_HOURS = 6
"""Labels beside one another."""
_HOUR = timedelta(hours=1)


class Row(NamedTuple):
    """A line: what stands before it, and its stays, by the clocks of the hall."""

    label: str
    spans: list[Span]


class _Scale:
    """Where a moment stands."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin, self.end = begin, end

    def x(self, at: datetime) -> float:
        inside = min(max(at, self.begin), self.end)
        return _LEFT + (_RIGHT - _LEFT) * ((inside - self.begin) / (self.end - self.begin))

    def hours(self) -> list[datetime]:
        count = (self.end - self.begin) // _HOUR
        return [self.begin + _HOUR * hour for hour in range(0, count + 1, 1 + count // _MOST_HOURS)]


def day(mark: str, title: str, description: str, case: Row, rows: Sequence[Row], tail: timedelta) -> Markup:
    """The picture: of the time around the stays of the case. `mark` tells its patterns from those of the page's other
    pictures; `title` names it, and `description` says what it shows."""
    scale = _scale(case.spans, tail)
    height = _TOP + _ROW * (1 + len(rows))
    parts = [_patterns(mark)]
    parts += [_band(scale, span, tail, height, mark) for span in case.spans]
    parts += [_hour(scale, at, height) for at in scale.hours()]
    for number, row in enumerate((case, *rows)):
        top = _TOP + _ROW * number
        parts.append(_text(_LEFT - 6, top + _ROW / 2 + _LABEL / 3, "end", _short(row.label)))
        parts += [_bar(scale, span, top, mark, "case" if number == 0 else "stay") for span in row.spans]
    return Markup(
        '<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-label="{}"><desc>{}</desc>{}</svg>'
    ).format(WIDTH, height, title, description, Markup().join(parts))


def _scale(case: Iterable[Span], tail: timedelta) -> _Scale:
    spans = list(case)
    begin = min(span.begin for span in spans) - _HOUR / 2
    end = max(span.end for span in spans) + max(tail, _HOUR / 2)
    begin = begin.replace(minute=0, second=0, microsecond=0)
    whole = end.replace(minute=0, second=0, microsecond=0)
    return _Scale(begin, whole + _HOUR if end > whole else whole)


def _patterns(mark: str) -> Markup:
    return Markup(
        '<defs><pattern id="guess-{0}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern>'
        '<pattern id="tail-{0}" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<circle class="dot" cx="2.5" cy="2.5" r=".8"/></pattern></defs>'
    ).format(mark)


def _band(scale: _Scale, span: Span, tail: timedelta, height: float, mark: str) -> Markup:
    """When the case was there, behind all the lines, and the time after."""
    left, right, after = scale.x(span.begin), scale.x(span.end), scale.x(span.end + tail)
    return Markup(
        '<rect class="there" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>'
        '<rect class="after" fill="url(#tail-{})" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>'
    ).format(left, _TOP, right - left, height - _TOP, mark, right, _TOP, after - right, height - _TOP)


def _hour(scale: _Scale, at: datetime, height: float) -> Markup:
    x = scale.x(at)
    line = Markup('<rect class="grid" x="{:.1f}" y="{}" width="1" height="{}"/>').format(x, _TOP, height - _TOP)
    return line + _text(min(x, _RIGHT - 4), _TOP - 8, "middle", str(at.hour))


def _bar(scale: _Scale, span: Span, top: float, mark: str, kind: str) -> Markup:
    """A stay: full where its exit is sure, pale within a line where it was said, hatched and without an end where it is
    a guess. An entry that is sure stands above and below the bar."""
    left = scale.x(span.begin)
    right = max(scale.x(span.end), left + 4)
    y = top + (_ROW - _BAR) / 2
    if span.sure_out is Certainty.ESTIMATED:
        bar = Markup(
            '<rect fill="url(#guess-{0})" x="{1:.1f}" y="{2}" width="{3:.1f}" height="{4}"/>'
            '<path class="{5} guess" d="M{6:.1f} {2}H{1:.1f}v{4}H{6:.1f}"/>'
        ).format(mark, left, y, right - left, _BAR, kind, right)
    else:
        how = "sure" if span.sure_out is Certainty.CERTAIN else "said"
        bar = Markup('<rect class="{} {}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>').format(
            kind, how, left, y, right - left, _BAR
        )
    if span.sure_in is Certainty.CERTAIN and span.begin >= scale.begin:
        bar += Markup('<rect class="{} entry" x="{:.1f}" y="{}" width="2.5" height="{}"/>').format(
            kind, left - 1, y - 3, _BAR + 6
        )
    return bar


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _text(x: float, y: float, anchor: str, text: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{}">{}</text>').format(
        x, y, anchor, _LABEL, text
    )
