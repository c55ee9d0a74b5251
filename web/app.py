"""The pages: an application factory; blueprints are named by who uses them."""

import time
from typing import Any

import peewee
from flask import Flask, Response, abort
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter

from models import figures
from models.tables.database import DB, OutcomeUnknown, Unavailable, run
from web import (
    account,
    busy,
    erasing,
    errors,
    frame,
    headers,
    language,
    limiting,
    looked,
    my_data,
    outside,
    own_export,
    sign_in,
    static_files,
    uploads,
    visitor,
)
from web.admin import pages as admin_pages
from web.board import pages as board_pages
from web.cases import pages as case_pages
from web.desk import pages as desk_pages
from web.exports import pages as export_pages
from web.exports import second_pages
from web.operator import pages as operator_pages
from web.outside import Outside
from web.own_requests import pages as own_request_pages
from web.passes import pages as pass_pages
from web.records import pages as record_pages
from web.slips import pages as slip_pages
from web.waiting import pages as waiting_pages

HEALTH_SECONDS = 2.0
LARGEST_BODY = 64 * 1024
FORM_HOURS = 12
"""How long a page may stand open before what it sends is refused: a working day."""

BLUEPRINTS = (
    visitor.pages, sign_in.pages, account.pages, my_data.pages, erasing.pages, own_export.pages, looked.pages,
    pass_pages, board_pages, desk_pages, waiting_pages, slip_pages, record_pages, case_pages, export_pages,
    second_pages, admin_pages, operator_pages, own_request_pages,
)  # fmt: skip


class ShortNumber(IntegerConverter):
    """<int:…> of an address: at most nine plain digits, as Python refuses to read thousands, outside of any handler."""

    regex = "[0-9]{1,9}"


def create_app(
    site_name: str, world: Outside, *, secret_key: bytes, secure: bool, demo: bool = False, framed_by: str = "'none'"
) -> Flask:
    """The WSGI application for everything but the callback.

    site_name: stands on every page. world: what is handed in of the world outside. secret_key: signs the cookie.
    secure: the pages are reached over https, so that the cookie is sent there only and browsers shall come no other
    way. demo: say 演示 on every page. framed_by: who may show the pages in a frame, as a Content-Security-Policy
    writes it.
    """
    app = Flask("web")
    app.config.update(_settings(secret_key, secure=secure))
    app.url_map.converters["int"] = ShortNumber
    Bootstrap5(app)
    busy.register(app)
    uploads.register(app, LARGEST_BODY)
    CSRFProtect(app)
    limiting.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for part in (language, static_files, errors):
        part.register(app)
    headers.register(app, framed_by, secure)
    frame.register(app, site_name, demo)
    outside.register(app, world)
    app.add_url_rule("/healthz", view_func=healthz)
    app.after_request(counted)
    app.add_url_rule("/MP_verify_<mark>.txt", view_func=whose_domain)
    return app


def _settings(secret_key: bytes, *, secure: bool) -> dict[str, Any]:
    """What Flask and its extensions are told."""
    return {
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "SECRET_KEY": secret_key,
        # The prefix has the browser hold that the cookie is of this very host, came over TLS and counts for all paths.
        "SESSION_COOKIE_NAME": "__Host-hallpass" if secure else "hallpass",
        "SESSION_COOKIE_HTTPONLY": True,
        # Not Strict: WeChat comes back from its sign-in by a link of its own.
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        # Pages send no Referer, see headers.py; the token is bound to the cookie.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": FORM_HOURS * 3600,
    }


def counted(response: Response) -> Response:
    """The answer, counted by its status."""
    figures.page(response.status_code)
    return response


def whose_domain(mark: str) -> Response:
    """The file by which the platform's console sees whose the domain is; it holds what its name ends in."""
    if f"MP_verify_{mark}.txt" != outside.outside().mp_verify:
        abort(404)
    return Response(mark, mimetype="text/plain")


def healthz() -> tuple[dict[str, str], int]:
    """Whether the database answers, for load balancers; without detail."""
    try:
        run(lambda: DB.execute_sql("SELECT 1").fetchone(), time.monotonic() + HEALTH_SECONDS)
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown):
        return {"status": "down"}, 503
    return {"status": "ok"}, 200
