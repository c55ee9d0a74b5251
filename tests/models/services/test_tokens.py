"""One access token for everybody: fetched once, kept for all, renewed in time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.services import tokens
from models.services.tokens import NoToken, Tokens
from models.tables.database import run, thread_is_done
from models.tables.tokens import AccessToken
from tests.service import Clock

pytestmark = pytest.mark.usefixtures("database")


class Source:
    """Stands for the platform: gives a new token each time, for two hours, or fails as told."""

    def __init__(self) -> None:
        self.given = 0
        self.fails: Exception | None = None
        self.gate: threading.Event | None = None

    def __call__(self) -> tuple[str, int]:
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fails is not None:
            raise self.fails
        self.given += 1
        return f"token {self.given}", 7200


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def process(source: Source, clock: Clock) -> Tokens:
    """One of several processes that share the database."""
    return Tokens("wx0123456789abcdef", source, clock)


def test_a_token_is_fetched_once_and_shared(source: Source, clock: Clock) -> None:
    first, second = process(source, clock), process(source, clock)
    assert [first(), first(), second(), process(source, clock)()] == ["token 1"] * 4


def test_it_is_renewed_before_it_ends(source: Source, clock: Clock) -> None:
    one = process(source, clock)
    one()
    clock.goes_on(seconds=7200 - 121)
    assert one() == "token 1"
    clock.goes_on(seconds=2)
    assert one() == "token 2"


def test_a_stale_token_is_replaced_by_whoever_notices_first(source: Source, clock: Clock) -> None:
    first, second = process(source, clock), process(source, clock)
    assert (first(), second()) == ("token 1", "token 1")
    assert first("token 1") == "token 2"
    assert second("token 1") == "token 2"
    assert source.given == 2


def test_the_same_token_again_is_taken_at_its_word(clock: Clock) -> None:
    one = Tokens("wx0123456789abcdef", lambda: ("the same", 7200), clock)
    assert one() == "the same"
    assert one("the same") == "the same"


def test_many_that_need_one_at_once_fetch_it_once(source: Source, clock: Clock) -> None:
    processes = [process(source, clock) for _ in range(6)]
    together = threading.Barrier(6)

    def asks(one: Tokens) -> str:
        together.wait()
        try:
            return one()
        finally:
            thread_is_done()

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(asks, processes)) == {"token 1"}
    assert source.given == 1


def test_who_waits_for_another_process_gets_what_that_one_fetched(source: Source, clock: Clock) -> None:
    source.gate = threading.Event()
    with ThreadPoolExecutor(2) as threads:

        def asks(one: Tokens) -> str:
            try:
                return one()
            finally:
                thread_is_done()

        waiting = [threads.submit(asks, process(source, clock)) for _ in range(2)]
        source.gate.set()
        assert {one.result() for one in waiting} == {"token 1"}
    assert source.given == 1


def test_a_failure_is_passed_on_and_the_next_may_try_at_once(source: Source, clock: Clock) -> None:
    source.fails = RuntimeError("no way out")
    with pytest.raises(RuntimeError):
        process(source, clock)()
    source.fails = None
    assert process(source, clock)() == "token 1"


def test_a_process_that_died_while_fetching_holds_nobody_up_for_long(
    source: Source, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = process(source, clock)
    source.fails = SystemExit()
    with pytest.raises(SystemExit):
        dead()
    source.fails = None
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 0.0)
    with pytest.raises(NoToken):
        process(source, clock)()
    clock.goes_on(seconds=21)
    assert process(source, clock)() == "token 1"


def test_the_token_is_kept_encrypted(source: Source, clock: Clock, database: peewee.Database) -> None:
    process(source, clock)()
    [row] = run(lambda: database.execute_sql("SELECT token FROM access_tokens").fetchall())
    assert b"token 1" not in bytes(row[0])
    assert run(lambda: AccessToken.get().token) == "token 1"
