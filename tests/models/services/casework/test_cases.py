"""密接: whom a case is opened for, what days it is about, and what is kept of it."""

from datetime import date, timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.wanted import By, Period, Who
from models.services import limits
from models.services.casework import cases
from models.services.posts import Post
from models.tables import vault
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.cases import Case
from models.tables.database import run
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, operator, post, refused, registered
from tests.traced import NOON, OPEN_ALL_DAY, TODAY, at, minutes_of, opened, there
from tests.visited import NUMBER, PHONE, came

pytestmark = pytest.mark.usefixtures("database")

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LI = {"name": "李四", "phone": "13911110002", "number": "371421197902142025"}


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar=OPEN_ALL_DAY)


# --- who may be meant ---


def test_people_of_one_name_are_told_apart_behind_masks(hall: HallFacts) -> None:
    came(hall, at(0), **LI)
    came(hall, at(60), **LI)
    came(hall, at(30), "李四", number=None, phone="13700000001")
    found = cases.suspects(post(hall), Who(By.NAME, "李四"), NOON)
    assert [(one.shown.name, one.shown.phone, one.stays, one.last_seen) for one in found] == [
        ("李*", "139*****002", 2, at(60)),
        ("李*", "137*****001", 1, at(30)),
    ]


def test_a_phone_of_a_family_gives_each_of_them(hall: HallFacts) -> None:
    came(hall, at(0), "张三", number=None)
    came(hall, at(10), "张小三", number=None)
    found = cases.suspects(post(hall), Who(By.PHONE, PHONE), NOON)
    assert [one.shown.name for one in found] == ["张**", "张*"]


def test_who_checks_in_by_anothers_account_is_somebody_else(hall: HallFacts) -> None:
    came(hall, at(0), "张三", number=None, phone=PHONE, person_id=7)
    came(hall, at(10), "王五", number=None, phone=PHONE, person_id=7)
    assert len(cases.suspects(post(hall), Who(By.PHONE, PHONE), NOON)) == 2


def test_nobody_of_that_name_is_told_with_the_days_and_the_search_is_noted(hall: HallFacts) -> None:
    with pytest.raises(Refused, match="case_nobody") as told:
        cases.suspects(post(hall), Who(By.NAME, "没来过"), NOON)
    assert told.value.details == {"days": 30}
    assert run(lambda: Audit.select().where(Audit.action == "search").count()) == 1


def test_four_digits_are_too_little_to_open_a_case_by(hall: HallFacts) -> None:
    came(hall)
    assert refused(lambda: cases.suspects(post(hall), Who(By.TAIL, "8000"), NOON)) == "case_who_wanted"


def test_a_case_has_the_stays_of_its_person_under_every_account_and_document(hall: HallFacts) -> None:
    first = came(hall, at(0), "张三", 5 * MINUTE, number=NUMBER, phone=None, person_id=7)
    came(hall, at(10), "张三", 5 * MINUTE, number=NUMBER, phone=PHONE, person_id=8)
    came(hall, at(20), "张三", 5 * MINUTE, number=None, phone=PHONE, person_id=None)
    came(hall, at(30), "张三", 5 * MINUTE, number=None, phone=None, person_id=8)
    came(hall, at(40), "李四", 5 * MINUTE, number=None, phone=PHONE, person_id=8)
    case = opened(hall, first)
    assert (case.stays, case.contacts, case.tail_only) == (4, 1, 1)


def test_a_persons_stays_are_found_under_an_older_hash_key_too(hall: HallFacts) -> None:
    came(hall, at(0))
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32), **KEYS.hash})))
    again = came(hall, at(60))
    assert opened(hall, again).stays == 2
    assert len(cases.suspects(post(hall), Who(By.PHONE, PHONE), NOON)) == 1


def test_a_value_that_does_not_open_stops_nothing(hall: HallFacts) -> None:
    suspect = came(hall, at(0))
    there(hall, "李四", 10, 20)
    with_damage = b"\x02d1" + b"x" * 40
    damaged = peewee.Value(with_damage, converter=False)
    run(lambda: Visit.update(phone=damaged, name=damaged).execute())
    assert (opened(hall, suspect).stays, opened(hall, suspect).contacts) == (1, 1)


# --- the days ---


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("period", "onset", "days"),
    [
        (None, None, (day(-2), day(0), day(-2))),
        (None, day(-5), (day(-7), day(0), day(-7))),
        (None, day(-30), (day(-30), day(0), day(-32))),  # 之前的记录已按期删除
        (None, date(1, 1, 1), (day(-30), day(0), date(1, 1, 1))),
        (Period(day(-9), day(-8)), None, (day(-9), day(-8), day(-9))),
        (Period(date(1, 1, 1), date(9999, 12, 31)), None, (day(-30), day(0), date(1, 1, 1))),
    ],
)
def test_the_days_go_back_before_the_first_signs_and_are_cut_to_what_is_kept(
    hall: HallFacts, period: Period | None, onset: date | None, days: tuple[date, ...]
) -> None:
    case = opened(hall, came(hall), period, onset)
    assert (case.first, case.last, case.asked_first) == days
    row = cases.one(post(hall), case.public_id)
    assert row is not None
    assert row.is_cut == (days[2] < days[0])


