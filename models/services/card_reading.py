"""Reading a card: the photo's bytes in, what it says out, whatever machine does the reading."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from models.rules.documents import Card, geometry, turning
from models.rules.documents.card import Box, Read
from models.rules.documents.geometry import Frame
from models.rules.documents.layout import find_card, may_be_another_number, may_be_on, outline
from models.rules.documents.understanding import Sight, card_of, needs_closer_look, understand
from models.rules.refusal import Refused

ReadCard: TypeAlias = Callable[[bytes], Card]
"""Read one photo; it takes seconds and is kept out of transactions. Refused with photo_not_a_picture, for bytes that
are no picture of a kind that is read; photo_broken, for one that ends early or cannot be decoded; photo_too_large
(most: megabytes) and photo_too_many_pixels (most: millions), before anything is decoded; reader_busy, where as many
photos wait as may; reader_away, where the reader cannot be reached."""

AT_ONCE = 24
"""Lines that are read before it is looked whether the card shows; a card alone has up to 16."""
OTHER_NUMBERS = 6
"""Boxes that are read of those that may be the number of a second card."""
MOST_LINES = 96
"""Lines that are read of one photo at most; print around a card may have hundreds, and each takes 10 to 40 ms."""


class Look(Protocol):
    """A photo before a reader of text."""

    def boxes(self) -> Sequence[Box]:
        """Where lines of text are, whichever way they run."""

    def boxes_within(self, outline: Box) -> Sequence[Box]:
        """The same for a part, looked at closer; in pixels of the photo."""

    def read(self, strips: Sequence[Box]) -> Sequence[Read]:
        """What stands in each, in their order."""


def nobody_reads(_photo: bytes) -> Card:
    """For a service without a reader."""
    raise Refused("reader_away")


def understand_photo(look: Look) -> Card:
    """Look once at the whole, and once more, closer, at a card of which something is missing or doubtful."""
    first = _first_sight(look)
    if first.frame is None or not needs_closer_look(first):
        return card_of(first)
    return card_of(first, _closer_sight(look, first.frame))


def _first_sight(look: Look) -> Sight:
    ways = turning.ways(look.boxes())
    upright = []
    read: dict[Box, Read] = {}
    for way in ways:
        read |= zip(way.samples, look.read(way.samples), strict=True)
        if not turning.reads_plainly(way, read):
            read |= zip(way.reversed_samples, look.read(way.reversed_samples), strict=True)
        half = 2 if turning.is_upside_down(way, read) else 0
        upright += [geometry.turned(box, half) for box in way.boxes]
    seen = [read[box] for box in upright if box in read]
    return _with_strips(look, understand(_read_card(look, seen, [box for box in upright if box not in read])))


def _read_card(look: Look, seen: list[Read], waiting: list[Box]) -> list[Read]:
    """Reads on, the likeliest first, until the card shows; then only what may lie on it, and what may be the number of
    another one."""
    waiting = turning.likeliest_first(waiting)
    is_crowded = len(seen) + len(waiting) > AT_ONCE
    while waiting and len(seen) < MOST_LINES:
        found = find_card(seen) if is_crowded else None
        if found and (found.has_number or found.is_certain):
            on_it = [box for box in waiting if may_be_on(box, found.frame)]
            others = [box for box in waiting if may_be_another_number(box, found.frame) and box not in on_it]
            return [*seen, *look.read([*on_it[:MOST_LINES], *others[:OTHER_NUMBERS]])]
        seen += look.read(waiting[:AT_ONCE])
        del waiting[:AT_ONCE]
    return seen


def _with_strips(look: Look, sight: Sight) -> Sight:
    """The sight with what the strips say that are to be read again, once."""
    return understand([*sight.lines, *look.read(sight.again)], sight.frame) if sight.again else sight


def _closer_sight(look: Look, frame: Frame) -> Sight:
    boxes = [geometry.along(box, frame.towards) for box in look.boxes_within(outline(frame))]
    return _with_strips(look, understand(look.read(boxes), frame))
