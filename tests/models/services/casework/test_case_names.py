"""The names of a case: to whom they open, for how long, and with whose yes."""

from datetime import timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import audit, halls, second_eyes
from models.services.casework import case_names
from models.services.casework.case_names import ALONE_AFTER, OPEN_FOR
from models.services.posts import posts
from models.tables.approvals import Answer, Approval
from models.tables.attempts import Attempt
from models.tables.cases import Case, CaseOpening, CaseStatus
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.looks import Look
from models.tables.staff import Member
from tests.named import CASE_NAME, SESSION, WORDS, Named, a_contact, visits_of
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, openid, operator, post, refused, registered, told
from tests.visited import PHONE

SECOND = timedelta(seconds=1)


@pytest.fixture
def named(database: peewee.Database) -> Named:
    return Named()


@pytest.fixture
def careful(database: peewee.Database) -> Named:
    """With four eyes and a second admin."""
    made = Named(four_eyes=True)
    joins(made.hall, "Second", "李复核", Role.ADMIN)
    return made


def noted(hall: HallFacts, action: str) -> list[str]:
    rows = audit.latest(hall.id, MONDAY_9 + timedelta(days=1), action=action)
    return [row.detail for row in rows]


def openings() -> int:
    return run(CaseOpening.select().count)


# --- one pair of eyes ---


def test_names_are_masked_until_a_reason_is_said(named: Named) -> None:
    assert named.names() == {"张*", "何**"}
    assert named.opens() == MONDAY_9 + OPEN_FOR
    assert named.names() == {"张三", CASE_NAME}


def test_an_hour_later_they_are_masked_again(named: Named) -> None:
    named.opens()
    assert named.names(MONDAY_9 + OPEN_FOR - SECOND) == {"张三", CASE_NAME}
    assert named.names(MONDAY_9 + OPEN_FOR) == {"张*", "何**"}


def test_it_is_noted_who_opened_which_case_what_for_and_whose_names_they_were(named: Named) -> None:
    named.opens(why="other", words="街道要求")
    [row] = noted(named.hall, "case_names")
    assert named.case.number in row and "街道要求" in row and '"people": 1' in row
    assert "张三" not in row and PHONE not in row
    look = run(Look.get)
    assert (look.what, look.case_id, look.why, look.words) == ("case", named.case.id, "other", "街道要求")


def test_pressed_twice_it_is_one_opening(named: Named) -> None:
    assert named.opens() == named.opens(now=MONDAY_9 + SECOND)
    assert openings() == 1 and len(noted(named.hall, "case_names")) == 1


@pytest.mark.parametrize("round_", range(3))
def test_pressed_twice_at_once_it_is_one_opening(named: Named, round_: int) -> None:
    assert at_once(*[named.opens] * 3) == [MONDAY_9 + OPEN_FOR] * 3
    assert openings() == 1


def test_another_session_of_the_same_admin_sees_no_names(named: Named) -> None:
    named.opens()
    assert named.until(session="another-session-") is None
    assert named.names(session="another-session-") == {"张*", "何**"}


def test_another_admin_with_the_same_session_sees_no_names(named: Named) -> None:
    second = joins(named.hall, "Second", "李复核", Role.ADMIN)
    named.opens()
    assert named.until(second) is None


def test_who_is_not_staff_any_more_sees_no_names(named: Named) -> None:
    named.opens()
    run(lambda: Member.delete().where(Member.openid == openid("Admin")).execute())
    assert posts(openid("Admin")) == []


@pytest.mark.parametrize("status", ["suspended", "waiting", "rejected"])
def test_of_a_hall_that_is_not_open_nobody_sees_names(named: Named, status: str) -> None:
    named.opens()
    run(lambda: Hall.update(status=status, revision=halls.new_revision()).execute())
    admin = post(named.hall)
    assert named.until(admin) is None and named.names(by=admin) == set()
    assert refused(lambda: named.opens(admin)) == "not_yours"
    assert refused(lambda: named.goes_alone(MONDAY_9, by=admin)) == "not_yours"


