"""What staff ask for in one line, as they type it: days, somebody, or both (查询 X, 导出 X, the box of the page).

| said | meant |
|---|---|
| 昨天, 2.18, 2月18号到20号, 上周三, 近7天 | days (models.rules.said_days) |
| 1234, 尾号1234 | the last four digits of a phone: four digits alone are never a year or a date |
| 138 0013 8000, +86… | a phone |
| 18 or 15 digits, 台胞证12345678 | an ID number, which has to be a possible one |
| 张三, 姓名 今日, 叫今日的 | a whole name; one that is also a word or a day needs 姓名 before it |
| 昨天 张三, 1234 2.18 | both |
"""

import re
from collections.abc import Iterator
from datetime import date

from models.rules import said_days
from models.rules.contact import looks_like_mobile, mobile, person_name
from models.rules.identity import id_number, looks_like_id_number
from models.rules.refusal import Refused
from models.rules.spelling import DASHES, half_width, has_chinese
from models.rules.wanted import By, Period, Wanted, Who

LONGEST = 100

_FLAGS = re.ASCII | re.IGNORECASE
_SIMPLIFIED = str.maketrans("號週禮個這後過電話機尾碼證記錄訪問從開至間", "号周礼个这后过电话机尾码证记录访问从开至间")
_STROKES = str.maketrans(dict.fromkeys("～〜∼〰˜", "~"))
_DASH = re.compile(f"[{DASHES}]")
_STOP_BETWEEN_DIGITS = re.compile(r"(?<=\d)[。｡](?=\d)", re.ASCII)
_EDGE = " ,，、;；:。.!！?？“”\"'「」《》<>【】[]()"
_LEAD = re.compile("(?:请|帮我|我要|我想)?(?:查询|查找|查看|查一?下|搜索|导出|[查搜找](?= ))")
"""查 alone is a family name."""
_NOISE = (
    "(?:[ 的有了来过谁都几个人数呢吗访员据问]|多少|哪些|全部|所有|登记|进出|出入|到访|记录|名单|情况|一共|总共"
    "|统计|明细|records?|visits?|visitors?)*+"
)
"""What stands around days and names and asks for nothing more."""
_ONLY_NOISE = re.compile(_NOISE, _FLAGS)
_BEFORE_NOISE = re.compile(rf"(.+?)[的 ]{_NOISE}$", _FLAGS)
_EVERYTHING = frozenset(("全部", "所有", "全部记录", "所有记录", "all", "everything"))
_LABELLED = re.compile(
    r"(?:(?:姓名|名字)(?:是|为|叫)?[ :]*|叫(?:做|作)?[ :]*|name(?: is)?[ :]+)(?P<name>.+?)(?: ?的(?:人|访客)?)?", _FLAGS
)
_TAIL = re.compile(
    r"(?:(?:手机|电话|号码|手机号|电话号码)?(?:尾号|后(?:四|4)位|末(?:四|4)位|最后(?:四|4)位|尾数)?(?:是|为)?"
    r"|(?:phone )?(?:ending(?: in| with)?|last (?:four|4)(?: digits)?))[ :*-]*(?P<tail>\d{4})",
    _FLAGS,
)
_ONLY_NUMBER = re.compile(r"[+\d ()./~-]+", re.ASCII)
_DOCUMENT = re.compile(r"[A-Z\d ()-]+", _FLAGS)
_SEVERAL_DIGITS = re.compile(r"\d{4}", re.ASCII)


def asked(text: str, today: date) -> Wanted:
    """Which records this asks for; `today` is the hall's day. A period lies between said_days.EARLIEST and today, and
    may be older than what is kept.

    Refused with asked_nothing, asked_too_long (most), asked_no_such_day (day), asked_future, asked_one_thing for two
    people or two ways to name one, asked_number for digits that are neither a day nor of a phone or a document,
    asked_unreadable, and all that `id_number` and `mobile` refuse.
    """
    said = _plain(text)
    if said.casefold() in _EVERYTHING:
        return Wanted()
    refusals: list[Refused] = []
    for days, somebody in _splits(said, today):
        try:
            return Wanted(days, _who(somebody, today) if somebody else None)
        except Refused as no:
            refusals.append(no)
    raise refusals[0]