@pytest.mark.parametrize(
    ("period", "onset", "code"),
    [
        (None, day(1), "period_ahead"),
        (Period(day(1), day(2)), None, "period_ahead"),
        (Period(day(-60), day(-31)), None, "period_not_kept"),
    ],
)
def test_days_of_which_there_can_be_nothing_are_refused(
    hall: HallFacts, period: Period | None, onset: date | None, code: str
) -> None:
    suspect = came(hall)
    assert refused(lambda: opened(hall, suspect, period, onset)) == code


def test_a_case_that_was_not_there_in_those_days_is_opened_and_says_so(hall: HallFacts) -> None:
    suspect = came(hall, at(0) - 6 * DAY)
    there(hall, "李四", 0, 10)
    case = opened(hall, suspect)
    assert (case.stays, case.contacts, case.is_traced) == (0, 0, True)


def test_a_night_over_midnight_belongs_to_both_days(hall: HallFacts) -> None:
    suspect = came(hall, MONDAY_9 - timedelta(hours=10), left=timedelta(hours=2))  # 23:00 to 01:00
    there(hall, "李四", -7.9 * 60, -7.5 * 60)
    for first in (-1, 0):
        case = opened(hall, suspect, Period(day(first), day(first)))
        assert (case.stays, minutes_of(case)) == (1, {"李四": (0, 0, 24, "certain")})


# --- what is kept of it ---


def test_cases_are_numbered_by_hall_and_year(hall: HallFacts) -> None:
    other = registered("高新区政务大厅", who="Other")
    suspects = [there(hall, f"客{number}", number, number + 1) for number in range(3)]
    assert [opened(hall, one).number for one in suspects[:2]] == ["2026-1", "2026-2"]
    assert opened(other, came(other), who="Other").number == "2026-1"
    new_year = MONDAY_9.replace(year=2027, month=1, day=1)
    assert opened(hall, came(hall, new_year), now=new_year).number == "2027-1"


@pytest.mark.parametrize("typed", ["2026-1", " 2026 - 1", "２０２６－１", "2026—1", "第2026-1号", "2026-001"])
def test_a_number_is_found_as_people_type_it(hall: HallFacts, typed: str) -> None:
    case = opened(hall, came(hall))
    found = cases.by_number(post(hall), typed)
    assert found is not None
    assert found.public_id == case.public_id


def test_pressed_twice_it_is_one_case(hall: HallFacts) -> None:
    first, again = came(hall, at(0)), came(hall, at(60))
    one = opened(hall, first)
    assert opened(hall, again, now=NOON + timedelta(seconds=59)).public_id == one.public_id
    assert opened(hall, first, onset=day(-1)).public_id != one.public_id
    assert opened(hall, first, now=NOON + timedelta(seconds=61)).public_id != one.public_id
    joins(hall, "Second", "李梅", Role.ADMIN)
    assert opened(hall, first, who="Second").public_id != one.public_id


def test_the_definition_is_kept_with_what_it_found(hall: HallFacts) -> None:
    case = opened(hall, came(hall))
    row = cases.one(post(hall), case.public_id)
    assert row is not None
    assert (row.definition, row.reason, row.authority) == (hall.tracing, None, None)


def test_reason_and_authority_may_come_later_and_are_noted(hall: HallFacts) -> None:
    case = opened(hall, came(hall))
    cases.describe(post(hall), case.public_id, "疾控部门要求", "德城区疾控中心", NOON)
    cases.describe(post(hall), case.public_id, "疾控部门要求", "德城区疾控中心", NOON)
    row = cases.one(post(hall), case.public_id)
    assert row is not None
    assert (row.reason, row.authority) == ("疾控部门要求", "德城区疾控中心")
    assert run(lambda: Audit.select().where(Audit.action == "case_reason").count()) == 1


@pytest.mark.parametrize(
    ("reason", "authority", "code"),
    [
        ("", "疾控中心", "case_reason_missing"),
        (" \u3000", "疾控中心", "case_reason_missing"),
        ("查", "疾控中心", "case_reason_length"),
        ("查" * 101, "疾控中心", "case_reason_length"),
        ("疾控要求", "", "case_authority_missing"),
        ("疾控要求", "疾" * 61, "case_authority_length"),
        ("张三 138 0013 8000", "疾控中心", "reason_personal"),
        ("疾控要求", "电话0534-8210000", "reason_personal"),
        ("=HYPERLINK(1)", "疾控中心", "words_formula"),
        ("疾控\u202e要求", "疾控中心", "words_hidden"),
        ("疾控\ud800要求", "疾控中心", "words_hidden"),
        ("查" * 5000, "疾控中心", "words_too_many"),
    ],
)
def test_a_reason_that_is_none_is_refused(hall: HallFacts, reason: str, authority: str, code: str) -> None:
    case = opened(hall, came(hall))
    assert refused(lambda: cases.describe(post(hall), case.public_id, reason, authority, NOON)) == code


