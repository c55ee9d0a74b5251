"""The account's menu: three groups of buttons, each of which says a word of the chat."""

from typing import Any

from models.phrases import say

_GROUPS = (
    ("register", ("签到", "人工帮忙")),
    ("mine", ("签退", "我的记录", "帮助")),
    ("hall", ("注册大厅", "数据查询")),
)


def menu() -> dict[str, Any]:
    """The menu as the platform takes it: a button's key is the word that it says."""
    return {
        "button": [
            {
                "name": say("zh", f"menu.{group}"),
                "sub_button": [{"type": "click", "name": word, "key": word} for word in words],
            }
            for group, words in _GROUPS
        ]
    }
