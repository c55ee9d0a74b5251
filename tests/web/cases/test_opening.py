"""Opening a case, as an admin at a desk does: whose it is, what for, and of which days."""

import re
from datetime import timedelta

import pytest

from models.rules.visits import HowOut
from models.tables.cases import Case
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.visited import came
from tests.web.admin.desk import Office
from tests.web.cases.morning import ILL, ILL_PHONE, WHY, Morning, listed, opened, wrong


def people(page: str) -> list[str]:
    """Who is offered to choose from."""
    return re.findall(r'<label class="form-check-label" for="suspect-\d">(.*?)</label>', page)


def test_a_case_is_opened_for_a_phone_and_its_page_lists_who_was_there(office: Office, morning: Morning) -> None:
    browser = office.browser()
    page = browser.get(opened(browser)).text
    assert list(listed(page)) == ["王**", "张**", "钱**", "李**", "孙**", "赵**"]
    assert all(said in page for said in ("病例 2026-1", "疾控部门要求", "甲市疾控中心", "由疾控部门判定"))


def test_sure_and_possible_contacts_are_told_apart_with_their_bounds(office: Office, morning: Morning) -> None:
    browser = office.browser()
    said = listed(browser.get(opened(browser)).text)
    assert "40 分钟 确定" in said["张**"]
    assert "30 分钟 按本人或工作人员说的时间" in said["李**"]
    assert "0–40 分钟 可能" in said["赵**"]
    assert "0–35 分钟 可能" in said["钱**"]
    assert "病例离开后 30 分钟内在厅" in said["孙**"]
    assert "同行人员" in said["王**"]


def test_whoever_surely_met_the_case_for_nobody_knows_how_long_is_told_so(office: Office, morning: Morning) -> None:
    twice = {"phone": "13800138007"}
    morning.comes("吴两次", 31, 41, **twice)
    morning.comes("吴两次", 60, 240, HowOut.CLOSING, **twice)
    browser = office.browser()
    page = browser.get(opened(browser)).text
    assert "10–40 分钟 确定同时在厅过，多久是推定的" in listed(page)["吴**"]
    assert '<span class="known known-guess">10–40 分钟</span>' in page


def test_a_list_that_was_made_while_the_case_was_still_there_says_who_is_not_in_it(office: Office) -> None:
    there = came(office.hall, MONDAY_9 + timedelta(hours=2), ILL, None, number=None, phone=ILL_PHONE)
    browser = office.browser()
    case = opened(browser)
    assert "后来的人还没有算" in browser.get(case).text
    office.clock.goes_on(hours=1)
    gone = {"out_at": office.clock() - timedelta(minutes=31), "how_out": "scan", "open_key": None}
    run(lambda: Visit.update(**gone).where(Visit.public_id == there).execute())
    assert "后来的人还没有算" in browser.get(case).text
    browser.sends(f"{case}/again", seen=browser.fields(case))
    assert "后来的人还没有算" not in browser.get(case).text


@pytest.mark.parametrize(
    "who", [ILL_PHONE, ILL, "139 0013 9000", "１３９００１３９０００", f"{ILL} 3月2日", f"姓名 {ILL}"]
)
def test_the_person_is_found_however_they_are_written(office: Office, morning: Morning, who: str) -> None:
    browser = office.browser()
    assert len(listed(browser.get(opened(browser, who)).text)) == 6


def test_people_of_one_name_are_told_apart_by_what_the_masks_leave(office: Office) -> None:
    for number in range(3):
        came(office.hall, MONDAY_9 + timedelta(minutes=number), "王伟", number=None, phone=f"1380013800{number}")
    browser = office.browser()
    found = people(browser.sends("/cases/new", {"who": "王伟"}).text)
    assert [one.split(" · ")[1] for one in found] == [f"138*****00{number}" for number in (2, 1, 0)]
    chosen = browser.sends("/cases/new", {"who": "王伟", "choosing": "1", **WHY})
    assert wrong(chosen.text)
    assert run(Case.select().count) == 0


