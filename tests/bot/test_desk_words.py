"""What staff see to from the chat: what waits for them, and signing everybody out."""

from datetime import timedelta

import pytest

from models.rules.access import Role
from models.rules.visits import HowOut
from models.services import exporting, fever, help_requests, outbox, second_eyes
from models.services import posts as posts_service
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.staff import Member
from tests.reading import asks, inside, tells, visits
from tests.service import MONDAY_9, Service
from tests.visited import came, id_of

BOTH = [Role.GUARD, Role.ADMIN]
ADMIN = "oStaff00000000000000000000001"
OTHER = "oOther00000000000000000000001"


# --- 待处理 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", BOTH)
def test_nothing_that_waits_is_said(service: Service, role: Role) -> None:
    hall = service.hall()
    assert tells(service.staff(hall, role).says("待处理"), "todo.nothing", hall=hall.name)


@pytest.mark.parametrize("role", BOTH)
def test_what_waits_is_counted_masked_and_leads_to_where_it_is_seen_to(service: Service, role: Role) -> None:
    hall = service.hall()
    run(lambda: fever.declare("oSick", hall, 2, 378, MONDAY_9, "李小四", "13900139001"))
    run(lambda: help_requests.ask(hall, 1, MONDAY_9))
    doubtful = id_of(came(hall, MONDAY_9))
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=doubtful, kind="same_number_inside", at=MONDAY_9))
    reply = service.staff(hall, role).says("待处理")
    assert tells(reply, "todo.head", hall=hall.name, count=3)
    text = reply.reply or ""
    for line in ("体温偏高：李** 37.8℃ 西门 09:00", "有人叫工作人员：东门 09:00", "请核对：张* 09:00 进厅"):
        assert line in text
    assert f"/hall/{hall.code}/waiting/fever/" in text
    assert "李小四" not in text and "张三" not in text and "13900139001" not in text


def test_a_request_for_a_second_yes_waits_with_its_purpose_and_a_tap(service: Service) -> None:
    hall = service.hall(four_eyes=True)
    service.staff(hall, openid=OTHER, name="赵六")
    admin = service.staff(hall)
    asker = run(lambda: posts_service.posts(OTHER))[0]
    code = run(lambda: second_eyes.ask(asker, exporting.KIND, 1, "核对名单", service.clock()))
    assert tells(admin.says("待处理"), "todo.second", name="赵六", purpose="核对名单", code=code)
    assert tells(admin.taps(f"批准 {code}", "1"), "query.approved", name="赵六", hall=hall.name, purpose="核对名单")
    assert tells(admin.says("待处理"), "todo.nothing", hall=hall.name)


def test_messages_that_did_not_arrive_are_told_by_kind(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    for key in ("one", "two"):
        run(
            lambda key=key: outbox.write(
                key, "remind", "oSomebody", "您离开了吗？", {}, MONDAY_9, MONDAY_9 + timedelta(hours=1), hall_id=hall.id
            )
        )
    run(lambda: Outgoing.update(state="given_up", reason="no_window").execute())
    reply = admin.says("待处理")
    assert tells(reply, "todo.lost", kind="快到时间的提醒", count=2)
    assert "oSomebody" not in (reply.reply or "")


def test_what_waits_in_another_hall_is_not_told(service: Service) -> None:
    hall, other = service.hall("市民中心"), service.hall("政务中心")
    run(lambda: help_requests.ask(other, 1, MONDAY_9))
    assert tells(service.staff(hall).says("待处理"), "todo.nothing", hall=hall.name)


def test_a_long_queue_is_counted_in_full_and_fits_a_message(service: Service) -> None:
    hall = service.hall()
    for number in range(30):
        run(lambda number=number: fever.declare(f"oSick{number}", hall, 1, 380, MONDAY_9, "李四", None))
    reply = service.staff(hall).says("待处理").reply or ""
    listed = reply.count("李*")
    assert len(reply.encode()) <= 2047
    assert "待处理 30 件" in reply
    assert f"还有 {30 - listed} 件没有列出。" in reply


# --- 全部签退 ---------------------------------------------------------------------------------------------------------


def test_everybody_is_signed_out_after_a_yes_and_it_is_told_as_a_guess(service: Service) -> None:
    hall = service.hall()
    for _ in range(3):
        came(hall, MONDAY_9, left=None)
    service.clock.goes_on(hours=1)
    admin = service.staff(hall)
    question = admin.says("全部签退")
    assert tells(question, "todo.sweeping", hall=hall.name, count=3)
    assert asks(question, "sweep")
    assert len(inside()) == 3
    done = admin.says("确认")
    assert tells(done, "todo.swept", hall=hall.name, count=3, minutes=10)
    assert f"/hall/{hall.code}/desk" in (done.reply or "")
    assert {(visit.how_out, visit.out_at) for visit in visits()} == {(HowOut.SWEPT, MONDAY_9 + timedelta(hours=1))}


@pytest.mark.parametrize("no", ["不签退", "不", "取消"])
def test_whoever_says_no_signs_nobody_out(service: Service, no: str) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    assert tells(admin.says(no), "cancelled.sweep")
    assert len(inside()) == 1


def test_something_else_than_a_yes_signs_nobody_out(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    assert asks(admin.says("今日"), "sweep")
    admin.says("什么意思")
    assert len(inside()) == 1


def test_a_yes_that_comes_too_late_signs_nobody_out(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    service.clock.goes_on(minutes=16)
    assert tells(admin.says("确认"), "expired.sweep")
    assert len(inside()) == 1


def test_in_an_empty_hall_nothing_is_asked(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    assert tells(admin.says("全部签退"), "count.empty", hall=hall.name)


def test_who_left_meanwhile_is_not_signed_out_again(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin, other = service.staff(hall), service.staff(hall, openid=OTHER, name="赵六")
    for phone in (admin, other):
        phone.says("全部签退")
    assert tells(admin.says("确认"), "todo.swept", hall=hall.name, count=1, minutes=10)
    assert tells(other.says("确认"), "count.empty", hall=hall.name)


def test_people_of_another_hall_stay_inside(service: Service) -> None:
    hall, other = service.hall("市民中心"), service.hall("政务中心")
    came(hall, MONDAY_9, left=None)
    came(other, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    admin.says("确认")
    assert [visit.hall_id for visit in inside()] == [other.id]


def test_an_admin_who_is_one_no_more_signs_nobody_out(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    run(lambda: Member.delete().execute())
    assert tells(admin.says("确认"), "refused.not_yours")
    assert len(inside()) == 1


def test_the_question_is_about_the_hall_in_which_it_was_asked(service: Service) -> None:
    first, second = service.hall("市民中心"), service.hall("政务中心")
    came(first, MONDAY_9, left=None)
    came(second, MONDAY_9, left=None)
    service.staff(second)
    service.clock.goes_on(minutes=1)
    admin = service.staff(first)
    admin.says("全部签退")
    service.clock.goes_on(minutes=1)
    admin.says(f"切换大厅 {second.code}")
    admin.says("确认")
    assert [visit.hall_id for visit in inside()] == [second.id]


def test_a_repeated_yes_signs_out_once(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, left=None)
    admin = service.staff(hall)
    admin.says("全部签退")
    service.platform.faults.duplicate = True
    assert tells(admin.says("确认"), "todo.swept", hall=hall.name, count=1, minutes=10)
