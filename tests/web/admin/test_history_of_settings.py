"""What a hall's admins changed: the notice with its versions, what they said yes to, and the way back."""

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import Defaults
from models.services import audit, halls, registering
from models.services.audit import Actor
from tests.staffed import openid, operator
from tests.web.admin.desk import Office


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


# --- privacy and notice ---


def test_four_eyes_that_the_operator_wants_cannot_be_turned_off(office: Office) -> None:
    halls.use(Defaults(four_eyes=True, retention_days=60))
    try:
        browser = office.browser()
        page = browser.get("/settings/privacy").text
        assert 'name="four_eyes"' not in page
        assert "不能关" in page
        assert browser.sends("/settings/privacy", {"days": "60"}).status_code == 303
        assert (office.hall.four_eyes, office.hall.retention_days) == (True, 60)
        assert "four_eyes" not in office.facts()
    finally:
        halls.use(Defaults())


def test_another_notice_is_a_new_version_and_earlier_ones_can_still_be_read(office: Office) -> None:
    browser = office.browser()
    first = office.hall.notice_version
    for text in ("母婴室在二楼。", "母婴室在三楼。"):
        browser.sends("/settings/notice", {"text": text})
    assert office.hall.notice_version == first + 2
    earlier = browser.client.get(f"/notice/{office.hall.code}/{first + 1}").text
    assert "母婴室在二楼。" in earlier
    assert "母婴室在三楼。" not in earlier
    assert f"现在用的是第 {first + 2} 版" in earlier
    assert browser.client.get(f"/notice/{office.hall.code}/{first}").status_code == 200
    assert "母婴室在三楼。" in browser.client.get(f"/notice/{office.hall.code}").text
    assert browser.client.get(f"/notice/{office.hall.code}/{first + 3}").status_code == 404
    assert f"/notice/{office.hall.code}/{first + 1}" in browser.get("/settings/notice").text


def test_what_changes_something_else_leaves_the_notice(office: Office) -> None:
    first = office.hall.notice_version
    office.browser().sends("/settings/basics", {"contact": "王主任"})
    assert office.hall.notice_version == first


# --- history ---


def test_the_history_says_who_changed_what_in_plain_words(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/basics", {"contact": "王主任"})
    browser.sends("/settings/fields", {"address": "off"})
    browser.sends("/settings/hours", {"hours": "周一 9:00-12:00", "grace": "10"})
    page = browser.get("/settings/history").text
    assert "2026-03-02 09:00</time> 王海燕（管理员）" in page
    for words in ("联系人", "王主任", "选填", "不问", "周一 9:00-12:00", "10 分钟", "注册大厅"):
        assert words in page
    assert office.hall.revision != 0
    assert str(office.hall.revision) not in page


def test_the_history_tells_what_was_never_set_as_its_default(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/temperature", {"kind": "reading", "fever": "37.2"})
    page = browser.get("/settings/history").text
    for before, after in (("37.3", "37.2"), ("自己报，没有不舒服可以只回 正常", "要报读数，例如 36.5")):
        assert f"<del>{before}</del>" in page
        assert f"<ins>{after}</ins>" in page


def test_the_history_tells_of_operators_the_role_alone(office: Office) -> None:
    zhao = operator()
    registering.suspend(zhao, office.hall.code, "消防检查没有通过", office.clock())
    registering.resume(zhao, office.hall.code, office.clock())
    page = office.browser().get("/settings/history").text
    assert "</time> 运营人员</p>" in page
    assert "原因：消防检查没有通过" in page
    assert [words for words in ("赵运营", "已离职") if words in page] == []


def test_the_last_change_can_be_taken_back(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/basics", {"name": "德城区市民中心", "contact": "王主任"})
    assert browser.sends("/settings/history/undo").status_code == 303
    assert (office.hall.name, office.hall.contact) == ("德城区政务服务大厅", "")
    assert office.audited()[0].action == "settings"


def test_a_change_of_doors_and_one_that_was_overtaken_have_no_way_back(office: Office) -> None:
    browser = office.browser()
    assert browser.get("/settings/history/undo").status_code == 404
    browser.sends("/codes/add", {"name": "北门"})
    assert browser.get("/settings/history/undo").status_code == 404
    browser.sends("/settings/basics", {"contact": "王主任"})
    seen = browser.fields("/settings/history/undo")
    office.browser().sends("/settings/basics", {"contact": "李主任"})
    browser.sends("/settings/history/undo", seen=seen)
    assert office.hall.contact == "李主任"


@pytest.mark.parametrize("query", ["?before=x&id=y", "?before=9999-12-31T23:59:59%2B00:00&id=" + "9" * 400,
                                   "?before=0001-01-01&id=-1", "?id=%00"])  # fmt: skip
def test_a_page_of_history_that_is_none_is_no_failure(office: Office, query: str) -> None:
    assert office.browser().get("/settings/history" + query).status_code == 200


def test_the_way_back_stays_there_however_much_else_was_done_since(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/basics", {"contact": "王主任"})
    for number in range(60):
        audit.note(
            Actor(openid("Admin"), Role.ADMIN), "search", office.hall.id, office.clock(), by="name", count=number
        )
    assert browser.get("/settings/history/undo").status_code == 200