def test_a_closed_case_is_read_only(hall: HallFacts) -> None:
    case = opened(hall, came(hall))
    run(lambda: Case.update(status="closed").execute())
    for work in (
        lambda: cases.describe(post(hall), case.public_id, "疾控要求", "疾控中心", NOON),
        lambda: cases.trace_again(post(hall), case.public_id, NOON),
        lambda: cases.step(post(hall), case.public_id, 1, NOON),
    ):
        assert refused(work) == "case_closed"
    assert cases.one(post(hall), case.public_id) is not None


# --- who may ---


def test_only_an_admin_of_an_open_hall_opens_cases(hall: HallFacts) -> None:
    suspect = came(hall)
    guard = joins(hall, "Guard", "李建国")
    closed = registered("城西政务大厅", who="Waiting", approval=True)
    for who in (guard, operator(), Post("oNobody", Role.ADMIN), post(closed, "Waiting")):
        for work in (
            lambda who=who: cases.open_case(who, suspect, None, None, NOON),
            lambda who=who: cases.suspects(who, Who(By.NAME, "张三"), NOON),
            lambda who=who: cases.of_hall(who, NOON),
            lambda who=who: cases.one(who, "x"),
            lambda who=who: cases.told(who, "x"),
            lambda who=who: cases.by_number(who, "2026-1"),
            lambda who=who: cases.trace_again(who, "x", NOON),
            lambda who=who: cases.step(who, "x", 1, NOON),
            lambda who=who: cases.describe(who, "x", "疾控要求", "市疾控中心", NOON),
        ):
            assert refused(work) == "not_yours"


def test_another_halls_people_and_cases_are_unknown_here(hall: HallFacts) -> None:
    other = registered("高新区政务大厅", who="Other")
    suspect = came(other, at(0), **LI)
    case = opened(other, suspect, who="Other")
    assert refused(lambda: opened(hall, suspect)) == "visit_unknown"
    assert refused(lambda: cases.trace_again(post(hall), case.public_id, NOON)) == "case_unknown"
    assert cases.one(post(hall), case.public_id) is None
    assert cases.by_number(post(hall), case.number) is None
    assert cases.of_hall(post(hall), NOON) == []


def test_a_person_opens_so_many_cases_a_day_and_no_more(hall: HallFacts) -> None:
    people = [there(hall, f"客{number}", number, number + 5) for number in range(limits.CASES.most + 1)]
    for suspect in people[:-1]:
        opened(hall, suspect)
    assert refused(lambda: opened(hall, people[-1]), but=(Attempt,)) == "too_many"


def test_nothing_of_a_person_stands_in_the_audit(hall: HallFacts) -> None:
    case = opened(hall, came(hall, at(0), **LI))
    cases.suspects(post(hall), Who(By.NAME, "李四"), NOON)
    cases.trace_again(post(hall), case.public_id, NOON)
    told = "".join(row.detail for row in run(lambda: list(Audit.select())))
    assert "李四" not in told
    assert not any(text in told for text in (LI["phone"], LI["number"], LI["phone"][-4:]))


# --- at the same moment ---


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_two_admins_who_open_at_once_have_two_cases_with_two_numbers(hall: HallFacts) -> None:
    joins(hall, "Second", "李梅", Role.ADMIN)
    suspect = came(hall)
    done = at_once(*(lambda who=who: opened(hall, suspect, who=who) for who in ("Admin", "Second")))
    assert sorted(one.number for one in done) == ["2026-1", "2026-2"]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_an_admin_who_presses_twice_at_once_has_one_case(hall: HallFacts) -> None:
    suspect = came(hall)
    done = at_once(*[lambda: opened(hall, suspect)] * 4)
    assert len({one.public_id for one in done}) == 1
    assert run(Case.select().count) == 1


# --- anything else ---

ANYTHING = st.text(st.characters(), max_size=60)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING, st.sampled_from(By), st.integers())
def test_whatever_is_asked_for_is_refused_or_not_there(hall: HallFacts, text: str, by: By, number: int) -> None:
    for work in (
        lambda: cases.suspects(post(hall), Who(by, text), NOON),
        lambda: cases.open_case(post(hall), text, None, None, NOON),
        lambda: cases.trace_again(post(hall), text, NOON),
        lambda: cases.step(post(hall), text, number, NOON),
        lambda: cases.describe(post(hall), text, text, text, NOON),
    ):
        with pytest.raises(Refused):
            work()
    assert cases.one(post(hall), text) is None
    assert cases.by_number(post(hall), text) is None
