"""A hall that waits for approval, and what operators do with it in the chat."""

import re

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator import Delivered
from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING, Role
from models.rules.halls import HallFacts
from models.services import halls
from models.tables.codes import HallCode
from models.tables.database import run
from models.tables.staff import Member
from tests.bot.registered import NAME, OPERATOR, REGION, SECOND, hall_in, registered, told
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service


@pytest.fixture
def with_approval(database: peewee.Database) -> Service:
    return Service(approval=True)


def test_with_approval_a_new_hall_waits_and_the_operators_hear_of_it(with_approval: Service) -> None:
    service = with_approval
    service.staff(None, Role.OPERATOR, OPERATOR)
    done = registered(service.visitor())
    hall = hall_in(done)
    assert tells(done, "register.waits", hall=hall.name, code=hall.code)
    assert hall.status == WAITING
    [(openid, content)] = told()
    assert openid == OPERATOR
    assert hall.code in content


def test_a_hall_that_waits_collects_nothing_and_has_no_codes(with_approval: Service) -> None:
    service = with_approval
    phone = service.visitor()
    hall = hall_in(registered(phone))
    assert tells(phone.says("二维码"), "staff.hall_waiting", hall=hall.name)
    visitor = service.visitor(SECOND)
    assert tells(visitor.scan(service.code(hall)), "refused.hall_not_open")
    visitor.says("同意")
    visitor.says(ONE_LINE)
    visitor.says("确认")
    assert visits() == []
    assert run(lambda: HallCode.select().count()) == 0


def test_an_operator_approves_a_hall_and_its_admin_is_told(with_approval: Service) -> None:
    service = with_approval
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    phone = service.visitor()
    hall = hall_in(registered(phone))
    assert hall.code in (operator.says("待审大厅").reply or "")
    assert tells(operator.says(f"批准 {hall.code}"), "operator.approved", hall=hall.name)
    assert halls.by_id(hall.id, None).status == OPEN  # type: ignore[union-attr]
    assert phone.openid in [openid for openid, _ in told()]
    assert run(lambda: HallCode.select().count()) == 2


def test_a_decision_that_comes_too_late_ends_the_question(with_approval: Service) -> None:
    hall = hall_in(registered(with_approval.visitor()))
    first = with_approval.staff(None, Role.OPERATOR, OPERATOR, "赵一")
    second = with_approval.staff(None, Role.OPERATOR, SECOND, "赵二")
    first.says(f"驳回 {hall.code}")
    second.says(f"批准 {hall.code}")
    late = first.says("名称不对")
    assert tells(late, "refused.hall_not_waiting")
    assert not asks(late, "reason")


@pytest.mark.parametrize("word", ["待审大厅", "大厅列表"])
def test_however_long_a_list_of_halls_is_the_page_of_all_is_told(with_approval: Service, word: str) -> None:
    for number in range(12):
        with_approval.hall(
            f"某某省某某市某某区政务服务中心办事大厅第{number}分厅", WAITING, region_name="四川省成都市武侯区"
        )
    operator = with_approval.staff(None, Role.OPERATOR, OPERATOR, "赵一")
    assert "/operator/halls" in (operator.says(word).reply or "")


def test_a_hall_is_approved_once(with_approval: Service) -> None:
    service = with_approval
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = hall_in(registered(service.visitor()))
    operator.says(f"批准 {hall.code}")
    assert tells(operator.says(f"批准 {hall.code}"), "refused.hall_not_waiting")
    assert tells(operator.says(f"驳回 {hall.code} 写错了"), "refused.hall_not_waiting")


def test_a_hall_is_rejected_with_a_reason_that_is_asked_for(with_approval: Service) -> None:
    service = with_approval
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    phone = service.visitor()
    hall = hall_in(registered(phone))
    assert asks(operator.says(f"驳回 {hall.code}"), "reason")
    assert tells(operator.says("地址不清楚"), "operator.rejected", hall=hall.name, reason="地址不清楚")
    assert halls.by_id(hall.id, None).status == REJECTED  # type: ignore[union-attr]
    assert any("地址不清楚" in content for openid, content in told() if openid == phone.openid)
    assert tells(phone.says("设置"), "staff.hall_rejected", hall=hall.name)


@pytest.mark.parametrize(
    ("contact", "name"),
    [("王主任", "王主任"), ("窗口2号", "管理员"), ("王主任（政务办）", "管理员"), ("张三 李四", "管理员")],
)
def test_a_contact_that_is_nobodys_name_is_no_reason_to_refuse_a_hall(
    service: Service, contact: str, name: str
) -> None:
    phone = service.visitor()
    for said in ("注册大厅", NAME, REGION, f"联系人 {contact}"):
        phone.says(said)
    hall = hall_in(phone.says("确认"))
    assert hall.contact == contact
    assert run(lambda: [member.name for member in Member.select()]) == [name]


