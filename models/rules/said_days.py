"""Days as people say them: 2.18, 上周三, 2月18号到20号, last 7 days; and how far in a text they are told.

A date without a year is the last such day that is not in the future.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from models.rules.refusal import Refused
from models.rules.wanted import Period

EARLIEST = date(1900, 1, 1)
"""Whatever is asked for from before it begins here: nothing so old is kept anywhere, and a clock's arithmetic ends."""
MOST_DAYS_BACK = 3650
LATELY_DAYS = 7
"""How far back 最近 goes."""

_CHINESE = {"零": 0, "〇": 0, "一": 1, "两": 2, **{char: n for n, char in enumerate("二三四五六七八九", start=2)}}
_NUMERALS = "零〇一两二三四五六七八九十廿卅"
_N = rf"(?:\d{{1,2}}|[{_NUMERALS}]{{1,4}})"
_YEAR = r"(?:\d{4}|[2-9]\d|[零〇一二三四五六七八九]{4})"
_WEEK = r"(?:个? ?(?:周|星期|礼拜))"
_WEEKDAYS = "一二三四五六日"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH_MONTH = rf"(?P<word>{'|'.join(_MONTHS)})[a-z]*\.?"
_ENGLISH_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_FLAGS = re.ASCII | re.IGNORECASE


class Told(NamedTuple):
    """The days told, and where in the text that ends."""

    period: Period
    end: int


class _Point(Protocol):
    """A day, or a stretch with a name, that may come again and again. `order` tells which of two comes first within
    a year, or (0, day) within a month; None where the two are meant as they stand."""

    @property
    def order(self) -> tuple[int, int] | None: ...

    def latest(self, until: date) -> Period:
        """The last one that begins not after `until`."""
        ...

    def following(self, since: date) -> Period:
        """The first one that begins not before `since`."""
        ...


@dataclass(frozen=True)
class _Fixed:
    """Days of which it is said in full which they are."""

    period: Period
    order: tuple[int, int] | None = None

    def latest(self, until: date) -> Period:
        return self.period

    def following(self, since: date) -> Period:
        return self.period


@dataclass(frozen=True)
class _Weekday:
    """周三; of two, the second is the one after the first."""

    weekday: int
    order: None = None

    def latest(self, until: date) -> Period:
        return _one(until - timedelta((until.weekday() - self.weekday) % 7))

    def following(self, since: date) -> Period:
        return _one(since + timedelta((self.weekday - since.weekday()) % 7))


@dataclass(frozen=True)
class _InYear:
    """2月18日; without a day the whole month."""

    month: int
    day: int | None

    @property
    def order(self) -> tuple[int, int]:
        return self.month, self.day or 1

    def latest(self, until: date) -> Period:
        return _in_year(until.year - (self.order > (until.month, until.day)), self.month, self.day)

    def following(self, since: date) -> Period:
        return _in_year(since.year + (self.order < (since.month, since.day)), self.month, self.day)


@dataclass(frozen=True)
class _InMonth:
    """18号: the last month, or the next, that has such a day."""

    day: int

    @property
    def order(self) -> tuple[int, int]:
        return 0, self.day

    def latest(self, until: date) -> Period:
        return self._first_of(until - timedelta(back) for back in range(93))

    def following(self, since: date) -> Period:
        return self._first_of(since + timedelta(on) for on in range(93))

    def _first_of(self, days: Iterator[date]) -> Period:
        return _one(next(day for day in days if day.day == self.day))


def _one(day: date) -> Period:
    return Period(day, day)


def _in_year(year: int, month: int, day: int | None) -> Period:
    """That day or month. Refused with asked_no_such_day."""
    try:
        first = date(year, month, day or 1)
    except ValueError:
        raise Refused("asked_no_such_day", day=f"{year}-{month}-{day}" if day else f"{year}-{month}") from None
    last = first if day else date(year, month, calendar.monthrange(year, month)[1])
    return Period(max(first, EARLIEST), max(last, EARLIEST))


