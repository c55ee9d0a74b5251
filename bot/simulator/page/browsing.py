"""The in-app browser: a frame for the service's own pages, each phone with a cookie jar of its own."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Request, abort, redirect, render_template, request
from werkzeug.wrappers import Request as AnyRequest
from werkzeug.wrappers import Response

from bot.simulator.page.guide import COOKIE as GUIDE_COOKIE
from bot.simulator.page.jars import Jars
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import COOKIE as VISITORS_COOKIE
from bot.simulator.page.visitors import phone_numbered
from bot.simulator.phones import Phone
from bot.simulator.platform import Platform

COOKIE = "phone_browsing"
LONGEST_URL = 4096

_OWN_COOKIES = frozenset({COOKIE, VISITORS_COOKIE, GUIDE_COOKIE})
_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")


def browsing_of(platform: Platform) -> Callable[[AnyRequest], Phone | None]:
    """Whose in-app browser sends a request to this host: for the platform's authorize page, which signs that phone's
    person in. None for a browser that opened nothing from a phone, or whose phone was forgotten."""

    def browsing(asking: AnyRequest) -> Phone | None:
        openid = asking.cookies.get(COOKIE, "")
        if not _OPENID.fullmatch(openid):
            return None
        return platform.known(openid)

    return browsing


def add_browsing(app: Flask, setting: Setting) -> None:
    """The frame around a page, and the way into it, which changes whose cookies the browser holds."""

    @app.get("/phones/<int:number>/web")
    def web(number: int) -> str:
        phone_numbered(setting.platform, number)
        url = address_asked_for(request)
        return render_template("web.html", number=number, url=url, is_own=is_own_page(url), title=setting.title)

    @app.get("/phones/<int:number>/go")
    def go(number: int) -> Response:
        phone = phone_numbered(setting.platform, number)
        url = address_asked_for(request)
        if not is_own_page(url):
            abort(400)
        return hand_over(redirect(url, 302), setting.jars, phone.openid)


def address_asked_for(asking: Request) -> str:
    """The web address in the query; 400 for any that is none, such as javascript: or one that is read two ways."""
    url = asking.args.get("url", "")
    if not is_web_address(url):
        abort(400)
    return url


def is_web_address(text: str) -> bool:
    """Whether a browser would read it as the address of a web page, and in one way only."""
    if len(text) > LONGEST_URL or _UNSEEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018, a port that is no number raises only here
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def is_own_page(url: str) -> bool:
    """Whether the service itself is at this address: it answers on the host that the page is served from."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc.lower()) == (request.scheme, request.host.lower())


def hand_over(response: Response, jars: Jars, openid: str) -> Response:
    """Makes the browser that of another phone: its service cookies go into the former phone's jar, and those of this
    phone come out of theirs."""
    former = request.cookies.get(COOKIE, "")
    if former != openid and _OPENID.fullmatch(former):
        held, own = service_cookies(), jars.of(openid)
        jars.keep(former, held)
        for name in held.keys() - own.keys():
            response.delete_cookie(name, path="/", httponly=True, samesite="Lax")
        for name, value in own.items():
            response.set_cookie(name, value, path="/", httponly=True, samesite="Lax", secure=request.is_secure)
    # Path "/": the authorize page, which has to know the phone, need not be below the phone page.
    response.set_cookie(COOKIE, openid, path="/", httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def forget_browsing(response: Response) -> Response:
    """Leaves the browser with no cookie of the service and nobody browsing."""
    for name in (*service_cookies(), COOKIE):
        response.delete_cookie(name, path="/", httponly=True, samesite="Lax")
    return response


def service_cookies() -> dict[str, str]:
    """What the service set in this browser, as far as it comes along: cookies for the whole host."""
    return {name: value for name, value in request.cookies.items() if name not in _OWN_COOKIES}