@pytest.mark.parametrize("between", ["\n", " \n", "\u3000", "  "])
def test_the_reason_may_stand_on_a_line_of_its_own(with_approval: Service, between: str) -> None:
    hall = hall_in(registered(with_approval.visitor()))
    operator = with_approval.staff(None, Role.OPERATOR, OPERATOR)
    said = operator.says(f"驳回 {hall.code}{between}地址不清楚")
    assert tells(said, "operator.rejected", hall=hall.name, reason="地址不清楚")


def test_another_hall_may_take_the_name_of_a_rejected_one(with_approval: Service) -> None:
    service = with_approval
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = hall_in(registered(service.visitor()))
    operator.says(f"驳回 {hall.code} 不是这个大厅的人")
    assert hall_in(registered(service.visitor(SECOND))).code != hall.code


def test_a_suspended_hall_takes_nobody_in_until_it_goes_on(service: Service) -> None:
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = service.hall()
    admin = service.staff(hall)
    assert tells(operator.says(f"停用 {hall.code} 收到投诉"), "operator.suspended", hall=hall.name, code=hall.code)
    assert halls.by_id(hall.id, None).status == SUSPENDED  # type: ignore[union-attr]
    visitor = service.visitor()
    assert tells(visitor.scan(service.code(hall)), "refused.hall_not_open")
    assert tells(admin.says("二维码"), "staff.hall_suspended", hall=hall.name)
    operator.says(f"恢复 {hall.code}")
    service.clock.goes_on(minutes=1)
    assert asks_consent(visitor.scan(service.code(hall)))


def test_who_is_inside_when_a_hall_is_suspended_can_still_leave(service: Service) -> None:
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = service.hall()
    visitor = service.visitor()
    visitor.scan(service.code(hall))
    for said in ("同意", ONE_LINE, "确认"):
        visitor.says(said)
    operator.says(f"停用 {hall.code} 收到投诉")
    service.clock.goes_on(minutes=30)
    visitor.scan(service.code(hall, "out"))
    assert [visit.how_out for visit in visits()] == ["scan"]


def test_a_check_in_that_had_begun_is_not_finished_in_a_suspended_hall(service: Service) -> None:
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = service.hall()
    visitor = service.visitor()
    visitor.scan(service.code(hall))
    visitor.says("同意")
    visitor.says(ONE_LINE)
    operator.says(f"停用 {hall.code} 收到投诉")
    visitor.says("确认")
    assert visits() == []


def test_a_hall_that_is_suspended_asks_for_nothing_more(service: Service) -> None:
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = service.hall()
    visitor = service.visitor()
    visitor.scan(service.code(hall))
    visitor.says("同意")
    operator.says(f"停用 {hall.code} 收到投诉")
    told = visitor.says(ONE_LINE)
    assert tells(told, "refused.hall_not_open")
    assert "张三" not in (told.reply or "")
    assert tells(visitor.says("确认"), "engine.nothing_to_confirm")


def asks_consent(delivered: Delivered) -> bool:
    return "同意" in (delivered.reply or "") and not delivered.problems


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_whatever_is_said_while_registering_is_answered(service: Service, said: list[str]) -> None:
    phone = service.visitor()
    phone.says("注册大厅")
    for text in said:
        answer = phone.says(text)
        assert not answer.problems, answer.problems


def test_in_english_the_review_is_english_as_far_as_the_hall_has_words_for_it(service: Service) -> None:
    phone = service.visitor()
    for said in ("English", "注册大厅", NAME):
        phone.says(said)
    review = phone.says(REGION).reply or ""
    for words in ("Mon-Fri 9:00-12:00 13:30-17:00", "Social insurance, Medical insurance", "address optional"):
        assert words in review
    assert hall_in_english(phone.says("ok")).calendar.weekly[0]


def hall_in_english(delivered: Delivered) -> HallFacts:
    found = re.search(r"code ([a-z0-9]{6})", delivered.reply or "")
    assert found, delivered.reply
    hall = halls.by_code(found[1])
    assert hall is not None
    return hall


def test_the_name_may_stand_in_the_first_message(service: Service) -> None:
    phone = service.visitor()
    assert asks(phone.says(f"注册大厅 {NAME}"), "hall_region")
    phone.says(REGION)
    assert hall_in(phone.says("确认")).name == NAME


def test_a_hall_that_does_not_wait_is_said_so_before_a_reason_is_asked_for(service: Service) -> None:
    operator = service.staff(None, Role.OPERATOR, OPERATOR)
    hall = service.hall()
    assert tells(operator.says(f"驳回 {hall.code}"), "refused.hall_not_waiting")
    operator.says(f"停用 {hall.code} 收到投诉")
    assert tells(operator.says(f"停用 {hall.code}"), "refused.hall_not_open_now")
