"""A second pair of eyes: who may say yes to what, once, and in time."""

import re
from datetime import timedelta
from functools import partial

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import exporting, second_eyes
from models.services.posts import Post
from models.services.second_eyes import CODE_DIGITS, LASTS
from models.tables.approvals import Answer, Approval
from models.tables.attempts import Attempt
from models.tables.database import run
from models.tables.exports import ExportRow, Kind
from tests.bot.trouble import after_each_statement
from tests.exported import ready_export
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, operator, post, refused, registered, told

SECOND = timedelta(seconds=1)


class Asked:
    """A hall with four eyes and two admins, of whom one has asked for a full copy."""

    def __init__(self) -> None:
        self.hall: HallFacts = registered(four_eyes=True)
        self.asker = post(self.hall)
        self.second = joins(self.hall, "Second", "李复核", Role.ADMIN)
        self.export: ExportRow = ready_export(self.hall)
        assert self.takes() is None
        self.code: str = run(lambda: Approval.select().order_by(Approval.id.desc()).get()).code

    def takes(self, purpose: str = "疫情排查", kind: Kind = Kind.FULL) -> int | None:
        return exporting.take_copy(self.asker, self.export.public_id, kind, purpose, "s", MONDAY_9)


@pytest.fixture
def asked(database: peewee.Database) -> Asked:
    return Asked()


def test_another_admins_yes_opens_one_full_copy(asked: Asked) -> None:
    said = second_eyes.approve(asked.second, asked.code, MONDAY_9)
    assert (said.kind, said.of_id, said.purpose, said.asker) == ("export", asked.export.id, "疫情排查", "王海燕")
    assert asked.takes() == 1
    assert asked.takes() is None


def test_a_yes_is_good_for_what_it_was_said_to_alone(asked: Asked) -> None:
    second_eyes.approve(asked.second, asked.code, MONDAY_9)
    assert asked.takes("统计") is None


def test_a_yes_waits_to_be_used_though_something_else_is_asked_since(asked: Asked) -> None:
    second_eyes.approve(asked.second, asked.code, MONDAY_9)
    assert [asked.takes("统计"), asked.takes("统计")] == [None, None]
    stand = second_eyes.states_of(asked.asker, "export", asked.export.id, MONDAY_9)
    assert [(one.purpose, one.answer) for one in stand] == [("疫情排查", Answer.YES), ("统计", Answer.WAITING)]
    assert asked.takes() == 1
    last = second_eyes.state_of(asked.asker, "export", asked.export.id, MONDAY_9)
    assert last is not None and last.purpose == "统计"


def test_what_waits_is_read_in_as_many_statements_however_much_it_is(asked: Asked, database: peewee.Database) -> None:
    by, statements = operator(), list[str]()
    for number in range(3):
        hall = registered(f"第{number}政务服务大厅", f"Alone{number}", four_eyes=True)
        for purpose in ("统计", "检查"):
            second_eyes.ask(post(hall, f"Alone{number}"), "export", 1, purpose, MONDAY_9)
    with after_each_statement(database, lambda event: statements.append(event.sql)):
        assert len(second_eyes.open_of(by, MONDAY_9)) == 6
    assert len([one for one in statements if one.startswith("SELECT")]) == 3


def test_nobody_says_yes_to_what_they_asked(asked: Asked) -> None:
    assert refused(lambda: second_eyes.approve(asked.asker, asked.code, MONDAY_9)) == "second_own"
    as_operator = operator("Admin")
    assert refused(lambda: second_eyes.approve(as_operator, asked.code, MONDAY_9)) == "second_own"


def test_to_whoever_may_not_answer_there_is_no_such_question(asked: Asked) -> None:
    other = registered("陵城区政务服务大厅", "Other")
    for somebody in (joins(asked.hall, "Guard", "门岗"), post(other, "Other"), operator()):
        code = refused(lambda somebody=somebody: second_eyes.approve(somebody, asked.code, MONDAY_9))
        assert code == "second_unknown"


def test_in_a_hall_with_one_admin_an_operator_says_yes(database: peewee.Database) -> None:
    hall = registered(four_eyes=True)
    by = operator()
    export = ready_export(hall)
    code = second_eyes.ask(post(hall), "export", export.id, "检查", MONDAY_9)
    assert [one.code for one in second_eyes.open_of(by, MONDAY_9)] == [code]
    second_eyes.approve(by, code, MONDAY_9)
    assert exporting.take_copy(post(hall), export.public_id, Kind.FULL, "检查", "s", MONDAY_9) == 1
    assert any(code in text for text in told("Operator"))


