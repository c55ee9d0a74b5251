"""What the town would find out: answers that cannot be true are noticed, and those that are true are not."""

import peewee
import pytest

from models.phrases import say
from models.rules.access import Role
from tests.bot.town.ledger import Ledger, found
from tests.bot.town.people import FIRST_LINE, VISITORS
from tests.bot.town.town import Town
from tests.service import MONDAY_9

ME, OTHER = VISITORS[0], VISITORS[1]
CLOSED = {"entered": "08:10", "left": "09:00"}


@pytest.fixture
def town(database: peewee.Database) -> Town:
    return Town()


def lines(**values: str) -> str:
    """我的记录 with one visit."""
    return say("zh", "records.head") + "\n" + say("zh", "records.line", day="03-02", hall="市民中心", **values)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lines(entered="08:10", left="08:55"), id="an exit that nobody knows"),
        pytest.param(lines(entered="08:10", left="08:55（自报）"), id="an exit that nobody told"),
        pytest.param(say("zh", "check_out.already_out", left="08:55"), id="an exit by nobody"),
        pytest.param(say("en", "check_out.already_out", left="08:55"), id="the same in English"),
        pytest.param(say("zh", "check_out.closed", entered="08:10", left="08:55"), id="an exit at another time"),
        pytest.param(say("zh", "check_in.done", time="08:10", hall="市民中心"), id="an entry at another time"),
        pytest.param(
            say("zh", "check_in.missed_already", entered="08:10", left="08:55", hall="市民中心"), id="a stay told twice"
        ),
    ],
)
def test_a_guess_told_as_a_fact_is_noticed(town: Town, answer: str) -> None:
    with pytest.raises(AssertionError):
        town.ledger.tells(ME.openid, answer, MONDAY_9)


def test_what_is_known_may_be_told_and_a_guess_as_one(town: Town) -> None:
    ledger = town.ledger
    ledger.tells(ME.openid, say("zh", "check_out.closed", **CLOSED), MONDAY_9)
    ledger.tells(ME.openid, lines(**CLOSED), MONDAY_9)
    ledger.tells(ME.openid, say("zh", "check_out.already_out", left="09:00"), MONDAY_9)
    ledger.tells(ME.openid, lines(entered="08:10", left="08:55（估计）"), MONDAY_9)
    ledger.tells(ME.openid, lines(entered="08:10", left="在厅"), MONDAY_9)
    with pytest.raises(AssertionError):
        ledger.tells(OTHER.openid, lines(**CLOSED), MONDAY_9)


def test_somebody_who_was_told_and_stands_nowhere_is_noticed(town: Town) -> None:
    town.ledger.tells(ME.openid, say("zh", "check_in.done", time="09:00", hall="市民中心"), MONDAY_9)
    with pytest.raises(AssertionError):
        town.holds()


def test_somebody_who_comes_is_in_the_ledger_once(town: Town) -> None:
    town.scans(ME, town.service.code(town.halls[0]))
    town.says(ME, FIRST_LINE, ME)
    town.says(ME, "确认", ME)
    assert [(stay.openid, stay.hall_id) for stay in town.ledger.stays] == [(ME.openid, town.halls[0].id)]
    assert town.ledger.agreed == {ME.openid}


def test_being_told_who_somebody_else_is_is_noticed_unless_they_were_in_ones_hall(town: Town) -> None:
    with pytest.raises(AssertionError):
        town.may_hear(OTHER.openid, f"今日：{ME.name}")
    town.scans(ME, town.service.code(town.halls[0]))
    town.says(ME, FIRST_LINE, ME)
    town.says(ME, "确认", ME)
    town.service.staff(town.halls[0], Role.ADMIN, OTHER.openid, "郑工")
    town.may_hear(OTHER.openid, f"今日：{ME.name}")


def test_a_phrase_is_found_with_its_values_and_not_where_it_is_not() -> None:
    told = found("check_in.done_companions", say("en", "check_in.done_companions", time="09:03", hall="x", count=2))
    assert told is not None
    assert (told["time"], told["count"]) == ("09:03", "2")
    assert found("check_in.done_companions", say("en", "check_in.done", time="09:03", hall="x")) is None


def test_only_who_says_so_has_agreed() -> None:
    ledger = Ledger({})
    for who, said in (("a", "不同意"), ("b", "I disagree"), ("c", "同意 张三"), ("d", "Agree"), ("e", "确认")):
        ledger.says(who, said)
    assert ledger.agreed == {"c", "d"}
