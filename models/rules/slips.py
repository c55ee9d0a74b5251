"""Paper slips: a number that runs on in the hall, and five letters that nobody can make up who cannot sign it.

On paper: 000123 KQMPR; in the small code beside it, for a scanner at the desk: SLIP ABC234 000123 KQMPR, with the code
of the hall. Letters that are read wrong from handwriting or make words (vowels, L) are not among them.
"""

import re
from dataclasses import dataclass

from models.rules.refusal import Refused
from models.rules.spelling import half_width, upper

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
HOW_MANY_LETTERS = 5
"""One invented in 3.2 million is right, and a hall has but so many slips to try."""
LAST_NUMBER = 999_999
SLIPS_A_PAGE = 4
MOST_PAGES = 25
LONGEST_TYPED = 60

_SLIP = re.compile(
    r"(?:SLIP (?P<hall>[A-Z0-9]{6,8}) )?(?:(?:NO|N0)\.?|№|#|单号|编号|登记单)?[: ]?"
    rf"(?P<number>\d{{1,6}})[ .\-/]*(?P<letters>[A-Z]{{{HOW_MANY_LETTERS}}})",
    re.ASCII,
)


@dataclass(frozen=True)
class Slip:
    """What stands on a slip. hall: the code of the hall, where it was scanned; None where somebody typed it."""

    number: int
    letters: str
    hall: str | None = None

    def __str__(self) -> str:
        return f"{numbered(self.number)} {self.letters}"

    def scanned(self, hall: str) -> str:
        """The text of the small code."""
        return f"SLIP {upper(hall)} {self}"


def numbered(number: int) -> str:
    """As it is printed and stored: 000123."""
    return f"{number:06d}"


def letters_of(digest: bytes) -> str:
    """The letters that stand for a keyed hash of eight bytes or more."""
    value = int.from_bytes(digest[-8:], "big")
    found = ""
    for _ in range(HOW_MANY_LETTERS):
        value, place = divmod(value, len(LETTERS))
        found += LETTERS[place]
    return found


def read(text: str) -> Slip:
    """What somebody typed or scanned: 123kqmpr, 000123-KQMPR, the text of the code. Refused with slip_unreadable."""
    said = upper(half_width(text)) if len(text) <= LONGEST_TYPED else ""
    found = _SLIP.fullmatch(said)
    if found is None or int(found["number"]) == 0:
        raise Refused("slip_unreadable")
    hall = found["hall"]
    return Slip(int(found["number"]), found["letters"], hall.lower() if hall else None)
