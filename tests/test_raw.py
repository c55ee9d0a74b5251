"""A slice of the broken requests of `make trial`, over raw sockets: no worker fails or dies of them, no log tells of
anybody, and whoever comes in between is checked in."""

import logging
import sys
from pathlib import Path

import pytest

from bench.broken import Broken
from bench.installation import Installation
from bench.raw import Toll, knocks, told_by
from serving import Discreet
from tests.canaries import Found

SEED = 20260302
BLOWS = 200
WAYS = 18


def test_no_broken_request_is_a_failure_of_ours_or_tells_a_log_of_anybody(tmp_path: Path) -> None:
    installation = Installation(f"sqlite:///{tmp_path / 'hallpass.db'}", tmp_path)
    with installation.served() as served:
        toll = knocks(installation, served, BLOWS, SEED)
        assert b"a request was refused: " in told_by(served)
    assert toll.is_none, toll
    assert toll.visitors >= 2
    assert {200, 400, 403} <= toll.answers.keys()


def test_the_same_seed_breaks_the_same_in_every_way_there_is() -> None:
    one, same, other = ([broken.blow().what for _ in range(300)] for broken in map(Broken, (1, 1, 2), "xxx"))
    assert one == same != other
    assert len(set(one)) == WAYS


@pytest.mark.parametrize(
    "damage",
    [
        {"failures": {"chunked": 1}}, {"logged": {Found("张三", "utf-8")}}, {"traces": ["Traceback"]},
        {"turned_away": 1}, {"died": {7}},
    ],
)  # fmt: skip
def test_whatever_is_broken_by_it_is_counted(damage: dict[str, object]) -> None:
    assert Toll().is_none
    assert not Toll(**damage).is_none  # type: ignore[arg-type]


def logged(message: str, *, failed: bool = False) -> str | None:
    """What is left of a line of gunicorn's."""
    info = None
    if failed:
        try:
            raise ValueError("张三")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "x.py", 1, message, (), info)
    return logging.Formatter().format(record) if Discreet().filter(record) else None


def test_the_servers_own_log_tells_of_requests_no_more_than_their_kind() -> None:
    assert logged("Invalid request from ip=127.0.0.1: Invalid HTTP request line: '张三'") is None
    assert logged("Error handling request /?name=张三", failed=True) == "a request failed: ValueError"
    assert logged("Socket error processing request.", failed=True) == "a request failed: ValueError"


def test_what_the_server_tells_of_itself_stays() -> None:
    assert logged("Worker (pid:7) exited with code 1.") == "Worker (pid:7) exited with code 1."
    assert "Traceback" in (logged("Exception in worker process", failed=True) or "")
