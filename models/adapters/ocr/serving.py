"""The HTTP side of the reader's process: POST /card with a sealed photo, GET /healthz.

On the standard library's server with bounds of its own, not on gunicorn: that one has no worker warm before it lets the
last one go, and bounds neither bodies nor the time in which they come."""

import logging
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from models.adapters.ocr import sealing
from models.adapters.ocr.answers import refusal
from models.adapters.ocr.limits import MOST_BYTES
from models.adapters.ocr.sealing import NotOurs
from models.adapters.ocr.turns import MOST_WAITING
from models.rules.refusal import Refused

CONNECTIONS = MOST_WAITING + 8
"""At once: those whose photos wait, and some to be told that too many do. Further ones are closed unheard."""
ARRIVE_SECONDS = 10.0
"""Within which a whole request has come, header and photo."""
LARGEST_BODY_BYTES = MOST_BYTES + sealing.OVERHEAD_BYTES + 1
"""One byte more than any photo, so that one that is too large is told so by what reads it."""

log = logging.getLogger("hallpass.ocr")


class Server(ThreadingHTTPServer):
    """Answers from the moment it is made until `shutdown`, once `serve_forever` runs in some thread. `read`: a photo's
    bytes in, the bytes of models.adapters.ocr.answers out; it may raise Refused. OSError where the address is taken."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        key: bytes,
        read: Callable[[bytes], bytes],
        is_well: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.key, self.read, self.is_well, self.clock = key, read, is_well, clock
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, where one is free."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back, however it went."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Without the stack that the standard library prints."""
        log.info("a request was broken off")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "hallpass"
    sys_version = ""
    timeout = ARRIVE_SECONDS

    def setup(self) -> None:
        super().setup()
        # The time of the socket counts anew at every byte; this one does not.
        self._too_slow = threading.Timer(ARRIVE_SECONDS, self._hang_up)
        self._too_slow.daemon = True
        self._too_slow.start()

    def finish(self) -> None:
        self._too_slow.cancel()
        super().finish()

    def do_GET(self) -> None:
        """Whether photos can be read."""
        if self.path != "/healthz":
            self._say(404)
        elif self.server.is_well():
            self._say(200, b'{"status":"ok"}', "application/json")
        else:
            self._say(503)

    def do_POST(self) -> None:
        """A sealed photo in, a sealed answer out."""
        if self.path != "/card":
            self._say(404)
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._say(411)
            return
        if len(length) > 9 or int(length) > LARGEST_BODY_BYTES:
            self._say(413)
            return
        body = self.rfile.read(int(length))
        self._too_slow.cancel()
        try:
            photo = sealing.unseal_photo(self.server.key, body, self.server.clock())
        except NotOurs:
            self._say(403)
            return
        try:
            said = self.server.read(photo)
        except Refused as no:
            said = refusal(no)
        self._say(200, sealing.seal_answer(self.server.key, said, body))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Without the page that the standard library sends, which repeats the request."""
        self._say(code)

    def _hang_up(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _say(self, status: int, body: bytes = b"", kind: str = "application/octet-stream") -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a request: it is not ours until its seal is open."""
