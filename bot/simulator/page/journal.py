"""The log for developers: every delivery and call as it went over the wire."""

import hashlib

from flask import Flask, render_template, request
from werkzeug.wrappers import Response

from bot.simulator.page.setting import Setting


def add_journal(app: Flask, setting: Setting) -> None:
    """The page of the log; it answers 304 while nothing new went over the wire."""

    @app.get("/log")
    def log() -> Response:
        exchanges = list(setting.platform.exchanges)[::-1]
        newest = exchanges[0].number if exchanges else 0
        version = hashlib.sha256(f"{newest} {len(exchanges)}".encode()).hexdigest()[:32]
        if version in request.if_none_match:
            response = Response(status=304)
        else:
            body = render_template("log.html", exchanges=exchanges, title=setting.title)
            response = Response(body, content_type="text/html; charset=utf-8")
        response.set_etag(version)
        return response
