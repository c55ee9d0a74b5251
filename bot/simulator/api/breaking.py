"""Answers that never come whole: faults on request, as they look on the wire."""

import os
import socket
import struct
from typing import Any, NoReturn

from flask import Response

from bot.simulator.faults import Faults, Slow

NEVER_SECONDS = 600.0
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def break_answer(kind: str | Slow, faults: Faults) -> Response | None:
    """What the caller gets in place of the answer; None if that comes after all, but late. Raises ConnectionResetError
    where the connection is to be reset."""
    if isinstance(kind, Slow):
        faults.wait(kind.seconds)
        return None
    if kind == "html":
        return Response(_BAD_GATEWAY, 502, content_type="text/html")
    if kind == "never":
        faults.wait(NEVER_SECONDS)
    raise ConnectionResetError("broken off on request")


def reset(environ: dict[str, Any]) -> NoReturn:
    """Breaks the connection off, so that the caller sees it reset.

    It takes a server that hands over its socket as `werkzeug.socket`; under any other, ConnectionResetError is all.
    The raised error is one that Werkzeug's server takes for a caller who hung up."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        # Lingering for 0 seconds makes the end a reset. The server still reads from its socket afterwards: it gets
        # one whose other end is closed in its place, and so an end of file, not a bad file descriptor.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ended, other = socket.socketpair()
        other.close()
        with ended:
            os.dup2(ended.fileno(), connection.fileno())
    raise ConnectionResetError("broken off on request")
