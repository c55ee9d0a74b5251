"""What staff do about a case and its contacts; of two at once one does it."""

import json
from datetime import date, datetime, timedelta

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import audit, staff
from models.services.casework import case_work, cases, contact_list
from models.services.casework.cases import Opened
from models.services.posts import Post
from models.tables.cases import Case
from models.tables.contacts import Contact, ContactNote, ContactState
from models.tables.database import run
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, openid, operator, post, refused, registered
from tests.visited import came

pytestmark = pytest.mark.usefixtures("database")

NOON = MONDAY_9 + timedelta(hours=3)
TODAY = date(2026, 3, 2)
TODO, CALLED, REACHED, REFUSED = (
    ContactState.TODO, ContactState.CALLED, ContactState.REACHED, ContactState.REFUSED,
)  # fmt: skip


@pytest.fixture
def case(hall: HallFacts) -> Opened:
    """Of somebody who met one other person."""
    ill = came(hall)
    came(hall, name="李四", phone=None, number=None)
    return cases.open_case(post(hall), ill, None, None, NOON)


def noted(hall: HallFacts, case: Opened, state: ContactState | None = CALLED, text: str = "", was: ContactState = TODO,
          who: str = "Admin", now: datetime = NOON) -> None:  # fmt: skip
    case_work.note(post(hall, who), case.public_id, 1, state, text, was, now)


def contact(case: Opened) -> Contact:
    return run(lambda: Contact.get(Contact.number == 1))


def kinds(hall: HallFacts, case: Opened) -> list[tuple[str, str | None, str]]:
    """The notes of the contact, the last first: what, its text, and whose."""
    row = cases.one(post(hall), case.public_id)
    assert row is not None
    found = contact_list.one(post(hall), row, 1, "", NOON)
    assert found is not None
    return [(one.row.kind, one.row.text, one.by) for one in found.notes]


def deeds(hall: HallFacts) -> list[tuple[str, dict[str, object]]]:
    """What the audit tells of the work, the last first."""
    rows = audit.latest(hall.id, NOON + timedelta(days=1))
    return [(row.action, json.loads(row.detail)) for row in rows if row.action.startswith("case_")]


def test_a_contact_who_was_called_is_in_that_state_and_the_note_says_by_whom(hall: HallFacts, case: Opened) -> None:
    noted(hall, case, CALLED, "打过两次，没人接")
    assert contact(case).state == CALLED
    assert kinds(hall, case) == [("called", "打过两次，没人接", "王海燕")]


def test_the_audit_names_case_and_contact_by_their_numbers_and_nobody(hall: HallFacts, case: Opened) -> None:
    noted(hall, case, REACHED, "李四说没事")
    assert deeds(hall)[0] == ("case_note", {"number": "2026-1", "contact_number": 1, "noted": "reached"})


def test_a_wrong_state_is_put_right_by_another_one(hall: HallFacts, case: Opened) -> None:
    noted(hall, case, REACHED)
    noted(hall, case, TODO, was=REACHED)
    assert contact(case).state == TODO
    assert [kind for kind, _, _ in kinds(hall, case)] == ["todo", "reached"]


def test_words_alone_change_no_state(hall: HallFacts, case: Opened) -> None:
    noted(hall, case, None, "下午再打")
    noted(hall, case, TODO, "还是下午")
    assert contact(case).state == TODO
    assert [kind for kind, _, _ in kinds(hall, case)] == ["note", "note"]


@pytest.mark.parametrize(
    ("state", "text", "was", "code"),
    [
        pytest.param(None, "", TODO, "note_missing", id="nothing"),
        pytest.param(None, " \u200b\n", TODO, "note_missing", id="nothing that could be seen"),
        pytest.param(TODO, "", TODO, "note_missing", id="the state that it has"),
        pytest.param(None, "长" * 301, TODO, "note_too_long", id="a long story"),
        pytest.param(CALLED, "", REACHED, "contact_changed", id="from a state that it is not in"),
    ],
)
def test_what_notes_nothing_is_refused(
    hall: HallFacts, case: Opened, state: ContactState | None, text: str, was: ContactState, code: str
) -> None:
    assert refused(lambda: noted(hall, case, state, text, was)) == code


def test_three_hundred_characters_are_kept_whole(hall: HallFacts, case: Opened) -> None:
    noted(hall, case, None, "𠮷" * 300)
    assert kinds(hall, case) == [("note", "𠮷" * 300, "王海燕")]