def test_both_hear_of_it(asked: Asked) -> None:
    assert any(f"批准 {asked.code}" in text for text in told("Second"))
    before = len(told("Admin"))
    second_eyes.approve(asked.second, asked.code, MONDAY_9)
    assert len(told("Admin")) == before + 1


def test_a_no_opens_nothing(asked: Asked) -> None:
    second_eyes.refuse(asked.second, asked.code, MONDAY_9)
    assert second_eyes.last_answer(asked.asker, "export", asked.export.id) is Answer.NO
    assert asked.takes() is None
    assert refused(lambda: second_eyes.approve(asked.second, asked.code, MONDAY_9)) == "second_answered"


@pytest.mark.parametrize("round_", range(3))
def test_of_two_answers_at_once_one_counts(asked: Asked, round_: int) -> None:
    third = joins(asked.hall, "Third", "周复核", Role.ADMIN)
    answers = at_once(
        lambda: second_eyes.approve(asked.second, asked.code, MONDAY_9),
        lambda: second_eyes.refuse(third, asked.code, MONDAY_9),
    )
    assert sum(answer == "second_answered" for answer in answers) == 1


@pytest.mark.parametrize("round_", range(3))
def test_of_several_yeses_at_once_one_counts_and_who_asked_hears_of_one(asked: Asked, round_: int) -> None:
    third = joins(asked.hall, "Third", "周复核", Role.ADMIN)
    before = len(told("Admin"))
    answers = at_once(
        *[partial(second_eyes.approve, one, asked.code, MONDAY_9) for one in (asked.second, third, asked.second)]
    )
    assert sum(answer == "second_answered" for answer in answers) == 2
    assert len(told("Admin")) == before + 1


def test_of_two_copies_at_once_one_uses_the_yes(asked: Asked) -> None:
    second_eyes.approve(asked.second, asked.code, MONDAY_9)
    taken = at_once(*[asked.takes] * 2)
    assert taken.count(1) == 1 and 2 not in taken


def test_a_question_and_a_yes_last_four_hours(asked: Asked) -> None:
    assert refused(lambda: second_eyes.approve(asked.second, asked.code, MONDAY_9 + LASTS)) == "second_over"
    second_eyes.approve(asked.second, asked.code, MONDAY_9 + LASTS - SECOND)
    late = MONDAY_9 + LASTS
    found = exporting.take_copy(asked.asker, asked.export.public_id, Kind.FULL, "疫情排查", "s", late)
    assert found is None


def test_what_waits_is_listed_for_whoever_may_answer(asked: Asked) -> None:
    guard = joins(asked.hall, "Guard", "门岗")
    assert [one.code for one in second_eyes.open_of(asked.second, MONDAY_9)] == [asked.code]
    for somebody in (asked.asker, guard, operator()):
        assert second_eyes.open_of(somebody, MONDAY_9) == []
    assert second_eyes.open_of(asked.second, MONDAY_9 + LASTS) == []


def test_a_code_is_digits_alone_as_no_halls_code_is(asked: Asked) -> None:
    assert re.fullmatch(rf"\d{{{CODE_DIGITS}}}", asked.code, re.ASCII)
    assert not asked.hall.code.isdigit()


def test_a_code_may_be_typed_with_gaps_and_in_full_width(asked: Asked) -> None:
    typed = f"{asked.code[:4]} {asked.code[4:]}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert second_eyes.look(asked.second, typed, MONDAY_9).code == asked.code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=40))
def test_whatever_else_is_typed_is_no_code(asked: Asked, text: str) -> None:
    if asked.code not in text:
        assert refused(lambda: second_eyes.approve(asked.second, text, MONDAY_9)) == "second_unknown"


def test_somebody_who_asks_all_the_time_has_to_wait(database: peewee.Database) -> None:
    hall = registered(four_eyes=True)
    for number in range(10):
        second_eyes.ask(post(hall), "export", 1, f"用途{number}", MONDAY_9)
    code = refused(lambda: second_eyes.ask(post(hall), "export", 1, "又一个", MONDAY_9), but=(Attempt,))
    assert code == "too_many"


def test_an_operator_asks_for_nothing(database: peewee.Database) -> None:
    by: Post = operator()
    assert refused(lambda: second_eyes.ask(by, "export", 1, "检查", MONDAY_9)) == "hall_not_yours"
