"""Fitting words into a width: where a line of Chinese, Latin or both may end, and how large it can be."""

import re
from collections.abc import Callable, Iterator

Widths = Callable[[str], float]
"""The width of a text at size 1, in the unit that boxes are given in."""

_CLOSING = "，。、；：！？）】》」』”’…·,.;:!?)]}%℃"
_OPENING = "（【《「『“‘([{"
# What stays together: a Latin word or number, or one character, with the marks that lean on it.
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[\x21-\x7e\u00a1-\u2e7f]+|\S)[{re.escape(_CLOSING)}]*|\s+|[{re.escape(_OPENING)}]+"
)
_AFTER = re.compile(r"(?:[省市区县州盟旗镇乡村局会社园层楼侧]|街道|中心)$")
# 政务服务中心 and the like are one word: no line ends within.
_BEFORE = re.compile(
    "".join(f"(?<!{word})" for word in ("政务", "行政", "便民", "公共", "综合", "服务", "办事"))
    + r"(?:政务|行政|便民|公共|综合|服务|办事|大厅|分厅|分中心|停车场|通道|[入出]口|[东南西北]侧)"
)

_SENSELESS = 0.35
"""What a line end in mid-word costs, in widths of the whole text: as much as lines of 85 % and 15 %."""


def fitted(text: str, widths: Widths, width: float, largest: float, two_from: float) -> tuple[list[str], float]:
    """The lines, one or two, and the size, at most `largest`, at which they fit: two where one line would be smaller
    than `two_from`."""
    alone = min(largest, width / max(widths(text), 1e-9))
    if alone >= two_from:
        return [text], alone
    halves = in_two(text, widths)
    both = min(two_from, width / max(map(widths, halves)))
    return (halves, both) if both > alone else ([text], alone)


def in_two(text: str, widths: Widths) -> list[str]:
    """The text as two lines that are about as wide, the first ended at a place name or before what the place is for
    where it can; one line where it has a single character."""
    whole = widths(text)
    # A word of one piece (a long Latin one) is cut anywhere.
    ends = list(_ends(text)) or [(at, False) for at in range(1, len(text))]
    ways = [(text[:at].strip(), text[at:].strip(), makes_sense) for at, makes_sense in ends]
    ways = [way for way in ways if way[0] and way[1]]
    if not ways:
        return [text]
    first, second, _ = min(
        ways, key=lambda way: max(widths(way[0]), widths(way[1])) + (0 if way[2] else _SENSELESS * whole)
    )
    return [first, second]


def wrapped(text: str, widths: Widths, width: float) -> list[str]:
    """The paragraph as lines no wider than `width`, none of which begins with a closing mark; a word that is wider than
    a line is cut."""
    lines, line = [], ""
    for piece in _no_wider(_PIECE.findall(text), widths, width):
        if not line or widths((line + piece).rstrip()) <= width:
            line = (line + piece).lstrip()
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _no_wider(pieces: list[str], widths: Widths, width: float) -> Iterator[str]:
    for piece in pieces:
        rest = piece
        while len(rest) > 1 and widths(rest) > width:
            cut = next(at for at in range(1, len(rest)) if widths(rest[: at + 1]) > width)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    """Where a line may end, and whether that makes sense."""
    at = 0
    for piece in _PIECE.findall(text):
        if at:
            makes_sense = (
                piece.isspace()
                or piece[0] in _OPENING
                or text[at - 1] in "）)"
                or _AFTER.search(text[:at]) is not None
                or _BEFORE.match(text, at) is not None
            )
            yield at, makes_sense
        at += len(piece)
