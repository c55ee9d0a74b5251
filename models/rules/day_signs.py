"""What the passes of a hall have in common on one day: a colour, a shape and a word that nobody knows beforehand.

Each is taken by turns from one of two halves, so that all three differ from those of the day before: a picture of
yesterday's pass is seen at once, without a word read.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

COLOURS = (("red", "blue", "yellow", "brown"), ("green", "purple", "black", "pink"))
SHAPES = (("circle", "triangle", "star"), ("square", "diamond", "cross"))
WORDS = (
    (
        "apple", "bamboo", "bell", "bridge", "butterfly", "camel", "candle", "cherry", "chess", "corn", "cotton",
        "dolphin", "drum", "elephant", "forest", "goldfish", "grape", "horse", "kite", "ladder", "lantern", "lemon",
        "lotus", "mirror", "monkey", "moon", "mountain", "noodles", "peach", "pencil", "train", "turtle",
    ),
    (
        "banana", "bee", "cloud", "crane", "deer", "dumpling", "eagle", "flute", "garden", "honey", "island", "magpie",
        "melon", "ocean", "orchid", "panda", "peanut", "pear", "piano", "pine", "rabbit", "river", "ship", "silk",
        "snow", "spring", "squirrel", "swallow", "teapot", "tiger", "umbrella", "willow",
    ),
)  # fmt: skip
"""Things that everybody can name, none of which is a colour, a shape, a command of the chat or a part of a hall."""


@dataclass(frozen=True)
class DaySign:
    """One of COLOURS, SHAPES and WORDS each."""

    colour: str
    shape: str
    word: str


def day_sign(hall_code: str, day: date, key: bytes) -> DaySign:
    """The sign of a hall on a day of its own; without the key it tells nothing of another day or hall."""
    digest = hmac.digest(key, f"hallpass day\0{hall_code}\0{day.isoformat()}".encode(), "sha256")
    turn = day.toordinal() % 2

    def drawn(kinds: Sequence[Sequence[str]], place: int) -> str:
        return kinds[turn][int.from_bytes(digest[place : place + 4]) % len(kinds[turn])]

    return DaySign(drawn(COLOURS, 0), drawn(SHAPES, 4), drawn(WORDS, 8))
