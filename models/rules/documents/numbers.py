"""The number on a card: found in what was read, by its check digit."""

import re
from dataclasses import dataclass
from datetime import date

from models.rules.documents.words import plain
from models.rules.identity import check_digit

LENGTH = 18
_PROVINCES = frozenset(
    (
        *("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71".split()),
        *("81 82 83".split()),
    )
)
"""GB/T 2260, and the three codes of residence permits."""

_LIKE_DIGITS = {"O": "0", "o": "0", "D": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "B": "8", "S": "5", "Z": "2"}
_NEARLY_A_NUMBER = re.compile(rf"[\dXx×{re.escape(''.join(_LIKE_DIGITS))}]{{{LENGTH},}}", re.ASCII)
_OLDEST, _LATEST = 1880, 2099


@dataclass(frozen=True, slots=True)
class Number:
    """18 characters whose check digit holds; `repaired`: a letter was taken for the digit that looks like it."""

    text: str
    repaired: bool = False

    @property
    def birth(self) -> str:
        """YYYY-MM-DD."""
        return f"{self.text[6:10]}-{self.text[10:12]}-{self.text[12:14]}"

    @property
    def sex(self) -> str:
        return "男" if int(self.text[16]) % 2 else "女"

    @property
    def is_permit(self) -> bool:
        return self.text[:2] in ("81", "82", "83")


def number_in(text: str) -> Number | None:
    """The one number in a line's text. Two different ones, or a text with more digits in a row, give none: which of
    them stand on the card is a guess."""
    found = {number for run in _NEARLY_A_NUMBER.findall(plain(text)) if (number := _in_run(run))}
    return found.pop() if len(found) == 1 else None


def holds(number: str) -> bool:
    """Whether 18 characters are a number: province, day of birth and check digit."""
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) or number[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return _OLDEST <= born.year <= _LATEST and check_digit(number[:17]) == number[17]


def _in_run(run: str) -> Number | None:
    said = run.replace("x", "X").replace("×", "X")
    if len(said) != LENGTH:
        return None
    if holds(said):
        return Number(said)
    repaired = "".join(_LIKE_DIGITS.get(character, character) for character in said)
    return Number(repaired, repaired=True) if repaired != said and holds(repaired) else None
