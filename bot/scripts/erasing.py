"""删除我的资料: whether the visitor is sure."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from bot.flow import Choice, Option

ERASE = (
    Option("yes", "确认删除", ("确认", "删除", "是", "是的", "确定", "好", "好的", "erase", "ok", "yes", "confirm")),
    Option("no", "不删", (
        "不删除", "不删了", "先不删", "别删", "别删了", "不要删", "不要", "不想删", "不想删除", "不确定", "不确认",
        "不好", "不行", "不", "不了", "不用", "否", "不是", "keep", "no",
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Erases:
    """Whether what was told is erased."""

    is_sure: bool


def confirm_erasing(facts: None) -> Generator[Choice, Any, Erases]:
    """删除我的资料: what goes, what stays and until when was said before; 确认 does it."""
    return Erases((yield Choice("erase", ERASE, listed=False)) == "yes")