def test_of_two_admins_who_set_a_state_at_once_one_does_and_one_is_told(hall: HallFacts, case: Opened) -> None:
    joins(hall, "Second", "李复核", Role.ADMIN)
    found = at_once(
        lambda: noted(hall, case, REACHED), lambda: noted(hall, case, REFUSED, who="Second"),
    )  # fmt: skip
    assert sorted(found, key=str) == [None, "contact_changed"]
    assert run(ContactNote.select().count) == 1


def test_two_who_only_write_at_once_both_write(hall: HallFacts, case: Opened) -> None:
    joins(hall, "Second", "李复核", Role.ADMIN)
    found = at_once(
        lambda: noted(hall, case, None, "一"), lambda: noted(hall, case, None, "二", who="Second"),
    )  # fmt: skip
    assert found == [None, None]
    assert {text for _, text, _ in kinds(hall, case)} == {"一", "二"}


def test_a_note_of_somebody_who_has_left_stays_without_a_name(hall: HallFacts, case: Opened) -> None:
    second = joins(hall, "Second", "李复核", Role.ADMIN)
    noted(hall, case, None, "一", who="Second")
    staff.remove(post(hall), "李复核", NOON)
    assert second.openid == openid("Second")
    assert kinds(hall, case) == [("note", "一", "")]


# --- who cares for whom ---


def given_to(hall: HallFacts, case: Opened, key: str, was: str = case_work.NOBODY, who: str = "Admin") -> None:
    case_work.assign(post(hall, who), case.public_id, 1, key, was, NOON)


def key(hall: HallFacts, who: str) -> str:
    return case_work.key_of(hall.id, openid(who))


def test_an_admin_takes_a_contact_on_and_gives_them_back(hall: HallFacts, case: Opened) -> None:
    mine = key(hall, "Admin")
    given_to(hall, case, mine)
    assert contact(case).assigned_to == openid("Admin")
    given_to(hall, case, case_work.NOBODY, mine)
    assert contact(case).assigned_to is None
    assert kinds(hall, case) == [("assigned", None, "王海燕"), ("assigned", "王海燕", "王海燕")]
    assert [action for action, _ in deeds(hall)][:2] == ["case_assign", "case_assign"]


def test_pressing_twice_notes_once(hall: HallFacts, case: Opened) -> None:
    for _ in range(2):
        given_to(hall, case, key(hall, "Admin"))
    assert len(kinds(hall, case)) == 1


def test_only_admins_of_the_hall_take_contacts_on(hall: HallFacts, case: Opened) -> None:
    joins(hall, "Guard", "门岗甲")
    guard = next(one for one in staff.members(hall.id) if one.openid == openid("Guard"))
    for wrong in (staff.key_of(guard), "0" * 16, "门岗甲", "\0"):
        assert refused(lambda wrong=wrong: given_to(hall, case, wrong)) == "carer_unknown"


def test_whom_somebody_else_took_on_meanwhile_is_not_taken_from_them(hall: HallFacts, case: Opened) -> None:
    joins(hall, "Second", "李复核", Role.ADMIN)
    given_to(hall, case, key(hall, "Second"), who="Second")
    assert refused(lambda: given_to(hall, case, key(hall, "Admin"))) == "contact_changed"


def test_of_two_who_take_the_same_one_on_at_once_one_does(hall: HallFacts, case: Opened) -> None:
    joins(hall, "Second", "李复核", Role.ADMIN)
    found = at_once(
        lambda: given_to(hall, case, key(hall, "Admin")),
        lambda: given_to(hall, case, key(hall, "Second"), who="Second"),
    )
    assert sorted(found, key=str) == [None, "contact_changed"]
    assert len(kinds(hall, case)) == 1


# --- closing, opening again ---


def test_a_closed_case_is_read_only_until_it_is_opened_again(hall: HallFacts, case: Opened) -> None:
    by = post(hall)
    case_work.close(by, case.public_id, NOON)
    for work in (
        lambda: noted(hall, case),
        lambda: given_to(hall, case, key(hall, "Admin")),
        lambda: case_work.close(by, case.public_id, NOON),
        lambda: case_work.hold(by, case.public_id, TODAY, "还在查", NOON),
        lambda: case_work.release(by, case.public_id, NOON),
    ):
        assert refused(work) == "case_closed"
    case_work.reopen(by, case.public_id, NOON)
    noted(hall, case)
    assert [action for action, _ in deeds(hall)][:3] == ["case_note", "case_reopen", "case_close"]


def test_what_is_open_is_not_opened_again(hall: HallFacts, case: Opened) -> None:
    assert refused(lambda: case_work.reopen(post(hall), case.public_id, NOON)) == "case_is_open"


