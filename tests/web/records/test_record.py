"""One record: masked, whole for ten minutes once a reason is given, and only for whoever gave it."""

import json
import re
from datetime import timedelta

import peewee
import pytest

from models.rules import masks
from models.rules.access import Role
from models.rules.visits import HowIn, HowOut, TemperatureSource
from models.services import halls
from models.tables import visits
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import openid
from tests.visited import came, id_of
from tests.web.admin.desk import Office

WHOLE = ("张三", "110105 19491231 002X", "138 0013 8000", "山东省德州市德城区东风路1号", "走失")
PERSONAL = ("张三", "11010519491231002X", "13800138000", "东风路", "走失")


@pytest.fixture
def visit(office: Office) -> str:
    return came(office.hall, address="山东省德州市德城区东风路1号", remark="走失")


def shown(office: Office, visit: str, who: str = "Admin") -> str:
    page = office.browser(who).get(f"/records/{visit}")
    assert page.status_code == 200
    return page.text


def looks(office: Office) -> list[dict[str, str]]:
    return [json.loads(row.detail) for row in office.audited() if row.action == "look"]


# --- masked and whole ---


def test_a_record_is_masked_until_a_reason_is_given(office: Office, visit: str) -> None:
    page = shown(office, visit)
    assert "张*" in page
    assert "1****************X" in page
    assert [text for text in PERSONAL if text in page] == []
    assert looks(office) == []


def test_with_a_reason_it_is_whole_for_ten_minutes_and_then_masked_again(office: Office, visit: str) -> None:
    browser = office.browser()
    sent = browser.sends(f"/records/{visit}", {"why": "lost"})
    assert (sent.status_code, sent.location) == (303, f"{office.at}/records/{visit}")
    page = browser.get(f"/records/{visit}")
    assert [text for text in WHOLE if text not in page.text] == []
    assert page.headers["Refresh"] == "600"
    office.clock.goes_on(minutes=9, seconds=59)
    assert "张三" in browser.get(f"/records/{visit}").text
    office.clock.goes_on(seconds=1)
    page = browser.get(f"/records/{visit}")
    assert [text for text in PERSONAL if text in page.text] == []
    assert "Refresh" not in page.headers


def test_what_the_page_is_called_stays_in_a_browsers_history_and_names_nobody(office: Office, visit: str) -> None:
    browser = office.browser()
    browser.sends(f"/records/{visit}", {"why": "lost"})
    page = browser.get(f"/records/{visit}").text
    assert "<h1>张三 的记录</h1>" in page
    assert f"<title>一条记录 {office.hall.name}</title>" in page


def test_each_look_is_noted_with_who_which_why_and_nothing_of_the_visitor(office: Office, visit: str) -> None:
    browser = office.browser()
    browser.sends(f"/records/{visit}", {"why": "other", "words": "物业报修核对"})
    [noted] = looks(office)
    assert (noted["visit"], noted["why"], noted["reason"]) == (visit, "other", "物业报修核对")
    assert not any(text in json.dumps(noted, ensure_ascii=False) for text in PERSONAL)
    history = browser.get("/settings/history").text
    for text in ("看完整信息", visit, "物业报修核对", "王海燕"):
        assert text in history
    assert noted["session"] not in history


def test_what_stood_in_it_before_is_masked_until_a_reason_is_given(office: Office, visit: str) -> None:
    browser = office.browser()
    for field, value in {"name": "李建国", "phone": "", "temperature": "36.8", "matter": "fund"}.items():
        assert browser.sends(f"/desk/visit/{visit}/{field}", {"value": value}).status_code == 303
    page = browser.get(f"/records/{visit}").text
    told = re.search(r"改过的内容</h3>(.*?)</ul>", page, re.S)
    assert told is not None
    assert [one for one in ("张*", masks.mask_phone("13800138000"), "社会保险", "没有填") if one not in told[1]] == []
    assert [text for text in PERSONAL if text in page] == []
    browser.sends(f"/records/{visit}", {"why": "correct"})
    page = browser.get(f"/records/{visit}").text
    assert "张三" in page and "138 0013 8000" in page


