"""The pages: an application factory; blueprints are named by who uses them."""

import time

import peewee
from flask import Flask, Response

from models.tables.database import DB, OutcomeUnknown, Unavailable, run
from web import visitor

HEALTH_SECONDS = 2.0
LARGEST_BODY = 64 * 1024

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app() -> Flask:
    """The WSGI application for everything but the callback."""
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_blueprint(visitor.pages)
    app.register_error_handler(404, visitor.not_found)
    app.after_request(_with_headers)

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, str], int]:
        try:
            run(lambda: DB.execute_sql("SELECT 1").fetchone(), time.monotonic() + HEALTH_SECONDS)
        except (peewee.PeeweeException, Unavailable, OutcomeUnknown):
            return {"status": "down"}, 503
        return {"status": "ok"}, 200

    return app


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
