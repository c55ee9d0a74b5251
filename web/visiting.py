"""Who fills in a form of visitors: somebody whom WeChat names, or the browser that asks.

A browser is known by a cookie of its own with a random secret, of which only a hash is stored.
"""

import re
from dataclasses import dataclass

from flask import current_app, g, request
from werkzeug.wrappers import Response

from models.rules import persons
from models.services.sessions import new_secret
from web import access

LASTS_SECONDS = 180 * 86400
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """openid: as people are stored. is_in_wechat: WeChat says who it is; a browser may be anybody's by tomorrow, so its
    person can sign out and see what is open, and never the past."""

    openid: str
    is_in_wechat: bool


def visitor() -> Visitor:
    """Who is asking; looked up once a request. A browser that has no secret yet gets one with the answer (`remember`
    has to be applied to it)."""
    if "visitor" not in g:
        who = access.signed_in()
        g.visitor = Visitor(who.openid, True) if who else Visitor(persons.of_browser(_secret()), False)
    found: Visitor = g.visitor
    return found


def remember(response: Response) -> Response:
    """Have the browser keep its secret, if one was made for it or used."""
    made = g.get("visitor_secret")
    if made:
        response.set_cookie(
            _cookie(), made, max_age=LASTS_SECONDS, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True,
            samesite="Lax", path="/",
        )  # fmt: skip
    return response


def forget_browser(response: Response) -> Response:
    """Have the browser forget its secret: whoever comes by it next is somebody new."""
    response.delete_cookie(
        _cookie(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
    )
    return response


def _secret() -> str:
    if "visitor_secret" not in g:
        kept = request.cookies.get(_cookie(), "")
        g.visitor_secret = kept if _SECRET.fullmatch(kept) else new_secret()
    return str(g.visitor_secret)


def _cookie() -> str:
    return "__Host-hallpass-visitor" if current_app.config["SESSION_COOKIE_SECURE"] else "hallpass-visitor"