def test_a_record_leads_to_where_it_is_put_right(office: Office, visit: str) -> None:
    assert f'href="{office.at}/desk/visit/{visit}"' in shown(office, visit)


def test_two_presses_are_one_look(office: Office, visit: str) -> None:
    browser = office.browser()
    fields = browser.fields(f"/records/{visit}")
    for _ in range(2):
        browser.client.post(f"{office.at}/records/{visit}", data={**fields, "why": "lost"})
    assert len(looks(office)) == 1


def test_another_session_and_another_admin_still_see_it_masked(office: Office, visit: str) -> None:
    office.joins("Second", Role.ADMIN, name="赵六")
    first = office.browser()
    first.sends(f"/records/{visit}", {"why": "visitor"})
    assert "张三" in first.get(f"/records/{visit}").text
    assert "张三" not in shown(office, visit)
    assert "张三" not in shown(office, visit, "Second")


def test_one_look_opens_one_record(office: Office, visit: str) -> None:
    other = came(office.hall, MONDAY_9 + timedelta(minutes=50))
    browser = office.browser()
    browser.sends(f"/records/{visit}", {"why": "visitor"})
    assert "张三" not in browser.get(f"/records/{other}").text


def test_who_is_an_admin_no_more_sees_nothing_of_what_was_open(office: Office, visit: str) -> None:
    browser = office.browser()
    browser.sends(f"/records/{visit}", {"why": "visitor"})
    run(lambda: Member.update(role=Role.GUARD).where(Member.openid == openid("Admin")).execute())
    assert browser.get(f"/records/{visit}").status_code == 404


def test_whoever_guesses_the_name_in_a_reason_is_noted_and_the_name_is_not(office: Office, visit: str) -> None:
    assert office.browser().sends(f"/records/{visit}", {"why": "other", "words": "找张三核对"}).status_code == 303
    assert [one["reason"] for one in looks(office)] == ["找***核对"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "请填"),
        ({"why": "curious"}, ""),
        ({"why": "other"}, "原因请写"),
        ({"why": "other", "words": "看"}, "原因请写"),
        ({"why": "other", "words": "长" * 61}, "原因请写"),
        ({"why": "other", "words": "电话 138 0013 8000"}, "不要写号码"),
        ({"why": "other", "words": "１３８００１３８０００"}, "不要写号码"),
        ({"why": "other", "words": "<b>核对</b>"}, ""),
        ({"why": "other", "words": "=1+1"}, ""),
        ({"why": "other", "words": "\u202e核对"}, ""),
    ],
)
def test_without_a_reason_that_can_be_kept_it_stays_masked(
    office: Office, visit: str, typed: dict[str, str], sentence: str
) -> None:
    page = office.browser().sends(f"/records/{visit}", typed)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert sentence in page.text
    assert (looks(office), "张三" in page.text.replace(typed.get("words", "-"), "")) == ([], False)


# --- what stands on it ---


def test_each_end_says_how_it_is_known(office: Office) -> None:
    page = shown(office, came(office.hall, how_in=HowIn.SLIP, slip="0007", how_out=HowOut.CLOSING))
    assert "2026-03-02 09:00（说明：纸质登记单）" in page
    assert "2026-03-02 09:40（推定：到点自动签退）" in page
    assert "0007" in page


@pytest.mark.parametrize("how", HowOut)
def test_no_estimate_is_shown_as_anything_else(office: Office, how: HowOut) -> None:
    page = shown(office, came(office.hall, how_out=how))
    assert ("推定" in page) == (how in ("closing", "moved", "swept", "unknown"))


@pytest.mark.parametrize("how", [HowOut.STATED, HowOut.CORRECTED])
def test_an_exit_that_staff_may_have_put_there_is_not_said_to_be_the_visitors(office: Office, how: HowOut) -> None:
    page = shown(office, came(office.hall, how_out=how))
    assert re.findall(r"09:40（[^）]*本人[^）]*）", page) == []


