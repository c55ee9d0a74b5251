"""注册大厅: a hall registers itself in the chat, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.simulator import Phone
from models.rules.access import OPEN
from models.tables.codes import HallCode
from models.tables.database import run, thread_is_done
from models.tables.halls import Hall
from models.tables.staff import Member
from tests.bot.registered import NAME, REGION, SECOND, hall_in, registered
from tests.reading import asks, tells
from tests.service import Service


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
