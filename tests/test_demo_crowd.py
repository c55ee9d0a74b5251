"""The people who came to the demo's hall in the last days."""

from datetime import timedelta

import peewee

import demo_data
from demo_crowd import CASE_NAME, CASE_PHONE, DAYS, FEWEST, crowd
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.identity import id_number
from models.rules.wanted import By, Who
from models.services import codes, halls
from models.services.casework import cases
from models.services.posts import Post
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import MONDAY_9, SCENE_KEY
from tests.staffed import openid
from tests.visited import came

MONDAY_NOON = MONDAY_9 + timedelta(hours=2, minutes=30)


def hall() -> HallFacts:
    codes.use([SCENE_KEY])
    found = halls.by_code(demo_data.seed(MONDAY_NOON))
    assert found
    return found


def test_the_hall_has_had_visitors_on_each_of_its_days_and_none_from_the_future(database: peewee.Database) -> None:
    made = hall()
    stays = list(crowd(made, MONDAY_NOON))
    days = {made.calendar.hall_day(stay.came) for stay in stays}
    assert len(days) == DAYS - 2
    assert all(stay.came < MONDAY_NOON and stay.came < stay.left.at for stay in stays)
    assert len(stays) >= FEWEST * (DAYS - 3)


def test_they_are_the_same_each_time_and_their_numbers_pass_the_check(database: peewee.Database) -> None:
    made = hall()
    stays = list(crowd(made, MONDAY_NOON))
    assert stays == list(crowd(made, MONDAY_NOON))
    for stay in stays:
        assert str(id_number(stay.said.id_number or "", today=made.calendar.hall_day(MONDAY_NOON)))


def test_on_a_working_morning_some_of_them_are_inside(database: peewee.Database) -> None:
    hall()
    assert run(lambda: Visit.select().where(Visit.out_at.is_null()).count()) > 0


def test_the_same_person_does_not_stand_for_two(database: peewee.Database) -> None:
    numbers = [stay.said.id_number for stay in crowd(hall(), MONDAY_NOON)]
    assert len(set(numbers)) == len(numbers)


def test_somebody_can_be_named_a_case_who_met_one_of_each_kind(database: peewee.Database) -> None:
    made = hall()
    admin = Post(openid("Admin"), Role.ADMIN, made)
    now = MONDAY_NOON + timedelta(minutes=5)
    for who in (Who(By.NAME, CASE_NAME), Who(By.PHONE, CASE_PHONE)):
        (suspect,) = cases.suspects(admin, who, now)
        case = cases.open_case(admin, suspect.public_id, None, None, now)
        assert case.companions == 1
        assert min(case.certain - case.companions, case.stated, case.estimated) >= 1


def test_whoever_comes_in_a_moment_after_the_case_left_is_found_too(database: peewee.Database) -> None:
    made = hall()
    admin = Post(openid("Admin"), Role.ADMIN, made)
    came(made, MONDAY_NOON + timedelta(minutes=5), left=None)
    now = MONDAY_NOON + timedelta(minutes=10)
    (suspect,) = cases.suspects(admin, Who(By.PHONE, CASE_PHONE), now)
    assert cases.open_case(admin, suspect.public_id, None, None, now).tail_only >= 1
