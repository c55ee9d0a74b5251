"""The one page that asks for consent to notices, by WeChat's own script and tag; there is none unless a template for it
is configured."""

import secrets
from urllib.parse import urlsplit

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.page_signing import signed
from web import headers
from web.language import say
from web.outside import Consenting, outside
from web.visitor.blueprint import closed, hall_of, pages


@pages.get("/h/<code>/notices")
def consent(code: str) -> ResponseReturnValue:
    """What is agreed to, and WeChat's button for it, which this service's script puts there once WeChat has taken the
    page's signature; until then, and without scripts, the page says what it needs."""
    asking = outside().consenting
    if asking is None:
        raise NotFound
    hall = hall_of(code)
    if not hall.is_open_for_visitors:
        return closed()
    # A bad moment of the platform must not cost the page.
    ticket = asking.ticket()
    page = make_response(
        render_template(
            "visitor/consent.html",
            hall=hall,
            asking=asking,
            proof=signed(ticket, secrets.token_hex(8), int(outside().clock().timestamp()), _address())
            if ticket
            else None,
            phone=hall.phone or say("notice.no_phone"),
        )
    )
    page.headers["Content-Security-Policy"] = headers.policy(headers.framed_by(), _origins(asking))
    return page


def _address() -> str:
    """Where the browser is, to the byte: WeChat itself puts words behind the address of a page that was passed on."""
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    asked = sent if sent.startswith("/") else request.full_path.removesuffix("?")
    return f"{outside().base_url}{asked}"


def _origins(asking: Consenting) -> str:
    parts = urlsplit(asking.js_url)
    return f"{parts.scheme}://{parts.netloc}"
