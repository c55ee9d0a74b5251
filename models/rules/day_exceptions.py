"""Holidays and working weekends, read as they are pasted and said back a stretch a line.

2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.rules.hours import Calendar, Session
from models.rules.opening_hours import SPAN_OF_TIMES, read_sessions, say_sessions, shown, spelled
from models.rules.refusal import Refused

MOST_DAYS = 60
"""Of one stretch; a longer one is more likely a wrong month than a holiday."""
LONGEST_TEXT = 6000
MOST_SHOWN = 20
"""Of the faults, so that the answer fits a message of WeChat (2047 bytes)."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONG_PAST = timedelta(days=183)

_NOTE = r"(?:\s?\([^()]{0,24}\)|\s?(?:周|星期)[一二三四五六日天])?"
_FULL = r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?[日号]?"
_SHORT = r"\d{1,2}\s?[月/]\s?\d{1,2}\s?[日号]?"
# 2026.10.1-10.7: told short only behind a whole date; alone it might be anything.
_TAIL = r"\d{1,2}[-.]\d{1,2}(?!\d)"
_PARTS = re.compile(
    rf"""(?P<skip>[\s,;:、，；。：]+)
    |(?P<span>(?:{_FULL}|{_SHORT}){_NOTE}(?:-(?:{_FULL}|{_SHORT}|{_TAIL}|\d{{1,2}}\s?[日号](?!\d)){_NOTE})?)
    |(?P<times>{SPAN_OF_TIMES})
    |(?P<noise>共\s?\d+\s?天|\d+\s?天|不调休|(?:与|和)周末连休|[一二三四五六七八九十]{{1,2}}[、.]|\d{{1,2}}[.、)](?=[^\d])
       |(?:元旦|春节|清明节?|劳动节|五一|端午节?|中秋节?|国庆节?|十一)(?:假期|期间)?|[和及与]|全天|正常|照常|hours|from|and)
    |(?P<off>(?:放假|休假|休息|闭馆|不上班|不开放|不办公|关门|closed|休)(?:调休)?|调休放假)
    |(?P<on>调休(?:上班|补班)|补班|上班|开放|开门|值班|办公|open)
    """,
    re.VERBOSE | re.ASCII,
)
_NUMBERS = re.compile(r"\d+", re.ASCII)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_DATE_WITH_NOTE = re.compile(rf"(?P<date>{_FULL}|{_SHORT}|{_TAIL}|\d{{1,2}}\s?[日号])(?P<note>{_NOTE})", re.ASCII)
_ANY_DATE = re.compile(rf"{_FULL}|{_SHORT}", re.ASCII)
_HEADING = re.compile(r"(20\d\d)年(?=.*(?:通知|安排|节假日|日历)|$)")
_SIGNATURE = re.compile(r"[^\d]*(?:办公厅|办公室|人民政府|委员会|中心)")
_PROSE = re.compile(r"[^\d]*(?:通知|国务院|人民政府|办公厅|办公室|各地|各部门|各单位|节假日)[^\d]*", re.ASCII)
_ACTS = re.compile("放假|上班|补班|休息|闭馆")
_SAID = {"zh": (" 至 ", "休息", "上班"), "en": (" to ", "closed", "open")}


class _Fault(Exception):
    """A part of a line that cannot be: the code of the refusal and the text that is wrong."""

    def __init__(self, code: str, bit: str) -> None:
        super().__init__(code)
        self.code, self.bit = code, shown(bit)


def read_exceptions(text: str, today: date, calendar: Calendar) -> dict[date, tuple[Session, ...]]:
    """The sessions of each day that is named; none for a day off, and those of Monday for a working day without hours.

    Several sentences may stand on a line, as in the notices of the State Council, whose headings are passed over. A
    date without a year is of the year in the heading, or lies less than half a year back or else ahead; one in the
    past with a weekday that only fits a year later is of that year.

    All faults come at once, as `faults` (2: 6月31日；5: …, a line's number and the text that is wrong), under the code
    of their kind, or days_several: days_unreadable, days_no_such_day, days_weekday_wrong, days_backwards,
    days_too_long, days_year_wrong, days_twice, days_hours_wrong, days_hours_unknown. Also refused with
    days_text_too_long (most) and days_nothing_read.
    """
    if len(text) > LONGEST_TEXT:
        raise Refused("days_text_too_long", most=LONGEST_TEXT)
    paste = _Paste(today, calendar)
    for number, line in enumerate(text.splitlines(), start=1):
        paste.hear(number, spelled(line))
    if paste.faults:
        codes = {fault.code for _, fault in paste.faults}
        code = codes.pop() if len(codes) == 1 else "days_several"
        shown_faults = [f"{number}: {fault.bit}" for number, fault in paste.faults[:MOST_SHOWN]]
        raise Refused(code, faults="；".join((*shown_faults, "…") if len(paste.faults) > MOST_SHOWN else shown_faults))
    if not paste.days:
        raise Refused("days_nothing_read")
    return dict(sorted(paste.days.items()))


def say_exceptions(days: Mapping[date, tuple[Session, ...]], language: str) -> str:
    """A stretch of equal days a line, which `read_exceptions` reads back; empty for none."""
    through, off, on = _SAID[language]
    lines = []
    for first, last in stretches(days):
        when = first.isoformat() if first == last else f"{first.isoformat()}{through}{last.isoformat()}"
        lines.append(f"{when} {on} {say_sessions(days[first])}" if days[first] else f"{when} {off}")
    return "\n".join(lines)


