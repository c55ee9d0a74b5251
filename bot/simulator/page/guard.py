"""What every request passes: whose post it is, how much it may bring, and the headers of every answer."""

from urllib.parse import urlsplit

from flask import Flask, Request, abort, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from bot.simulator.page.answers import back_to
from bot.simulator.page.memory import InMemory

MOST_BODY_BYTES = 64 * 1024
MOST_PICTURE_BYTES = 10 * 1024 * 1024
PICTURE_ROUTES = frozenset({"send_photo", "scan_picture"})

_DRAINED_BYTES = 64 * 1024 * 1024
# referrer-policy: under no-referrer a browser posts a form with "Origin: null", which the same-origin check refuses.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def add_guard(app: Flask) -> None:
    """Puts the checks before, and the headers behind, every route."""
    app.request_class = PageRequest
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    # Beyond this size werkzeug would warn for a cookie that a browser sent and that goes back to it as it came.
    app.config["MAX_COOKIE_SIZE"] = 0
    app.before_request(_refuse_foreign_posts)
    app.before_request(_let_pictures_pass)
    app.after_request(_harden)
    app.register_error_handler(RequestEntityTooLarge, _too_large)


class PageRequest(InMemory, Request):
    """A request whose uploads are never written to a disk."""


def _refuse_foreign_posts() -> None:
    """Only the page's own forms may post: another site could otherwise write in the visitor's name."""
    if request.method in {"GET", "HEAD"}:
        return
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        is_own = fetched_from == "same-origin"
    else:
        origin = urlsplit(request.headers.get("Origin", ""))
        is_own = (origin.scheme, origin.netloc) == (request.scheme, request.host)
    if not is_own:
        abort(403)


def _let_pictures_pass() -> None:
    if request.endpoint in PICTURE_ROUTES:
        # The rest of the form comes on top of the picture.
        request.max_content_length = MOST_PICTURE_BYTES + MOST_BODY_BYTES


def _too_large(error: RequestEntityTooLarge) -> Response | RequestEntityTooLarge:
    _drain()
    if request.endpoint in PICTURE_ROUTES and request.view_args:
        return back_to(request.view_args["number"], said="picture_too_large")
    return error


def _drain() -> None:
    """Takes in what the browser is still sending: it shows an answer only after it could send everything."""
    body, left = request.environ["wsgi.input"], min(request.content_length or 0, _DRAINED_BYTES)
    while left > 0:
        chunk = body.read(min(left, 64 * 1024))
        if not chunk:
            return
        left -= len(chunk)


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
