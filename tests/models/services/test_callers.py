"""From where deliveries are heard: the platform's own list, kept fresh, and never emptied by an answer that is odd."""

from datetime import timedelta

import peewee
import pytest

import assembly
from bot.wechat.api import MOST_CALLERS
from jobs.schedule import JOBS
from models.services import callers
from models.services.callers import KEEP, LOOK_AGAIN_SECONDS, Callers
from models.tables.database import DB, open_database
from tests.platform_api import PlatformApi
from tests.service import MONDAY_9, NOBODY, Service

HERE, THERE = "101.226.103.0/25", "140.207.54.1/32"


@pytest.mark.usefixtures("database")
def test_what_the_platform_names_is_kept_and_what_it_has_ceased_to_name_for_a_week_is_not() -> None:
    assert callers.keep([HERE, THERE], MONDAY_9) == 2
    callers.keep([HERE], MONDAY_9 + KEEP)
    assert callers.known() == {HERE: MONDAY_9 + KEEP, THERE: MONDAY_9}
    callers.keep([HERE], MONDAY_9 + KEEP + timedelta(seconds=1))
    assert list(callers.known()) == [HERE]


@pytest.mark.usefixtures("database")
def test_no_list_is_no_reason_to_hear_nobody() -> None:
    callers.keep([HERE], MONDAY_9)
    assert callers.keep([], MONDAY_9 + KEEP * 2) == 0
    assert list(callers.known()) == [HERE]


@pytest.mark.usefixtures("database")
def test_before_anything_was_named_everybody_may_deliver_and_then_only_who_was() -> None:
    seconds = [0.0]
    may_call = Callers(lambda: seconds[0])
    assert may_call("203.0.113.66")
    callers.keep([HERE], MONDAY_9)
    assert may_call("203.0.113.66")  # looked at a moment ago
    seconds[0] += LOOK_AGAIN_SECONDS
    assert not may_call("203.0.113.66")
    assert may_call("101.226.103.61")
    assert not may_call("")


def test_a_database_that_does_not_answer_changes_nothing(database: peewee.Database) -> None:
    callers.keep([HERE], MONDAY_9)
    seconds = [0.0]
    may_call = Callers(lambda: seconds[0])
    assert not may_call("203.0.113.66")
    open_database("mysql://root@127.0.0.1:1/hallpass")
    try:
        seconds[0] += LOOK_AGAIN_SECONDS
        assert not may_call("203.0.113.66")
        assert may_call("101.226.103.61")
    finally:
        DB.initialize(database)


@pytest.mark.usefixtures("database")
def test_the_job_asks_the_platform_and_odd_answers_leave_the_list_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    listed: object = ["101.226.103.61", HERE]
    monkeypatch.setattr("bot.simulator.api.service.ADDRESSES", listed)
    with PlatformApi(service.platform) as api:
        desk = NOBODY.__class__(NOBODY.send, caller_networks=assembly.caller_networks(api.client(service.clock)))
        assert JOBS["callers"].run_once(MONDAY_9, desk) == 2
        kept = callers.known()
        assert set(kept) == {"101.226.103.61/32", HERE}
        for odd in (
            [],
            "101.226.103.61",
            None,
            {},
            ["0.0.0.0/0"],
            [HERE, "elsewhere"],
            [7],
            [HERE] * (MOST_CALLERS + 1),
        ):
            monkeypatch.setattr("bot.simulator.api.service.ADDRESSES", odd)
            assert JOBS["callers"].run_once(MONDAY_9 + KEEP * 2, desk) == 0, odd
            assert callers.known() == kept
        service.platform.faults.next("/cgi-bin/getcallbackip", -1)
        assert JOBS["callers"].run_once(MONDAY_9 + KEEP * 2, desk) == 0
    assert JOBS["callers"].run_once(MONDAY_9, NOBODY) == 0
