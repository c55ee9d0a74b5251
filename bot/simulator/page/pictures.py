"""Photos: from a file, from the camera or from the shelf of made-up cards; and their way back onto the screen."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, abort, request
from PIL import Image, UnidentifiedImageError
from werkzeug.wrappers import Response

from bot.simulator.media import MediaRefused
from bot.simulator.page.answers import back_to, done
from bot.simulator.page.guard import MOST_PICTURE_BYTES
from bot.simulator.page.menus import CHOOSING, button_at, buttons_of
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import phone_numbered
from bot.simulator.phones import NotFollowing, Phone

FORMATS = ("JPEG", "PNG", "GIF")
MOST_PIXELS = 60_000_000

_SHELF = Path(__file__).parent / "static" / "cards"
_REFUSED = {40004: "picture_not_one", 40009: "picture_too_large", 44001: "picture_empty"}


@dataclass(frozen=True)
class ShelfCard:
    """A made-up card that lies ready; `file` in static/cards, `zh` and `en` say what it shows."""

    file: str
    zh: str
    en: str


SHELF = (
    ShelfCard("teal.jpg", "编造的样本证件：杜明梅，1983 年生，地址在吉林白城", "made up: a woman born in 1983"),
    ShelfCard("plum.jpg", "编造的样本证件：程华，1980 年生，号码以 X 结尾", "made up: a number ending in X"),
    ShelfCard("olive.jpg", "编造的样本证件：古丽娜尔·阿不都热西提，维吾尔族", "made up: a long name with a dot"),
)


class NotAPicture(Exception):
    """The upload is no picture that can be used; `code` is a key of answers.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add_pictures(app: Flask, setting: Setting) -> None:
    """Sending photos, and showing what the platform keeps."""
    app.jinja_env.globals["shelf"] = SHELF

    @app.post("/phones/<int:number>/photo")
    def send_photo(number: int) -> Response:
        phone = phone_numbered(setting.platform, number)
        try:
            if not phone.is_following:
                raise NotFollowing
            data, name = _chosen()
            media_id = setting.platform.media.keep("image", data, name)
        except NotFollowing:
            return back_to(number, said="not_following")
        except NotAPicture as refused:
            return back_to(number, said=refused.code)
        except MediaRefused as refused:
            return back_to(number, said=_REFUSED.get(refused.errcode, "picture_not_one"))
        return done(app, number, lambda: _sends(setting, phone, media_id, data))

    @app.get("/media/<media_id>")
    def media(media_id: str) -> Response:
        kept = setting.platform.media.find(media_id)
        if kept is None or not kept.content_type.startswith("image/"):
            abort(404)
        response = Response(kept.data, content_type=kept.content_type)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
        return response


def _sends(setting: Setting, phone: Phone, media_id: str, data: bytes) -> None:
    """The photo; before it, if a button of the menu asked for it, the event that tells of it."""
    button = button_at(buttons_of(setting, phone), request.form.get("button", "")) or {}
    if CHOOSING.get(button.get("type", "")) == "photos":
        md5_sum = hashlib.md5(data, usedforsecurity=False).hexdigest()
        phone.sends(phone.writes.pictures_by_menu(button["key"], button["type"], [md5_sum]))
    phone.sends_photo(media_id)


def uploaded() -> bytes:
    """The picture that came with the form. NotAPicture for none, and for an empty or a too large one."""
    upload = request.files.get("picture")
    data = upload.read(MOST_PICTURE_BYTES + 1) if upload is not None else b""
    if not data:
        raise NotAPicture("picture_empty")
    if len(data) > MOST_PICTURE_BYTES:
        raise NotAPicture("picture_too_large")
    return data


def opened(data: bytes) -> Image.Image:
    """The picture, its pixels not yet read. NotAPicture for whatever is no JPEG, PNG or GIF, whatever its name says,
    and for one with more than MOST_PIXELS."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture("picture_too_many_dots") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise NotAPicture("picture_not_one") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise NotAPicture("picture_too_many_dots")
    return picture


def _chosen() -> tuple[bytes, str]:
    """The bytes and the name of the photo that was chosen: from the shelf, else the one that came along."""
    on_shelf = request.form.get("card", "")
    if on_shelf:
        if on_shelf not in {card.file for card in SHELF}:
            abort(400)
        return (_SHELF / on_shelf).read_bytes(), on_shelf
    data = uploaded()
    opened(data)
    return data, "photo"
