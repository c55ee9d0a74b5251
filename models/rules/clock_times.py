"""The time of day as people write it: 14:10, 14点10分, 下午2点半, 1410, 2:10pm."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.refusal import Refused
from models.rules.spelling import half_width

_TIME = re.compile(
    r"(?P<half>上午|早上|早晨|中午|下午|晚上|傍晚|am|pm)? ?(?P<hour>\d{1,2})"
    r"(?:[:.点时h] ?(?:(?P<minute>\d{1,2})分?|(?P<quarter>半|一刻|三刻))?|(?P<joined>\d\d))? ?(?:钟|左右)?"
    r"(?P<late>am|pm)?",
    re.ASCII | re.IGNORECASE,
)
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_AFTERNOON = frozenset(("下午", "晚上", "傍晚", "pm"))


def clock_time(text: str) -> time:
    """Read a time of day; Refused with time_unreadable."""
    found = _TIME.fullmatch(half_width(text).strip().lower())
    if found is None:
        raise Refused("time_unreadable")
    hour = int(found["hour"])
    minute = _QUARTERS.get(found["quarter"] or "", int(found["minute"] or found["joined"] or 0))
    half = found["half"] or found["late"] or ""
    if hour < 12 and (half in _AFTERNOON or (half == "中午" and hour < 3)):
        hour += 12
    elif hour == 12 and half in ("am", "早上", "早晨", "上午"):
        hour = 0 if half == "am" else 12
    if hour > 23 or minute > 59:
        raise Refused("time_unreadable")
    return time(hour, minute)


def looks_like_time(word: str) -> bool:
    """Whether this word can hardly be meant as anything else: a time of day with a colon, 点, 时, 上午 or pm."""
    try:
        clock_time(word)
    except Refused:
        return False
    return bool(re.search("[:点时午上晚]|[ap]m", half_width(word).lower()))


def stored_time(text: str) -> str:
    """A time of day in the spelling that is stored: 14:10."""
    return f"{clock_time(text):%H:%M}"


def first_after(at: time, moment: datetime, zone: str) -> datetime:
    """The first moment, not before the minute of `moment`, at which the clocks of `zone` show this time of day."""
    local = moment.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    candidate = datetime.combine(local.date(), at, ZoneInfo(zone))
    if candidate < local:
        candidate = datetime.combine(local.date() + timedelta(days=1), at, ZoneInfo(zone))
    return candidate.astimezone(UTC)


def last_before(at: time, moment: datetime, zone: str) -> datetime:
    """The latest moment, not after `moment`, at which the clocks of `zone` showed this time of day."""
    local = moment.astimezone(ZoneInfo(zone))
    candidate = datetime.combine(local.date(), at, ZoneInfo(zone))
    if candidate > local:
        candidate = datetime.combine(local.date() - timedelta(days=1), at, ZoneInfo(zone))
    return candidate.astimezone(UTC)
