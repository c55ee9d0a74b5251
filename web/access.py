"""Who is asking, and whether they may: every page behind a sign-in goes through here.

Two cookies. Flask's own, signed, holds what a browser has before anybody signs in: the secret that its sign-ins are
bound to, and the tokens of its forms. The other one holds nothing but the secret of a session (services/sessions.py).
Both are HttpOnly, and Lax rather than Strict, since WeChat and links of the chat come from elsewhere; nothing changes
by a GET. Signing in makes a new session secret, ends the former one and empties the first cookie, so that nothing of
what somebody may have planted lives on. Signing in and out are POSTs with a token, or come back with a state that is
bound to this browser: nobody can be signed in unawares as somebody else.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from models.rules.access import Action, Role
from models.rules.devices import device_of, is_in_wechat
from models.rules.own_paths import own_path
from models.services import authorizations, sessions
from models.services.posts import Post, as_operator, posts
from models.services.sessions import LASTS, Place
from models.tables.database import run
from models.tables.signing_in import SessionRow
from web.language import say
from web.outside import outside

P = ParamSpec("P")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SignedIn:
    """Whoever is asking, and what they are."""

    session: SessionRow
    posts: list[Post]

    @property
    def openid(self) -> str:
        return self.session.openid


def signed_in() -> SignedIn | None:
    """Who is signed in on the browser that asks; looked up once a request, in one unit of work of two reads."""
    if "signed_in" not in g:
        secret = request.cookies.get(_cookie(), "")
        g.signed_in = run(lambda: _looked_up(secret)) if secret else None
    found: SignedIn | None = g.signed_in
    return found


def _looked_up(secret: str) -> SignedIn | None:
    found = sessions.of(secret, outside().clock())
    return SignedIn(found, posts(found.openid)) if found else None


def needs(action: Action) -> Callable[..., Any]:
    """For a view below /hall/<code>/…: it is given `post`, of somebody who may do this in that hall, in place of the
    code. To everybody else there is no such page, whether there is such a hall or not."""

    def guard(view: Callable[Concatenate[Post, P], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(code: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            who = signed_in()
            if who is None:
                return to_sign_in()
            return view(_post(who.posts, code.lower(), action), *args, **kwargs)

        return guarded

    return guard


def operator_needs(action: Action) -> Callable[..., Any]:
    """For an operators' view: it is given `post`, of somebody who may do this. To everybody else there is no such
    page."""

    def guard(view: Callable[Concatenate[Post, P], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            who = signed_in()
            if who is None:
                return to_sign_in()
            post = as_operator(who.posts)
            if post is None or not post.may(action):
                raise NotFound
            return view(post, *args, **kwargs)

        return guarded

    return guard


def _post(found: list[Post], code: str, action: Action) -> Post:
    for post in found:
        if post.hall and post.role is not Role.OPERATOR and post.hall.code == code and post.may(action):
            return post
    raise NotFound


def needs_somebody(view: Callable[Concatenate[SignedIn, P], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """For a view for whoever is signed in, which it is given."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        who = signed_in()
        return to_sign_in() if who is None else view(who, *args, **kwargs)

    return guarded


def to_sign_in() -> ResponseReturnValue:
    """Lead whoever asks for this page to sign in, and then back to it."""
    if request.method not in ("GET", "HEAD"):
        # What was sent cannot go along, and a browser would not follow a form that leads to another host.
        further = (url_for("sign_in.desk", next=own_path(request.path)), say("login.again"))
        page = render_template(
            "error.html", title=say("login.ended_title"), sentence=say("login.ended"), further=further
        )
        return page, 403
    asked = request.full_path.rstrip("?")
    target = own_path(asked) or own_path(request.path) or url_for("account.me")
    if may_authorize() and request.method == "GET":
        return to_authorize(target)
    return redirect(url_for("sign_in.desk", next=target))


def in_wechat() -> bool:
    """Whether the page is opened within WeChat, as far as the browser says."""
    return is_in_wechat(request.user_agent.string)


def may_authorize() -> bool:
    """Whether the platform tells who it is that asks."""
    return in_wechat() and outside().authorize_url is not None


def must_authorize() -> bool:
    """Whether the platform could tell who it is, and has not been asked yet."""
    return may_authorize() and signed_in() is None


def to_authorize(target: str) -> Response:
    """Over the platform to this page of ours. Refused as authorizations.begin."""
    authorize_url = outside().authorize_url
    if authorize_url is None:
        raise NotFound
    state = authorizations.begin(target, browser_secret(), device(), outside().clock())
    return redirect(authorize_url(state))


def browser_secret(*, make: bool = True) -> str:
    """The secret that sign-ins of this browser are bound to; a new one where it has none, unless told otherwise."""
    kept = session.get("browser")
    if isinstance(kept, str) and _SECRET.fullmatch(kept):
        return kept
    if not make:
        return ""
    session["browser"] = sessions.new_secret()
    return str(session["browser"])


def device() -> str:
    """What the browser that asks runs on."""
    return device_of(request.user_agent.string)


def sign_in(openid: str, target: str, place: Place, secret: str | None = None) -> Response:
    """Sign somebody in on the browser that asks, and lead on."""
    former = request.cookies.get(_cookie(), "")
    made = sessions.begin(openid, place, device(), outside().clock(), former=former, secret=secret)
    kept = browser_secret(make=False)
    session.clear()
    if kept:
        # A phone that asks twice for the callback of one sign-in is known by it the second time.
        session["browser"] = kept
    response = redirect(target, 303)
    response.set_cookie(
        _cookie(), made, max_age=LASTS[place], secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip
    return response


def sign_out(response: Response) -> Response:
    """End the session of the browser that asks, and forget the browser: no callback works a second time."""
    sessions.end_this(request.cookies.get(_cookie(), ""))
    session.clear()
    response.delete_cookie(
        _cookie(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
    )
    return response


def place() -> Place:
    """In which kind of browser the page is opened."""
    return Place.WECHAT if in_wechat() else Place.DESK


def _cookie() -> str:
    # The prefix as for Flask's own cookie, see app.py.
    return "__Host-hallpass-session" if current_app.config["SESSION_COOKIE_SECURE"] else "hallpass-session"