def test_guards_operators_and_other_halls_open_nothing(named: Named) -> None:
    guard = joins(named.hall, "Guard", "门岗")
    elsewhere = post(registered("陵城区政务服务大厅", "Other"), "Other")
    assert refused(lambda: named.opens(guard)) == "not_yours"
    by = operator()
    assert refused(lambda: named.opens(by)) == "not_yours"
    assert refused(lambda: named.opens(elsewhere)) == "case_unknown"
    named.opens()
    assert named.names(by=elsewhere) == set() and named.until(elsewhere) is None


def test_a_closed_case_is_read_with_a_reason_like_an_open_one(named: Named) -> None:
    run(lambda: Case.update(status=CaseStatus.CLOSED, closed_at=MONDAY_9).execute())
    assert named.opens() is not None


@pytest.mark.parametrize("missing", ["reason", "authority"])
def test_without_what_the_case_is_for_nothing_opens(named: Named, missing: str) -> None:
    run(lambda: Case.update(**{missing: None}).execute())
    assert refused(named.opens) == "case_reason_missing"
    assert refused(named.takes_the_yes) == "case_reason_missing"
    assert refused(lambda: named.goes_alone(MONDAY_9)) == "case_reason_missing"


@pytest.mark.parametrize(
    ("why", "words", "code"),
    [
        ("", "", "reason_missing"),
        ("curious", "", "reason_missing"),
        ("other", "", "reason_length"),
        ("other", "查", "reason_length"),
        ("other", "长" * 61, "reason_length"),
        ("other", "x" * 5000, "words_too_many"),
        ("other", "号码 13800138000", "reason_personal"),
        ("other", "=1+1", "words_formula"),
        ("other", "<b>查</b>", "words_markup"),
        ("other", "查\u200b查", "words_hidden"),
        ("other", "甲；乙", "words_mark"),
    ],
)
def test_a_reason_that_is_none_opens_nothing(named: Named, why: str, words: str, code: str) -> None:
    assert refused(lambda: named.opens(why=why, words=words)) == code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=20), st.text(max_size=80))
def test_whatever_is_said_nothing_opens_but_by_a_reason(named: Named, why: str, words: str) -> None:
    if why not in case_names.WHY:
        assert refused(lambda: named.opens(why=why, words=words)) == "reason_missing"
    assert named.until() is None


@pytest.mark.parametrize("public_id", ["", "x", "张三", "\udc80", "a" * 5000, "%00"])
def test_a_case_that_is_none_is_unknown(named: Named, public_id: str) -> None:
    code = refused(lambda: case_names.open_names(named.admin, public_id, SESSION, "contact", "", MONDAY_9))
    assert code == "case_unknown"


def test_a_name_that_does_not_open_says_so_and_hides_no_other(named: Named, database: peewee.Database) -> None:
    a_contact(named.hall, named.case, "李四")
    named.opens()
    first = min(row.visit_id for row in run(lambda: list(visits_of(named.case.id))) if row.contact_id)
    run(lambda: database.execute_sql(f"UPDATE visits SET name = {database.param} WHERE id = {first}", (b"damaged",)))
    assert named.names() == {"\N{REPLACEMENT CHARACTER}", "李四", CASE_NAME}


def test_a_visit_that_was_erased_is_left_out(named: Named) -> None:
    assert case_names.people_of(named.admin, named.case, [2**31 - 1, 0, -1], SESSION, MONDAY_9) == {}


# --- two pairs ---


def test_with_four_eyes_another_admins_yes_opens_the_names_once(careful: Named) -> None:
    assert careful.opens() is None and careful.names() == {"张*", "何**"}
    assert any(f"批准 {careful.code}" in text and careful.case.number in text for text in told("Second"))
    said = second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    assert (said.kind, said.number, said.purpose) == ("case", careful.case.number, "电话联系可能的接触者")
    assert careful.case.number in told("Admin")[-1]
    assert careful.takes_the_yes() == MONDAY_9 + OPEN_FOR
    assert careful.names() == {"张三", CASE_NAME}
    opening = run(CaseOpening.get)
    assert opening.way == "second" and opening.approval_id is not None


