"""The account's menu: what the platform takes as one, and which one a person sees."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Menu = dict[str, Any]

MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
MOST_KEY_BYTES, MOST_URL_BYTES = 128, 1024
MOST_CONDITIONAL_DOMAINS = 3
_PLAIN_KINDS = frozenset({
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
})  # fmt: skip
_BY_ID = {"media_id": "media_id", "article_id": "article_id", "article_view_limited": "article_id"}


@dataclass(frozen=True)
class _Level:
    """What one level of the menu allows, and the errcodes for what it does not."""

    most_name_bytes: int
    most: int
    count: int
    kind: int
    name: int
    key: int
    url: int
    domain: int


_TOP = _Level(16, MOST_BUTTONS, 40016, 40017, 40018, 40019, 40020, 40055)
_SUB = _Level(60, MOST_SUB_BUTTONS, 40023, 40024, 40025, 40026, 40027, 40054)


class MenuRefused(Exception):
    """The platform does not take this menu; `errcode` says why."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass(frozen=True)
class Conditional:
    """A menu for those whom its rule matches. tag_id: None for any tag; client: 1 iOS, 2 Android, 3 other, None any."""

    menu_id: int
    menu: Menu
    tag_id: int | None
    client: int | None

    def matches(self, tag_ids: Sequence[int], client: int) -> bool:
        """Whether somebody with these tags, of whom the last one counts, and this client sees it."""
        if self.tag_id is not None and list(tag_ids)[-1:] != [self.tag_id]:
            return False
        return self.client is None or self.client == client


class Menus:
    """The default menu (None if there is none) and the conditional ones. May be used from several threads."""

    def __init__(self) -> None:
        self.default: Menu | None = None
        self._conditional: dict[int, Conditional] = {}
        self._ids = itertools.count(400_000_001)
        self._lock = threading.Lock()

    @property
    def conditional(self) -> tuple[Conditional, ...]:
        """The newest first, which is the order in which they are tried."""
        with self._lock:
            return tuple(reversed(self._conditional.values()))

    def publish(self, menu: Mapping[str, Any]) -> None:
        """Makes this the default menu. MenuRefused if the platform does not take it."""
        self.default = checked(menu)

    def add_conditional(self, menu: Mapping[str, Any], tag_id: int | None, client: int | None) -> int:
        """Adds a menu for some and gives its id. MenuRefused if it cannot be had."""
        if self.default is None:
            raise MenuRefused(65303)
        found = checked(menu)
        domains = {domain for one in self.conditional for domain in _domains(one.menu)} | _domains(found)
        if len(domains) > MOST_CONDITIONAL_DOMAINS:
            raise MenuRefused(40055)
        with self._lock:
            menu_id = next(self._ids)
            self._conditional[menu_id] = Conditional(menu_id, found, tag_id, client)
        return menu_id

    def delete_conditional(self, menu_id: int) -> bool:
        """Whether there was one of this id; it is gone."""
        with self._lock:
            return self._conditional.pop(menu_id, None) is not None

    def delete(self) -> None:
        """Removes the default menu and all conditional ones with it."""
        with self._lock:
            self.default = None
            self._conditional.clear()

    def seen_by(self, tag_ids: Sequence[int], client: int) -> Menu | None:
        """The menu that somebody sees."""
        return next((one.menu for one in self.conditional if one.matches(tag_ids, client)), self.default)


def checked(menu: Mapping[str, Any]) -> Menu:
    """The menu as it is stored: {"button": […]} of known nodes. MenuRefused with the errcode of the first fault."""
    return {"button": _buttons(menu.get("button"), _TOP)}


def _buttons(listed: object, level: _Level) -> list[dict[str, Any]]:
    if not isinstance(listed, list) or not 1 <= len(listed) <= level.most:
        raise MenuRefused(level.count)
    return [_button(button, level) for button in listed]


def _button(button: object, level: _Level) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise MenuRefused(level.count)
    name = _text(button, "name", level.most_name_bytes, level.name)
    if button.get("sub_button"):
        if level is _SUB:
            raise MenuRefused(40022)
        return {"name": name, "sub_button": _buttons(button["sub_button"], _SUB)}
    return {"type": button.get("type"), "name": name, **_action(button, level), "sub_button": []}


def _action(button: Mapping[str, Any], level: _Level) -> dict[str, str]:
    """The nodes that the type of the button asks for."""
    kind = button.get("type")
    if kind in _PLAIN_KINDS:
        return {"key": _text(button, "key", MOST_KEY_BYTES, level.key)}
    if kind in {"view", "miniprogram"}:
        url = _text(button, "url", MOST_URL_BYTES, level.url)
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise MenuRefused(level.domain)
        if kind == "view":
            return {"url": url}
        return {
            "url": url,
            "appid": _text(button, "appid", MOST_KEY_BYTES, level.kind),
            "pagepath": _text(button, "pagepath", MOST_URL_BYTES, level.url),
        }
    if kind in _BY_ID:
        return {_BY_ID[kind]: _text(button, _BY_ID[kind], MOST_KEY_BYTES, 40007)}
    raise MenuRefused(level.kind)


def _text(button: Mapping[str, Any], name: str, most_bytes: int, errcode: int) -> str:
    value = button.get(name)
    if not isinstance(value, str) or not 1 <= len(value.encode("utf-8", "surrogatepass")) <= most_bytes:
        raise MenuRefused(errcode)
    return value


def _domains(menu: Menu) -> set[str]:
    buttons = [inner for button in menu["button"] for inner in (button["sub_button"] or [button])]
    return {urlsplit(button["url"]).hostname or "" for button in buttons if "url" in button}
