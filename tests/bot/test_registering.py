"""注册大厅: a hall registers itself in the chat, and what follows from it."""

import re
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator import Delivered, Phone
from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING, Role
from models.rules.halls import HallFacts
from models.services import halls
from models.tables.codes import HallCode
from models.tables.database import run, thread_is_done
from models.tables.halls import Hall
from models.tables.outbox import Outgoing
from models.tables.staff import Member
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service

NAME, REGION = "商丘市民之家", "河南商丘"
SECOND = "oSecond000000000000000000001"
OPERATOR = "oOperator00000000000000000001"


def registered(phone: Phone, name: str = NAME, region: str = REGION) -> Delivered:
    """The shortest road."""
    for said in ("注册大厅", name, region):
        phone.says(said)
    return phone.says("确认")


def hall_in(delivered: Delivered) -> HallFacts:
    """The hall whose code the reply tells."""
    found = re.search(r"编号 ([a-z0-9]{6})", delivered.reply or "")
    assert found, delivered.reply
    hall = halls.by_code(found[1])
    assert hall is not None
    return hall


def told(kind: str = "staff") -> list[tuple[str, str]]:
    """What waits in the outbox: (openid, content)."""
    rows = run(lambda: list(Outgoing.select().where(Outgoing.kind == kind).order_by(Outgoing.id)))
    return [(row.openid, row.content) for row in rows]


@pytest.fixture
def with_approval(database: peewee.Database) -> Service:
    return Service(approval=True)


def test_a_hall_is_registered_with_its_name_and_region_in_four_messages(service: Service) -> None:
    hall = hall_in(registered(service.visitor()))
    assert (hall.name, hall.region, hall.region_name, hall.status) == (NAME, "411400", "河南省商丘市", OPEN)
    assert [door.name for door in hall.doors.values()] == ["大门"]
    assert [matter.zh for matter in hall.matters][-1] == "其他"


def test_whoever_registers_a_hall_is_its_admin(service: Service) -> None:
    phone = service.visitor()
    hall = hall_in(registered(phone))
    assert tells(phone.says("数据查询"), "staff.help_admin", hall=hall.name)


def test_the_codes_of_a_new_hall_are_wanted_at_once(service: Service) -> None:
    registered(service.visitor())
    rows = run(lambda: [(row.door, row.direction, row.version, row.state) for row in HallCode.select()])
    assert sorted(rows) == [(1, "in", 1, "wanted"), (1, "out", 1, "wanted")]


def test_the_posters_are_a_link_away_once_a_hall_is_registered(service: Service) -> None:
    done = registered(service.visitor())
    assert f"https://hall.example.gov.cn/hall/{hall_in(done).code}/codes" in (done.reply or "")


def test_everything_else_can_be_changed_at_the_review(service: Service) -> None:
    phone = service.visitor()
    for said in ("注册大厅", NAME, REGION):
        phone.says(said)
    for number, value in (
        ("3", "示例路1号"),
        ("4", "王主任"),
        ("5", "0370-1234567"),
        ("6", "周一至周五 9:00-17:00；周六 9:00-12:00"),
        ("7", "删 3 5，加 宠物登记"),
        ("8", "住址不问"),
        ("9", "必须写度数"),
        ("10", "36.9"),
        ("11", "20"),
    ):
        phone.says(number)
        phone.says(value)
    hall = hall_in(phone.says("确认"))
    assert (hall.address, hall.contact, hall.phone) == ("示例路1号", "王主任", "0370-1234567")
    assert [len(day) for day in hall.calendar.weekly] == [1, 1, 1, 1, 1, 1, 0]
    labels = [matter.zh for matter in hall.matters]
    assert "宠物登记" in labels
    assert "住房公积金" not in labels
    assert hall.fields["address"] == "off"
    assert (hall.declared_temperature, hall.fever_tenths, hall.retention_days) == (False, 369, 20)


def test_a_region_of_which_there_are_several_is_asked_about(service: Service) -> None:
    phone = service.visitor()
    phone.says("注册大厅")
    phone.says(NAME)
    assert asks(phone.says("鼓楼区"), "region_which")
    phone.says("江苏省南京市鼓楼区")
    assert hall_in(phone.says("确认")).region_name == "江苏省南京市鼓楼区"


