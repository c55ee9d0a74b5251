"""Somebody is signed in on one browser, for as long as that is good for them."""

from collections.abc import Iterator

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services import sessions
from models.services.sessions import Place
from models.tables import signing_in
from models.tables.database import run
from models.tables.signing_in import Session
from tests.service import MONDAY_9, Clock

pytestmark = pytest.mark.usefixtures("database")

ZHANG, LI = "oZhang0000000000000000000001", "oLi000000000000000000000001"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def statements(database: peewee.Database) -> Iterator[list[str]]:
    """What is asked of the database, as it is asked."""
    seen: list[str] = []
    database.query_hooks.append(lambda event: seen.append(event.sql))
    yield seen
    database.query_hooks.pop()


def begun(clock: Clock, openid: str = ZHANG, place: Place = Place.DESK, former: str = "") -> str:
    return sessions.begin(openid, place, "windows.edge", clock(), former=former)


def test_who_signed_in_is_known_by_the_secret(clock: Clock) -> None:
    found = sessions.of(begun(clock), clock())
    assert found is not None
    assert (found.openid, found.place, found.device, found.begun_at) == (ZHANG, "desk", "windows.edge", MONDAY_9)


def test_the_table_does_not_hold_the_secret(clock: Clock, database: peewee.Database) -> None:
    secret = begun(clock)
    [row] = run(lambda: database.execute_sql("SELECT * FROM sessions").fetchall())
    assert [
        value for value in row if secret.encode() in (value if isinstance(value, bytes) else str(value).encode())
    ] == []


@pytest.mark.parametrize("place", Place)
def test_a_session_that_nobody_uses_ends(clock: Clock, place: Place) -> None:
    secret = begun(clock, place=place)
    clock.at += sessions.IDLE[place]
    assert sessions.of(secret, clock()) is None
    assert sessions.listed(ZHANG, clock()) == []


@pytest.mark.parametrize("place", Place)
def test_a_session_that_is_used_all_the_time_ends_too(clock: Clock, place: Place) -> None:
    secret = begun(clock, place=place)
    while clock() - MONDAY_9 < sessions.LASTS[place]:
        assert sessions.of(secret, clock()) is not None
        clock.at += sessions.IDLE[place] / 2
    assert sessions.of(secret, clock()) is None


def test_a_page_costs_one_read_and_a_write_a_minute(clock: Clock, statements: list[str]) -> None:
    secret = begun(clock)
    counts = []
    for seconds in (1, 30, 40, 1):
        clock.goes_on(seconds=seconds)
        statements.clear()
        sessions.of(secret, clock())
        counts.append([text.split()[0] for text in statements if text.split()[0] in ("SELECT", "UPDATE")])
    assert counts == [["SELECT"], ["SELECT"], ["SELECT", "UPDATE"], ["SELECT"]]


def test_each_sign_in_is_a_new_session_and_ends_that_of_before(clock: Clock) -> None:
    first = begun(clock)
    second = begun(clock, former=first)
    assert first != second
    assert sessions.of(first, clock()) is None
    assert len(sessions.listed(ZHANG, clock())) == 1


def test_the_same_sign_in_twice_is_one_session(clock: Clock) -> None:
    secret = sessions.new_secret()
    for former in ("", secret):
        sessions.begin(ZHANG, Place.WECHAT, "phone.wechat", clock(), former=former, secret=secret)
    assert len(sessions.listed(ZHANG, clock())) == 1


def test_a_session_is_ended_by_its_own_person_only(clock: Clock) -> None:
    secret = begun(clock)
    [row] = sessions.listed(ZHANG, clock())
    assert sessions.end(row.public_id, LI) is False
    assert sessions.of(secret, clock()) is not None
    assert sessions.end(row.public_id, ZHANG) is True
    assert sessions.of(secret, clock()) is None
    assert sessions.end(row.public_id, ZHANG) is False


def test_all_others_are_ended_at_once(clock: Clock) -> None:
    own, other, foreign = begun(clock), begun(clock), begun(clock, LI)
    kept = sessions.of(own, clock())
    assert kept is not None
    assert sessions.end_others(ZHANG, kept.public_id) == 1
    assert [sessions.of(one, clock()) is not None for one in (own, other, foreign)] == [True, False, True]
    assert sessions.end_others(ZHANG) == 1


def test_the_list_shows_the_one_used_last_first(clock: Clock) -> None:
    first = begun(clock)
    clock.goes_on(minutes=5)
    begun(clock, place=Place.WECHAT)
    clock.goes_on(minutes=5)
    sessions.of(first, clock())
    assert [row.place for row in sessions.listed(ZHANG, clock())] == ["desk", "wechat"]


@pytest.mark.parametrize(
    "secret",
    ["", "x", "张" * 43, "a" * 42, "a" * 44, "a" * 100_000, "a" * 42 + "\0", "' OR 1=1 -- " + "a" * 32, "\ud800" * 43],
)
def test_what_is_no_secret_is_nobody(clock: Clock, secret: str) -> None:
    begun(clock)
    assert sessions.of(secret, clock()) is None
    sessions.end_this(secret)
    assert sessions.end(secret, ZHANG) is False
    assert len(sessions.listed(ZHANG, clock())) == 1


# One database for all examples: what one leaves is no matter for the next.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(max_codepoint=127), min_size=43, max_size=43))
def test_no_guess_is_a_secret(clock: Clock, guess: str) -> None:
    assert sessions.of(guess, clock()) is None


def test_what_is_over_is_removed(clock: Clock) -> None:
    begun(clock)
    clock.at += sessions.LASTS[Place.DESK]
    assert run(lambda: signing_in.forget(clock())) == 0
    clock.goes_on(seconds=1)
    assert run(lambda: signing_in.forget(clock())) == 1
    assert run(lambda: Session.select().count()) == 0
