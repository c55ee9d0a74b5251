"""What keyboards do to a text, undone: widths, invisible characters, spaces; and what counts as Chinese.

Nothing here refuses anything. Every function gives back its own result unchanged, which is what lets a stored
answer be read again by the rule that made it.
"""

import re
import unicodedata

HAN = (
    # Written as ranges, not by Unicode category: Python 3.11 knows Unicode 14 and calls Extension H unassigned.
    "\u3005\u3007"  # the iteration mark, and the zero that stands in real names
    "\u3400-\u4dbf\u4e00-\u9fff"  # Extension A, the unified block
    "\uf900-\ufaff"  # compatibility block: a dozen of its characters are unified ones and survive NFC
    "\U00020000-\U0003ffff"  # planes 2 and 3: Extensions B to H and what is added later
)
"""The inside of a regular expression's [...] that matches one Chinese character."""

_HAN_CHARACTER = re.compile(f"[{HAN}]")

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, except those that are a kind of space
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero-width, bidirectional overrides and isolates
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"  # fillers that count as letters; variation selectors
    r"\ud800-\udfff"  # half of a pair: cannot be stored as UTF-8
    r"\U000e0000-\U000e0fff]"
)

_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_HALF_WIDTH_ALPHANUMERIC = {full: half for full, half in _HALF_WIDTH.items() if chr(half).isalnum()}
_UPPER = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}

DASHES = r"\-" + "\u2010-\u2015\u2212\u2500\ufe58\ufe63"
"""Likewise for whatever a keyboard offers as a hyphen."""


def readable(text: str) -> str:
    """The text on one line without invisible characters, in NFC, with single spaces and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def half_width(text: str) -> str:
    """`readable`, and every full-width letter, digit and sign as its ASCII one."""
    return readable(text.translate(_HALF_WIDTH))


def half_width_alphanumeric(text: str) -> str:
    """`readable`, and full-width letters and digits as ASCII ones; Chinese punctuation stays as it is."""
    return readable(text.translate(_HALF_WIDTH_ALPHANUMERIC))


def upper(text: str) -> str:
    """The text with a-z as A-Z and nothing else changed: `str.upper` makes two letters of one and ASCII of none."""
    return text.translate(_UPPER)


def has_chinese(text: str) -> bool:
    return _HAN_CHARACTER.search(text) is not None


def is_chinese(character: str) -> bool:
    return _HAN_CHARACTER.fullmatch(character) is not None
