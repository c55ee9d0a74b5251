"""The pages of exports, as an admin at a desk goes through them."""

import re
from urllib.parse import unquote

import peewee
import pytest

from models.services import building
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


def test_the_masked_file_shows_nobody(office: Office) -> None:
    browser = office.browser()
    sheets = sheets_of(browser.get(taken(browser, built(office, browser), MASKED)).data)
    assert sheets["数据"][1][1:3] == ["张*", "138*****000"]
    assert dict(sheets["说明"])["种类"] == "遮挡的"
