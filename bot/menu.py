"""The account's menus, everybody's and that of staff: groups of buttons, each of which says a word of the chat."""

from collections.abc import Iterable
from typing import Any

from models.phrases import say

_PHOTO = "拍身份证"
"""The one button that says no word: it opens the camera or the album, and the photo follows as a message."""
_GROUPS = (
    ("register", ("签到", _PHOTO, "人工帮忙")),
    ("mine", ("签退", "我的记录", "我的资料", "谁看过我", "帮助")),
    ("hall", ("注册大厅", "数据查询")),
)
_STAFF_GROUPS = (
    ("look", ("今日", "在厅", "待处理", "数据查询", "登录")),
    ("manage", ("二维码", "添加工作人员", "设置", "切换大厅", "帮助")),
    ("mine", ("签到", _PHOTO, "签退", "我的记录", "我的资料")),
)
"""One menu for 门岗 and 管理员: a word that is not theirs is answered with one sentence. Words that do nothing yet have
no button."""


def menu() -> dict[str, Any]:
    """Everybody's menu as the platform takes it: a button's key is the word that it says. The form has no button:
    a link of the menu is the same for all, and a form is one hall's, whose posters hold its address."""
    return _of(_GROUPS)


def staff_menu() -> dict[str, Any]:
    """The menu of those who work in a hall."""
    return _of(_STAFF_GROUPS)


def _of(groups: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Any]:
    return {
        "button": [
            {
                "name": say("zh", f"menu.{group}"),
                "sub_button": [
                    {"type": "pic_photo_or_album" if word == _PHOTO else "click", "name": word, "key": word}
                    for word in words
                ],
            }
            for group, words in groups
        ]
    }
