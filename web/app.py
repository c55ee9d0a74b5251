"""The pages: an application factory; blueprints are named by who uses them."""

import time

import peewee
from flask import Flask, Response

from models.phrases import say
from models.tables.database import DB, OutcomeUnknown, Unavailable, run
from web import errors, visitor
from web.plain_page import asked_language

HEALTH_SECONDS = 2.0
LARGEST_BODY = 64 * 1024


def create_app(site_name: str, *, demo: bool = False, framed_by: str = "'none'") -> Flask:
    """The WSGI application for everything but the callback.

    site_name: stands at the foot of every page. demo: say 演示 on every page. framed_by: who may show the pages in a
    frame, as a Content-Security-Policy writes it.
    """
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_blueprint(visitor.pages)
    errors.register(app)
    app.context_processor(
        lambda: {"banner": say(asked_language(), "page.demo") if demo else "", "site_name": site_name}
    )
    headers = {
        "Content-Security-Policy": (
            f"default-src 'self'; frame-ancestors {framed_by}; base-uri 'none'; form-action 'self'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, str], int]:
        try:
            run(lambda: DB.execute_sql("SELECT 1").fetchone(), time.monotonic() + HEALTH_SECONDS)
        except (peewee.PeeweeException, Unavailable, OutcomeUnknown):
            return {"status": "down"}, 503
        return {"status": "ok"}, 200

    return app
