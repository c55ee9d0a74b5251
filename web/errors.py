"""What a visitor reads where a page cannot be shown: plain words, and never what went wrong inside."""

import logging

import peewee
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from models.failures import log_failure
from models.phrases import say
from models.tables.database import OutcomeUnknown, Unavailable
from web.plain_page import asked_language, plain_page

log = logging.getLogger("hallpass.web")

_NOT_KEPT = {"Cache-Control": "no-store"}


def register(app: Flask) -> None:
    """Have every failure of this application end in one of these pages."""
    app.register_error_handler(HTTPException, _refused)
    for kind in (Unavailable, OutcomeUnknown, peewee.PeeweeException):
        app.register_error_handler(kind, _down)
    app.register_error_handler(Exception, _failed)


def _refused(error: HTTPException) -> ResponseReturnValue:
    """No such page, or not to be asked for in this way; what leads elsewhere goes there."""
    if error.code is None or error.code < 400:
        return error.get_response()
    language = asked_language()
    page = plain_page(say(language, "notice.not_found_title"), [say(language, "notice.not_found")])
    return page, error.code


def _down(error: Exception) -> ResponseReturnValue:
    """The database cannot be had."""
    log_failure(log, "page", error)
    language = asked_language()
    return plain_page(say(language, "page.down_title"), [say(language, "page.down")]), 503, _NOT_KEPT


def _failed(error: Exception) -> ResponseReturnValue:
    """A fault of ours; the number leads to the log."""
    number = log_failure(log, "page", error)
    language = asked_language()
    return plain_page(say(language, "page.failed_title"), [say(language, "page.failed", id=number)]), 500, _NOT_KEPT