def test_a_yes_opens_once(careful: Named) -> None:
    careful.opens()
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    careful.takes_the_yes()
    assert refused(lambda: careful.takes_the_yes(session="another-session-")) == "second_over"
    assert refused(lambda: careful.takes_the_yes(MONDAY_9 + OPEN_FOR)) == "second_over"


@pytest.mark.parametrize("round_", range(3))
def test_a_yes_used_twice_at_once_opens_one_session(careful: Named, round_: int) -> None:
    careful.opens()
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    answers = at_once(careful.takes_the_yes, lambda: careful.takes_the_yes(session="another-session-"))
    assert answers.count("second_over") == 1 and openings() == 1


def test_a_yes_is_good_for_the_reason_that_it_was_said_to(careful: Named) -> None:
    careful.opens()
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    assert careful.opens(why="report") is None
    assert openings() == 0


def test_nobody_says_yes_to_their_own_question(careful: Named) -> None:
    careful.opens()
    assert refused(lambda: second_eyes.approve(careful.admin, careful.code, MONDAY_9)) == "second_own"
    as_operator = operator("Admin")
    assert refused(lambda: second_eyes.approve(as_operator, careful.code, MONDAY_9)) == "second_own"
    assert refused(careful.takes_the_yes) == "second_over"


def test_in_a_hall_with_one_admin_an_operator_says_yes(database: peewee.Database) -> None:
    named = Named(four_eyes=True)
    by = operator()
    named.opens()
    second_eyes.approve(by, named.code, MONDAY_9)
    assert named.takes_the_yes() is not None


def test_the_yes_of_somebody_who_is_not_staff_any_more_opens_nothing(careful: Named) -> None:
    careful.opens()
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    run(lambda: Member.delete().where(Member.openid == openid("Second")).execute())
    assert refused(careful.takes_the_yes) == "second_over"


def test_a_question_to_somebody_who_is_removed_goes_to_the_operators(careful: Named) -> None:
    by = operator()
    careful.opens()
    run(lambda: Member.delete().where(Member.openid == openid("Second")).execute())
    second_eyes.approve(by, careful.code, MONDAY_9)
    assert careful.takes_the_yes() is not None


def test_whoever_asks_all_the_time_has_to_wait(careful: Named) -> None:
    for number in range(10):
        careful.opens(why="other", words=f"第{number}次")
    assert refused(lambda: careful.opens(why="other", words="再一次"), but=(Attempt,)) == "too_many"


# --- nobody answers ---


def test_after_ten_minutes_without_an_answer_one_admin_goes_on_alone(careful: Named) -> None:
    operator()
    careful.opens()
    assert refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER - SECOND)) == "case_wait"
    now = MONDAY_9 + ALONE_AFTER
    assert careful.goes_alone(now) == now + OPEN_FOR
    assert careful.names(now) == {"张三", CASE_NAME}
    opening = run(CaseOpening.get)
    assert opening.way == "alone" and WORDS in opening.reason
    [row] = noted(careful.hall, "case_alone")
    assert careful.case.number in row and WORDS in row
    for who in ("Operator", "Second"):
        assert careful.case.number in told(who)[-1] and WORDS in told(who)[-1] and "王海燕" in told(who)[-1]


def test_it_is_told_how_many_minutes_are_left(careful: Named) -> None:
    careful.opens()
    for after, minutes in ((timedelta(), 10), (timedelta(minutes=9), 1), (timedelta(minutes=9, seconds=30), 1)):
        with pytest.raises(Exception, match="case_wait") as no:
            careful.goes_alone(MONDAY_9 + after)
        assert no.value.details == {"minutes": minutes}


def test_a_late_answer_is_told_that_it_is_over(careful: Named) -> None:
    careful.opens()
    careful.goes_alone(MONDAY_9 + ALONE_AFTER)
    second = post(careful.hall, "Second")
    for answer in (second_eyes.approve, second_eyes.refuse):
        assert refused(lambda answer=answer: answer(second, careful.code, MONDAY_9 + ALONE_AFTER)) == "second_alone"
    assert second_eyes.open_of(second, MONDAY_9 + ALONE_AFTER) == []