@dataclass
class _Paste:
    """What has been read so far."""

    today: date
    calendar: Calendar
    year: int | None = None
    is_signed: bool = False
    days: dict[date, tuple[Session, ...]] = field(default_factory=dict)
    faults: list[tuple[int, _Fault]] = field(default_factory=list)

    def hear(self, number: int, line: str) -> None:
        if not line or self._is_heading(line):
            return
        # Sentence by sentence: one that is wrong must not hide what is wrong with the next.
        for sentence in re.split("[。;；]", line):
            try:
                for first, last, sessions in self._sentence(sentence):
                    self._keep(first, last, sessions)
            except _Fault as fault:
                self.faults.append((number, fault))

    def _is_heading(self, line: str) -> bool:
        """Whether the line is one of a notice around its list of days; takes the year and the signature from it."""
        found = _HEADING.search(line)
        was_signed, self.is_signed = self.is_signed, _SIGNATURE.fullmatch(line) is not None
        if found and not _ANY_DATE.search(line):
            self.year = int(found[1])
            return True
        dated = _ANY_DATE.fullmatch(line.strip())
        prose = _PROSE.fullmatch(line) is not None and _ACTS.search(line) is None
        return prose or (was_signed and dated is not None)

    def _sentence(self, said: str) -> Iterator[tuple[date, date, tuple[Session, ...]]]:
        spans: list[str] = []
        times: list[str] = []
        act = word = ""
        for kind, bit in _parts(said):
            if kind == "span":
                if act or times:
                    yield from self._told(spans, act, times, word)
                    spans, times, act = [], [], ""
                spans.append(bit)
            elif kind == "times":
                times.append(bit)
            elif kind in ("on", "off"):
                if act and act != kind:
                    raise _Fault("days_unreadable", bit)
                act, word = kind, bit
        if spans or act or times:
            yield from self._told(spans, act, times, word)

    def _told(
        self, spans: list[str], act: str, times: list[str], word: str
    ) -> Iterator[tuple[date, date, tuple[Session, ...]]]:
        if not spans or not (act or times) or (act == "off" and times):
            raise _Fault("days_unreadable", " ".join((*spans, *times)) or word)
        ends = [self._span(span) for span in spans]
        sessions = () if act == "off" else self._sessions(times, spans[0])
        yield from ((first, last, sessions) for first, last in ends)

    def _sessions(self, times: list[str], span: str) -> tuple[Session, ...]:
        if times:
            try:
                return read_sessions(" ".join(times))
            except Refused:
                raise _Fault("days_hours_wrong", " ".join(times)) from None
        usual = next((day for day in self.calendar.weekly if day), ())
        if not usual:
            raise _Fault("days_hours_unknown", span)
        return usual

    def _span(self, span: str) -> tuple[date, date]:
        found = list(_DATE_WITH_NOTE.finditer(span))
        first = self._date(found[0]["date"], found[0]["note"], None)
        last = self._date(found[1]["date"], found[1]["note"], first) if len(found) > 1 else first
        if last < first:
            raise _Fault("days_backwards", span)
        if (last - first).days >= MOST_DAYS:
            raise _Fault("days_too_long", span)
        return first, last

    def _date(self, text: str, note: str, after: date | None) -> date:
        numbers = [int(number) for number in _NUMBERS.findall(text)]
        if len(numbers) == 3:
            day = _day(numbers[0], numbers[1], numbers[2], text)
        elif after:
            month = numbers[0] if len(numbers) == 2 else after.month
            # 12月31日至1月2日
            day = _day(after.year + (after.month == 12 and month < 3), month, numbers[-1], text)
        else:
            return self._without_year(numbers[0], numbers[1], text, note)
        if not _fits(day, note):
            raise _Fault("days_weekday_wrong", f"{text}{note}")
        return day

    def _without_year(self, month: int, number: int, text: str, note: str) -> date:
        if (month, number) == (2, 29) and self.year is None:
            years = range(self.today.year, self.today.year + 8)
            year = next((year for year in years if year % 4 == 0 and year != 2100), self.today.year)
            day = _day(year, month, number, text)
        else:
            day = _day(self.year or self.today.year, month, number, text)
        if self.year is None and day < self.today - LONG_PAST:
            day = _day(day.year + 1, month, number, text)
        if not _fits(day, note) and self.year is None and day < self.today and (month, number) != (2, 29):
            day = _day(day.year + 1, month, number, text)
        if not _fits(day, note):
            raise _Fault("days_weekday_wrong", f"{text}{note}")
        return day

    def _keep(self, first: date, last: date, sessions: tuple[Session, ...]) -> None:
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            if self.days.setdefault(day, sessions) != sessions:
                raise _Fault("days_twice", day.isoformat())


def _parts(said: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(said):
        found = _PARTS.match(said, at)
        if found is None or found.lastgroup is None:
            raise _Fault("days_unreadable", said[at:])
        yield found.lastgroup, found[0]
        at = found.end()


def _day(year: int, month: int, number: int, text: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _Fault("days_year_wrong", text)
    try:
        return date(year, month, number)
    except ValueError:
        raise _Fault("days_no_such_day", text) from None


def _fits(day: date, note: str) -> bool:
    found = _WEEKDAY.search(note)
    return found is None or "一二三四五六日".index(found[1].replace("天", "日")) == day.weekday()


def stretches(days: Mapping[date, tuple[Session, ...]]) -> Iterator[tuple[date, date]]:
    """(first, last) of each stretch of days that have the same sessions."""
    stretch: list[date] = []
    for day in sorted(days):
        goes_on = stretch and day - stretch[-1] == timedelta(days=1) and days[day] == days[stretch[0]]
        if stretch and not (goes_on and len(stretch) < MOST_DAYS):
            yield stretch[0], stretch[-1]
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch[0], stretch[-1]
