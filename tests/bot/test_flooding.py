"""Whoever sends more than anybody types is told to wait, whichever worker asks, and it costs a visitor nothing."""

from functools import partial

import peewee
import pytest

from bot.simulator import Phone
from models.services import limits
from tests.bot.trouble import after_each_statement
from tests.filled import everything
from tests.reading import visits
from tests.service import ONE_LINE, Service
from tests.staffed import at_once

SENTENCE = "试得太多了"


@pytest.fixture
def flooder(service: Service) -> Phone:
    """Somebody who has sent as much as may be sent within a minute."""
    phone = service.visitor()
    for _ in range(limits.MOST_TURNS):
        assert SENTENCE not in (phone.says("帮助").reply or "")
    return phone


def is_stopped(reply: str | None) -> bool:
    return SENTENCE in (reply or "")


def test_whatever_comes_beyond_is_answered_in_one_sentence(service: Service, flooder: Phone) -> None:
    code = service.code(service.hall())
    said = [flooder.says("签到"), flooder.scan(code), flooder.clicks_menu("帮助"), flooder.sends_voice()]
    flooder.unfollow()
    assert [is_stopped(one.reply) for one in (*said, flooder.follow())] == [True] * 5


def test_nothing_is_done_for_it(service: Service, flooder: Phone) -> None:
    code = service.code(service.hall())
    before = everything()
    flooder.scan(code)
    after = everything()
    assert {name for name, rows in after.items() if rows != before[name]} == {"Receipt"}


def test_a_repeat_is_answered_as_before_and_not_counted(service: Service) -> None:
    phone = service.visitor()
    first = phone.writes.text("帮助")
    replies = {phone.sends(first).reply for _ in range(limits.MOST_TURNS + 5)}
    assert len(replies) == 1 and not is_stopped(phone.says("帮助").reply)


def test_another_person_is_not_stopped_and_after_a_minute_nobody_is(service: Service, flooder: Phone) -> None:
    assert not is_stopped(service.visitor("oAnother00000000000000000001").says("帮助").reply)
    service.clock.goes_on(seconds=61)
    assert not is_stopped(flooder.says("帮助").reply)


def test_it_holds_for_every_worker_together(service: Service) -> None:
    second, phone = Service(clock=service.clock), service.visitor()
    other = second.visitor()
    for _ in range(limits.MOST_TURNS // 2):
        phone.says("帮助")
        other.says("帮助")
    assert is_stopped(phone.says("帮助").reply) and is_stopped(other.says("帮助").reply)


def test_a_burst_at_the_same_moment_is_counted_too(service: Service, flooder: Phone) -> None:
    said = at_once(*[partial(flooder.says, "帮助")] * 8)
    assert [is_stopped(one.reply) for one in said] == [True] * 8


def test_a_check_in_and_its_corrections_are_far_from_it(service: Service) -> None:
    phone, code = service.visitor(), service.code(service.hall())
    phone.scan(code)
    for text in ("同意", *[ONE_LINE] * 20, "确认"):
        assert not is_stopped(phone.says(text).reply)
    assert len(visits()) == 1


def test_counting_costs_no_statement(service: Service, database: peewee.Database) -> None:
    phone, seen = service.visitor(), list[str]()
    phone.says("取消")
    with after_each_statement(database, lambda event: seen.append(event.sql)):
        phone.says("取消")
    # The receipt, where they stand, the reply: what any answer takes.
    assert [statement.split()[0] for statement in seen] == ["INSERT", "SELECT", "UPDATE"]
