"""SQLite for the demo and small halls: WAL, and a queue of our own for writers.

SQLite's write lock has no queue: under load some writers wait for seconds (measured: 6 s with 16 threads in two
processes). A lock within the process, then one on a file between processes, brought the longest wait to 0.25 s.
"""

import contextlib
import fcntl
import os
import random
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import peewee

BUSY_SECONDS = 2
LONGEST_WAIT_SECONDS = 30.0


class QueuedSqlite(peewee.SqliteDatabase):
    """One connection a thread; every unit of work takes the queue, then BEGIN IMMEDIATE."""

    field_types = {  # noqa: RUF012 - peewee reads it from the class
        **peewee.SqliteDatabase.field_types,
        "DATETIME6": "TEXT",
        "CIPHER": "BLOB",
        "VARBINARY": "BLOB",
    }

    @classmethod
    def from_url(cls, url: str) -> "QueuedSqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
        return cls(
            str(path),
            autoconnect=False,
            timeout=BUSY_SECONDS,
            pragmas={"journal_mode": "wal", "synchronous": "normal", "foreign_keys": 0},
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue = threading.Lock()

    @contextlib.contextmanager
    def bounded(self, deadline: float) -> Iterator[None]:
        """Hold the writers' queue, unless `deadline` (time.monotonic) comes first."""
        with self._in_queue(deadline):
            if self.is_closed():
                self.connect()
            self._wait_at_most(deadline - time.monotonic())
            yield

    def _wait_at_most(self, seconds: float) -> None:
        """How long a lock that another program holds is waited for."""
        bounded = min(max(seconds, 0.0), BUSY_SECONDS)
        self.connection().execute(f"PRAGMA busy_timeout = {int(bounded * 1000)}")

    def begin(self, lock_type: str | None = None) -> None:
        # Read-then-write in a deferred transaction fails at once where another writer came between.
        super().begin(lock_type or "IMMEDIATE")

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        if not self.transaction_depth():
            raise RuntimeError("a statement outside of a transaction")
        return super().execute_sql(sql, params)

    @contextlib.contextmanager
    def _in_queue(self, deadline: float) -> Iterator[None]:
        left = min(max(deadline - time.monotonic(), 0.0), LONGEST_WAIT_SECONDS)
        if not self._queue.acquire(timeout=left):
            raise peewee.OperationalError("database is locked: the queue of writers is full")
        try:
            with lock_file(f"{self.database}.queue") as file:
                self._take(file, deadline)
                yield
        finally:
            self._queue.release()

    @staticmethod
    def _take(file: IO[bytes], deadline: float) -> None:
        # Polled, not blocking: a blocking flock cannot be given up when the deadline comes.
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise peewee.OperationalError("database is locked: another process holds it") from None
                time.sleep(0.001 + 0.003 * random.random())  # noqa: S311 - spreads rivals, no secret


def lock_file(name: str) -> IO[bytes]:
    """The file of this name, opened to be locked. Whoever may open it can keep everybody else waiting, so it is made
    for whoever may write to the database beside it, whatever the umask."""
    try:
        at = os.open(name, os.O_WRONLY)
    except FileNotFoundError:
        at = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)
        with contextlib.suppress(FileNotFoundError):
            if Path(name).with_suffix("").stat().st_mode & stat.S_IWGRP:
                os.fchmod(at, 0o660)
    return os.fdopen(at, "wb")


def _make(path: Path) -> None:
    """SQLite would leave it to the umask who may read a new file; its log beside it takes over what this one has."""
    # What stands in the way, opening it tells.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
