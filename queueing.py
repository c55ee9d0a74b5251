"""What `serve` runs its requests in: gunicorn's threads, which tell how long a request waited for one of them.

gunicorn hands an application a request when a thread takes it up. When more come than can be served, they have waited
long before that, and nothing else in the process knows.
"""

import logging
import resource
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from models.waited import WAITED

CONNECTIONS = 4096
"""Of one worker. Whoever is beyond them waits in the kernel, where nobody sees for how long."""
_FILES = CONNECTIONS + 256

log = logging.getLogger("hallpass.serving")

_waits = threading.local()


class Worker(ThreadWorker):
    """gunicorn's threads, with a watch on the queue before them."""

    def enqueue_req(self, conn: TConn) -> None:
        conn.came_at = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        # Taken now: what a slow sender takes from here on is its own time.
        _waits.seconds = time.monotonic() - conn.came_at
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request, and log its kind: no word of what was sent."""
        log.info("a request was refused: %s", type(exc).__name__)
        super().handle_error(req, client, addr, exc)


def telling_waits(
    application: Callable[[dict[str, Any], Any], Iterable[bytes]],
) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The application, told of each request how long it has waited."""

    def telling(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[WAITED] = getattr(_waits, "seconds", 0.0)
        return application(environ, start_response)

    return telling


def allow_files() -> None:
    """Let this process and its children hold as many connections as they may; systemd and shells begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
