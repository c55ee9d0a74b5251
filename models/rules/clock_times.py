"""The time of day as people write it: 14:10, 14点10分, 下午两点半, 1410, 2:10pm."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.refusal import Refused
from models.rules.spelling import half_width

# The hours that each word may mean, past 24 for those after midnight; 12 at most, so that 8 means one of them.
_PERIODS = {
    "凌晨": range(0, 6),
    "早上": range(4, 12),
    "早晨": range(4, 12),
    "上午": range(6, 13),
    "中午": range(11, 15),
    "下午": range(12, 21),
    "傍晚": range(16, 21),
    "晚上": range(17, 29),
    "am": range(0, 12),
    "pm": range(12, 24),
}
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_ONES = "零一二三四五六七八九"
_SPELT = {
    (_ONES[tens] if tens > 1 else "") + ("十" if tens else "") + (_ONES[ones] if ones or not tens else ""): 10 * tens + ones
    for tens in range(6)
    for ones in range(10)
}
_NUMBER = rf"\d{{1,2}}|[{_ONES}〇两十]{{1,3}}"
# One digit after a colon or a point may be half of what was meant: 14:5.
_TIME = re.compile(
    rf"(?:大概|大约|约)? ?(?P<period>{'|'.join(_PERIODS)})? ?(?:"
    r"(?P<joined_hour>\d{1,2})(?P<joined_minute>\d\d)|"
    r"(?P<clock_hour>\d{1,2})[:;.](?P<clock_minute>\d\d)|"
    rf"(?P<hour>{_NUMBER})(?: ?[点點时時h] ?(?:(?P<minute>{_NUMBER})分?|(?P<quarter>半|一刻|三刻)|整|钟)?)?"
    r") ?(?:左右)? ?(?P<late>[ap]\.?m)?",
    re.ASCII,
)


def clock_time(text: str) -> time:
    """Read a time of day; Refused with time_unreadable."""
    found = _TIME.fullmatch(half_width(text).lower().rstrip("。.!,"))
    if found is None or (found["period"] and found["late"]):
        raise Refused("time_unreadable")
    hour = _number(found["joined_hour"] or found["clock_hour"] or found["hour"])
    minute = _QUARTERS.get(found["quarter"] or "")
    if minute is None:
        minute = _number(found["joined_minute"] or found["clock_minute"] or found["minute"] or "0")
    period = found["period"] or (found["late"] or "").replace(".", "")
    if period:
        hour = _within(period, hour)
    if hour > 23 or minute > 59:
        raise Refused("time_unreadable")
    return time(hour, minute)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    spelt = text.replace("〇", "零").replace("两", "二")
    number = _SPELT.get(spelt, _SPELT.get(spelt.removeprefix("零")))
    if number is None:
        raise Refused("time_unreadable")
    return number


def _within(period: str, hour: int) -> int:
    """The hour of the day that somebody means who says this hour with this word: 下午2点 and 下午14点 are 14."""
    for meant in _PERIODS[period]:
        if meant == hour or (hour <= 12 and meant % 12 == hour % 12):
            return meant % 24
    raise Refused("time_unreadable")


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
