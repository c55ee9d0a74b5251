"""How a delivery reaches the service: over real HTTP, or straight into a WSGI application."""

import http.client
import io
import logging
import select
import socket
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlencode, urlsplit

from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

# The platform gives up on an answer after this long.
PLATFORM_TIMEOUT_SECONDS = 5.0


class NoAnswer(Exception):
    """The service gave no whole answer; `code` is no_answer_in_time or connection_failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty when there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Transport(Protocol):
    """One request to the callback, one answer. Safe to use from several threads."""

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> Answer:
        """The answer of the service, whatever its status; NoAnswer if there is none."""


class InProcess:
    """Calls a WSGI application directly: fast, and without any time-out.

    An exception that leaves the application is logged and answered with 500, as a server would."""

    def __init__(self, app: "WSGIApplication", path: str = "/wechat") -> None:
        self._app = app
        self._path = path

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> Answer:
        builder = EnvironBuilder(
            self._path, method=method, query_string=urlencode(query), data=body, content_type=content_type or None
        )
        try:
            chunks, status, headers = run_wsgi_app(self._app, builder.get_environ(), buffered=True)
        except Exception:
            log.exception("the application raised while it handled a delivery")
            return Answer(500, {}, b"")
        finally:
            builder.close()
        names = {name.lower(): value for name, value in headers.items()}
        return Answer(int(status.split()[0]), names, b"".join(chunks))


class HttpTransport:
    """Posts to `url` (http only) over kept-alive connections, one to a thread at a time.

    `timeout_seconds` bounds the whole exchange, from connecting to the last byte, as the platform's does: a service
    that sends a byte now and then does not gain time."""

    def __init__(self, url: str, timeout_seconds: float = PLATFORM_TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("the callback is an http:// address")
        self._host, self._port = parts.hostname, parts.port or 80
        self._path = parts.path or "/"
        self._timeout_seconds = timeout_seconds
        self._idle: deque[http.client.HTTPConnection] = deque()

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> Answer:
        deadline = time.monotonic() + self._timeout_seconds
        connection = self._kept() or http.client.HTTPConnection(self._host, self._port)
        try:
            answer, reusable = _exchange(
                connection, deadline, method, f"{self._path}?{urlencode(query)}", body, content_type
            )
        except TimeoutError:
            connection.close()
            raise NoAnswer("no_answer_in_time") from None
        except (OSError, http.client.HTTPException):
            connection.close()
            raise NoAnswer("connection_failed") from None
        if reusable:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Closes the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> http.client.HTTPConnection | None:
        """An idle connection that the service has not closed meanwhile.

        Looked at beforehand, because a request repeated after a reset would be a delivery that nobody counted."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()
        return None


def _exchange(
    connection: http.client.HTTPConnection, deadline: float, method: str, target: str, body: bytes, content_type: str
) -> tuple[Answer, bool]:
    headers = {"User-Agent": "Mozilla/4.0", "Accept": "*/*"}
    if content_type:
        headers["Content-Type"] = content_type
    if connection.sock is None:
        connection.timeout = _left(deadline)
        connection.connect()
    connection.sock.settimeout(_left(deadline))
    connection.response_class = cast(
        type[http.client.HTTPResponse],
        lambda sock, **rest: http.client.HTTPResponse(cast(socket.socket, _Timed(sock, deadline)), **rest),
    )
    connection.request(method, target, body or None, headers)
    response = connection.getresponse()
    with response:
        content = response.read()
    names = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, names, content), not response.will_close


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed:
    """A socket whose reads share one deadline; a socket's own time-out starts anew with every byte received."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._deadline))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
