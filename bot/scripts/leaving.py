"""Leaving, told in chat: now or earlier, and at what time."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from bot.flow import Choice, Option, Step
from models.rules.clock_times import stored_time

WHEN = (
    Option("now", "现在离开", ("现在", "now", "leaving now", "刚离开")),
    Option("earlier", "更早离开", ("更早", "早就走了", "earlier", "left earlier")),
)
# 更早离开 11:00, 11点就走了: the time in place of "earlier".
_AROUND = re.compile(
    r"^(?:我|是|大约|大概|更早|离开|left|earlier|at|[\s,:：，])+|(?:就|已经)*(?:离开|走)(?:的|了)*$", re.IGNORECASE
)


@dataclass(frozen=True)
class LeavesNow:
    """The visitor is leaving at this moment."""


@dataclass(frozen=True)
class LeftAt:
    """The visitor left at this time of day (HH:MM)."""

    clock: str


def leave(facts: None) -> Generator[Step, Any, LeavesNow | LeftAt]:
    """签退 typed long after the likely exit: now, or earlier and when."""
    when = yield Choice("leaving", WHEN, listed=False, otherwise=_earlier_at)
    if when == "now":
        return LeavesNow()
    return LeftAt((yield _left_at()) if when == "earlier" else when)


def correct(facts: None) -> Generator[Step, Any, LeftAt]:
    """更正: when the visitor really left."""
    return LeftAt((yield _left_at()))


def _earlier_at(said: str) -> str:
    return stored_time(_AROUND.sub("", said.strip()))


def _left_at() -> Step:
    return Step("left_at", stored_time, labels=("离开时间", "time"), examples=("14:10",))
