"""The search of a hall's records, as an admin uses it in a browser."""

import html
import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from models.rules.visits import HowOut
from models.services import halls, questions
from tests.service import MONDAY_9
from tests.visited import came
from tests.web.admin.desk import Browser, Office, told

TAIL = "0002"


def asks(browser: Browser, **typed: str) -> TestResponse:
    """Fill in the form and follow to the answer."""
    sent = browser.sends("/records", typed)
    return browser.client.get(sent.location) if sent.status_code == 303 else sent


def names(page: TestResponse) -> list[str]:
    return re.findall(r'<p class="stay-who"><a[^>]*>(.*?)</a>', page.text)


def count(page: TestResponse) -> str:
    found = re.search(r'<h2 id="found-title">(.*?)</h2>', page.text)
    assert found is not None
    return found[1]


def problems(page: TestResponse) -> str:
    found = re.search(r'<div class="told told-problem" role="alert">(.*?)</div>', page.text, re.S)
    return found[1] if found else ""


def more(page: TestResponse) -> str:
    """Where the further ones are."""
    found = re.search(r'href="([^"]+)">后面的</a>', page.text)
    return html.unescape(found[1]) if found else ""


# --- finding ---


def test_todays_records_stand_there_at_once_masked(office: Office) -> None:
    came(office.hall, name="欧阳金雀")
    came(office.hall, MONDAY_9 - timedelta(days=3), "李四")
    page = office.browser().get("/records")
    assert (names(page), count(page)) == (["欧阳**"], "共 1 条")
    assert "社会保险 · 东门" in page.text
    assert "欧阳金雀" not in page.text


def test_somebody_is_found_by_the_last_four_digits_of_the_phone(office: Office) -> None:
    came(office.hall)
    came(office.hall, MONDAY_9 - timedelta(days=1), "李四", phone="13911110002")
    page = asks(office.browser(), who=TAIL)
    assert (names(page), count(page)) == (["李*"], "共 1 条")


@pytest.mark.parametrize(
    "text", ["139 1111 0002", "１３９１１１１０００２", "+86-13911110002", "尾号0002", "371421197902142025", "李 四"]
)
def test_one_box_reads_whatever_tells_who(office: Office, text: str) -> None:
    came(office.hall)
    came(office.hall, name="李四", phone="13911110002", number="371421197902142025")
    assert names(asks(office.browser(), who=text)) == ["李*"]


@pytest.mark.parametrize("text", ["昨天 0002", "李四 3月1号", "查询 3.1 李四"])
def test_the_box_reads_days_and_somebody_as_the_chat_does(office: Office, text: str) -> None:
    for back in (0, 1):
        came(office.hall, MONDAY_9 - timedelta(days=back), "李四", phone="13911110002")
    page = asks(office.browser(), who=text)
    assert (names(page), count(page)) == (["李*"], "共 1 条")
    assert page.text.count('value="2026-03-01"') == 2


def test_a_name_that_reads_as_a_day_stays_a_name_in_the_box(office: Office) -> None:
    page = asks(office.browser(), who="姓名 周三")
    assert 'value="姓名 周三"' in page.text


def test_all_of_it_narrows_the_search(office: Office) -> None:
    came(office.hall, name="李四", door=2, matter="fund", how_out=HowOut.CHAT)
    came(office.hall, name="王五", door=2, matter="fund")
    asked = {"first": "2026-03-02", "last": "2026-03-02", "door": "2", "matter": "fund", "exits": "stated"}
    assert names(asks(office.browser(), **asked)) == ["李*"]


def test_days_the_other_way_round_are_put_right(office: Office) -> None:
    came(office.hall)
    page = asks(office.browser(), first="2026-03-02", last="2026-02-20")
    assert (names(page), "2026-02-20 到 2026-03-02" in page.text) == (["张*"], True)


def test_days_that_are_not_kept_any_more_are_said_to_be_left_out(office: Office) -> None:
    page = asks(office.browser(), first="1600-01-01", last="2026-03-01")
    assert "只保留 30 天的记录" in page.text
    assert "2026-01-31 到 2026-03-01" in page.text


@pytest.mark.parametrize("name", ["today", "yesterday", "week", "last_week", "month"])
def test_quick_looks_need_no_typing(office: Office, name: str) -> None:
    came(office.hall)
    page = office.browser().get(f"/records?days={name}")
    assert count(page) == ("共 1 条" if name in ("today", "week", "month") else "共 0 条")


