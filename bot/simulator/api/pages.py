"""WeChat's own script for pages, with what it asks WeChat: whether a page is signed rightly, and for consent."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, jsonify, request

from bot.simulator.phones import Phone
from bot.simulator.platform import Platform

SCRIPT = "/open/js/jweixin-1.6.0.js"
_FILE = Path(__file__).parent / "jweixin.js"
_MOST_TEMPLATES = 3
"""In one window, as the platform has it."""


def add_pages(app: Flask, platform: Platform, browsing: Callable[[Request], Phone | None]) -> None:
    """The script, and the calls that it makes for the page in a phone's in-app browser."""

    @app.get(SCRIPT)
    def script() -> Response:
        return Response(_FILE.read_text("utf-8"), mimetype="text/javascript")

    @app.post("/open/js/config")
    def config() -> Response:
        """What the script's wx.config is answered with: errMsg, config:ok or why not."""
        said = _said(request)
        return jsonify(errMsg=f"config:{_fault(platform, browsing(request), said) or 'ok'}")

    @app.post("/open/js/subscribe")
    def subscribe() -> Response:
        """What somebody pressed in WeChat's window; WeChat tells the service by an event."""
        said, phone = _said(request), browsing(request)
        asked = str(said.get("template", "")).split(",")
        if _fault(platform, phone, said) or phone is None:
            return jsonify(errMsg="subscribe:fail permission denied", errCode="20002")
        known = [template for one in asked if (template := platform.templates.find(one))]
        if not 1 <= len(asked) == len(known) <= _MOST_TEMPLATES or any(one.kind == "template" for one in known):
            return jsonify(errMsg="subscribe:fail invalid template", errCode="20001")
        status = "accept" if said.get("accepts") is True else "reject"
        (phone.accepts if status == "accept" else phone.rejects)(*asked)
        details = {one: json.dumps({"status": status}) for one in asked}
        return jsonify(errMsg="subscribe:ok", subscribeDetails=json.dumps(details))


def _said(asking: Request) -> dict[str, Any]:
    """What the script sent; nobody else's page may speak for it."""
    if asking.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)
    said = asking.get_json(silent=True)
    if not isinstance(said, dict):
        abort(400)
    return said


def _fault(platform: Platform, phone: Phone | None, said: dict[str, Any]) -> str:
    """Why a page may not use the script, in the platform's words; "" where it may."""
    if phone is None:
        return "fail, not in WeChat"
    if said.get("appId") != platform.app_id:
        return "invalid appid"
    url = str(said.get("url", "")).partition("#")[0]
    if platform.domain is not None and urlsplit(url).hostname != platform.domain:
        return "invalid url domain"
    ticket, _ = platform.tickets.current()
    given = f"jsapi_ticket={ticket}&noncestr={said.get('nonceStr')}&timestamp={said.get('timestamp')}&url={url}"
    if said.get("signature") != hashlib.sha1(given.encode("utf-8", "replace")).hexdigest():  # noqa: S324 - the platform's
        return "invalid signature"
    return ""
