"""A stand-in for the platform's API: api.weixin.qq.com, mp.weixin.qq.com and open.weixin.qq.com under one root."""

from collections.abc import Callable

from flask import Flask, Request, Response, request
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.api import codes, custom, mass, media, menu, service, sns, templates, token, users
from bot.simulator.api.authorize import authorize
from bot.simulator.api.door import Door
from bot.simulator.api.pages import add_pages
from bot.simulator.phones import Phone
from bot.simulator.platform import Platform

MOST_BODY_BYTES = 32 * 1024 * 1024

_FAMILIES = (token, custom, templates, mass, codes, media, menu, users, service, sns)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_api(platform: Platform, browsing: Callable[[Request], Phone | None] = lambda request: None) -> Flask:
    """A WSGI application with /cgi-bin/…, /sns/…, /connect/oauth2/authorize and /open/js/… at its root, to be mounted
    anywhere; the script only works on the host of the pages that use it.

    browsing: whose in-app browser a request to the authorize page comes from; None for a browser outside WeChat."""
    app = Flask("bot.simulator.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    # A connection that is broken off on request leaves the application as an error, which the server has to see.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    door = Door(platform, {path: endpoint for family in _FAMILIES for path, endpoint in family.CALLS.items()})

    @app.route("/connect/oauth2/authorize", methods=["GET", "POST"])
    def page() -> AnyResponse:
        return authorize(platform, browsing(request), request)

    add_pages(app, platform, browsing)

    @app.route("/<path:path>", methods=_METHODS, provide_automatic_options=False)
    def call(path: str) -> Response:
        return door.answer(f"/{path}", request)

    return app
