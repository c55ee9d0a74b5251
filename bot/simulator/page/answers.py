"""How a deed is answered: by leading back to the page, with at most one sentence of what went wrong."""

from collections.abc import Callable

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from bot.simulator.phones import NotFollowing

SENTENCES = {
    "picture_empty": "这个文件是空的，请换一张。",
    "picture_too_large": "图片太大：最多 10 MB。",
    "picture_too_many_dots": "图片太大：最多 6000 万像素。",
    "picture_not_one": "这不是能用的图片：请选 JPG、PNG 或 GIF。",
    "no_code_in_picture": "这张图里没有找到二维码。",
    "not_following": "先关注公众号，才能发消息。",
    "visitors_full": "最多六部手机；重置后可以再添。",
    "cannot_now": "现在不能这样做，页面已更新。",
}
"""What the page says, by the code in its address."""


def back_to(number: int, *, said: str | None = None, opens: str | None = None, button: str | None = None) -> Response:
    """To the newest bubble of that phone. `said`: a key of SENTENCES. `opens`: the sheet that is open there, and
    `button`: the place of the menu's button that asked for it."""
    place = url_for("page", phone=number, said=said, open=opens, button=button, _anchor=f"newest-{number}")
    return redirect(place, 303)


def done(app: Flask, number: int, do: Callable[[], object]) -> Response:
    """Does it, and leads back to the phone; what only followers can do says so to others."""
    said = None
    try:
        do()
    except NotFollowing:
        # An older copy of the page in another tab: the fresh one shows what can be done now.
        app.logger.info("phone page: not possible in this follow state")
        said = "cannot_now" if request.endpoint == "follow" else "not_following"
    return back_to(number, said=said)