def _number(text: str) -> int:
    """18, 十八, 廿八 or 二〇二六; ValueError for what is no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").replace("卅", "三十").partition("十")
    digits = [0 if char == "十" else _CHINESE[char] for char in tens + ones if char != "十" or ten]
    if not ten:
        return int("".join(map(str, digits)))
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        raise ValueError("no number")
    return (_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)


def _date(found: re.Match[str], today: date) -> _Point:
    """A date from its parts y, m, d, of which y, or y and m, or d may be missing."""
    parts = found.groupdict()
    word = parts.get("word")
    month = _MONTHS.index(word.lower()) + 1 if word else _number(parts["m"]) if parts.get("m") else 0
    day = _number(parts["d"]) if parts.get("d") else None
    if parts.get("y"):
        year = _number(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
        period = _in_year(year, month, day)
        return _Fixed(period, (month, day or 1))
    # Of a leap year: whether its own year has the 29th of February is seen when that is known.
    longest = calendar.monthrange(2000, month)[1] if 1 <= month <= 12 else 0 if word or "m" in parts else 31
    if not (day is None and longest) and not 1 <= (day or 0) <= longest:
        raise Refused("asked_no_such_day", day=f"{month}-{day}" if month else str(day))
    return _InYear(month, day) if month else _InMonth(day or 0)


def _weekday(found: re.Match[str], today: date) -> _Point:
    """周三 and 上周三, with any number of 上; 周末 is Saturday and Sunday."""
    which = found["which"] or ""
    char = found["weekday"].replace("天", "日")
    day = _WEEKDAYS.find(char)
    weekend = char == "末"
    if not which and not weekend:
        return _Weekday(day)
    monday = today - timedelta(today.weekday() + 7 * which.count("上"))
    if weekend:
        saturday = monday + timedelta(5)
        saturday -= timedelta(0 if which or saturday <= today else 7)
        return _Fixed(Period(saturday, saturday + timedelta(1)))
    return _Fixed(_one(monday + timedelta(day)))


def _english_weekday(found: re.Match[str], today: date) -> _Point:
    day = _ENGLISH_DAYS.index(found["weekday"].lower())
    if not found["which"]:
        return _Weekday(day)
    return _Fixed(_one(today - timedelta(today.weekday() + 7 - day)))


def _week(found: re.Match[str], today: date) -> _Point:
    """本周, 上周, 上上周, 下周."""
    monday = today - timedelta(today.weekday() + 7 * _turns_back(found))
    return _Fixed(Period(monday, monday + timedelta(6)))


def _month(found: re.Match[str], today: date) -> _Point:
    """本月, 上月, 下月."""
    months = today.year * 12 + today.month - 1 - _turns_back(found)
    return _Fixed(_in_year(months // 12, months % 12 + 1, None))


def _turns_back(found: re.Match[str]) -> int:
    which = (found["which"] or found["english"]).lower()
    return {"下": -1, "next": -1, "last": 1}.get(which, which.count("上"))


def _last_days(found: re.Match[str], today: date) -> _Point:
    """近7天, today among them; 近两周, 最近一个月 (30 days)."""
    unit = found["unit"][0].lower()
    size = 1 if unit in "天日d" else 30 if unit in "月m" else 7
    days = size // 2 if found["n"] == "半" else size * _number(found["n"])
    return _Fixed(Period(today - timedelta(_days_back(days) - 1), today))


def _lately(found: re.Match[str], today: date) -> _Point:
    return _Fixed(Period(today - timedelta(LATELY_DAYS - 1), today))


def _days_ago(found: re.Match[str], today: date) -> _Point:
    return _Fixed(_one(today - timedelta(_days_back(_number(found["n"] or found["english"])))))


def _days_back(count: int) -> int:
    return min(max(count, 1), MOST_DAYS_BACK)


_AWAY = {
    **dict.fromkeys(("今天", "今日", "今儿", "今晚", "今早", "今", "现在", "目前", "当天", "today", "now"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨晚", "昨早", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日"), 2),
    "大前天": 3,
    **dict.fromkeys(("明天", "明日", "tomorrow"), -1),
    **dict.fromkeys(("后天",), -2),
}
_ONLY_LAST = frozenset(("今", "现在", "目前", "当天", "now"))
"""Where a stretch ends, and no days by themselves."""


def _away(found: re.Match[str], today: date) -> _Point:
    return _Fixed(_one(today - timedelta(_AWAY[found[0].lower()])))


def _years(found: re.Match[str], today: date) -> _Point:
    year = today.year - (found[0] == "去年")
    return _Fixed(Period(date(year, 1, 1), date(year, 12, 31)))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, _FLAGS)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Point]], ...] = (
    (_pattern(rf"(?:(?P<y>{_YEAR}) ?年 ?)?(?P<m>{_N}) ?月(?:份| ?(?P<d>{_N})(?: ?[日号])?)?(?!\d)"), _date),
    (_pattern(r"(?P<y>\d{4}|[2-9]\d)(?P<mark>[-./])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})[日号]?(?!\d)"), _date),
    (_pattern(r"(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\d日号]|[./]\d)"), _date),
    (_pattern(r"(?P<m>\d{1,2})[./](?P<d>\d{1,2})(?!\d)[日号]?(?![./]\d)"), _date),
    (_pattern(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"), _date),
    (_pattern(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})(?!\d|[-./]\d)"), _date),
    (_pattern(rf"(?P<d>{_N}) ?[日号]"), _date),
    (_pattern(rf"{_ENGLISH_MONTH} ?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? ?(?P<y>\d{{4}}))?(?!\d)"), _date),
    (_pattern(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? ?{_ENGLISH_MONTH}(?: ?(?P<y>\d{{4}}))?(?![\da-z])"), _date),
    (_pattern(rf"(?P<which>上+|这|本)?{_WEEK}(?P<weekday>[一二三四五六日天末])"), _weekday),
    (_pattern(rf"(?P<which>last )?(?P<weekday>{'|'.join(_ENGLISH_DAYS)})(?![a-z])"), _english_weekday),
    (_pattern(rf"(?P<which>上+|这|本|下){_WEEK}|(?P<english>this|last|next) week(?![a-z])"), _week),
    (_pattern(r"(?P<which>上|这|本|当|下)个?月(?:份)?|(?P<english>this|last|next) month(?![a-z])"), _month),
    (
        _pattern(
            rf"(?:最近|近|过去|前|这|last |past )(?P<n>\d{{1,4}}|[{_NUMERALS}]{{1,3}}|半) ?个?"
            r"(?P<unit>天|日|周|星期|礼拜|月|days?|weeks?|months?)(?![a-z])"
        ),
        _last_days,
    ),
    (_pattern("最近(?:几[天日])?|[近这]几[天日]|lately"), _lately),
    (_pattern(rf"(?P<n>\d{{1,4}}|[{_NUMERALS}]{{1,3}}) ?天[之以]?前|(?P<english>\d{{1,4}}) days? ago"), _days_ago),
    (_pattern("|".join(sorted(_AWAY, key=len, reverse=True))), _away),
    (_pattern("今年|去年"), _years),
)
_CLOCK = r" ?T?\d{1,2}:\d\d(?::\d\d)?"
_REMARK = _pattern(rf"(?: ?\(?(?:周|星期|礼拜)[{_WEEKDAYS}天]\)?|[上下中]午|晚上|早上|{_CLOCK})+")
"""Behind a date, where it changes nothing: its weekday, and a time of day, by which nothing can be asked."""
_JOINT = _pattern(r" ?(?:-+|~+|直?[至到]|to|until|through) ?| ")
_SINCE = _pattern(r" ?(?:(?:起|开始|之后|以后|以来)(?:至今|到现在|到今天)?|至今)")
_BEFORE = _pattern(" ?(?:及?[以之]前)")
_FROM = _pattern("(?:从|自从?|from |between )?")
_DAYS = _pattern(rf"(?P<first>{_N})(?:-+|~|[至到])(?P<last>{_N})[日号]")
_BARE_DAY = _pattern(rf"\d{{1,2}}(?![\d./:-])|[{_NUMERALS}]{{1,3}}(?=[ 的]|$)")


def at_start(text: str, today: date) -> Told | None:
    """The longest stretch of days that the text begins with. None: it begins with none.

    Takes text in half width with single spaces. Refused with asked_no_such_day (day) and asked_future.
    """
    begin = _FROM.match(text)
    found = _stretch(text, begin.end() if begin else 0, today)
    if found is None:
        return None
    period, end = found
    if period.first > today:
        raise Refused("asked_future")
    return Told(Period(max(period.first, EARLIEST), min(period.last, today)), end)


def _stretch(text: str, at: int, today: date) -> Told | None:
    if days := _DAYS.match(text, at):
        both = _InMonth(_day(days["first"])), _InMonth(_day(days["last"]))
        return Told(_between(*both, today), days.end())
    first = _point(text, at, today)
    if first is None:
        return None
    point, end = first
    if since := _SINCE.match(text, end):
        begun = point.latest(today)
        return Told(Period(begun.first, max(begun.last, today)), since.end())
    if before := _BEFORE.match(text, end):
        return Told(Period(EARLIEST, max(EARLIEST, point.latest(today).last)), before.end())
    joint = _JOINT.match(text, end)
    second = _point(text, joint.end(), today, is_last=joint[0] != " ") if joint else None
    if second is not None:
        return Told(_between(point, second[0], today), second[1])
    return None if text[at:end].lower() in _ONLY_LAST else Told(point.latest(today), end)


def _day(text: str) -> int:
    try:
        day = _number(text)
    except ValueError:
        day = 0
    if not 1 <= day <= 31:
        raise Refused("asked_no_such_day", day=text)
    return day


def _point(text: str, at: int, today: date, *, is_last: bool = False) -> tuple[_Point, int] | None:
    """The longest reading of what stands there, and where it ends with its remark; the last of a stretch may be a
    number alone."""
    matches = [(found, read) for pattern, read in _READERS if (found := pattern.match(text, at))]
    if not matches:
        bare = _BARE_DAY.match(text, at) if is_last else None
        return (_InMonth(_day(bare[0])), bare.end()) if bare else None
    found, read = max(matches, key=lambda each: each[0].end())
    try:
        point = read(found, today)
    except ValueError:
        return None
    remark = _REMARK.match(text, found.end())
    return point, remark.end() if remark else found.end()


def _between(first: _Point, last: _Point, today: date) -> Period:
    """From one to the other. Told in the order of a year they are taken so; else the shorter of what crosses the end
    of a year (12月30日到1月2日) and what was told the wrong way round (2月20日到2月18日)."""
    forward = _from_to(first, last, today)
    if first.order is None or last.order is None:
        return forward
    in_month = 0 in (first.order[0], last.order[0])
    if first.order[in_month:] <= last.order[in_month:]:
        return forward
    return min(forward, _from_to(last, first, today), key=lambda period: period.days)


def _from_to(first: _Point, last: _Point, today: date) -> Period:
    until = last.period.first if isinstance(last, _Fixed) else today
    begin = first.latest(until)
    end = last.following(begin.first)
    if end.first < begin.first:
        begin, end = end, begin
    return Period(begin.first, max(begin.last, end.last))
