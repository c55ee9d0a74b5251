"""登录 in the chat: a number that a desktop shows, and links for accounts that may not use web authorization."""

import re

import peewee
import pytest

from models.rules.access import Role
from models.services import sign_in_links, sign_ins
from models.services.sign_ins import Shown
from tests.reading import asks, tells
from tests.service import Service

BROWSER = "a-secret-of-this-browser"
OTHER = "oOther00000000000000000000001"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def desktop(service: Service) -> Shown:
    """A page that waits for somebody's yes."""
    return sign_ins.begin("/me", BROWSER, "windows.edge", service.clock())


def who_is_in(service: Service, shown: Shown) -> str | None:
    claimed = sign_ins.claim(shown.token, BROWSER, service.clock())
    return claimed.openid if claimed else None


@pytest.mark.parametrize("role", list(Role))
def test_staff_sign_a_desktop_in_by_its_number(service: Service, role: Role) -> None:
    phone = service.staff(None if role is Role.OPERATOR else service.hall(), role)
    shown = desktop(service)
    service.clock.goes_on(seconds=20)
    asked = phone.says(f"登录 {shown.number}")
    assert asks(asked, "sign_in")
    assert "20 秒前" in (asked.reply or "")
    assert who_is_in(service, shown) is None
    assert tells(phone.says("确认"), "staff.signed_in")
    assert who_is_in(service, shown) == phone.openid
    assert who_is_in(service, shown) is None


@pytest.mark.parametrize(
    "form", ["登录{number}", "登录：{number}", "登录 {left} {right}", "  登录　{wide}", "登陆 {number}"]
)
def test_the_number_may_be_written_as_people_do(service: Service, form: str) -> None:
    phone = service.staff(service.hall())
    number = desktop(service).number
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    assert asks(phone.says(form.format(number=number, left=number[:3], right=number[3:], wide=wide)), "sign_in")


def test_a_no_leaves_the_desktop_outside(service: Service) -> None:
    phone = service.staff(service.hall())
    shown = desktop(service)
    phone.says(f"登录 {shown.number}")
    assert tells(phone.says("不是我"), "staff.sign_in_denied")
    assert who_is_in(service, shown) is None
    phone.says(f"登录 {shown.number}")
    phone.says("确认")
    assert who_is_in(service, shown) is None


def test_a_yes_that_comes_too_late_signs_nobody_in(service: Service) -> None:
    phone = service.staff(service.hall())
    shown = desktop(service)
    phone.says(f"登录 {shown.number}")
    service.clock.goes_on(minutes=3)
    assert tells(phone.says("确认"), "refused.sign_in_over")
    assert who_is_in(service, shown) is None


def test_somebody_who_is_not_staff_learns_nothing_of_a_number(service: Service) -> None:
    shown = desktop(service)
    stranger = service.visitor(OTHER)
    right, wrong = stranger.says(f"登录 {shown.number}"), stranger.says("登录 000000")
    assert right.reply == wrong.reply
    assert tells(right, "hall.staff_only")


def test_whoever_tries_numbers_is_stopped(service: Service) -> None:
    phone = service.staff(service.hall())
    replies = [phone.says(f"登录 {number:06}").reply or "" for number in range(10)]
    assert "试得太多了" in replies[-1]
    shown = desktop(service)
    assert "试得太多了" in (phone.says(f"登录 {shown.number}").reply or "")


def test_whoever_lost_the_post_before_the_yes_signs_nobody_in(service: Service) -> None:
    hall = service.hall()
    service.staff(hall, openid=OTHER, name="李工")
    phone = service.staff(hall)
    shown = desktop(service)
    phone.says(f"登录 {shown.number}")
    service.platform.phone(OTHER, following=True).says("移除 王工")
    phone.says("确认")
    assert who_is_in(service, shown) is None


def test_without_web_authorization_a_link_signs_in_once(database: peewee.Database) -> None:
    service = Service(oauth=False)
    hall = service.hall()
    phone = service.staff(hall)
    reply = phone.says("设置").reply or ""
    found = re.search(r"/login/link\?t=([\w-]+)", reply)
    assert found, reply
    link = sign_in_links.spend(found[1], service.clock())
    assert (link.openid, link.target) == (phone.openid, f"/hall/{hall.code}/settings")


def test_with_web_authorization_a_link_holds_no_secret(service: Service) -> None:
    hall = service.hall()
    reply = service.staff(hall).says("设置").reply or ""
    assert f"https://hall.example.gov.cn/hall/{hall.code}/settings" in reply
    assert "/login/link" not in reply


def test_a_yes_that_comes_too_late_ends_the_question(service: Service) -> None:
    phone = service.staff(service.hall())
    phone.says(f"登录 {desktop(service).number}")
    service.clock.goes_on(seconds=121)
    late = phone.says("确认")
    assert tells(late, "refused.sign_in_over")
    assert not asks(late, "sign_in")
    assert tells(phone.says("确认"), "engine.nothing_to_confirm")


@pytest.mark.parametrize("typed", ["12345", "1234567", "12 34"])
def test_a_number_of_another_length_is_said_to_be_none(service: Service, typed: str) -> None:
    assert tells(service.staff(service.hall()).says(f"登录 {typed}"), "refused.sign_in_number_unknown")


def test_too_many_links_cost_the_link_and_not_the_answer(database: peewee.Database) -> None:
    service = Service(oauth=False)
    phone = service.staff(service.hall())
    replies = [phone.says("二维码").reply or "" for _ in range(60)]
    assert "/login/link" in replies[0]
    assert "/login/link" not in replies[-1]
    assert "东门 进厅" in replies[-1]
