"""密接: whom a case is opened for, what days it is about, and what its list comes to."""

from datetime import date, datetime, timedelta

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut
from models.rules.wanted import By, Period, Who
from models.services import cases, limits
from models.services.cases import Opened
from models.services.posts import Post
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.cases import Case
from models.tables.contacts import Contact
from models.tables.database import run
from tests.service import MONDAY_9
from tests.staffed import joins, operator, post, refused, registered
from tests.visited import came

pytestmark = pytest.mark.usefixtures("database")

NOON = MONDAY_9 + timedelta(hours=3)
MINUTE = timedelta(minutes=1)
TODAY = date(2026, 3, 2)
LI = {"name": "李四", "phone": "13911110002", "number": "371421197902142025"}


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar={"weekly": [["09:00-17:00"]] * 5 + [[], []]})


def at(minutes: float) -> datetime:
    """So long after nine."""
    return MONDAY_9 + timedelta(minutes=minutes)


def stranger(hall: HallFacts, name: str, begin: float, end: float | None, how_out: HowOut = HowOut.SCAN,
             **columns: object) -> str:  # fmt: skip
    """Somebody with neither number nor phone, there from so many minutes after nine; without an end, still there."""
    left = None if end is None else timedelta(minutes=end - begin)
    return came(hall, at(begin), name, left, how_out, **{"number": None, "phone": None, **columns})


def opened(hall: HallFacts, suspect: str, period: Period | None = None, onset: date | None = None,
           now: datetime = NOON) -> Opened:  # fmt: skip
    return cases.open_case(post(hall), suspect, period, onset, now)


def row_of(case: Opened) -> Case:
    return run(lambda: Case.get(Case.public_id == case.public_id))


def listed(case: Opened) -> list[tuple[int, int, int, str]]:
    """Least, most and tail minutes of each contact, and how sure they are; the nearest first."""
    of_it = Contact.case_id == row_of(case).id
    rows = run(lambda: list(Contact.select().where(of_it).order_by(Contact.score.desc(), Contact.number)))
    return [(one.least, one.most, one.tail, one.certainty) for one in rows]


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


def test_nobody_of_that_name_is_told_with_the_days_and_the_search_is_noted(hall: HallFacts) -> None:
    with pytest.raises(Refused, match="case_nobody") as told:
        cases.suspects(post(hall), Who(By.NAME, "没来过"), NOON)
    assert told.value.details == {"days": 30}
    assert run(lambda: Audit.select().where(Audit.action == "search").count()) == 1


def test_four_digits_are_too_little_to_open_a_case_by(hall: HallFacts) -> None:
    came(hall)
    assert refused(lambda: cases.suspects(post(hall), Who(By.TAIL, "8000"), NOON)) == "case_who_wanted"


# --- the list ---


def test_whoever_was_there_at_the_same_time_is_in_the_list(hall: HallFacts) -> None:
    case = came(hall, at(0), left=40 * MINUTE)
    stranger(hall, "同时", 10, 30)
    stranger(hall, "没碰上", -50, -1)
    stranger(hall, "后来", 50, 55)
    stranger(hall, "太晚", 71, 90)
    result = opened(hall, case)
    assert (result.number, result.contacts, result.certain, result.tail_only) == ("2026-1", 2, 1, 1)
    assert listed(result) == [(20, 20, 0, "certain"), (0, 0, 5, "certain")]


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
            lambda who=who: cases.by_number(who, "2026-1"),
            lambda who=who: cases.trace_again(who, "x", NOON),
            lambda who=who: cases.step(who, "x", 1, NOON),
            lambda who=who: cases.describe(who, "x", "疾控要求", "市疾控中心", NOON),
        ):
            assert refused(work) == "not_yours"


def test_a_person_opens_so_many_cases_a_day_and_no_more(hall: HallFacts) -> None:
    people = [stranger(hall, f"客{number}", number, number + 5) for number in range(limits.CASES.most + 1)]
    for suspect in people[:-1]:
        opened(hall, suspect)
    assert refused(lambda: opened(hall, people[-1]), but=(Attempt,)) == "too_many"
