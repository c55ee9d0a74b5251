"""Identity documents: which kind a number is of, and whether it can be one.

Formats: GB 11643-1999 and its 1989 version with 15 digits; residence permits for Hong Kong, Macau and Taiwan
residents (since 2018-09); permanent-resident cards for foreigners of 2017 and 2023; travel permits; passports.

An address code is never looked up: codes are retired and renumbered, numbers are not.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from models.rules.refusal import Refused
from models.rules.spelling import DASHES, half_width, upper

OLDEST_YEARS = 130


class IdKind(StrEnum):
    RESIDENT = "resident"
    """居民身份证: 18 digits, or 15 on papers from before 2000."""
    RESIDENCE_PERMIT = "residence_permit"
    """港澳台居民居住证: 18 digits whose address code begins with 81, 82 or 83."""
    FOREIGN_CARD = "foreign_card"
    """外国人永久居留身份证 as issued since 2023-12: 18 digits, the first a 9."""
    FOREIGN_CARD_2017 = "foreign_card_2017"
    """The one before it: three letters and 12 digits; both are valid."""
    HK_MACAU_PERMIT = "hk_macau_permit"
    """港澳居民来往内地通行证 (回乡证): H or M and 8 digits, older ones 10."""
    TAIWAN_PERMIT = "taiwan_permit"
    """台湾居民来往大陆通行证 (台胞证): 8 digits, older ones 10."""
    PASSPORT = "passport"


_SHAPES: dict[IdKind, re.Pattern[str]] = {
    kind: re.compile(shape, re.ASCII)
    for kind, shape in (
        (IdKind.RESIDENCE_PERMIT, r"8[123]\d{15}[\dX]"),
        (IdKind.FOREIGN_CARD, r"9\d{16}[\dX]"),
        # Permits of the 81 to 83 kind never had 15 digits.
        (IdKind.RESIDENT, r"[1-8]\d{16}[\dX]|(?!8[123])[1-8]\d{14}"),
        (IdKind.FOREIGN_CARD_2017, r"[A-Z]{3}\d{12}"),
        (IdKind.HK_MACAU_PERMIT, r"[HM]\d{8}(?:\d{2})?"),
        (IdKind.TAIWAN_PERMIT, r"\d{8}(?:\d{2})?"),
        (IdKind.PASSPORT, r"(?=[A-Z]*\d)[A-Z0-9]{5,17}"),
    )
}
_CHECKED = (IdKind.RESIDENT, IdKind.RESIDENCE_PERMIT, IdKind.FOREIGN_CARD)

_CARDS = (IdKind.RESIDENCE_PERMIT, IdKind.FOREIGN_CARD, IdKind.RESIDENT, IdKind.FOREIGN_CARD_2017)
_KIND_WORDS: dict[str, tuple[IdKind, ...]] = {
    # What people call a document, in simplified characters and capitals, and what they may mean by it.
    "居民身份证": _CARDS,
    "公民身份": _CARDS,
    "身份证": _CARDS,
    "身份": _CARDS,
    "IDCARD": _CARDS,
    "港澳台居民居住证": (IdKind.RESIDENCE_PERMIT,),
    "港澳居民居住证": (IdKind.RESIDENCE_PERMIT,),
    "台湾居民居住证": (IdKind.RESIDENCE_PERMIT,),
    "居住证": (IdKind.RESIDENCE_PERMIT, IdKind.RESIDENT),
    "外国人永久居留身份证": (IdKind.FOREIGN_CARD, IdKind.FOREIGN_CARD_2017),
    "外国人永久居留证": (IdKind.FOREIGN_CARD, IdKind.FOREIGN_CARD_2017),
    "永久居留身份证": (IdKind.FOREIGN_CARD, IdKind.FOREIGN_CARD_2017),
    "永久居留证": (IdKind.FOREIGN_CARD, IdKind.FOREIGN_CARD_2017),
    "永居证": (IdKind.FOREIGN_CARD, IdKind.FOREIGN_CARD_2017),
    "五星卡": (IdKind.FOREIGN_CARD,),
    "港澳居民来往内地通行证": (IdKind.HK_MACAU_PERMIT,),
    "回乡证": (IdKind.HK_MACAU_PERMIT,),
    # Said of the permit with which mainlanders go to Hong Kong too; that one (C...) does not open a hall's door.
    "往来港澳通行证": (IdKind.HK_MACAU_PERMIT,),
    "港澳通行证": (IdKind.HK_MACAU_PERMIT,),
    "台湾居民来往大陆通行证": (IdKind.TAIWAN_PERMIT,),
    "台胞证": (IdKind.TAIWAN_PERMIT,),
    "护照": (IdKind.PASSPORT,),
    "PASSPORT": (IdKind.PASSPORT,),
}
_TO_SIMPLIFIED = str.maketrans("護證鄉臺灣來內陸號碼國", "护证乡台湾来内陆号码国")

_CROSSES = str.maketrans(dict.fromkeys("×✕✖Ⅹⅹ", "X"))
_DROPPED = re.compile(rf"[ {DASHES}]")
KIND_WORDS = tuple(sorted(_KIND_WORDS, key=len, reverse=True))
"""What people call a document, the longest first."""
_WORDS = "|".join(KIND_WORDS)
_WORD_BEFORE = re.compile(rf"({_WORDS})(?:号码|号|NO\.|(?:NO|NUMBER)(?=:))?[:是为]*")
_WORD_AFTER = re.compile(rf"[(,]?({_WORDS})\)?$")

_ANY_DOCUMENT = re.compile(r"^(?:证件(?:号码|号)?[:是为]*|ID(?:NUMBER|NO\.?)?:)")

_HONG_KONG_CARD = re.compile(r"[A-Z]{1,2}\d{6}\([\dA]\)", re.ASCII)
_EXIT_PERMIT = re.compile(r"C(?:\d|[A-HJ-NP-Z])\d{7}", re.ASCII)
_TAIWAN_CARD = re.compile(r"[A-Z][1289]\d{8}", re.ASCII)
_BARE_PASSPORT = re.compile(r"(?=\d*[A-Z])(?=[A-Z]*\d)(?!\d+X$)[A-Z0-9]{5,12}", re.ASCII)

_SURELY_A_NUMBER = re.compile(
    r"\d{15,19}[A-Z]?"  # also a digit short or over: better told so than overlooked
    r"|[A-Z]{3}\d{12}"
    r"|[HM]\d{8}(?:\d{2})?"
    r"|[A-Z]{1,2}\d{7,8}",  # the shape of most passports
    re.ASCII,
)


@dataclass(frozen=True)
class IdNumber:
    """A number that can be one of its kind; made by `id_number`.

    `number` has no spaces and only capitals; a citizen's has 18 digits however it was entered.
    `str()` gives a text that `id_number` reads as the same value.
    """

    kind: IdKind
    number: str
    entered_as_15: bool = False

    def __str__(self) -> str:
        if self.entered_as_15:
            return self.number[:6] + self.number[8:17]
        if self.kind is IdKind.TAIWAN_PERMIT:
            return "台胞证" + self.number
        if self.kind is IdKind.PASSPORT and _kind_of_bare(self.number) is not IdKind.PASSPORT:
            return "护照" + self.number
        return self.number

    @property
    def birth(self) -> date | None:
        """The day of birth, for the kinds whose number tells it in full."""
        return _birth(self.number) if self.kind in _CHECKED else None

    @property
    def sex(self) -> Literal["male", "female"] | None:
        """By the parity of the sequence, for the kinds that have one."""
        if self.kind not in _CHECKED:
            return None
        return "male" if int(self.number[16]) % 2 else "female"

    @property
    def for_matching(self) -> str:
        """Equal for two numbers of the same document holder: the text to hash.

        The last two digits of an older Hong Kong or Macau permit count its reissues and say nothing of the person.
        """
        number = self.number[:9] if self.kind is IdKind.HK_MACAU_PERMIT else self.number
        return f"{self.kind}:{number}"


def id_number(text: str, *, today: date) -> IdNumber:
    """Read an identity number as people type it, with the kind of document before or after it if they say so.

    Refuses with: id_unreadable; id_length (digits); id_checksum; id_birth_impossible; id_birth_future;
    id_too_old; id_kind_unclear, where the number alone does not tell the document; id_not_that_kind, where the
    document named has other numbers; id_kind_not_accepted, for documents that are none at a hall's door.
    """
    said, kinds = _number_and_kinds(text)
    if _HONG_KONG_CARD.fullmatch(said):
        raise Refused("id_kind_not_accepted")
    if kinds == (IdKind.TAIWAN_PERMIT,):
        # The older booklet prints a letter for its issue behind the ten digits, often in brackets.
        said = re.sub(r"^(\d{10})\(?[A-Z]\)?$", r"\1", said, flags=re.ASCII)
    if not re.fullmatch(r"[A-Z0-9]+", said):
        raise Refused("id_unreadable")
    kind = _kind_among(kinds, said) if kinds else _kind_of_bare(said)
    if kind is None:
        raise _why_no_kind(said, kinds)
    if kind not in _CHECKED:
        return IdNumber(kind, said)
    number = _with_18_digits(said)
    _check_birth(_birth(number), today)
    if check_digit(number[:17]) != number[17]:
        raise Refused("id_checksum")
    return IdNumber(kind, number, entered_as_15=len(said) == 15)


def looks_like_id_number(word: str) -> bool:
    """Whether this word can hardly be meant as anything else, right or wrong."""
    said, kinds = _number_and_kinds(word)
    if kinds:
        return re.fullmatch(r"(?=[A-Z]*\d)[A-Z0-9]{5,}", said) is not None
    return _SURELY_A_NUMBER.fullmatch(said) is not None or _HONG_KONG_CARD.fullmatch(said) is not None


def is_kind_word(word: str) -> bool:
    """Whether this word names a kind of document (护照, 台胞证 ...) and nothing more."""
    said, kinds = _number_and_kinds(word)
    return bool(kinds) and not said


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits: ISO 7064 MOD 11-2, as GB 11643-1999 writes it."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first_17, strict=True))
    return "10X98765432"[total % 11]


def is_under_14(birth: date, today: date) -> bool:
    """Whether somebody born that day has not had a 14th birthday: a guardian registers them."""
    return _whole_years(birth, today) < 14


def _number_and_kinds(text: str) -> tuple[str, tuple[IdKind, ...]]:
    said = _DROPPED.sub("", upper(half_width(text)).translate(_TO_SIMPLIFIED)).translate(_CROSSES)
    if before := _WORD_BEFORE.match(said):
        return said[before.end() :], _KIND_WORDS[before[1]]
    if after := _WORD_AFTER.search(said):
        return said[: after.start()], _KIND_WORDS[after[1]]
    return _ANY_DOCUMENT.sub("", said), ()


def _kind_among(kinds: tuple[IdKind, ...], said: str) -> IdKind | None:
    return next((kind for kind in kinds if _SHAPES[kind].fullmatch(said)), None)


def _kind_of_bare(said: str) -> IdKind | None:
    """The kind that a number without a word tells by itself, if it does."""
    if kind := _kind_among((*_CARDS, IdKind.HK_MACAU_PERMIT), said):
        return kind
    # A mainlander's permit for Hong Kong or a Taiwan identity card would pass for a passport.
    if _EXIT_PERMIT.fullmatch(said) or _TAIWAN_CARD.fullmatch(said):
        return None
    return IdKind.PASSPORT if _BARE_PASSPORT.fullmatch(said) else None


def _why_no_kind(said: str, kinds: tuple[IdKind, ...]) -> Refused:
    if re.fullmatch(r"\d{17}[A-Z]", said, re.ASCII):
        return Refused("id_checksum")
    if kinds == (IdKind.HK_MACAU_PERMIT,) and _EXIT_PERMIT.fullmatch(said):
        return Refused("id_kind_not_accepted")
    if kinds and IdKind.RESIDENT not in kinds:
        return Refused("id_not_that_kind")
    if re.fullmatch(r"\d+X?", said, re.ASCII):
        if len(said) in (15, 18):
            return Refused("id_unreadable")
        if kinds or len(said) > 10:
            return Refused("id_length", digits=len(said))
    if kinds:
        return Refused("id_not_that_kind")
    has_digit = re.search(r"\d", said, re.ASCII) is not None
    return Refused("id_kind_unclear" if has_digit and 5 <= len(said) <= 12 else "id_unreadable")


def _with_18_digits(said: str) -> str:
    if len(said) == 18:
        return said
    # The 1989 standard kept the sequences 996 to 999 for people born before 1900.
    century = "18" if said[12:] in ("996", "997", "998", "999") else "19"
    first_17 = said[:6] + century + said[6:]
    return first_17 + check_digit(first_17)


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _check_birth(birth: date | None, today: date) -> None:
    # Before the check digit: of two true refusals this one tells the person where to look.
    if birth is None:
        raise Refused("id_birth_impossible")
    if birth > today:
        raise Refused("id_birth_future")
    if _whole_years(birth, today) > OLDEST_YEARS:
        raise Refused("id_too_old")


def _whole_years(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