def test_nobody_found_is_said_so(office: Office) -> None:
    page = asks(office.browser(), who="赵六")
    assert (count(page), "没有查到记录。" in page.text) == ("共 0 条", True)


def test_a_guess_is_never_shown_as_a_fact(office: Office) -> None:
    came(office.hall, how_out=HowOut.SWEPT)
    came(office.hall, name="李四", left=None)
    office.clock.goes_on(hours=6)
    page = office.browser().get("/records").text
    assert page.count("（推定）") == 2


def test_another_halls_records_are_not_among_them(office: Office) -> None:
    other = halls.by_code(halls.register("西区大厅", office.facts(), "open", office.clock()))
    assert other is not None
    came(other)
    assert names(asks(office.browser(), who="张三")) == []


# --- pages ---


def test_the_further_ones_go_on_where_the_page_ended(office: Office) -> None:
    for number in range(67):
        came(office.hall, MONDAY_9 + timedelta(seconds=number // 3), f"客人{number}")
    browser, shown = office.browser(), []
    page = browser.get("/records")
    while True:
        shown.append(len(names(page)))
        assert count(page) == "共 67 条"
        if not more(page):
            break
        page = browser.client.get(more(page))
    assert shown == [30, 30, 7]
    assert "从头看" in page.text


# --- what is kept secret ---


def test_no_address_says_who_was_looked_for(office: Office) -> None:
    browser = office.browser()
    for text in ("张三", "13800138000", "8000", "11010519491231002X"):
        address = unquote(browser.sends("/records", {"who": text}).location)
        assert text not in address
    assert "q=" in address


def test_each_search_for_a_person_is_noted_and_never_for_whom(office: Office) -> None:
    came(office.hall)
    browser = office.browser()
    for text in ("张三", "13800138000", "8000", "11010519491231002X"):
        asks(browser, who=text)
    asks(browser, door="1")
    browser.get("/records")
    noted = [row.detail for row in reversed(office.audited()) if row.action == "search"]
    assert [json.loads(detail) for detail in noted] == [
        {"by": by, "count": 1} for by in ("name", "phone", "tail", "id_number")
    ]
    history = browser.get("/settings/history").text
    assert "按人查记录" in history
    assert "手机后四位" in history
    assert "张三" not in history


def test_the_address_of_an_answer_opens_for_its_person_alone_and_not_for_long(office: Office) -> None:
    came(office.hall)
    office.joins("Second", "admin", name="赵六")
    address = office.browser().sends("/records", {"who": "张三"}).location
    assert count(office.browser().client.get(address)) == "共 1 条"
    other = office.browser("Second").client.get(address)
    assert "这次查询过期了" in told(other.text)
    assert 'value="张三"' not in other.text
    office.clock.goes_on(seconds=questions.LASTS.total_seconds() + 1)
    assert "这次查询过期了" in told(office.browser().client.get(address).text)


# --- what cannot be asked ---


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first": "2026-03-03", "last": "2026-03-09"}, "还没有到"),
        ({"first": "2025-01-01", "last": "2025-12-31"}, "只保留 30 天"),
        ({"first": "2026-02-30"}, "日期"),
        ({"who": "13800"}, ""),
        ({"who": "110105194912310021"}, ""),
        ({"who": "=cmd|' /C calc'!A0"}, ""),
        ({"who": "长" * 101}, ""),
        ({"who": "\u202e反"}, ""),
        ({"door": "9"}, ""),
        ({"matter": "<b>"}, ""),
        ({"exits": "maybe"}, ""),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(office: Office, typed: dict[str, str], sentence: str) -> None:
    page = asks(office.browser(), **typed)
    assert page.status_code == 200
    assert problems(page)
    assert sentence in problems(page)
    assert [row for row in office.audited() if row.action == "search"] == []


@pytest.mark.parametrize("q", ["", "a", "é", "_" * 3000, "AAAA", "%00", "eyJhIjoxfQ"])
def test_an_address_that_was_cut_or_made_up_is_no_question(office: Office, q: str) -> None:
    page = office.browser().get("/records", query_string={"q": q})
    assert page.status_code == 200
    assert "这次查询过期了" in told(page.text)


def test_an_unknown_quick_look_is_that_of_today(office: Office) -> None:
    came(office.hall)
    assert names(office.browser().get("/records?days=<script>")) == ["张*"]
