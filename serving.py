"""`hallpass.py serve`: pages and callback under gunicorn; its workers are replaced without a request lost."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from gunicorn.app.base import BaseApplication

import assembly
import queueing
from assembly import CannotStart, now, ready
from models import figures
from models.tables.database import DB
from settings import Settings, SettingsError

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own in it
FIGURES = "PROMETHEUS_MULTIPROC_DIR"
GRACE_SECONDS = 30
"""How long a worker that is replaced may take over what it has begun."""

_OF_REQUESTS = ("Invalid request", "Error handling", "Socket error", "HTTP/2")
"""How gunicorn begins what it logs of requests."""

log = logging.getLogger("hallpass.serving")


class Discreet(logging.Filter):
    """Of what gunicorn logs of requests, no word that was sent: the lines that it refuses it would write down whole,
    and of a request that failed the address and the text of the exception. What is refused queueing.Worker tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(_OF_REQUESTS):
            return True
        if not record.exc_info or record.exc_info[0] is None:
            return False
        record.msg, record.args = "a request failed: %s", (record.exc_info[0].__name__,)
        record.exc_info = record.exc_text = None
        return True


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with these settings; `read` reads them anew when it is told to (SIGHUP)."""

    def __init__(self, settings: Settings, read: Callable[[], Settings], workers: int, threads: int) -> None:
        self._settings, self._read = settings, read
        self._workers, self._threads = workers, threads
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn is told."""
        self.cfg.set("bind", self._settings.site.bind)
        self.cfg.set("workers", self._workers)
        self.cfg.set("threads", self._threads)
        self.cfg.set("worker_class", queueing.Worker)
        self.cfg.set("worker_connections", queueing.CONNECTIONS)
        self.cfg.set("keepalive", 75)
        self.cfg.set("graceful_timeout", GRACE_SECONDS)
        # Which of a proxy's headers are true is for site.proxies alone to say.
        self.cfg.set("forwarded_allow_ips", "")
        # Of a connection that was opened before the fork two processes would read each other's answers.
        self.cfg.set("post_fork", lambda arbiter, worker: DB.obj.dispose())
        self.cfg.set("on_exit", lambda arbiter: _forget_figures())
        # 27 opens one in $HOME, which a locked-down service does not have.
        self.cfg.set("control_socket_disable", True)

    def reload(self) -> None:
        """Take the settings as they are now. Where they are wrong, or do not fit the data, all stays as it was: workers
        that cannot begin would be the end of the service."""
        before = self._settings
        try:
            self._settings = self._read()
            ready(self._settings)
        except (SettingsError, CannotStart) as fault:
            log.error("the settings are not taken: %s", fault)
            self._settings = before
            assembly.open_data(before)
        super().reload()

    def load(self) -> assembly.WSGI:
        """The application of one worker."""
        if self._settings.metrics.bind:
            from metrics import Counted, Stored, keep_telling

            figures.use(Counted())
            keep_telling(self._settings.metrics.bind, Stored(now, Path()))
        return queueing.telling_waits(assembly.application(self._settings))


def serve(settings: Settings, read: Callable[[], Settings], workers: int, threads: int) -> None:
    """Serve until told to end. Raises CannotStart."""
    ready(settings)
    queueing.allow_files()
    # In memory, and gone with the service: systemd names a folder of that kind.
    folder = os.environ.get("RUNTIME_DIRECTORY") or (IN_MEMORY if IN_MEMORY.is_dir() else None)
    logging.getLogger("gunicorn.error").addFilter(Discreet())
    os.environ[FIGURES] = tempfile.mkdtemp(prefix="hallpass-figures-", dir=folder)
    Server(settings, read, workers, threads).run()


def _forget_figures() -> None:
    shutil.rmtree(os.environ[FIGURES], ignore_errors=True)
