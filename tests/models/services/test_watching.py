"""Watching a hall: who is counted as there, who as gone, and who is left in the middle of a check-in."""

from datetime import timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.services import closing, fever, watching
from models.services.watching import DayCounts
from models.tables.database import DB, run
from tests.bot.test_check_in import first_visit
from tests.service import MONDAY_9, ONE_LINE, Service
from tests.visited import stay

TEN = MONDAY_9 + timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TODAY = MONDAY_9.date()


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def hall(service: Service) -> HallFacts:
    return service.hall()


def names(page: watching.InsidePage) -> list[str]:
    return [row.name for row in page.rows]


# --- counting a day ---


def test_an_empty_hall_counts_nobody(hall: HallFacts) -> None:
    assert watching.counts(hall, TODAY, TEN) == DayCounts(0, 0, 0, 0, 0)
    assert watching.inside(hall, TEN, 10) == watching.InsidePage(0, [], None)
    assert watching.unfinished(hall, TEN) == 0


def test_companions_are_people(hall: HallFacts) -> None:
    lead = stay(hall, MONDAY_9, companions=1)
    stay(hall, MONDAY_9, lead_id=lead)
    assert watching.counts(hall, TODAY, TEN) == DayCounts(entered=2, left=0, inside=2, estimated=0, turned_away=0)


def test_who_left_by_a_guess_is_counted_among_those_who_left_and_told_apart(hall: HallFacts) -> None:
    for how in ("scan", "chat", "corrected", "closing", "swept", "moved", "unknown"):
        stay(hall, MONDAY_9, TEN, how)
    assert watching.counts(hall, TODAY, TEN) == DayCounts(entered=7, left=7, inside=0, estimated=4, turned_away=0)


def test_a_stay_whose_due_time_has_come_is_over_by_a_guess(hall: HallFacts) -> None:
    stay(hall, MONDAY_9, due_at=TEN)
    before = watching.counts(hall, TODAY, TEN - MINUTE)
    assert (before.inside, before.left) == (1, 0)
    due = watching.counts(hall, TODAY, TEN)
    assert due == DayCounts(entered=1, left=1, inside=0, estimated=1, turned_away=0)
    closing.close_due(TEN)
    assert watching.counts(hall, TODAY, TEN) == due


def test_of_an_earlier_day_nobody_is_inside(hall: HallFacts) -> None:
    stay(hall, MONDAY_9 - timedelta(days=1), MONDAY_9 - timedelta(hours=23))
    stay(hall, MONDAY_9)
    yesterday = watching.counts(hall, TODAY - timedelta(days=1), TEN)
    assert yesterday == DayCounts(entered=1, left=1, inside=0, estimated=0, turned_away=0)


def test_who_came_before_midnight_and_is_there_still_is_inside_today(hall: HallFacts) -> None:
    midnight = MONDAY_9 - timedelta(hours=9)
    stay(hall, midnight - 30 * MINUTE)
    today = watching.counts(hall, TODAY, midnight + 30 * MINUTE)
    assert (today.entered, today.inside) == (0, 1)


def test_another_hall_is_another_count(service: Service, hall: HallFacts) -> None:
    stay(service.hall("另一大厅"), MONDAY_9)
    assert watching.counts(hall, TODAY, TEN) == DayCounts(0, 0, 0, 0, 0)
    assert watching.inside(hall, TEN, 10).count == 0


def test_a_fever_is_counted_as_turned_away_until_staff_release_it(hall: HallFacts) -> None:
    number = fever.declare("oFever", hall, 1, 380, MONDAY_9, "李四", None)
    assert watching.counts(hall, TODAY, TEN).turned_away == 1
    fever.release(number, hall, "staff", "复测正常", TEN, 365)
    assert watching.counts(hall, TODAY, TEN).turned_away == 0


# --- who is inside ---


def test_who_came_first_stands_first(hall: HallFacts) -> None:
    stay(hall, MONDAY_9 + MINUTE, name="李四", door=2, matter=None)
    lead = stay(hall, MONDAY_9, name="张三", companions=1)
    stay(hall, MONDAY_9, name="王小明", lead_id=lead)
    stay(hall, MONDAY_9, TEN, name="赵六")
    page = watching.inside(hall, TEN, 10)
    assert (page.count, page.next, names(page)) == (3, None, ["张三", "王小明", "李四"])
    assert [(row.companions, row.is_companion) for row in page.rows] == [(1, False), (0, True), (0, False)]
    assert [(row.door, row.matter) for row in page.rows] == [(1, "social"), (1, "social"), (2, None)]


def test_pages_hold_everybody_once_also_where_a_group_came_in_one_moment(hall: HallFacts) -> None:
    for number in range(7):
        stay(hall, MONDAY_9 + MINUTE * (number // 5), name=f"张{number}")
    seen: list[str] = []
    after = None
    while True:
        page = watching.inside(hall, TEN, 2, after)
        assert page.count == 7
        seen += names(page)
        after = page.next
        if after is None:
            break
    assert seen == [f"张{number}" for number in range(7)]


def test_a_stay_of_more_than_three_hours_is_a_long_one(hall: HallFacts) -> None:
    stay(hall, MONDAY_9)
    assert [row.is_long for row in watching.inside(hall, MONDAY_9 + timedelta(hours=3), 1).rows] == [False]
    assert [row.is_long for row in watching.inside(hall, MONDAY_9 + timedelta(hours=3, minutes=1), 1).rows] == [True]


def test_a_name_that_does_not_open_hides_nobody(hall: HallFacts) -> None:
    damaged = stay(hall, MONDAY_9)
    stay(hall, MONDAY_9, name="李四")
    run(lambda: DB.execute_sql(f"UPDATE visits SET name = X'78' WHERE id = {damaged}"))
    assert names(watching.inside(hall, TEN, 10)) == ["", "李四"]


# --- who has begun ---


def test_who_scanned_and_did_not_finish_is_counted_for_a_quarter_of_an_hour(service: Service, hall: HallFacts) -> None:
    service.visitor().scan(service.code(hall))
    assert watching.unfinished(hall, service.clock()) == 1
    service.clock.goes_on(minutes=14)
    assert watching.unfinished(hall, service.clock()) == 1
    service.clock.goes_on(minutes=1)
    assert watching.unfinished(hall, service.clock()) == 0


def test_each_answer_is_a_new_quarter_of_an_hour(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.scan(service.code(hall))
    service.clock.goes_on(minutes=14)
    phone.says(f"同意 {ONE_LINE}")
    service.clock.goes_on(minutes=14)
    assert watching.unfinished(hall, service.clock()) == 1


def test_who_finished_is_not_counted(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    assert watching.unfinished(hall, service.clock()) == 0


def test_who_gave_up_is_not_counted(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.scan(service.code(hall))
    phone.says("取消")
    assert watching.unfinished(hall, service.clock()) == 0


def test_a_talk_about_something_else_is_not_counted(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.scan(service.code(hall))
    phone.says("注册大厅")
    assert watching.unfinished(hall, service.clock()) == 0


def test_who_is_at_another_hall_is_not_counted(service: Service, hall: HallFacts) -> None:
    service.visitor().scan(service.code(service.hall("另一大厅")))
    assert watching.unfinished(hall, service.clock()) == 0