def test_nobody_goes_on_alone_who_has_not_asked(careful: Named) -> None:
    assert refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER)) == "case_not_asked"
    careful.opens()
    second = post(careful.hall, "Second")
    assert refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER, by=second)) == "case_not_asked"


def test_a_question_that_is_over_leads_nowhere(careful: Named) -> None:
    careful.opens()
    assert refused(lambda: careful.goes_alone(MONDAY_9 + second_eyes.LASTS)) == "case_not_asked"


def test_after_a_no_nobody_goes_on_alone(careful: Named) -> None:
    careful.opens()
    second_eyes.refuse(post(careful.hall, "Second"), careful.code, MONDAY_9)
    assert refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER)) == "case_refused"
    careful.opens(why="report", now=MONDAY_9 + ALONE_AFTER)
    assert refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER * 3)) == "case_refused"


def test_after_a_no_another_question_may_be_answered_with_a_yes(careful: Named) -> None:
    careful.opens()
    second_eyes.refuse(post(careful.hall, "Second"), careful.code, MONDAY_9)
    careful.opens(why="report", now=MONDAY_9 + SECOND)
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9 + SECOND)
    assert careful.takes_the_yes(MONDAY_9 + SECOND) is not None


def test_a_yes_that_came_after_all_is_what_opens_the_names(careful: Named) -> None:
    careful.opens()
    second_eyes.approve(post(careful.hall, "Second"), careful.code, MONDAY_9)
    careful.goes_alone(MONDAY_9 + SECOND)
    assert run(CaseOpening.get).way == "second"
    assert noted(careful.hall, "case_alone") == []


@pytest.mark.parametrize("words", ["", "急", "号码 13800138000", "长" * 61])
def test_going_alone_takes_a_further_reason(careful: Named, words: str) -> None:
    careful.opens()
    code = refused(lambda: careful.goes_alone(MONDAY_9 + ALONE_AFTER, words))
    assert code in ("reason_length", "reason_personal")


@pytest.mark.parametrize("round_", range(3))
def test_going_alone_twice_at_once_is_one_opening(careful: Named, round_: int) -> None:
    careful.opens()
    now = MONDAY_9 + ALONE_AFTER
    assert at_once(*[lambda: careful.goes_alone(now)] * 2) == [now + OPEN_FOR] * 2
    assert openings() == 1 and len(noted(careful.hall, "case_alone")) == 1


@pytest.mark.parametrize("round_", range(3))
def test_two_admins_who_go_on_alone_at_once_each_open_their_own(careful: Named, round_: int) -> None:
    second = post(careful.hall, "Second")
    careful.opens()
    careful.opens(second, session="session-of-other")
    now = MONDAY_9 + ALONE_AFTER
    both = at_once(
        lambda: careful.goes_alone(now), lambda: careful.goes_alone(now, by=second, session="session-of-other")
    )
    assert both == [now + OPEN_FOR] * 2
    assert openings() == 2


@pytest.mark.parametrize("round_", range(3))
def test_going_alone_and_a_yes_at_once_come_to_one_of_the_two(careful: Named, round_: int) -> None:
    careful.opens()
    now, second = MONDAY_9 + ALONE_AFTER, post(careful.hall, "Second")
    alone, yes = at_once(lambda: careful.goes_alone(now), lambda: second_eyes.approve(second, careful.code, now))
    answer = run(Approval.get).answer
    if yes == "second_alone" or yes == "second_answered":
        assert (answer, alone) == (Answer.ALONE, now + OPEN_FOR)
    else:
        assert alone in ("second_answered", now + OPEN_FOR)
        assert answer == (Answer.YES if alone == "second_answered" else Answer.USED)


def test_a_sole_admin_without_operators_may_go_on_alone_too(database: peewee.Database) -> None:
    named = Named(four_eyes=True)
    named.opens()
    assert named.goes_alone(MONDAY_9 + ALONE_AFTER) is not None