def test_what_the_exit_said_before_stands_there(office: Office) -> None:
    visit = came(office.hall, how_out=HowOut.CLOSING, person_id=7)

    def corrected() -> None:
        [past] = visits.latest(7, 1)
        assert visits.replace_exit(past, MONDAY_9, HowOut.CORRECTED, "staff", MONDAY_9 + timedelta(hours=2))

    run(corrected)
    page = shown(office, visit)
    assert "2026-03-02 11:00 由工作人员改；原来是 2026-03-02 09:40（推定：到点自动签退）" in page


def test_flags_of_the_visit_are_told(office: Office, visit: str) -> None:
    for kind, of in (("same_number_inside", id_of(visit)), ("new_kind", id_of(visit)), ("fever_same_number", 0)):
        run(lambda kind=kind, of=of: insert(Flag, hall_id=office.hall.id, visit_id=of, kind=kind, at=MONDAY_9))
    page = shown(office, visit)
    assert "同一个证件号当时已经在厅里" in page
    assert "需要核对" in page
    assert "同一个证件号当天报过发热" not in page


def test_who_came_along_is_linked_and_masked(office: Office, visit: str) -> None:
    run(lambda: Visit.update(companions=1).where(Visit.public_id == visit).execute())
    child = came(office.hall, name="王小明", number=None, phone=None, lead_id=id_of(visit))
    lead_page, child_page = shown(office, visit), shown(office, child)
    assert f"/records/{child}" in lead_page
    assert "王**" in lead_page
    assert f"/records/{visit}" in child_page
    assert "王小明" not in lead_page + child_page


def test_other_stays_are_those_in_this_hall_by_account_or_number(office: Office) -> None:
    other_hall = halls.by_code(halls.register("西区大厅", office.facts(), "open", office.clock()))
    assert other_hall is not None
    this = came(office.hall, person_id=7)
    by_number = came(office.hall, MONDAY_9 - timedelta(days=1))
    by_account = came(office.hall, MONDAY_9 - timedelta(days=2), number=None, person_id=7)
    elsewhere = came(other_hall, MONDAY_9 - timedelta(days=3), person_id=7)
    long_ago = came(office.hall, MONDAY_9 - timedelta(days=31), person_id=7)
    somebody = came(office.hall, MONDAY_9, "李四", number="371421197902142025")
    page = shown(office, this)
    linked = set(re.findall(r"/records/([\w-]{16})", page))
    assert {by_number, by_account} <= linked
    assert not {elsewhere, long_ago, somebody} & linked


def test_temperatures_say_who_says_so(office: Office) -> None:
    for source, tenths, words in (
        (TemperatureSource.DECLARED, 365, "36.5 ℃（自己报的）"),
        (TemperatureSource.GUARD, 368, "36.8 ℃（门岗量的）"),
        (TemperatureSource.DECLARED_NORMAL, None, "自己报正常"),
    ):
        assert words in shown(office, came(office.hall, temperature_tenths=tenths, temperature_source=source))


def test_a_value_that_does_not_open_is_said_so(office: Office, visit: str) -> None:
    damaged = peewee.Value(b"\x02d1" + b"x" * 40, converter=False)
    run(lambda: Visit.update(name=damaged, id_number=damaged, phone=damaged).execute())
    page = shown(office, visit)
    assert "打不开" in page


# --- whose it is ---


def test_a_record_of_another_hall_is_no_page_here(office: Office) -> None:
    other = halls.by_code(halls.register("西区大厅", office.facts(), "open", office.clock()))
    assert other is not None
    theirs = came(other)
    browser = office.browser()
    assert browser.get(f"/records/{theirs}").status_code == 404
    own = came(office.hall)
    fields = browser.fields(f"/records/{own}")
    assert browser.client.post(f"{office.at}/records/{theirs}", data={**fields, "why": "lost"}).status_code == 404
    assert looks(office) == []


def test_a_record_past_its_days_is_no_page(office: Office) -> None:
    assert office.browser().get(f"/records/{came(office.hall, MONDAY_9 - timedelta(days=31))}").status_code == 404


@pytest.mark.parametrize("visit", ["x", "%00", "%ff", "a" * 5000, "1", "..%2f..", "é", "' OR 1=1 --", "search"])
def test_what_is_no_records_id_is_no_page(office: Office, visit: str) -> None:
    assert office.browser().get(f"/records/{visit}").status_code == 404
