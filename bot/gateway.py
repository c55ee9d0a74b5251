"""The gateway in front of the robot: refuses what is not the platform's, bounds what it reads, renders what is said.

A plain WSGI callable: it lies on the path of every message, and a web framework would cost as much as all of this.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from bot.fitting import fit
from bot.wechat.envelope import Account, BadDelivery
from bot.wechat.inbound import Delivery, delivery_of, nodes_of
from models import figures
from models.failures import log_failure
from models.waited import waited

LARGEST_BODY = 64 * 1024
CLOCK_TOLERANCE_SECONDS = 600
LONGEST_QUERY = 2048
LONGEST_ECHO = 256

_REASONS = {400: "400 Bad Request", 403: "403 Forbidden", 405: "405 Method Not Allowed", 413: "413 Payload Too Large"}
_TEXT = "text/plain; charset=utf-8"
_XML = "text/xml; charset=utf-8"

log = logging.getLogger("hallpass.gateway")

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Gateway:
    """The WSGI application for /wechat.

    receive: a delivery and its time of arrival (time.monotonic) to the reply's text, or None. render: text to XML.
    apologise: the sentence for a delivery that failed. now: the clock that timestamps are compared with.
    may_call: whether this address may post; whoever is in front is not meant, but the one they were called by.
    """

    def __init__(
        self,
        account: Account,
        receive: Callable[[Delivery, float], str | None],
        render: Callable[[Delivery, str], str],
        apologise: Callable[[Delivery, Exception], str],
        now: Callable[[], datetime],
        may_call: Callable[[str], bool] = lambda address: True,
    ) -> None:
        self._account = account
        self._receive = receive
        self._render = render
        self._apologise = apologise
        self._now = now
        self._may_call = may_call

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        arrived = time.monotonic() - waited(environ)
        try:
            content_type, body = self._answer(environ, arrived)
        except BadDelivery as refusal:
            log.info("delivery refused: %s", refusal.code)
            figures.refused_delivery(refusal.code)
            return _respond(start_response, _REASONS[refusal.status], _TEXT, b"")
        except Exception as error:
            log_failure(log, "delivery", error)
            figures.delivery("other", "failed", time.monotonic() - arrived)
            return _respond(start_response, "500 Internal Server Error", _TEXT, b"")
        return _respond(start_response, "200 OK", content_type, body)

    def _answer(self, environ: dict[str, Any], arrived: float) -> tuple[str, bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "POST"):
            raise BadDelivery(405, "bad_method")
        # A GET does nothing but show who has the token, which `check` does from here.
        if method == "POST" and not self._may_call(environ.get("REMOTE_ADDR", "")):
            raise BadDelivery(403, "other_caller")
        query = self._checked_query(environ)
        if method == "GET":
            echo = query.get("echostr", "")
            if not 0 < len(echo) <= LONGEST_ECHO:
                raise BadDelivery(400, "bad_echo")
            return _TEXT, echo.encode()
        delivery = self._opened(_body(environ), query)
        said, outcome = self._said(delivery, arrived)
        text = fit(said or "")
        figures.delivery(delivery.event or delivery.kind, outcome if text else "silent", time.monotonic() - arrived)
        if not text:
            return _TEXT, b"success"
        xml = self._render(delivery, text)
        if self._account.mode == "safe":
            timestamp = str(int(self._now().timestamp()))
            xml = self._account.encrypt(xml, timestamp, secrets.token_hex(8))
        return _XML, xml.encode()

    def _checked_query(self, environ: dict[str, Any]) -> dict[str, str]:
        query = _parameters(environ.get("QUERY_STRING", ""))
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        self._account.check(query.get("signature", ""), timestamp, nonce)
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadDelivery(403, "bad_timestamp")
        if abs(self._now().timestamp() - int(timestamp)) > CLOCK_TOLERANCE_SECONDS:
            raise BadDelivery(403, "old_timestamp")
        return query

    def _opened(self, body: bytes, query: dict[str, str]) -> Delivery:
        nodes = nodes_of(body)
        account = self._account
        if account.mode == "safe":
            sealed = nodes.get("Encrypt")
            if query.get("encrypt_type") != "aes" or not isinstance(sealed, str) or "FromUserName" in nodes:
                raise BadDelivery(403, "plaintext_in_safe_mode")
            if nodes.get("ToUserName", account.original_id) != account.original_id:
                raise BadDelivery(403, "other_account")
            account.check(query.get("msg_signature", ""), query["timestamp"], query["nonce"], sealed)
            nodes = nodes_of(account.decrypt(sealed))
        elif "Encrypt" in nodes:
            raise BadDelivery(400, "encrypted_in_plain_mode")
        delivery = delivery_of(nodes, account.original_id)
        if query.get("openid", delivery.openid) != delivery.openid:
            raise BadDelivery(403, "other_openid")
        return delivery

    def _said(self, delivery: Delivery, arrived: float) -> tuple[str | None, str]:
        """The reply, and what came of the delivery: answered or apologised."""
        try:
            return self._receive(delivery, arrived), "answered"
        except Exception as error:
            log_failure(log, "delivery", error)
            sentence = self._apologise(delivery, error)
            if not sentence:
                # An empty 200 would pass as a success; a 500 makes the platform ask again.
                raise
            return sentence, "apologised"


def _parameters(query: str) -> dict[str, str]:
    """The parameters of a query string, each given once. By hand: parse_qsl takes four times as long."""
    if len(query) > LONGEST_QUERY or not query.isascii():
        raise BadDelivery(400, "bad_query")
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in found:
            raise BadDelivery(400, "repeated_parameter")
        try:
            found[name] = unquote_plus(value, errors="strict")
        except UnicodeDecodeError:
            raise BadDelivery(400, "bad_query") from None
    return found


def _body(environ: dict[str, Any]) -> bytes:
    """The request's body, never more of it than is allowed; a length that is none, or missing, is refused."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise BadDelivery(400, "bad_length")
    if len(length) > 9 or int(length) > LARGEST_BODY:
        raise BadDelivery(413, "too_large")
    try:
        body: bytes = environ["wsgi.input"].read(int(length))
    except OSError:
        raise BadDelivery(400, "broken_off") from None
    return body


def _respond(start_response: StartResponse, status: str, content_type: str, body: bytes) -> list[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")])
    return [body]
