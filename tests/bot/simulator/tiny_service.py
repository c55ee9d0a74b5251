"""A small, correct service to point the simulator at, which knows nothing of the project.

Its crypto is WeRoBot's, so that a fault of the simulator's own is not mirrored here."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import xmltodict
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response
from werobot.crypto import MessageCrypt

from bot.simulator import HttpTransport, InProcess, Platform
from bot.simulator.transports import Transport

APP_ID = "wx0123456789abcdef"
TOKEN = "hallToken2024"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
OPENID = "oTestOpenId0000000000000001"
NOW = 1_700_000_000

Heard = dict[str, str]


def text_xml(heard: Heard, text: str, **changed: str) -> str:
    """A correct text reply, or one with some nodes changed."""
    nodes = {
        "ToUserName": heard["FromUserName"],
        "FromUserName": heard["ToUserName"],
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": text,
        **changed,
    }
    return f"<xml>{''.join(f'<{name}><![CDATA[{value}]]></{name}>' for name, value in nodes.items())}</xml>"


def echo(heard: Heard) -> str:
    """Says what it heard."""
    return text_xml(heard, f"heard {heard.get('Content') or heard.get('Event') or heard['MsgType']}")


@dataclass
class TinyService:
    """A WSGI application. `answers` returns the inner XML, which is wrapped as the mode asks, or a whole Response."""

    mode: str = "safe"
    answers: Callable[[Heard], str | Response] = echo
    content_type: str = "text/xml"
    heard: list[Heard] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        query = request.args.to_dict()
        joined = "".join(sorted((TOKEN, query["timestamp"], query["nonce"])))
        if query["signature"] != hashlib.sha1(joined.encode()).hexdigest():
            return Response(status=403)
        if request.method == "GET":
            return Response(query["echostr"], content_type="text/plain")
        assert request.content_type == "text/xml"
        crypt = MessageCrypt(TOKEN, AES_KEY, APP_ID)
        nodes = xmltodict.parse(request.data)["xml"]
        if self.mode == "safe":
            inner = crypt.decrypt_message(query["timestamp"], query["nonce"], query["msg_signature"], nodes["Encrypt"])
            nodes = xmltodict.parse(inner)["xml"]
        self.queries.append(query)
        self.bodies.append(request.data)
        self.heard.append(nodes)
        answer = self.answers(nodes)
        if isinstance(answer, Response):
            return answer
        body = crypt.encrypt_message(answer) if self.mode == "safe" else answer
        return Response(body, content_type=self.content_type)


def platform_of(
    transport: Transport | TinyService, mode: str = "safe", clock: Callable[[], float] | None = None, **more: Any
) -> Platform:
    """A platform that pushes to this service, at a time that stands still unless a clock is given."""
    if isinstance(transport, TinyService):
        transport = InProcess(transport)
    return Platform(
        transport,
        app_id=APP_ID,
        token=TOKEN,
        encoding_aes_key=AES_KEY,
        account=ACCOUNT,
        mode=mode,
        clock=clock or (lambda: float(NOW)),
        **more,
    )


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are not logged."""


@contextmanager
def served(app: TinyService, timeout_seconds: float = 5.0) -> Iterator[HttpTransport]:
    """The service under a real HTTP server, and a transport to it."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{server.server_port}/wechat", timeout_seconds)
    try:
        yield transport
    finally:
        transport.close()
        server.shutdown()
        thread.join()
        server.server_close()
