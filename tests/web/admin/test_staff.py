"""Staff on their page: who is there, who is invited, who goes."""

import re

import peewee
import pytest

from models.rules.access import Role
from models.services import staff
from tests.staffed import openid
from tests.staffed import told as hears
from tests.web.admin.desk import Office, told


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


def links(page: str, what: str) -> list[str]:
    return re.findall(rf'href="/hall/\w+(/staff/\w+/{what})"', page)


def test_an_invite_shows_its_code_once_and_binds(office: Office) -> None:
    browser = office.browser()
    page = browser.sends("/staff/invite", {"name": "张三", "role": "guard"}).text
    code = re.findall(r"绑定 (\w{8})", page)
    assert len(code) == 1
    assert "2 小时内有效" in page
    listed = browser.get("/staff").text
    assert "张三" in listed
    assert code[0] not in listed
    assert staff.bind(openid("New"), code[0], office.clock()).role is Role.GUARD
    assert "门岗，2026-03-02 09:00 绑定" in browser.get("/staff").text
    assert [row.action for row in office.audited()][:2] == ["bind", "invite"]


@pytest.mark.parametrize(
    "name", ["", "张", "1", "<script>alert(1)</script>", "=HYPERLINK(1)", "张三" * 100, "\u202e张三", "王海燕"]
)
def test_a_name_that_nobody_can_have_makes_no_invite(office: Office, name: str) -> None:
    page = office.browser().sends("/staff/invite", {"name": name, "role": "guard"})
    made = staff.open_invites(office.hall.id, office.clock())
    # A mark that nobody sees is dropped from a name that is fine without it.
    assert ('role="alert"' in page.text and not made) or [one.name for one in made] == ["张三"]
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("role", ["operator", "", "root"])
def test_nobody_is_made_what_a_hall_does_not_have(office: Office, role: str) -> None:
    page = office.browser().sends("/staff/invite", {"name": "张三", "role": role})
    assert page.status_code == 200
    assert not staff.open_invites(office.hall.id, office.clock())


def test_an_invite_can_be_withdrawn_and_leaves_its_namesake_in_office(office: Office) -> None:
    office.joins("Guard", Role.GUARD, name="李四")
    browser = office.browser()
    code = re.findall(r"绑定 (\w{8})", browser.sends("/staff/invite", {"name": "李四", "role": "admin"}).text)[0]
    [link] = links(browser.get("/staff").text, "withdraw")
    assert browser.sends(link).status_code == 303
    assert not staff.open_invites(office.hall.id, office.clock())
    assert [one.name for one in staff.members(office.hall.id)] == ["王海燕", "李四"]
    assert browser.get(link).status_code == 404
    assert office.audited()[0].action == "remove"
    assert len(code) == 8


def test_a_member_is_removed_after_a_question_and_hears_of_it(office: Office) -> None:
    office.joins("Guard", Role.GUARD, name="李四")
    browser = office.browser()
    link = links(browser.get("/staff").text, "remove")[1]
    assert "移除 李四？" in browser.get(link).text
    browser.sends(link)
    assert [one.name for one in staff.members(office.hall.id)] == ["王海燕"]
    assert hears("Guard")
    assert "已移除 李四" in told(browser.get("/staff").text)


def test_the_last_admin_cannot_be_removed(office: Office) -> None:
    browser = office.browser()
    [link] = links(browser.get("/staff").text, "remove")
    browser.sends(link)
    assert "最后一位管理员" in told(browser.get("/staff").text)
    assert len(staff.members(office.hall.id)) == 1


def test_who_removes_themselves_sees_nothing_of_the_hall_any_more(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李四")
    browser = office.browser("Second")
    link = links(browser.get("/staff").text, "remove")[1]
    assert browser.sends(link).location == "/me"
    assert browser.get("/staff").status_code == 404


def test_an_admin_who_was_removed_meanwhile_changes_nothing(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李四")
    removed = office.browser("Second")
    seen = removed.fields("/staff/invite")
    office.browser().sends(links(office.browser().get("/staff").text, "remove")[1])
    answer = removed.sends("/staff/invite", {"name": "张三", "role": "admin"}, seen=seen)
    assert answer.status_code == 404
    assert not staff.open_invites(office.hall.id, office.clock())


def test_no_openid_and_no_number_of_a_row_stands_on_the_page(office: Office) -> None:
    office.joins("Guard", Role.GUARD)
    page = office.browser().get("/staff").text
    assert openid("Guard") not in page
    assert {len(link.split("/")[2]) for link in links(page, "remove")} == {16}
