"""Reading a card: the photo's bytes in, what it says out, whatever machine does the reading."""

from collections.abc import Callable
from typing import TypeAlias

from models.rules.documents import Card
from models.rules.refusal import Refused

ReadCard: TypeAlias = Callable[[bytes], Card]
"""Read one photo; it takes seconds and is kept out of transactions. Refused with photo_not_a_picture, for bytes that
are no picture of a kind that is read; photo_broken, for one that ends early or cannot be decoded; photo_too_large
(most: megabytes) and photo_too_many_pixels (most: millions), before anything is decoded; reader_busy, where as many
photos wait as may; reader_away, where the reader cannot be reached."""


def nobody_reads(_photo: bytes) -> Card:
    """For a service without a reader."""
    raise Refused("reader_away")
