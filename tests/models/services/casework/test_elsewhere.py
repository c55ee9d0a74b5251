"""Where else the person of a case was: for operators, under that case, without who it is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.visits import Certainty, HowIn, HowOut
from models.rules.wanted import Period
from models.services import halls, registering
from models.services.casework import cases, elsewhere
from models.services.casework.elsewhere import Elsewhere
from models.services.posts import Post
from models.tables.audit import Audit
from models.tables.cases import Case, CaseStatus
from models.tables.database import run
from models.tables.found_visits import Place
from models.tables.halls import Hall
from models.tables.staff import NO_HALL
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import at_once, everything, operator, post, refused, registered, told
from tests.visited import NUMBER, PHONE, came

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
NOON = MONDAY_9 + timedelta(hours=3)
NOBODY = {"number": None, "phone": None}
PLACE = {"region": "510107", "region_name": "四川省成都市武侯区"}


@pytest.fixture
def other(database: peewee.Database) -> HallFacts:
    return registered("武侯区政务大厅", "Other", **PLACE)


@pytest.fixture
def zhao(database: peewee.Database) -> Post:
    return operator()


def opened(hall: HallFacts, visit: str, period: Period | None = None, who: str = "Admin") -> str:
    """The public id of a case for the person of a visit."""
    return cases.open_case(post(hall, who), visit, period, None, NOON).public_id


def seen(zhao: Post, case: str, now: datetime = NOON) -> list[Elsewhere]:
    return elsewhere.stays(zhao, case, now)


# --- whose stays ---


def test_the_stays_of_a_case_in_another_hall_are_told_with_how_each_end_is_known(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    case = opened(hall, came(hall))
    came(other, MONDAY_9 - DAY, how_out=HowOut.CLOSING, how_in=HowIn.CHAT)
    came(other, MONDAY_9 + timedelta(hours=1), left=None)
    came(other, MONDAY_9, "李四", number="371421197902142025", phone="13911110002")
    guessed, inside = seen(zhao, case)
    assert (guessed.hall.id, guessed.in_at, guessed.left_at) == (
        other.id, MONDAY_9 - DAY, MONDAY_9 - DAY + timedelta(minutes=40)
    )  # fmt: skip
    assert (guessed.sure_in, guessed.sure_out, guessed.is_inside) == (Certainty.STATED, Certainty.ESTIMATED, False)
    assert (inside.left_at, inside.sure_out, inside.is_inside) == (NOON, Certainty.ESTIMATED, True)


SAME: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same number, another name and phone": ({}, {"name": "张叁", "phone": "13911110002"}, True),
    "the same number as a companion": ({}, {"phone": None, "lead_id": 10**6}, True),
    "the same name and phone, no number": ({"number": None}, {"number": None}, True),
    "the same account and name": ({**NOBODY, "person_id": 7}, {**NOBODY, "person_id": 7}, True),
    "the same account, another name": ({**NOBODY, "person_id": 7}, {**NOBODY, "person_id": 7, "name": "张小明"}, False),
    "a companion by the same account": ({**NOBODY, "person_id": 7}, {**NOBODY, "person_id": 7, "lead_id": 5}, False),
    "the same phone, another name": ({"number": None}, {"number": None, "name": "张小明"}, False),
    "the same name alone": (NOBODY, NOBODY, False),
}


@pytest.mark.parametrize("what", SAME)
def test_only_what_one_person_alone_has_makes_two_stays_one_persons(
    hall: HallFacts, other: HallFacts, zhao: Post, what: str
) -> None:
    here, there, is_same = SAME[what]
    case = opened(hall, came(hall, **here))
    visit = came(other, **there)
    assert [stay.public_id for stay in seen(zhao, case)] == ([visit] if is_same else [])


def test_a_stay_is_found_over_what_another_one_shares_with_it(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall, phone=None))
    third = registered("第三政务大厅", "Third", region="510107", region_name="四川省成都市武侯区")
    linked = came(other), came(third, number=None)
    assert {stay.public_id for stay in seen(zhao, case)} == set(linked)


def test_the_stays_in_the_case_s_own_hall_and_outside_of_its_days_are_not_told(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    case = opened(hall, came(hall))
    came(hall, MONDAY_9 - DAY)
    came(other, MONDAY_9 - 4 * DAY)
    assert seen(zhao, case) == []


def test_a_stay_that_began_before_these_days_and_lasted_into_them_is_told(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    day = Period((MONDAY_9 - DAY).date(), (MONDAY_9 - DAY).date())
    case = opened(hall, came(hall, MONDAY_9 - DAY), day)
    over = came(other, MONDAY_9 - DAY - timedelta(hours=12), left=timedelta(hours=8))
    came(other, MONDAY_9 - DAY - timedelta(hours=12), left=timedelta(hours=1))
    assert [stay.public_id for stay in seen(zhao, case)] == [over]


@pytest.mark.parametrize("first", [date.min, date(1900, 1, 1)])
def test_days_that_nobody_remembers_hinder_nobody(hall: HallFacts, other: HallFacts, zhao: Post, first: date) -> None:
    there = came(other, MONDAY_9 - DAY)
    case = opened(hall, came(hall), Period(first, MONDAY_9.date()))
    assert [stay.public_id for stay in seen(zhao, case)] == [there]


def test_what_another_hall_keeps_no_longer_is_not_told(hall: HallFacts, zhao: Post) -> None:
    short = registered("武侯区政务大厅", "Other", retention_days=14, **PLACE)
    came(short, MONDAY_9 - 20 * DAY)
    kept = came(short, MONDAY_9 - 14 * DAY)
    days = Period((MONDAY_9 - 25 * DAY).date(), MONDAY_9.date())
    case = opened(hall, came(hall), days)
    assert [stay.public_id for stay in seen(zhao, case)] == [kept]


def test_nothing_that_is_told_says_who_it_is(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    came(other, address="德州市德城区三八路1号")
    (row,), _ = elsewhere.open_cases(zhao, NOON + DAY)
    text = repr((seen(zhao, case), row))
    assert not [one for one in ("张三", NUMBER, PHONE, PHONE[-4:], "三八路") if one in text]


def test_that_somebody_looked_is_noted_and_the_hall_does_not_see_it(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    case = opened(hall, came(hall))
    seen(zhao, case)
    (row,) = run(lambda: list(Audit.select().where(Audit.action == "case_elsewhere")))
    assert (row.hall_id, row.role) == (NO_HALL, "operator")
    assert hall.code in row.detail and "2026-1" in row.detail


def test_of_a_case_whose_visits_are_gone_nothing_is_told(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    visit = came(hall)
    case = opened(hall, visit)
    came(other)
    run(lambda: Visit.delete().where(Visit.public_id == visit).execute())
    assert seen(zhao, case) == []


def test_a_case_whose_visit_is_gone_is_known_by_another_of_its_stays(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    came(hall, MONDAY_9 - DAY)
    visit = came(hall)
    case = opened(hall, visit)
    there = came(other)
    run(lambda: Visit.delete().where(Visit.public_id == visit).execute())
    assert [stay.public_id for stay in seen(zhao, case)] == [there]


@pytest.mark.parametrize("field", ["name", "id_number", "phone"])
def test_a_field_that_does_not_open_is_no_failure(hall: HallFacts, other: HallFacts, zhao: Post, field: str) -> None:
    visit = came(hall)
    case = opened(hall, visit)
    came(other)
    run(lambda: Visit._meta.database.execute_sql(f"UPDATE visits SET {field} = 'x' WHERE public_id = '{visit}'"))
    assert len(seen(zhao, case)) == 1


# --- the list ---


def test_the_open_cases_of_all_halls_are_listed_the_latest_first(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    first, second = opened(hall, came(hall)), opened(other, came(other), who="Other")
    closed = opened(hall, came(hall, name="李四", number="371421197902142025", phone=None))
    run(lambda: Case.update(status=CaseStatus.CLOSED).where(Case.public_id == closed).execute())
    rows, goes_on = elsewhere.open_cases(zhao, NOON)
    assert [(one.hall.id, one.case.public_id) for one in rows] == [(other.id, second), (hall.id, first)]
    assert goes_on is None


def test_a_long_list_goes_on_where_it_ended_and_leaves_nothing_out(hall: HallFacts, zhao: Post) -> None:
    opened(hall, came(hall))

    def copies() -> None:
        row = dict(Case.select().dicts().get())
        row.pop("id")
        for number in range(2, 121):
            at = NOON - timedelta(minutes=number // 3)
            Case.insert({**row, "public_id": f"c{number}", "number": f"2026-{number}", "opened_at": at}).execute()

    run(copies)
    shown: list[str] = []
    place: Place | None = None
    while True:
        rows, place = elsewhere.open_cases(zhao, NOON, place)
        shown += [one.case.number for one in rows]
        if place is None:
            break
    assert len(shown) == len(set(shown)) == 120


def test_the_contacts_of_a_contact_are_no_case_here(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    came(hall, MONDAY_9, "李四", number="371421197902142025", phone=None)
    cases.trace_again(post(hall), case, NOON)
    step = cases.step(post(hall), case, 1, NOON).public_id
    assert [one.case.public_id for one in elsewhere.open_cases(zhao, NOON + DAY)[0]] == [case]
    assert elsewhere.one(zhao, step) is None
    assert refused(lambda: elsewhere.stays(zhao, step, NOON)) == "case_unknown"


# --- a case there ---


def test_a_case_is_opened_there_for_the_same_days_and_its_admins_are_told(
    hall: HallFacts, other: HallFacts, zhao: Post
) -> None:
    case = opened(hall, came(hall))
    visit = came(other)
    came(other, MONDAY_9, "王五", **NOBODY)
    there = elsewhere.open_there(zhao, case, visit, NOON)
    assert (there.hall.id, there.number, there.is_new) == (other.id, "2026-1", True)
    (row,) = cases.of_hall(post(other, "Other"), NOON)
    origin = run(lambda: Case.get(Case.public_id == case))
    assert (row.origin_id, row.contact_id, row.asked_first, row.last) == (
        origin.id, None, origin.asked_first, origin.last
    )  # fmt: skip
    assert (row.contacts, row.reason, row.authority) == (1, None, None)
    assert any("2026-1" in text and "武侯区" in text for text in told("Other"))
    assert not any("武侯区" in text for text in told("Admin"))
    assert seen(zhao, case)[0].number == "2026-1"


def test_the_same_twice_is_one_case_and_one_message(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    first, second = came(other, MONDAY_9 - DAY), came(other)
    before = elsewhere.open_there(zhao, case, first, NOON)
    again = elsewhere.open_there(operator("Second", "钱运营"), case, second, NOON + timedelta(hours=2))
    assert (again.number, again.is_new) == (before.number, False)
    assert len([text for text in told("Other") if "2026-1" in text]) == 1


def test_two_operators_at_once_open_one_case(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    visit, second = came(other), operator("Second", "钱运营")
    done = at_once(*(lambda by=by: elsewhere.open_there(by, case, visit, NOON) for by in (zhao, second)))
    assert sorted(there.is_new for there in done) == [False, True]
    assert len(cases.of_hall(post(other, "Other"), NOON)) == 1


@pytest.mark.parametrize("status", ["suspended", "rejected", "waiting"])
def test_the_stays_of_a_hall_that_is_not_open_are_told_and_a_case_there_waits(
    hall: HallFacts, other: HallFacts, zhao: Post, status: str
) -> None:
    case = opened(hall, came(hall))
    visit = came(other)
    run(lambda: Hall.update(status=status, revision=halls.new_revision()).where(Hall.id == other.id).execute())
    assert [stay.hall.is_open_for_visitors for stay in seen(zhao, case)] == [False]
    assert refused(lambda: elsewhere.open_there(zhao, case, visit, NOON)) == "hall_not_open_now"


def test_a_suspended_hall_s_own_case_is_still_listed(hall: HallFacts, zhao: Post) -> None:
    opened(hall, came(hall))
    registering.suspend(zhao, hall.code, "整改", NOON)
    assert len(elsewhere.open_cases(zhao, NOON + DAY)[0]) == 1


def test_the_hall_of_the_case_learns_nothing_of_the_other_one(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    visit = came(other)
    noted = len(run(lambda: list(Audit.select().where(Audit.hall_id == hall.id))))
    elsewhere.stays(zhao, case, NOON)
    elsewhere.open_there(zhao, case, visit, NOON)
    assert len(run(lambda: list(Audit.select().where(Audit.hall_id == hall.id)))) == noted
    assert [row.public_id for row in cases.of_hall(post(hall), NOON)] == [case]


# --- who may, and what is none ---

DEEDS: dict[str, Callable[[Post, str, str], object]] = {
    "list": lambda by, case, visit: elsewhere.open_cases(by, NOON),
    "one": lambda by, case, visit: elsewhere.one(by, case),
    "stays": lambda by, case, visit: elsewhere.stays(by, case, NOON),
    "open": lambda by, case, visit: elsewhere.open_there(by, case, visit, NOON),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_but_an_operator_may(hall: HallFacts, other: HallFacts, deed: str) -> None:
    case, visit = opened(hall, came(hall)), came(other)
    for by in (post(hall), post(hall, "Guard", Role.GUARD), post(other, "Other")):
        assert refused(lambda by=by: DEEDS[deed](by, case, visit)) == "not_yours"


HOSTILE = ("", "x", "' OR '1'='1", "\x00", "\ud800", "张三", "9" * 5000, "../..", "%")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_case_or_no_stay_of_it_opens_nothing(
    hall: HallFacts, other: HallFacts, zhao: Post, text: str
) -> None:
    case = opened(hall, came(hall))
    came(other)
    assert elsewhere.one(zhao, text) is None
    assert refused(lambda: elsewhere.stays(zhao, text, NOON)) == "case_unknown"
    assert refused(lambda: elsewhere.open_there(zhao, case, text, NOON)) == "visit_unknown"


def test_a_stay_of_somebody_else_opens_nothing(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case = opened(hall, came(hall))
    stranger = came(other, name="李四", number="371421197902142025", phone=None)
    for visit in (stranger, came(hall, MONDAY_9 - DAY)):
        assert refused(lambda visit=visit: elsewhere.open_there(zhao, case, visit, NOON)) == "visit_unknown"


def test_a_case_that_is_closed_is_looked_at_no_more(hall: HallFacts, other: HallFacts, zhao: Post) -> None:
    case, visit = opened(hall, came(hall)), came(other)
    run(lambda: Case.update(status=CaseStatus.CLOSED).execute())
    assert refused(lambda: elsewhere.stays(zhao, case, NOON)) == "case_unknown"
    assert refused(lambda: elsewhere.open_there(zhao, case, visit, NOON)) == "case_unknown"


@given(st.text(max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_case_or_none_and_changes_nothing(zhao: Post, text: str) -> None:
    before = everything()
    assert elsewhere.one(zhao, text) is None
    assert everything() == before
