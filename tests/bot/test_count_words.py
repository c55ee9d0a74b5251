"""What staff ask of the hall as it is: how many came, who is inside."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from models.rules.access import Role
from models.rules.visits import HowOut
from tests.reading import asks, tells
from tests.service import MONDAY_9, ONE_LINE, Service
from tests.visited import came

DAY = timedelta(days=1)
BOTH = [Role.GUARD, Role.ADMIN]


def numbers(reply: str | None, *lines: str) -> bool:
    """Whether each of these lines stands in the reply."""
    return all(line in (reply or "").split("\n") for line in lines)


@pytest.mark.parametrize("role", BOTH)
def test_today_says_how_many_came_left_and_are_inside(service: Service, role: Role) -> None:
    hall = service.hall()
    came(hall, MONDAY_9)
    came(hall, MONDAY_9, left=None)
    came(hall, MONDAY_9, left=None)
    came(hall, MONDAY_9 - DAY)
    service.clock.goes_on(hours=1)
    reply = service.staff(hall, role).says("今日").reply
    assert numbers(reply, "市民中心 2026-03-02", "进厅 3 人", "离开 1 人", "在厅 2 人")
    assert f"/hall/{hall.code}/board" in (reply or "")


def test_yesterday_tells_guesses_as_guesses(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - DAY)
    came(hall, MONDAY_9 - DAY, how_out=HowOut.CLOSING)
    reply = service.staff(hall).says("昨日").reply
    assert numbers(reply, "市民中心 2026-03-01", "进厅 2 人", "离开 2 人，其中 1 人的离开时间是推定的")
    assert "在厅" not in (reply or "")


def test_who_was_there_yesterday_is_one_tap_away(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - DAY)
    admin = service.staff(hall)
    assert f"msgmenucontent={quote('查询 昨日')}&" in (admin.says("昨日").reply or "")
    assert "张*" in (admin.taps("查询 昨日", "1").reply or "")


def test_a_guard_learns_nothing_of_earlier_days(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - DAY)
    guard = service.staff(hall, Role.GUARD)
    for word in ("昨日", "查询 昨日", "查询 今日", "更多", "导出 昨日"):
        assert tells(guard.says(word), "hall.staff_only")


@pytest.mark.parametrize("role", BOTH)
def test_who_is_inside_is_counted_and_then_told_masked(service: Service, role: Role) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - timedelta(minutes=5), "欧阳锋", left=None, door=2, matter="fund")
    came(hall, MONDAY_9, left=None)
    came(hall, MONDAY_9 - timedelta(hours=1))
    lines = (service.staff(hall, role).says("在厅").reply or "").split("\n")
    assert lines[:3] == [
        "市民中心在厅 2 人：",
        "欧阳* 住房公积金 08:55 进 西门",
        "张* 社会保险 09:00 进 东门",
    ]


def test_an_empty_hall_is_said_to_be_empty(service: Service) -> None:
    hall = service.hall()
    reply = service.staff(hall).says("在厅")
    assert tells(reply, "count.empty", hall=hall.name)
    assert tells(reply, "count.unfinished", count=0)


def test_whoever_scanned_and_did_not_finish_is_counted_for_a_quarter_of_an_hour(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    service.visitor().scan(service.code(hall))
    assert tells(admin.says("在厅"), "count.unfinished", count=1)
    service.clock.goes_on(minutes=16)
    assert tells(admin.says("在厅"), "count.unfinished", count=0)


def test_somebody_who_finishes_is_inside_instead(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    visitor = service.visitor()
    visitor.scan(service.code(hall))
    visitor.says(f"同意 {ONE_LINE}")
    visitor.says("确认")
    reply = admin.says("在厅")
    assert tells(reply, "count.head", hall=hall.name, count=1)
    assert tells(reply, "count.unfinished", count=0)


def test_a_long_stay_is_marked(service: Service) -> None:
    hall = service.hall(calendar={"weekly": [["00:00-23:59"]] * 7})
    came(hall, MONDAY_9 - timedelta(hours=4), left=None)
    assert tells(service.staff(hall).says("在厅"), "count.long")


def test_a_full_hall_is_counted_in_full_and_listed_as_far_as_a_message_goes(service: Service) -> None:
    hall = service.hall()
    for minute in range(70):
        came(hall, MONDAY_9 - timedelta(minutes=minute), left=None)
    reply = service.staff(hall).says("在厅").reply or ""
    listed = reply.count("张*")
    assert len(reply.encode()) <= 2047
    assert "在厅 70 人" in reply
    assert f"还有 {70 - listed} 人没有列出。" in reply
    assert f"/hall/{hall.code}/board" in reply


def test_the_numbers_are_of_the_hall_that_was_chosen(service: Service) -> None:
    first, second = service.hall("市民中心"), service.hall("政务中心")
    came(first, MONDAY_9, left=None)
    service.staff(first)
    service.clock.goes_on(minutes=1)
    admin = service.staff(second)
    assert "在厅 0 人" in (admin.says("今日").reply or "")
    service.clock.goes_on(minutes=1)
    admin.says(f"切换大厅 {first.code}")
    assert "在厅 1 人" in (admin.says("今日").reply or "")


def test_a_talk_that_is_in_the_middle_of_a_question_goes_on(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    admin.says("添加工作人员")
    assert asks(admin.says("今日"), "staff_name")


def test_staff_who_speak_english_are_answered_in_it(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("English")
    assert tells(admin.says("在厅"), "count.head", "en", hall=hall.name, count=1)
    assert tells(admin.says("今日"), "count.inside", "en", count=1)
