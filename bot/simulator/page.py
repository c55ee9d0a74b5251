"""The phone page: one virtual phone in a browser, as a small WSGI application of its own to be mounted anywhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.bubbles import Tap
from bot.simulator.phones import NotFollowing, Phone
from bot.simulator.platform import Platform

COOKIE = "phone_visitors"
MOST_VISITORS = 5
MOST_TYPED = 5000
MOST_BODY_BYTES = 64 * 1024

_COOKIE_SHAPE = re.compile(r"([0-9])((?:\.o[A-Za-z0-9_-]{27})+)")
_ZONE = ZoneInfo("Asia/Shanghai")
# referrer-policy: under no-referrer a browser posts a form with "Origin: null", which the same-origin check refuses.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Visitors:
    """The virtual people of one browser, the oldest first, and which of them holds the phone now (from 0)."""

    openids: tuple[str, ...]
    current: int

    @property
    def openid(self) -> str:
        return self.openids[self.current]

    def with_another(self, openid: str) -> "Visitors":
        """One more, who takes the phone; beyond MOST_VISITORS the oldest is forgotten."""
        openids = (*self.openids, openid)[-MOST_VISITORS:]
        return Visitors(openids, len(openids) - 1)

    def to_cookie(self) -> str:
        return ".".join((str(self.current), *self.openids))


def visitors_of(cookie: str) -> Visitors | None:
    """What to_cookie wrote; None for anything else."""
    shape = _COOKIE_SHAPE.fullmatch(cookie)
    if shape is None:
        return None
    openids, current = tuple(shape[2].split(".")[1:]), int(shape[1])
    return Visitors(openids, current) if current < len(openids) <= MOST_VISITORS else None


def create_page(platform: Platform, codes: Sequence[tuple[str, str]], title: str) -> Flask:
    """A WSGI application with the phone page at its root.

    codes: (label of the button, scene) of each posted code; the sequence is read anew for every page, so it may
    change. title: the name of the account, shown above the chat."""
    app = Flask("bot.simulator")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_refuse_foreign_posts)
    app.after_request(_harden)
    app.add_template_filter(_clock_time, "clock_time")
    app.add_template_test(lambda part: isinstance(part, Tap), "tap")
    _add_visitors(app, platform, codes, title)
    _add_doings(app, platform, codes)
    return app


def _add_visitors(app: Flask, platform: Platform, codes: Sequence[tuple[str, str]], title: str) -> None:
    """The page itself, and who holds the phone."""

    @app.get("/")
    def page() -> AnyResponse:
        visitors = _visitors(platform)
        body = render_template(
            "phone.html",
            title=title,
            codes=tuple(codes),
            labels={scene: label for label, scene in codes},
            phone=platform.phone(visitors.openid),
            visitors=visitors,
            most_typed=MOST_TYPED,
        )
        return _remember(Response(body), visitors)

    @app.post("/visitors/new")
    def new_visitor() -> AnyResponse:
        return _remember(_back(), _visitors(platform).with_another(platform.fresh_openid()))

    @app.post("/visitors/<int:number>")
    def switch_visitor(number: int) -> AnyResponse:
        visitors = _visitors(platform)
        if not 1 <= number <= len(visitors.openids):
            abort(404)
        return _remember(_back(), Visitors(visitors.openids, number - 1))


def _add_doings(app: Flask, platform: Platform, codes: Sequence[tuple[str, str]]) -> None:
    """What the person does with the phone: each a form of its own that leads back to the page."""

    def doing(path: str, do: Callable[[Phone], object]) -> None:
        def view() -> AnyResponse:
            visitors = _visitors(platform)
            try:
                do(platform.phone(visitors.openid))
            except NotFollowing:
                # An older copy of the page in another tab: the fresh one shows what can be done now.
                app.logger.info("phone page: not possible in this follow state")
            return _remember(_back(), visitors)

        app.add_url_rule(path, path.strip("/"), view, methods=["POST"])

    def say(phone: Phone) -> None:
        # A browser sends the line ends of a text box as CR LF; a phone sends LF.
        text = request.form.get("text", "").replace("\r\n", "\n").strip("\n")[:MOST_TYPED]
        if text.strip():
            phone.says(text)

    def scan(phone: Phone) -> None:
        number = request.form.get("code", type=int)
        if number is None or not 1 <= number <= len(codes):
            abort(400)
        phone.scan(codes[number - 1][1])

    doing("/say", say)
    doing("/scan", scan)
    doing("/tap", lambda phone: phone.taps(request.form.get("content", ""), request.form.get("menu_id", "")))
    doing("/follow", lambda phone: phone.follow())
    doing("/unfollow", lambda phone: phone.unfollow())


def _visitors(platform: Platform) -> Visitors:
    known = visitors_of(request.cookies.get(COOKIE, ""))
    return known or Visitors((platform.fresh_openid(),), 0)


def _remember(response: AnyResponse, visitors: Visitors) -> AnyResponse:
    response.set_cookie(
        COOKIE, visitors.to_cookie(), path=request.script_root or "/", httponly=True, samesite="Lax", max_age=30 * 86400
    )
    return response


def _back() -> AnyResponse:
    return redirect(url_for("page", _anchor="newest"), 303)


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


def _harden(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _clock_time(at: float) -> str:
    return datetime.fromtimestamp(at, _ZONE).strftime("%H:%M")
