"""Which fields a hall asks, in the words of people: 住址必填、体温不问."""

import re
from collections.abc import Mapping

from models.rules.check_in_fields import DEFAULTS, Requirement, requirements
from models.rules.refusal import Refused
from models.rules.spelling import half_width

LONGEST = 200
_NAMES = {
    "id_number": ("证件号码", "证件", "身份证", "身份证号", "证件号", "id"),
    "phone": ("电话", "手机", "手机号", "手机号码", "phone"),
    "address": ("住址", "地址", "家庭住址", "address"),
    "matter": ("事项", "办理事项", "matter"),
    "temperature": ("体温", "temperature"),
    "companions": ("同行人员", "同行", "同行人", "companions"),
    "name": ("姓名", "名字", "name"),
}
_WORDS = {
    Requirement.REQUIRED: ("必填", "要填", "必须", "必须填", "required"),
    Requirement.OPTIONAL: ("选填", "可填", "可不填", "自愿", "optional"),
    Requirement.OFF: ("不问", "不填", "不要", "不用", "不用填", "off"),
}
_LATIN = {
    "id_number": "id", "phone": "phone", "address": "address", "matter": "matter", "temperature": "temperature",
    "companions": "companions",
}  # fmt: skip
_PIECE = re.compile(r"[\s,，、;；。:：]+")


def read_fields(text: str) -> dict[str, str]:
    """What was said of each field, as `requirements` takes it; what is not named stays as usual.

    Refused with fields_unreadable (words: the bit that is not understood), and what `requirements` refuses.
    """
    said = half_width(text).casefold().strip()
    if not said or len(said) > LONGEST:
        raise Refused("fields_unreadable", words=said[:20])
    chosen: dict[str, str] = {}
    named: list[str] = []
    for piece in filter(None, _PIECE.split(said)):
        names, requirement = _read(piece)
        named += names
        if requirement is not None:
            if not named:
                raise Refused("fields_unreadable", words=piece[:20])
            chosen |= dict.fromkeys(named, str(requirement))
            named = []
    if named or not chosen:
        raise Refused("fields_unreadable", words=said[:20])
    return {name: str(wanted) for name, wanted in requirements(chosen).items()}


def say_fields(chosen: Mapping[str, str], language: str = "zh") -> str:
    """The same in words, which `read_fields` reads back: 证件号码必填、住址选填; id required, address optional."""
    wanted = {name: one for name, one in requirements(chosen).items() if name != "name"}
    if language == "zh":
        return "、".join(f"{_NAMES[name][0]}{_WORDS[one][0]}" for name, one in wanted.items())
    return ", ".join(f"{_LATIN[name]} {one}" for name, one in wanted.items())


def _read(piece: str) -> tuple[list[str], Requirement | None]:
    """The field that a piece names, if it does, and what it says of it, if it does: 住址, 必填, 住址必填, 必填住址."""
    for requirement, words in _WORDS.items():
        for word in sorted(words, key=len, reverse=True):
            if piece == word:
                return [], requirement
            for rest in (piece.removesuffix(word), piece.removeprefix(word)):
                if rest != piece and (name := _named(rest)):
                    return [name], requirement
    name = _named(piece)
    if name is None:
        raise Refused("fields_unreadable", words=piece[:20])
    return [name], None


def _named(word: str) -> str | None:
    return next((name for name in DEFAULTS if word in _NAMES[name]), None)