def test_of_two_who_close_at_once_one_does(hall: HallFacts, case: Opened) -> None:
    by = post(hall)
    found = at_once(*[lambda: case_work.close(by, case.public_id, NOON)] * 2)
    assert sorted(found, key=str) == [None, "case_closed"]


# --- holding ---


def test_the_stays_of_a_case_are_held_until_a_day_for_a_reason(hall: HallFacts, case: Opened) -> None:
    case_work.hold(post(hall), case.public_id, TODAY + timedelta(days=180), "疾控还在调查，要留着", NOON)
    row = cases.one(post(hall), case.public_id)
    assert row is not None
    assert (row.held_until, row.hold_reason) == (TODAY + timedelta(days=180), "疾控还在调查，要留着")
    assert deeds(hall)[0] == ("case_hold", {"number": "2026-1", "until": "2026-08-29"})


def test_a_hold_is_moved_and_ended(hall: HallFacts, case: Opened) -> None:
    by = post(hall)
    case_work.hold(by, case.public_id, TODAY, "还在查", NOON)
    case_work.hold(by, case.public_id, TODAY + timedelta(days=7), "再留一周", NOON)
    case_work.release(by, case.public_id, NOON)
    row = run(lambda: Case.get(Case.public_id == case.public_id))
    assert (row.held_until, row.hold_reason) == (None, None)
    assert refused(lambda: case_work.release(by, case.public_id, NOON)) == "case_not_held"


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        (TODAY - timedelta(days=1), "还在查", "hold_past"),
        (date(1, 1, 1), "还在查", "hold_past"),
        (TODAY + timedelta(days=181), "还在查", "hold_too_long"),
        (date(9999, 12, 31), "还在查", "hold_too_long"),
        (TODAY, "", "hold_reason_missing"),
        (TODAY, "\u200b", "hold_reason_missing"),
        (TODAY, "长" * 101, "hold_reason_long"),
    ],
)
def test_a_hold_without_an_end_or_a_reason_is_refused(
    hall: HallFacts, case: Opened, until: date, reason: str, code: str
) -> None:
    assert refused(lambda: case_work.hold(post(hall), case.public_id, until, reason, NOON)) == code


# --- who may, and what is there ---


@pytest.mark.parametrize("public_id", ["", "x" * 16, "\0", "病例", "\ud800", "a" * 5000])
def test_there_is_nothing_to_do_about_a_case_that_is_none(hall: HallFacts, public_id: str) -> None:
    by = post(hall)
    assert refused(lambda: case_work.note(by, public_id, 1, CALLED, "", TODO, NOON)) == "case_unknown"
    assert refused(lambda: case_work.reopen(by, public_id, NOON)) == "case_unknown"


@pytest.mark.parametrize("number", [0, -1, 2, 10**9, 2**31, 10**30])
def test_a_number_that_no_contact_has_is_refused(hall: HallFacts, case: Opened, number: int) -> None:
    by = post(hall)
    assert refused(lambda: case_work.note(by, case.public_id, number, CALLED, "", TODO, NOON)) == "contact_unknown"


@pytest.mark.parametrize("who", ["guard", "operator", "elsewhere"])
def test_nobody_else_does_anything_about_a_case(hall: HallFacts, case: Opened, who: str) -> None:
    other = registered("高新区政务大厅", who="Elsewhere")
    by: Post = {
        "guard": lambda: joins(hall, "Guard", "门岗甲"),
        "operator": operator,
        "elsewhere": lambda: post(other, "Elsewhere"),
    }[who]()
    expected = "case_unknown" if who == "elsewhere" else "not_yours"
    works = (
        lambda: case_work.note(by, case.public_id, 1, CALLED, "", TODO, NOON),
        lambda: case_work.assign(by, case.public_id, 1, "", "", NOON),
        lambda: case_work.close(by, case.public_id, NOON),
        lambda: case_work.reopen(by, case.public_id, NOON),
        lambda: case_work.hold(by, case.public_id, TODAY, "还在查", NOON),
        lambda: case_work.release(by, case.public_id, NOON),
    )
    assert [refused(work) for work in works] == [expected] * len(works)


def test_a_damaged_note_hides_no_other_one(hall: HallFacts, case: Opened, database: peewee.Database) -> None:
    noted(hall, case, None, "一")
    noted(hall, case, None, "二")
    last = run(lambda: ContactNote.select(peewee.fn.MAX(ContactNote.id)).scalar())
    mark = database.param
    run(lambda: database.execute_sql(f"UPDATE contact_notes SET text = {mark} WHERE id = {mark}", (b"damaged", last)))
    assert [text for _, text, _ in kinds(hall, case)] == [None, "一"]