def words_for(who: Who, today: date) -> str:
    """Words by which `asked` means this person: a name that reads as something else has 姓名 before it."""
    try:
        is_plain = asked(who.text, today) == Wanted(who=who)
    except Refused:
        is_plain = False
    return who.text if is_plain else f"姓名 {who.text}"


def period(text: str, today: date) -> Period:
    """The days this asks for, and nothing else. Refused like `asked`, and with asked_days_only where it names somebody
    or no days."""
    wanted = asked(text, today)
    if wanted.period is None or wanted.who is not None:
        raise Refused("asked_days_only")
    return wanted.period


def _plain(text: str) -> str:
    """The question in half width, in simplified characters where that matters, without what only asks politely."""
    if len(text) > LONGEST:
        raise Refused("asked_too_long", most=LONGEST)
    said = half_width(_STOP_BETWEEN_DIGITS.sub(".", half_width(text)).translate(_STROKES))
    said = _DASH.sub("-", said).strip(_EDGE)
    if lead := _LEAD.match(said):
        said = said[lead.end() :].strip(_EDGE)
    if not said:
        raise Refused("asked_nothing")
    return said


def _splits(said: str, today: date) -> Iterator[tuple[Period | None, str]]:
    """The ways to take it apart into days and somebody, the likeliest first; the last one is somebody alone."""
    plain = said.translate(_SIMPLIFIED)
    if told := said_days.at_start(plain, today):
        rest = said[told.end :]
        somebody = _somebody(rest)
        if not somebody or _stands_apart(rest[0], somebody):
            yield told.period, somebody
    yield from _days_last(said, plain, today)
    yield None, _somebody(said) or said


def _days_last(said: str, plain: str, today: date) -> Iterator[tuple[Period, str]]:
    """张三 昨天, as long as the days are told."""
    behind = _BEFORE_NOISE.fullmatch(plain)
    end = behind.end(1) if behind else len(plain)
    for at in range(1, end):
        if _is_latin(plain[at - 1]) and _is_latin(plain[at]):
            continue
        told = said_days.at_start(plain[at:end], today)
        if told is not None and at + told.end == end:
            somebody = _somebody(said[:at])
            if somebody and _stands_apart(said[at - 1], somebody):
                yield told.period, somebody
            return


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _stands_apart(beside: str, somebody: str) -> bool:
    """周三 with one character more is a name (周三丰), with two it is a day and a name; `beside`: what stands next to
    the days."""
    return beside in _EDGE or beside == "的" or len(somebody) > 1


def _somebody(text: str) -> str:
    """Without what stands around it and asks for nothing; empty where that is all."""
    said = text.strip(_EDGE).removeprefix("的").strip(_EDGE)
    if _ONLY_NOISE.fullmatch(said.translate(_SIMPLIFIED)):
        return ""
    behind = _BEFORE_NOISE.fullmatch(said.translate(_SIMPLIFIED))
    return said[: behind.end(1)] if behind else said


def _who(text: str, today: date) -> Who:
    plain = text.translate(_SIMPLIFIED)
    if tail := _TAIL.fullmatch(plain):
        return Who(By.TAIL, tail["tail"])
    if told := _LABELLED.fullmatch(plain):
        return Who(By.NAME, _name(text[slice(*told.span("name"))], is_told=True))
    if any(map(_is_digit, text)):
        if looks_like_mobile(text):
            return Who(By.PHONE, mobile(text))
        if looks_like_id_number(text):
            return Who(By.ID_NUMBER, str(id_number(text, today=today)))
        if _ONLY_NUMBER.fullmatch(text):
            raise Refused("asked_number")
        if _DOCUMENT.fullmatch(text):
            return Who(By.ID_NUMBER, str(id_number(text, today=today)))
    return Who(By.NAME, _name(text))


def _is_digit(char: str) -> bool:
    return char.isascii() and char.isdigit()


def _name(text: str, *, is_told: bool = False) -> str:
    """A whole name. One of which it is said that it is a name may be a word that answers something else."""
    try:
        return person_name(text)
    except Refused as no:
        if no.code == "one_name_only" or (has_chinese(text) and _SEVERAL_DIGITS.search(text)):
            raise Refused("asked_one_thing") from None
        if is_told and no.code == "name_not_a_name":
            return half_width(text)
        raise Refused("asked_unreadable") from None
