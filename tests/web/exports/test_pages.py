"""The pages of exports, as an admin at a desk goes through them."""

import re
from urllib.parse import unquote

import peewee
import pytest

from models.services import building
from models.tables.database import run
from models.tables.exports import Export, ExportCopy
from tests.exported import DESK, a_visit, sheets_of
from tests.web.admin.desk import Browser, Office

TODAY = {"first": "2026-03-02", "last": "2026-03-02"}
FULL = {"kind": "full", "why": "tracing", "more": ""}
MASKED = {"kind": "masked", "why": "other", "more": "看看"}


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    a_visit(office.hall, phone="13800138000")
    return office


def asked(browser: Browser, **days: str) -> str:
    """The address of the export, below the hall."""
    answer = browser.sends("/exports", {**TODAY, **days})
    assert answer.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', answer.text)
    return answer.location.removeprefix(browser.at)


def built(office: Office, browser: Browser) -> str:
    where = asked(browser)
    assert building.build_due(office.clock(), DESK) == 1
    return where


def taken(browser: Browser, where: str, typed: dict[str, str]) -> str:
    """The address of the file of a new copy."""
    answer = browser.sends(where, typed)
    assert answer.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', answer.text)
    return answer.location.removeprefix(browser.at) + "/file"


def test_an_admin_asks_for_last_days_and_downloads_them(office: Office) -> None:
    browser = office.browser()
    where = asked(browser)
    assert "<progress" in browser.get(where).text
    assert browser.get(f"{where}/state").json == {"status": "wanted", "done": 0, "expected": 1}
    building.build_due(office.clock(), DESK)
    assert browser.get(f"{where}/state").json == {"status": "ready", "done": 1, "expected": 1}
    answer = browser.get(taken(browser, where, FULL))
    assert answer.status_code == 200
    sheets = sheets_of(answer.data)
    assert sheets["数据"][1][1:3] == ["张三", "13800138000"]
    assert dict(sheets["说明"])["用途"] == "疫情排查"
    name = unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])
    assert name == f"{office.hall.name}_20260302090000.xlsx"


def test_of_days_that_are_erased_it_is_said_that_they_are_not_in_it(office: Office) -> None:
    browser = office.browser()
    said = "2026-01-31 之前的记录已按期删除，没有导出"
    assert said not in browser.get(asked(browser, first="2026-01-31")).text
    assert said in browser.get(asked(browser, first="2026-01-30")).text


def test_the_masked_file_shows_nobody(office: Office) -> None:
    browser = office.browser()
    sheets = sheets_of(browser.get(taken(browser, built(office, browser), MASKED)).data)
    assert sheets["数据"][1][1:3] == ["张*", "138*****000"]
    assert dict(sheets["说明"])["种类"] == "遮挡的"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param({"first": "", "last": ""}, "请", id="none"),
        pytest.param({"first": "2026-02-29"}, "请", id="29 February of another year"),
        pytest.param({"first": "2026-13-01"}, "请", id="a thirteenth month"),
        pytest.param({"first": "2027-01-01", "last": "2027-02-01"}, "这些日子还没有到", id="the future"),
        pytest.param({"first": "1626-01-01", "last": "1999-01-01"}, "这些日子的已经不在了", id="long ago"),
        pytest.param({"first": "=1+1"}, "请", id="a formula"),
        pytest.param({"first": "9" * 500}, "请", id="a number without end"),
    ],
)
def test_days_that_cannot_be_are_refused_at_the_field(office: Office, days: dict[str, str], said: str) -> None:
    answer = office.browser().sends("/exports", {**TODAY, **days})
    assert answer.status_code == 200
    assert said in "".join(re.findall(r'class="wrong"[^>]*>(.*?)<', answer.text))
    assert run(Export.select().count) == 0


def test_days_the_other_way_round_are_the_same_days(office: Office) -> None:
    browser = office.browser()
    page = browser.get(asked(browser, first="2026-03-02", last="2026-02-27")).text
    assert "2026-02-27 到 2026-03-02" in page


def test_four_hundred_years_are_the_days_that_are_kept(office: Office) -> None:
    browser = office.browser()
    assert "2026-01-31 到 2026-03-02" in browser.get(asked(browser, first="1626-03-02", last="2026-03-02")).text


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"why": ""}, id="no purpose"),
        pytest.param({"why": "other", "more": " "}, id="another purpose, and not which"),
        pytest.param({"why": "fun"}, id="a purpose that is none"),
        pytest.param({"kind": "both"}, id="a third kind"),
        pytest.param({"more": "长" * 500}, id="a purpose without end"),
    ],
)
def test_no_file_without_a_purpose(office: Office, typed: dict[str, str]) -> None:
    browser = office.browser()
    where = built(office, browser)
    assert browser.sends(where, {**FULL, **typed}).status_code == 200
    assert run(ExportCopy.select().count) == 0


def test_an_export_that_is_cancelled_says_so(office: Office) -> None:
    browser = office.browser()
    where = asked(browser)
    assert browser.sends(f"{where}/cancel").status_code == 303
    assert "已经取消" in browser.get(where).text
    browser.sends(f"{where}/cancel")
    assert "已经生成完或者取消" in browser.told()


def test_each_deed_is_told_in_the_halls_history(office: Office) -> None:
    browser = office.browser()
    taken(browser, built(office, browser), FULL)
    page = browser.get("/settings/history").text
    assert "要求导出" in page and "取得导出文件" in page and "完整的" in page
    assert "疫情排查" not in page


@pytest.mark.parametrize(
    ("agent", "is_closed"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Mobile) MicroMessenger/8.0.50", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50", False),
        ("Mozilla/5.0 (Linux; Android 14; Mobile) Chrome/130.0", False),
        ("Mozilla/5.0 (Windows NT 10.0) Edg/130.0", False),
    ],
)
def test_in_androids_wechat_the_page_says_where_to_download(office: Office, agent: str, is_closed: bool) -> None:
    browser = office.browser()
    where = built(office, browser)
    page = browser.get(where, headers={"User-Agent": agent}).text
    assert ("在浏览器打开" in page) == is_closed
    assert ('name="why"' in page) != is_closed


def test_a_damaged_row_is_told_on_the_page(office: Office, database: peewee.Database) -> None:
    run(lambda: database.execute_sql(f"UPDATE visits SET name = {database.param}", (b"damaged",)))
    browser = office.browser()
    assert "1 行，表格第二页有说明" in browser.get(built(office, browser)).text
