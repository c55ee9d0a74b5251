"""Body temperature: a reading with one decimal, or declared normal without one."""

import re
from dataclasses import dataclass

from models.rules.refusal import Refused
from models.rules.spelling import half_width

LOWEST_TENTHS = 340
"""A forehead gun reads 35 outdoors in winter; below this somebody mistyped or should measure again."""
HIGHEST_TENTHS = 430
FEVER_TENTHS = 373
"""The default of a hall; halls of early 2020 had both "over 37.3" and "below 37.2", so it is a setting."""

_NORMAL = frozenset(("正常", "normal", "不发烧", "没发烧", "不发热", "没有发烧", "无发热", "没发热", "没有发热"))
# 我发烧了, 有点低烧, 体温不正常: somebody is not well and gives no number.
_UNWELL = re.compile(
    r"(?:我|也|还|有|有点|有些|好像|可能|今天|现在|正|在)*"
    r"(?:发高烧|发低烧|发烧|发热|高烧|低烧|高热|低热|烧|不太?正常|异常|偏高|太高|很高|有点高)(?:了|呢|中|啊|的)*"
    r"|(?:i )?(?:have |got )?(?:a )?(?:high )?(?:fever|feverish)|not normal|abnormal"
)
_LEAD = re.compile(r"(?:(?:体温|温度|测温|temperature|temp)(?:是|为)?[: ]*)+", re.IGNORECASE)
_UNIT = r"(?:℃|°c|° c|º?c|°|摄氏度|度)"
_READING = re.compile(
    rf"(?P<whole>\d{{1,3}})(?: ?(?:[.。,·点]|度) ?(?P<part>\d{{1,6}}))? ?(?P<unit>{_UNIT})?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Temperature:
    """`tenths` of a degree Celsius, or None for declared normal without a reading."""

    tenths: int | None

    def __str__(self) -> str:
        return "normal" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"


def temperature(text: str, *, declared_allowed: bool) -> Temperature:
    """Read a temperature as people type it: 36.5, 36.5℃, 36度5, 体温36.5, or 正常 where the hall allows that.

    A second decimal that is not 0 is refused rather than rounded: 37.26 is no fever and 37.3 is one.
    Refuses with: temperature_unreadable; temperature_one_decimal; temperature_out_of_range (lowest and highest in
    whole degrees); temperature_reading_needed, for 正常 where the hall wants a reading; temperature_fever_reading, for
    a fever told in words.
    """
    said = _plain(text)
    if said in _NORMAL:
        if not declared_allowed:
            raise Refused("temperature_reading_needed")
        return Temperature(None)
    if _UNWELL.fullmatch(said):
        raise Refused("temperature_fever_reading")
    reading = _READING.fullmatch(said)
    if reading is None:
        raise Refused("temperature_unreadable")
    part = (reading["part"] or "0").rstrip("0") or "0"
    if len(part) > 1:
        raise Refused("temperature_one_decimal")
    tenths = int(reading["whole"]) * 10 + int(part)
    if not LOWEST_TENTHS <= tenths <= HIGHEST_TENTHS:
        raise Refused("temperature_out_of_range", lowest=LOWEST_TENTHS // 10, highest=HIGHEST_TENTHS // 10)
    return Temperature(tenths)


def looks_like_temperature(word: str) -> bool:
    """Whether this word can hardly be meant as anything else: it has a decimal, a unit, or says so itself."""
    said = _plain(word)
    if said in _NORMAL or _UNWELL.fullmatch(said):
        return True
    reading = _READING.fullmatch(said)
    if reading is None:
        return False
    if _LEAD.match(half_width(word)) or reading["unit"]:
        return True
    return reading["part"] is not None and reading["whole"][0] in "34" and len(reading["whole"]) == 2


def is_fever(measured: Temperature, threshold_tenths: int = FEVER_TENTHS) -> bool:
    """Whether the reading is at or above the hall's threshold; declared normal is none."""
    return measured.tenths is not None and measured.tenths >= threshold_tenths


def _plain(text: str) -> str:
    return _LEAD.sub("", half_width(text).lower(), count=1).rstrip("。.!~, ")
