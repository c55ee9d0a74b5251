"""What somebody reads where a page cannot be shown: plain words, and never what went wrong inside."""

import logging
from http import HTTPStatus

import peewee
from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError

from models.failures import log_failure
from models.rules.refusal import Refused
from models.tables.database import OutcomeUnknown, Unavailable
from web import access
from web.language import asked_language, refusal, say

log = logging.getLogger("hallpass.web")

_WORDS = {
    HTTPStatus.BAD_REQUEST: "bad",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "wrong_way",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "down",
}
_ENDS_THE_SESSION = ("own_erasing.erase",)
_PASSED_ON = ("Allow", "Retry-After")


def register(app: Flask) -> None:
    """Have every failure of this application end in one of these pages."""
    app.register_error_handler(HTTPException, _http)
    for kind in (BadHost, SecurityError):
        app.register_error_handler(kind, _no_host)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(Refused, _refused)
    for kind in (Unavailable, OutcomeUnknown, peewee.PeeweeException):
        app.register_error_handler(kind, _down)
    app.register_error_handler(Exception, _failed)


def _http(error: HTTPException) -> ResponseReturnValue:
    """No such page, or not to be asked for in this way; what leads elsewhere goes there."""
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    known = HTTPStatus.BAD_REQUEST if error.code < 500 else HTTPStatus.SERVICE_UNAVAILABLE
    words = _WORDS.get(HTTPStatus(error.code), _WORDS[known])
    headers = {name: value for name, value in error.get_headers() if name in _PASSED_ON}
    return sentence_page(say(f"page.{words}_title"), say(f"page.{words}")), error.code, headers


def _no_host(error: HTTPException) -> ResponseReturnValue:
    """The request's Host can be none, which no browser sends: a bare line, as no link can be made for a page."""
    return say("page.bad_title"), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _page_too_old(error: CSRFError) -> ResponseReturnValue:
    """A form without its token: it stood open for too long, or cookies are off, or another site sent it. What ends the
    session, sent a second time, has one of a session that is over; that page says itself how things are now."""
    if request.endpoint in _ENDS_THE_SESSION and request.form.get("csrf_token") and access.signed_in() is None:
        return redirect(url_for(request.endpoint), 303)
    return sentence_page(say("page.too_old_title"), say("page.too_old")), 400


def _refused(no: Refused) -> ResponseReturnValue:
    """A rule says no, and the page has no better place for it."""
    return sentence_page(say("page.refused_title"), refusal(no)), 409


def _down(error: Exception) -> ResponseReturnValue:
    """The database cannot be had."""
    log_failure(log, "page", error)
    return sentence_page(say("page.down_title"), say("page.down")), 503


def _failed(error: Exception) -> ResponseReturnValue:
    """A fault of ours; the number leads to the log."""
    number = log_failure(log, "page", error)
    return sentence_page(say("page.failed_title"), say("page.failed", id=number)), 500


def asks_for_json() -> bool:
    """Whether it is a page's script that asks, which says what it is told in a place of its own."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def sentence_page(title: str, sentence: str) -> str | dict[str, str]:
    """The page; its switch of language forgets what else was asked for, which may be what is wrong with it."""
    if asks_for_json():
        return {"sentence": sentence}
    other = "en" if asked_language() == "zh" else "zh"
    return render_template("error.html", title=title, sentence=sentence, other_language_url=f"?lang={other}")