def test_nobody_is_shown_whole_before_there_is_a_reason(office: Office, morning: Morning) -> None:
    browser = office.browser()
    pages = [browser.sends("/cases/new", {"who": ILL_PHONE}).text, browser.get(opened(browser)).text]
    for name in morning.visits:
        assert not any(name in page for page in pages)


def test_the_search_is_noted_and_says_not_for_whom(office: Office, morning: Morning) -> None:
    office.browser().sends("/cases/new", {"who": ILL_PHONE})
    row = office.audited()[0]
    assert row.action == "search"
    assert ILL_PHONE not in row.detail


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"who": ""}, "请", id="nobody"),
        pytest.param({"who": "昨天"}, "整个姓名", id="only a day"),
        pytest.param({"who": "9000"}, "整个姓名", id="the last four digits"),
        pytest.param({"who": "13800000000"}, "没有找到这个人", id="somebody who was never here"),
        pytest.param({"who": "11010519491231002X1"}, "号码", id="an ID number that is none"),
        pytest.param({"who": ILL, "onset": "2026-03-03"}, "没", id="a day to come"),
        pytest.param({"who": ILL, "onset": "2026-02-30"}, "日期", id="a day that is none"),
        pytest.param({"who": ILL, "first": "2025-01-01", "last": "2025-01-02"}, "天", id="days long gone"),
        pytest.param({"who": "长" * 101}, "100", id="a long story"),
    ],
)
def test_what_finds_nobody_is_said_at_the_field(
    office: Office, morning: Morning, typed: dict[str, str], said: str
) -> None:
    answer = office.browser().sends("/cases/new", typed)
    assert answer.status_code == 200
    assert said in wrong(answer.text)
    assert not people(answer.text)


@pytest.mark.parametrize(
    "typed",
    [
        {"why": ""},
        {"why": "fun"},
        {"why": "other"},
        {"authority": " "},
        {"authority": "长" * 61},
        {"more": "13800138000"},
    ],
)
def test_no_case_from_this_page_without_why_and_for_whom(
    office: Office, morning: Morning, typed: dict[str, str]
) -> None:
    sent = {"who": ILL_PHONE, "choosing": "1", "suspect": morning.visits[ILL], **WHY, **typed}
    answer = office.browser().sends("/cases/new", sent)
    assert answer.status_code == 200 and wrong(answer.text)
    assert run(Case.select().count) == 0


@pytest.mark.parametrize("suspect", ["", "x" * 16, "\0", "<b>"])
def test_somebody_who_was_not_found_cannot_be_chosen(office: Office, morning: Morning, suspect: str) -> None:
    sent = {"who": ILL_PHONE, "choosing": "1", "suspect": suspect, **WHY}
    assert wrong(office.browser().sends("/cases/new", sent).text)
    assert run(Case.select().count) == 0


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        pytest.param({}, "2026-02-28 到 2026-03-02", id="none: two days back"),
        pytest.param({"onset": "2026-03-01"}, "2026-02-27 到 2026-03-02", id="onset: two days before it"),
        pytest.param({"first": "2026-03-02", "last": "2026-03-01"}, "2026-03-01 到 2026-03-02", id="the wrong way"),
        pytest.param({"last": "2026-03-02"}, "2026-03-02", id="one end of a range"),
        pytest.param({"first": "2026-03-01", "onset": "2026-02-20"}, "2026-03-01 到 2026-03-02", id="both"),
    ],
)
def test_days_are_looked_back_from_onset_or_just_as_given(
    office: Office, morning: Morning, typed: dict[str, str], days: str
) -> None:
    browser = office.browser()
    assert f"<dd>{days}</dd>" in browser.get(opened(browser, **typed)).text


def test_what_is_no_longer_kept_is_said_plainly(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser, first="2026-01-01", last="2026-03-02")
    assert "2026-01-31 之前的记录已按期删除" in browser.get(case).text
