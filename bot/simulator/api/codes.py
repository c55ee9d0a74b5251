"""Parametric QR codes: /cgi-bin/qrcode/create and /cgi-bin/showqrcode."""

import io

import qrcode
from flask import Response
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pure import PyPNGImage

from bot.simulator.api.calls import Answer, Call, Endpoint
from bot.simulator.api.errcodes import Refusal
from bot.simulator.codes import (
    BY_NUMBER,
    KINDS,
    LIFE_UNLESS_SAID_SECONDS,
    LONGEST_LIFE_SECONDS,
    PERMANENT,
    CodesUsedUp,
)

LARGEST_NUMBER = 2**32 - 1
LARGEST_PERMANENT_NUMBER = 100_000
LONGEST_SCENE = 64


def create(call: Call) -> Answer:
    """A code for a scene."""
    body = call.body
    kind = body.get("action_name")
    if kind not in KINDS:
        raise Refusal(40052)
    scene = _scene(kind, body.get("action_info"))
    seconds = body.get("expire_seconds", LIFE_UNLESS_SAID_SECONDS)
    is_whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if kind not in PERMANENT and not (is_whole and 1 <= seconds <= LONGEST_LIFE_SECONDS):
        raise Refusal(40053)
    if call.platform.codes.are_refused:
        raise Refusal(40053)
    try:
        code = call.platform.codes.create(kind, scene, seconds)
    except CodesUsedUp:
        raise Refusal(40053) from None
    lasting = {} if code.expires_at is None else {"expire_seconds": seconds}
    return {"ticket": code.ticket, **lasting, "url": code.url}


def show(call: Call) -> Answer:
    """The picture of a code, for anybody."""
    code = call.platform.codes.by_ticket(call.request.args.get("ticket", ""))
    if code is None:
        return Response("", 404, content_type="text/html")
    picture = io.BytesIO()
    qrcode.make(code.url, image_factory=PyPNGImage, error_correction=ERROR_CORRECT_M, box_size=10).save(picture)
    return Response(picture.getvalue(), content_type="image/png")


def _scene(kind: str, info: object) -> str:
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise Refusal(40053)
    if kind not in BY_NUMBER:
        text = scene.get("scene_str")
        if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_SCENE:
            raise Refusal(40053)
        return text
    number = scene.get("scene_id")
    largest = LARGEST_PERMANENT_NUMBER if kind in PERMANENT else LARGEST_NUMBER
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= largest:
        raise Refusal(40053)
    return str(number)


CALLS = {
    "/cgi-bin/qrcode/create": Endpoint(create),
    "/cgi-bin/showqrcode": Endpoint(show, "GET", needs_token=False),
}
