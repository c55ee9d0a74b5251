"""The account's menu: its buttons by their place, and what a tap on one does."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from bot.simulator.page.answers import back_to, done
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import phone_numbered
from bot.simulator.phones import Phone

Button = Mapping[str, Any]

CHOOSING = {
    "scancode_push": "scan",
    "scancode_waitmsg": "scan",
    "pic_sysphoto": "photos",
    "pic_photo_or_album": "photos",
    "pic_weixin": "photos",
}
"""Types of buttons that begin with something the person chooses, and the sheet in which they do."""


def add_menus(app: Flask, setting: Setting) -> None:
    """A tap on a button of the menu."""
    app.jinja_env.globals["choosing"] = CHOOSING

    @app.post("/phones/<int:number>/menu")
    def menu(number: int) -> Response:
        phone = phone_numbered(setting.platform, number)
        place = request.form.get("button", "")
        # None: another menu was published since this copy of the page was made.
        button = button_at(buttons_of(setting, phone), place) or {}
        kind = button.get("type")
        if kind == "click":
            return done(app, number, lambda: phone.clicks_menu(button["key"]))
        if kind in CHOOSING:
            return back_to(number, opens=CHOOSING[kind], button=place)
        if kind != "view":
            return back_to(number, said="cannot_now")
        answer = done(app, number, lambda: phone.opens_view(button["url"], place))
        return redirect(url_for("web", number=number, url=button["url"]), 303) if phone.is_following else answer


def buttons_of(setting: Setting, phone: Phone) -> Sequence[Button]:
    """The buttons of the menu that this person sees; none where no menu is published."""
    menu = setting.platform.menus.seen_by(phone.tag_ids, phone.client)
    return menu["button"] if menu else ()


def button_at(buttons: Sequence[Button], place: str) -> Button | None:
    """The button at a place such as 0 or 2.1 (the second below the third); None if none is there."""
    found: Button | None = None
    for index in place.split("."):
        if not (index.isascii() and index.isdigit()) or len(index) > 2 or int(index) >= len(buttons):
            return None
        found = buttons[int(index)]
        buttons = found.get("sub_button") or ()
    return found
