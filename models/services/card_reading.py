"""Reading a card: the photo's bytes in, what it says out, whatever machine does the reading."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from models.rules.documents import Card, geometry, turning
from models.rules.documents.card import Box, Read
from models.rules.documents.geometry import Frame
from models.rules.documents.layout import find_card, may_be_on, outline
from models.rules.documents.understanding import Sight, card_of, is_whole, understand
from models.rules.refusal import Refused

ReadCard: TypeAlias = Callable[[bytes], Card]
"""Read one photo; it takes seconds and is kept out of transactions. Refused with photo_not_a_picture, for bytes that
are no picture of a kind that is read; photo_broken, for one that ends early or cannot be decoded; photo_too_large
(most: megabytes) and photo_too_many_pixels (most: millions), before anything is decoded; reader_busy, where as many
photos wait as may; reader_away, where the reader cannot be reached."""

AT_ONCE = 24
"""Lines that are read before it is looked whether the card shows; a card alone has up to 16."""
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
    if first.frame is None or is_whole(first):
        return card_of(first)
    return card_of(first, _closer_sight(look, first.frame))


def _first_sight(look: Look) -> Sight:
    ways = turning.ways(look.boxes())
    samples = [way for each in ways for box in each.samples for way in turning.both(box)]
    read = dict(zip(samples, look.read(samples), strict=True))
    upright = []
    for way in ways:
        half = 2 if turning.is_upside_down(way, read) else 0
        upright += [geometry.turned(box, half) for box in way.boxes]
    seen = [read[box] for box in upright if box in read]
    waiting = sorted((box for box in upright if box not in read), key=turning.unlikely)
    frame: Frame | None = None
    while waiting and len(seen) < MOST_LINES:
        frame = find_card(seen) if len(upright) > AT_ONCE else None
        if frame:
            waiting = [box for box in waiting if may_be_on(box, frame)]
        now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        seen += look.read(now)
    return understand(seen)


def _closer_sight(look: Look, frame: Frame) -> Sight:
    boxes = [geometry.along(box, frame.towards) for box in look.boxes_within(outline(frame))]
    return understand(look.read(boxes), frame)
