"""How long a request waited for a thread, as gunicorn's queue has it; and connections enough to see all who wait."""

import resource
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import queueing
from models.waited import waited
from queueing import Worker, telling_waits


class Conn:
    """A connection, as far as the queue knows it."""


def seen_by(environ: dict[str, Any]) -> float:
    """What the application behind it reads."""
    found: list[float] = []
    telling_waits(lambda given, start: found.append(waited(given)) or [b""])(environ, None)
    return found[0]


def test_the_second_of_two_is_told_how_long_the_first_took(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(queueing, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    worker, seen = Worker.__new__(Worker), []
    monkeypatch.setattr(queueing.ThreadWorker, "enqueue_req", lambda self, conn: None)
    monkeypatch.setattr(queueing.ThreadWorker, "handle", lambda self, conn: seen.append(seen_by({})))
    first, second = Conn(), Conn()
    worker.enqueue_req(first)
    worker.enqueue_req(second)
    worker.handle(first)
    clock[0] += 3.0
    worker.handle(second)
    assert seen == [0.0, 3.0]


def test_where_no_server_tells_nothing_has_waited() -> None:
    assert waited({}) == 0.0


def test_a_process_may_hold_the_connections_that_it_takes() -> None:
    told = subprocess.run(
        [sys.executable, "-c", (
            "import resource, queueing\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
            "queueing.allow_files()\n"
            "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
        )],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = queueing.CONNECTIONS if hard == resource.RLIM_INFINITY else min(queueing.CONNECTIONS, hard)
    assert int(told) >= wanted
