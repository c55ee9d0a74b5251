"""Names of halls, regions, doors and matters: nothing in them but what can be read aloud and printed.

They stand on posters, in sheets and beside other halls' names: what hides in a text, runs as a formula or looks like
another letter is refused, never quietly dropped.
"""

import re
import unicodedata

from models.rules.refusal import Refused
from models.rules.spelling import is_chinese

LONGEST_READ = 400
"""Past so many characters nobody has typed a name, and nothing is looked at."""

MARKS = "（）·-—、“”&"

_SPELLED = str.maketrans(
    {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
    | {ord(one): "（" for one in "([【〔［｛{（"}
    | {ord(one): "）" for one in ")]】〕］｝}）"}
    | {ord(one): "·" for one in "•‧∙⋅・･·"}
    | {ord(one): "“" for one in "「『〝‟"}
    | {ord(one): "”" for one in "」』〞"}
    | {0x2015: "—", 0x2500: "—", 0xFF64: "、"}
)
_HYPHEN = re.compile("[\u2010-\u2013\u2212\ufe58\ufe63]")
_STRAIGHT_QUOTES = re.compile('"([^"]*)"')
_RADICALS = re.compile("[\u2e80-\u2fdf]")
_LAST_LATIN = "\u024f"


def plain_words(text: str) -> str:
    """The text on one line with single spaces, full-width letters and digits as half-width ones, brackets as （）.

    What stays in it: Chinese, Latin letters, digits, single spaces and the marks （）·-—、“”&. Refuses with:
    words_too_many (most); words_hidden, for characters that cannot be seen; words_formula, for = + - @ at its start;
    words_markup, for < and >; words_emoji; words_other_script; words_mark (mark: the first that cannot stand here).
    Gives back its own result.
    """
    if len(text) > LONGEST_READ:
        raise Refused("words_too_many", most=LONGEST_READ)
    said = " ".join(_spelled(text).split())
    if any(_is_hidden(character) for character in said):
        raise Refused("words_hidden")
    if said.startswith(("=", "+", "-", "@", "—")):
        raise Refused("words_formula")
    if "<" in said or ">" in said:
        raise Refused("words_markup")
    for character in said:
        _check(character)
    return said


def letters(text: str) -> tuple[int, int]:
    """How many Chinese characters and how many Latin letters there are in a plain text."""
    return sum(map(is_chinese, text)), sum(map(_is_latin, text))


def _spelled(text: str) -> str:
    # Not NFKC throughout: it would make 1 of ① and 2 of ², which are no digits to whoever reads the poster.
    said = unicodedata.normalize("NFC", text).translate(_SPELLED)
    said = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), said)
    return _HYPHEN.sub("-", _STRAIGHT_QUOTES.sub("“\\1”", said))


def _check(character: str) -> None:
    # What Unicode has not given to anybody stands in the ranges of Chinese too, and prints as an empty box.
    if unicodedata.category(character) in ("Cn", "Co"):
        raise Refused("words_emoji")
    if (
        character in MARKS
        or character == " "
        or is_chinese(character)
        or _is_latin(character)
        or character in "0123456789"
    ):
        return
    category = unicodedata.category(character)
    if category[0] in "LN" and category != "No":
        raise Refused("words_other_script")
    if category in ("So", "Cn", "Co") or character >= "\U0001f000":
        raise Refused("words_emoji")
    raise Refused("words_mark", mark=character)


def _is_latin(character: str) -> bool:
    return character <= _LAST_LATIN and unicodedata.category(character) in ("Lu", "Ll")


def _is_hidden(character: str) -> bool:
    # Marks that stand on the letter before them, fillers that count as letters, blanks that are no space.
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Mn", "Me", "Mc", "Zl", "Zp")
        or character in "\u115f\u1160\u3164\uffa0\u2800\u2e3a\u2e3b"
    )


_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){5}", re.ASCII)
_DAY = re.compile(r"(?<!\d)20\d{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)


def holds_long_number(words: str) -> bool:
    """Whether these hold six digits in a row, spaces and hyphens aside, other than of a day (2026-03-02): part of a
    phone, of an ID number, of whatever tells one person. For words that others read, which say why and not who."""
    return _LONG_NUMBER.search(_DAY.sub("·", words)) is not None
