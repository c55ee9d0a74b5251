"""Opening hours in plain words, read and said: 周一至周五 9:00-12:00 13:30-17:00；周六 9:00-12:00."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import time

from models.rules.clock_times import clock_time
from models.rules.hours import Calendar, Session
from models.rules.refusal import Refused
from models.rules.spelling import half_width

LONGEST_TEXT = 600
LONGEST_BIT = 20
"""Of what is shown of an unreadable text."""

LUNCH = time(11), time(15)
"""Within these a break is one for lunch."""

_CHINESE_HOURS = "零一二三四五六七八九"
_CHINESE_HOUR = re.compile(r"(?<!周)(?<!期)(?<!拜)(二?十?[一二三四五六七八九]|二?十|两|零)(?=[点时])")
_WAVE = re.compile(r"\s?[~～〜—–‐−―─﹣－]+\s?|\s?(?:至|到|\bto\b)\s?|\s?-+\s?")
_HALF = r"(?:上午|早上|早晨|中午|下午|晚上|傍晚)"
_TIME = rf"(?:{_HALF}[: ]*)?\d{{1,2}}(?:[:点时](?:\d{{1,2}}分?|半|一刻|三刻)?|\.[0-5]\d|[ap]m)?(?:\s?[ap]m)?"
_WEEK = r"(?:周|星期|礼拜)"
_D = "[一二三四五六日天]"
# 周1, but not the hour in 周五 2-5.
_WEEK_DAY = rf"{_WEEK}(?:{_D}|[1-7](?![\d.点时])(?!:\d))"
_ENGLISH_DAY = (
    r"(?:mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?|sat(?:urdays?)?"
    r"|sun(?:days?)?)\b"
)
_DAYS = (
    rf"(?:{_WEEK_DAY}(?:\s?(?:-|[、,和及与])?\s?(?:{_WEEK_DAY}|{_D}(?![点时])))*"
    rf"|{_ENGLISH_DAY}(?:\s?(?:-|,|and|&)?\s?{_ENGLISH_DAY})*|每天|每日|天天|全周|工作日|周末|双休日"
    r"|daily|every\s?day|weekdays?\b|weekends?\b)"
)
_OFF = "(?:不上班|不开放|不开门|不办公|不营业|休息|公休|关门|闭馆|放假|休(?!息)|closed|off\\b)"
_LUNCH = "(?:午休|午间休息?|中午休息?|lunch(?:\\sbreak)?)(?:时间)?(?:[:为是\\s]*(?=\\d|[上中下]午))?"
SPAN_OF_TIMES = rf"{_TIME}-{_TIME}"
"""A pattern for one stretch of time in a spelled text."""
_TOKENS = re.compile(
    rf"""(?P<skip>[\s,;、，；。:：()（）]+)
    |(?P<holidays>(?:国家)?(?:法定)?节?假日(?:{_OFF}|除外)?|(?:and\ )?(?:public\ )?holidays(?:\ closed)?)
    |(?P<straight>(?:午间|中午|午休|午餐)(?:时间)?(?:不打烊|不休息?|不关门|不清场|照常(?:开放|办公|办理|服务|上班)?|连续办公)
       |不午休|no\ lunch\ break|open\ (?:over|at)\ lunch)
    |(?P<empties>(?:午间|中午|午休)(?:时间)?(?:要|需)?清场|empties\ at\ lunch)
    |(?P<lunch>{_LUNCH}{_TIME}-{_TIME}|{_TIME}-{_TIME}\s?{_LUNCH}(?![:\s]*(?:\d|{_HALF})))
    |(?P<lunch_unsaid>{_LUNCH}|{_HALF}{_OFF})
    |(?P<always>24\ ?小时|24h\b|全天(?:开放)?|24\ hours|24/7)
    |(?P<weekend_off>双休(?!日)|周末双休)
    |(?P<sunday_off>单休)
    |(?P<every>每(?={_WEEK}))
    |(?P<rest>{_OFF}(?:日|时间|\son)?[:为是\s]*{_DAYS})
    |(?P<days>{_DAYS})
    |(?P<times>{_TIME}-{_TIME})
    |(?P<off>{_OFF})
    |(?P<filler>开放时间|办公时间|工作时间|上班时间|营业时间|值班|上班|开放|开门|营业|办公|办理|服务|对外|延时|预约|轮岗|时间|开到|正常
       |上午|下午|早上|晚上|open|hours|from|and|和|及|与|[是为从的])""",
    re.VERBOSE | re.ASCII,
)
_NAMED_DAYS = {
    **dict.fromkeys(("每天", "每日", "天天", "全周", "daily", "everyday", "every day"), range(7)),
    **dict.fromkeys(("工作日", "weekday", "weekdays"), range(5)),
    **dict.fromkeys(("周末", "双休日", "weekend", "weekends"), range(5, 7)),
}
_ONE_DAY = re.compile(rf"(-?)\ ?(?:and\ |[,&、和及与]\ ?)?{_WEEK}?({_D}|[1-7]|{_ENGLISH_DAY})")
_DAY_LETTERS = {**{letter: day for day, letter in enumerate("一二三四五六日")}, "天": 6} | {
    str(day + 1): day for day in range(7)
}
_DAY_STARTS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SAID_DAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_SIGNS = {"zh": ("至", "、", "；", "中午清场"), "en": ("-", ", ", "; ", "empties at lunch")}


@dataclass(frozen=True)
class ReadHours:
    """A week as it was told. `names_holidays`: closed on holidays was said, of which only their days can be entered."""

    calendar: Calendar
    names_holidays: bool = False


def read_hours(text: str, kept: Calendar | None = None) -> ReadHours:
    """Read a week's hours; exceptions, zone and grace are those of `kept`, or the usual ones.

    Days that are not named are closed; hours without any day are those of Monday to Friday. A later clause for fewer
    days takes the place of an earlier one that it overlaps (每天 9-17；周日 9-12). A hall empties at lunch only if that
    is said. Refuses with: hours_text_too_long (most); hours_bit_unreadable (bit); hours_day_without_time (bit);
    hours_nothing_read; hours_midnight, also for 24 hours; and all that Session and Calendar refuse.
    """
    if len(text) > LONGEST_TEXT:
        raise Refused("hours_text_too_long", most=LONGEST_TEXT)
    week = _Week()
    for kind, bit in tokens(spelled(text)):
        week.hear(kind, bit)
    week.end_of_days()
    if not any(week.sessions):
        raise Refused("hours_nothing_read")
    weekly = tuple(tuple(day) for day in week.sessions)
    calendar = replace(kept or Calendar(weekly), weekly=weekly, empties_at_lunch=week.empties)
    return ReadHours(calendar, week.names_holidays)


def say_hours(calendar: Calendar, language: str) -> str:
    """The week in plain words, which `read_hours` reads back; empty for one without hours. Exceptions are not in it."""
    through, also, then, empties = _SIGNS[language]
    said = []
    for sessions in dict.fromkeys(day for day in calendar.weekly if day):
        runs = _runs([number for number, day in enumerate(calendar.weekly) if day == sessions])
        names = _SAID_DAYS[language]
        days = also.join(
            names[first] if first == last else f"{names[first]}{through}{names[last]}" for first, last in runs
        )
        said.append(f"{days} {say_sessions(sessions)}")
    return then.join((*said, empties) if said and calendar.empties_at_lunch else said)


def say_sessions(sessions: Iterable[Session]) -> str:
    """9:00-12:00 13:30-17:00."""
    return " ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in sessions)


def read_sessions(text: str) -> tuple[Session, ...]:
    """Nothing but times of one day, in a spelled text; Refused as in `read_hours`."""
    found = []
    for kind, bit in tokens(text):
        if kind == "always":
            raise Refused("hours_midnight")
        if kind == "times":
            found.append(_session(bit))
        elif kind not in ("skip", "filler", "straight", "lunch_unsaid"):
            raise Refused("hours_bit_unreadable", bit=shown(bit))
    return Calendar((tuple(found), *[()] * 6)).weekly[0]


def spelled(text: str) -> str:
    """Half-width and in small letters, with - for whatever means until, and digits for the hours."""
    said = "\n".join(half_width(line) for line in text.splitlines()).lower()
    said = re.sub(r"(早|晚)(?=\d)", r"\1上", said)
    said = _CHINESE_HOUR.sub(lambda found: str(_hour(found[1])), said.replace("\u3000", " "))
    return re.sub(r"\s?:\s?(?=\d)", ":", _WAVE.sub("-", said))


def shown(text: str) -> str:
    """So much of an unreadable text as a sentence may show."""
    bit = half_width(text)
    return bit if len(bit) <= LONGEST_BIT else bit[: LONGEST_BIT - 1] + "…"


def tokens(said: str) -> Iterator[tuple[str, str]]:
    """The (kind, text) of each part of a spelled text; Refused with hours_bit_unreadable for what is none."""
    at = 0
    while at < len(said):
        found = _TOKENS.match(said, at)
        if found is None or found.lastgroup is None:
            raise Refused("hours_bit_unreadable", bit=shown(re.split(r"[\s,;、]", said[at:], maxsplit=1)[0]))
        yield found.lastgroup, found[0]
        at = found.end()


class _Week:
    """What has been heard of a week so far."""

    def __init__(self) -> None:
        self.sessions: list[list[Session]] = [[] for _ in range(7)]
        self.empties = self.names_holidays = False
        self._days: frozenset[int] = frozenset()
        self._bit = ""
        self._is_used, self._is_timed = True, False
        self._open_bit = ""
        self._said_for: list[frozenset[int]] = [frozenset()] * 7

    def hear(self, kind: str, bit: str) -> None:
        if kind == "days":
            self._name(bit)
        elif kind == "times":
            self._add(_session(bit))
        elif kind == "off":
            self._off(bit)
        elif kind == "rest":
            found = re.search(_DAYS, bit, re.ASCII)
            self._close(frozenset(_days(found[0]) if found else ()), bit)
        elif kind == "lunch":
            self._break(bit)
        elif kind == "weekend_off":
            self._close(frozenset((5, 6)), bit)
        elif kind == "sunday_off":
            self._close(frozenset((6,)), bit)
        elif kind == "always":
            raise Refused("hours_midnight")
        elif kind in ("empties", "straight"):
            self.empties = kind == "empties"
        elif kind == "holidays":
            self._holidays(bit)

    def end_of_days(self) -> None:
        if not self._is_used:
            raise Refused("hours_day_without_time", bit=shown(self._bit))

    def _name(self, bit: str) -> None:
        days = frozenset(_days(bit))
        self._open_bit, self._is_timed = "", False
        # 周六、周日 or Sat and Sun: days that follow days belong together.
        self._days = days if self._is_used else self._days | days
        self._bit, self._is_used = bit, not days

    def _add(self, session: Session) -> None:
        if self._open_bit:  # 节假日 9:00-12:00: nobody can say yet which days those are
            raise Refused("hours_bit_unreadable", bit=shown(self._open_bit))
        self._days = self._days or frozenset(range(5))
        self._is_used = self._is_timed = True
        for day in self._days:
            overlaps = any(one.opens < session.closes and session.opens < one.closes for one in self.sessions[day])
            if overlaps and self._days < self._said_for[day]:
                self.sessions[day].clear()
            elif overlaps:
                raise Refused("hours_overlap")
            self.sessions[day].append(session)
            self.sessions[day].sort()
            self._said_for[day] = self._days

    def _break(self, bit: str) -> None:
        """A lunch told by its own times lies between the sessions, or cuts one in two."""
        found = re.search(rf"{_TIME}-{_TIME}", bit, re.ASCII)
        if found is None:
            return
        lunch = _session(found[0])
        if lunch.opens < LUNCH[0] or lunch.closes > LUNCH[1]:  # 9:00-17:00 中午休息
            self._add(lunch)
            return
        for day in self._days:
            self.sessions[day] = [part for one in self.sessions[day] for part in _without(one, lunch)]

    def _holidays(self, bit: str) -> None:
        self.names_holidays = True
        if re.search(_OFF, bit, re.ASCII) is None and "除外" not in bit:
            self._open_bit = bit
        elif not self._is_used:  # 周日、法定节假日休息
            self._close(self._days, bit)

    def _off(self, bit: str) -> None:
        if self._open_bit:
            self._open_bit = ""
            if self._is_used:
                return
        elif self._is_timed:  # 9:00-12:00 休息: open then, or closed?
            raise Refused("hours_bit_unreadable", bit=shown(bit))
        self._close(self._days, bit)

    def _close(self, days: frozenset[int], bit: str) -> None:
        if not days:
            raise Refused("hours_bit_unreadable", bit=shown(bit))
        self._is_used = True
        for day in days:
            self.sessions[day].clear()


def _days(bit: str) -> Iterable[int]:
    if bit in _NAMED_DAYS:
        return _NAMED_DAYS[bit]
    days: list[int] = []
    for through, name in _ONE_DAY.findall(bit):
        day = _DAY_LETTERS.get(name, -1) if name in _DAY_LETTERS else _DAY_STARTS.index(name[:3])
        if through and days:
            days += [number % 7 for number in range(days[-1] + 1, days[-1] + 1 + (day - days[-1] - 1) % 7)]
        days.append(day)
    return days


def _session(bit: str) -> Session:
    first, _, second = bit.partition("-")
    if re.match(r"\D*24", second):
        raise Refused("hours_midnight")
    opens, closes = _time(first), _time(second)
    # 下午1点半到5点: the half of the day is said once.
    if closes <= opens and closes.hour < 12 and opens.hour >= 12 and re.match("下午|中午|晚上|傍晚", first):
        closes = closes.replace(hour=closes.hour + 12)
    if closes <= opens and opens.hour >= 18 and closes.hour <= 6:
        raise Refused("hours_midnight")
    return Session(opens, closes)


def _without(session: Session, lunch: Session) -> list[Session]:
    ends = ((session.opens, min(session.closes, lunch.opens)), (max(session.opens, lunch.closes), session.closes))
    return [Session(opens, closes) for opens, closes in ends if opens < closes]


def _time(text: str) -> time:
    try:
        return clock_time(re.sub(r"[: ]+(?=\d)", "", text, count=1) if text[0] in "上早中下晚傍" else text.strip(": "))
    except Refused:
        raise Refused("hours_bit_unreadable", bit=shown(text)) from None


def _hour(text: str) -> int:
    if text == "两":
        return 2
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE_HOURS.index(text[-1])
    return (_CHINESE_HOURS.index(tens) if tens else 1) * 10 + (_CHINESE_HOURS.index(ones) if ones else 0)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Days in order as (first, last) of each stretch."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
