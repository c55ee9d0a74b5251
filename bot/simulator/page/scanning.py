"""扫一扫: the codes that hang around, drawn as they hang there, and the code in any picture, also of the chat."""

from collections.abc import Callable

import zxingcpp
from flask import Flask, abort, redirect, render_template, request, url_for
from PIL import Image
from werkzeug.wrappers import Response

from bot.simulator.codes import ADDRESS
from bot.simulator.page.answers import back_to, done
from bot.simulator.page.browsing import is_web_address
from bot.simulator.page.menus import button_at, buttons_of
from bot.simulator.page.pictures import NotAPicture, opened, uploaded
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import phone_numbered

# Larger pictures are halved until they fit: a code in a photo stands out well enough, and the rest takes time.
SCANNED_PIXELS = 2600
LONGEST_TEXT = 1000


def add_scanning(app: Flask, setting: Setting) -> None:
    """Scanning a posted code, a picture, or one that the account sent; and the picture of each posted code."""

    @app.post("/phones/<int:number>/scan")
    def scan(number: int) -> Response:
        phone = phone_numbered(setting.platform, number)
        scene = _posted(setting, request.form.get("code", ""))
        if request.form.get("button"):
            return _scanned(app, setting, number, _address(setting, scene))
        return done(app, number, lambda: phone.scan(scene))

    @app.post("/phones/<int:number>/scan-picture")
    def scan_picture(number: int) -> Response:
        phone_numbered(setting.platform, number)
        return _scanned_in(app, setting, number, uploaded)

    @app.post("/phones/<int:number>/scan-shown")
    def scan_shown(number: int) -> Response:
        phone = phone_numbered(setting.platform, number)
        media_id = request.form.get("media", "")
        if not any(bubble.kind == "image" and bubble.media_id == media_id for bubble in phone.bubbles):
            abort(400)
        kept = setting.platform.media.find(media_id)
        if kept is None:
            return back_to(number, said="no_code_in_picture")
        return _scanned_in(app, setting, number, lambda: kept.data)

    @app.get("/phones/<int:number>/scanned")
    def scanned(number: int) -> str:
        phone_numbered(setting.platform, number)
        return render_template(
            "scanned.html", number=number, text=request.args.get("text", "")[:LONGEST_TEXT], title=setting.title
        )

    @app.get("/codes/<scene>.svg")
    def code_picture(scene: str) -> Response:
        return Response(drawn(_address(setting, _posted(setting, scene))), content_type="image/svg+xml")


def _scanned_in(app: Flask, setting: Setting, number: int, picture: Callable[[], bytes]) -> Response:
    """What WeChat does with the code in a picture; a sentence where there is none."""
    try:
        text = code_in(opened(picture()))
    except NotAPicture as refused:
        return back_to(number, said=refused.code)
    if text is None:
        return back_to(number, said="no_code_in_picture")
    return _scanned(app, setting, number, text)


def _scanned(app: Flask, setting: Setting, number: int, text: str) -> Response:
    """What WeChat does with a scanned text: for a button of the menu, it tells the account; a code of the platform is
    the account's; a web address opens; anything else is shown."""
    platform, phone = setting.platform, phone_numbered(setting.platform, number)
    button = button_at(buttons_of(setting, phone), request.form.get("button", "")) or {}
    if button.get("type") in {"scancode_push", "scancode_waitmsg"} and phone.is_following:
        waits = button["type"] == "scancode_waitmsg"
        return done(app, number, lambda: phone.sends(phone.writes.scanned_by_menu(button["key"], text, waits=waits)))
    if text.startswith(ADDRESS) or platform.codes.by_ticket(text):
        return done(app, number, lambda: phone.scan_code(text))
    if is_web_address(text):
        return redirect(url_for("web", number=number, url=text), 303)
    return redirect(url_for("scanned", number=number, text=text[:LONGEST_TEXT]), 303)


def code_in(picture: Image.Image) -> str | None:
    """The text of the largest code in a picture, at which a phone would be pointed; None if there is none. NotAPicture
    if its pixels cannot be read."""
    try:
        picture.draft("L", (SCANNED_PIXELS, SCANNED_PIXELS))
        grey = picture.convert("RGBA") if picture.mode in {"P", "PA", "LA", "RGBA"} else picture.convert("L")
    except (OSError, ValueError, SyntaxError, IndexError):
        raise NotAPicture("picture_not_one") from None
    if grey.mode == "RGBA":
        # What is see-through shows the paper below it.
        paper = Image.new("RGBA", grey.size, "white")
        grey = Image.alpha_composite(paper, grey).convert("L")
    factor = max(1, -(-max(grey.size) // SCANNED_PIXELS))
    found = zxingcpp.read_barcodes(grey.reduce(factor) if factor > 1 else grey)
    return max(((_size(code), code.text) for code in found if code.text), default=(0, None))[1]


def _size(code: zxingcpp.Barcode) -> int:
    """Grows with how much of the picture a code covers."""
    start, end = code.position.top_left, code.position.bottom_right
    return (start.x - end.x) ** 2 + (start.y - end.y) ** 2


def drawn(text: str) -> str:
    """A code with this text as an SVG of a few kilobytes, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return zxingcpp.write_barcode_to_svg(code)


def _posted(setting: Setting, scene: str) -> str:
    """The scene, if a code with it is posted; 400 if not. By its scene, not its place: others may come before it."""
    if scene not in {posted for _, posted in setting.codes()}:
        abort(400)
    return scene


def _address(setting: Setting, scene: str) -> str:
    return setting.platform.codes.create("QR_LIMIT_STR_SCENE", scene).url