def test_a_region_that_no_table_has_can_be_kept_as_it_is_written(service: Service) -> None:
    phone = service.visitor()
    phone.says("注册大厅")
    phone.says(NAME)
    assert asks(phone.says("云端新城实验区"), "region_which")
    phone.says("1")
    hall = hall_in(phone.says("确认"))
    assert (hall.region, hall.region_name) == ("", "云端新城实验区")


def test_a_region_that_is_gone_is_refused_with_what_took_its_place(service: Service) -> None:
    phone = service.visitor()
    phone.says("注册大厅")
    phone.says(NAME)
    answer = phone.says("北京市崇文区")
    assert asks(answer, "hall_region")
    assert "崇文区" in (answer.reply or "")


@pytest.mark.parametrize(
    "name",
    [
        "厅",
        "厅" * 41,
        "=1+1大厅",
        "<b>大厅</b>",
        "Центр服务",
        "🏢服务大厅",
        "a",
        "　",
    ],
)
def test_a_name_that_cannot_hang_at_a_door_is_refused_and_asked_again(service: Service, name: str) -> None:
    phone = service.visitor()
    phone.says("注册大厅")
    answer = phone.says(name)
    assert not answer.problems
    assert asks(answer, "hall_name")
    assert run(lambda: Hall.select().count()) == 0


def test_what_nobody_sees_does_not_get_into_a_name(service: Service) -> None:
    assert hall_in(registered(service.visitor(), "商丘\u202e市民\u200b之家")).name == NAME


@pytest.mark.parametrize("other", [NAME, "商丘 市民之家", "商丘市民之家　", "商丘市民之傢"])
def test_a_second_hall_of_the_same_name_in_the_same_region_is_noticed(service: Service, other: str) -> None:
    registered(service.visitor())
    second = registered(service.visitor(SECOND), other)
    assert tells(second, "refused.hall_double")
    assert run(lambda: Hall.select().count()) == 1


def test_after_a_double_the_name_can_be_mended_at_the_review(service: Service) -> None:
    registered(service.visitor())
    second = service.visitor(SECOND)
    registered(second)
    second.says("1")
    second.says("商丘市民之家东区")
    assert hall_in(second.says("确认")).name == "商丘市民之家东区"


def test_of_two_who_register_the_same_hall_at_once_one_does(service: Service) -> None:
    phones = [service.visitor(f"oRival{number:022}") for number in range(6)]
    for phone in phones:
        for said in ("注册大厅", NAME, REGION):
            phone.says(said)

    def confirms(phone: Phone) -> str:
        try:
            return phone.says("确认").reply or ""
        finally:
            thread_is_done()

    with ThreadPoolExecutor(len(phones)) as pool:
        replies = list(pool.map(confirms, phones))
    assert run(lambda: Hall.select().count()) == 1
    assert run(lambda: Member.select().count()) == 1
    assert sum("您是管理员" in reply for reply in replies) == 1


def test_one_person_cannot_register_halls_without_end(service: Service) -> None:
    phone = service.visitor()
    for number in range(5):
        registered(phone, f"示例服务中心{number}号")
    assert "试得太多了" in (registered(phone, "示例服务中心九号").reply or "")
    assert run(lambda: Hall.select().count()) == 5


@pytest.mark.parametrize("contact", ["值班室 2 号", "李四（办公室）", "张三、李四"])
def test_a_contact_who_is_no_person_stops_nobody_from_registering(service: Service, contact: str) -> None:
    phone = service.visitor()
    for said in ("注册大厅", NAME, REGION, f"联系人 {contact}"):
        phone.says(said)
    assert hall_in(phone.says("确认")).contact == contact
    assert [member.name for member in run(lambda: list(Member.select()))] == ["管理员"]


def test_cancelling_registers_nothing(service: Service) -> None:
    phone = service.visitor()
    for said in ("注册大厅", NAME, REGION):
        phone.says(said)
    assert tells(phone.says("取消"), "cancelled.register")
    assert run(lambda: Hall.select().count()) == 0


# --- approval --------------------------------------------------------------------------------------------------------


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
