"""What the page shows: the phones of one browser as they stand now, with the words and times beside the bubbles."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from bot.simulator.bubbles import Bubble, Link, Tap
from bot.simulator.clock import Clock
from bot.simulator.page.browsing import is_own_page
from bot.simulator.page.guide import is_dismissed, steps_done
from bot.simulator.page.menus import Button, buttons_of
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import Visitors
from bot.simulator.phones import Phone

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
# A chat shows the time again after a pause of this long.
PAUSE_SECONDS = 300.0


@dataclass(frozen=True)
class Row:
    """A bubble, with the time to be shown above it; empty where the bubble before is recent."""

    bubble: Bubble
    time: str


@dataclass(frozen=True)
class Shown:
    """One phone of the browser; `number` counts from 1. `role`: what its person is, in a word; empty for a visitor."""

    number: int
    role: str
    phone: Phone
    rows: tuple[Row, ...]
    menu: Sequence[Button]
    is_current: bool

    @property
    def name(self) -> str:
        """Whose phone it is, as the page calls it."""
        return f"{self.role or '来访者'} {self.number}"


def add_words(app: Flask, setting: Setting) -> None:
    """What the templates can ask for."""
    app.add_template_test(lambda part: isinstance(part, Tap), "tap")
    app.add_template_test(lambda part: isinstance(part, Link), "link")
    app.add_template_test(is_own_page, "own_page")
    app.add_template_test(lambda media_id: setting.platform.media.find(media_id) is not None, "kept")
    app.add_template_filter(clock_time, "clock_time")
    app.add_template_filter(full_time, "full_time")
    app.add_template_filter(precise_time, "precise_time")
    app.add_template_filter(difference, "difference")


def phones_of(setting: Setting, visitors: Visitors) -> list[Shown]:
    """The phones in the order of their visitors."""
    now = setting.platform.clock()
    return [
        Shown(
            number, setting.role_of(phone.openid), phone, tuple(_rows(phone.bubbles, now)), buttons_of(setting, phone),
            number == visitors.number,
        )
        for number, phone in enumerate(map(setting.platform.phone, visitors.openids), start=1)
    ]  # fmt: skip


def page_of(setting: Setting, visitors: Visitors) -> dict[str, Any]:
    """Everything that the template of the page needs, less what one address asks for."""
    shown = phones_of(setting, visitors)
    codes = tuple(setting.codes())
    return {
        "title": setting.title,
        "codes": codes,
        "labels": {scene: label for label, scene in codes},
        "notices": [one for one in setting.platform.templates if one.kind != "template"],
        "phones": shown,
        "visitors": visitors,
        "roles": [label for label, _ in setting.roles],
        "steps_done": steps_done([one.phone for one in shown]),
        "is_guided": not is_dismissed(),
        "moments": [label for label, _ in setting.moments],
        "now": setting.platform.clock(),
        "offset": offset_of(setting),
        "faults": setting.platform.faults,
        "codes_are_refused": setting.platform.codes.are_refused,
    }


def version_of(setting: Setting, visitors: Visitors) -> str:
    """Changes whenever the page would show something else."""
    platform, faults = setting.platform, setting.platform.faults
    phones = [
        (phone.is_following, phone.chat, phone.bubbles[-1].number if phone.bubbles else 0, buttons_of(setting, phone),
         setting.role_of(phone.openid))
        for phone in map(platform.phone, visitors.openids)
    ]  # fmt: skip
    state = (
        visitors, phones, tuple(setting.codes()), [one.template_id for one in platform.templates],
        int(platform.clock() // 60), round(offset_of(setting) or 0.0), faults.callback, faults.duplicate,
        platform.codes.are_refused, is_dismissed(),
    )  # fmt: skip
    return hashlib.sha256(repr(state).encode("utf-8")).hexdigest()[:32]


def offset_of(setting: Setting) -> float | None:
    """By how many seconds the clock was moved; None for a clock that cannot be."""
    clock = setting.platform.clock
    return clock.offset if isinstance(clock, Clock) else None


def clock_time(at: float) -> str:
    return datetime.fromtimestamp(at, ZONE).strftime("%H:%M")


def full_time(at: float) -> str:
    """Such as 11月24日 周二 16:05."""
    moment = datetime.fromtimestamp(at, ZONE)
    return f"{moment.month}月{moment.day}日 周{WEEKDAYS[moment.weekday()]} {moment:%H:%M}"


def precise_time(at: float) -> str:
    return datetime.fromtimestamp(at, ZONE).strftime("%m-%d %H:%M:%S")


def difference(seconds: float) -> str:
    """How far a clock is off, in words: 比真实时间快 3 小时 20 分; to the minute."""
    minutes = round(abs(seconds) / 60)
    if minutes == 0:
        return "与真实时间一致"
    days, rest = divmod(minutes, 24 * 60)
    amounts = ((days, "天"), (rest // 60, "小时"), (rest % 60, "分"))
    words = " ".join(f"{amount} {unit}" for amount, unit in amounts if amount)
    return f"比真实时间{'快' if seconds > 0 else '慢'} {words}"


def _rows(bubbles: Sequence[Bubble], now: float) -> Iterator[Row]:
    today = datetime.fromtimestamp(now, ZONE).date()
    before: float | None = None
    for bubble in bubbles:
        is_due = before is None or not 0 <= bubble.at - before < PAUSE_SECONDS
        is_today = datetime.fromtimestamp(bubble.at, ZONE).date() == today
        time = "" if not is_due else clock_time(bubble.at) if is_today else full_time(bubble.at)
        yield Row(bubble, time)
        before = bubble.at
