"""The desk as a guard works at it: who is inside, one press to sign out, one to take it back."""

import html
import json
import re
from urllib.parse import quote

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules import passes as codes_of_passes
from models.services import help_requests
from tests.reading import inside, visits
from tests.web.admin.desk import told
from tests.web.desk.door import Door, presses
from tests.web.trial import PASS_KEY


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def finds(door: Door, text: str) -> str:
    browser = door.guard()
    return browser.sends("/desk/find", {"who": text}, seen=browser.fields("/desk", 0)).text


# --- who is inside ---


def test_who_is_inside_is_listed_masked_with_door_time_and_matter(door: Door) -> None:
    door.comes("Zhang", "王五")
    page = door.guard().get("/desk").text
    assert "在厅 2 人" in page
    assert "<strong>张*</strong>" in page and "09:00 东门 社会保险 同行 1 人" in page
    assert "跟着一起来的" in page
    assert "张三" not in page and "王五" not in page


def test_a_temperature_that_nobody_measured_is_told_as_the_visitors_word(door: Door) -> None:
    visit = door.comes()
    assert "36.5（本人说的）" in door.guard().get(f"/desk/visit/{visit}").text


@pytest.mark.parametrize("path", ["/board", "/desk", "/desk/slips", "/waiting", "/passes"])
def test_each_page_of_staff_names_the_hall_over_it_and_leads_to_the_desk(door: Door, path: str) -> None:
    page = door.guard().get(path).text
    assert f'<p class="site">{door.hall.name}</p>' in page
    assert f'href="{door.at}/desk"' in page


def test_an_empty_hall_says_so(door: Door) -> None:
    assert "现在没有人在厅" in door.guard().get("/desk").text


def test_slips_and_what_waits_are_a_press_away(door: Door) -> None:
    help_requests.ask(door.hall, 1, door.clock())
    page = door.guard().get("/desk").text
    assert f'href="{door.at}/waiting">待处理 1</a>' in page
    assert f'href="{door.at}/desk/slips">纸质登记单</a>' in page


def test_many_are_listed_a_page_at_a_time(door: Door) -> None:
    door.comes("Zhang", "\n".join(f"王{one}" for one in "五六七八九"))
    door.comes("Li", "\n".join(f"赵{one}" for one in "五六七八九"))
    door.clock.goes_on(minutes=1)
    door.comes("Wang", "\n".join(f"钱{one}" for one in "五六七八九甲乙丙丁"))
    browser = door.guard()
    first = browser.get("/desk").text
    further = re.findall(rf'href="({door.at}/desk\?after=[^"]*)"', first)
    second = browser.client.get(html.unescape(further[0])).text
    assert (first.count(">签退</button>"), second.count(">签退</button>")) == (20, 2)
    assert f"{door.at}/desk?after=" not in second and "全部在厅的人" in second


@pytest.mark.parametrize(
    "after", ["x", "9" * 400, "nan", "-1", "0001-01-01T00:00:00+14:00", "9999-12-31", "２026-03-02", "2026-03-02"]
)
def test_a_page_that_begins_nowhere_is_the_first_or_an_empty_one(door: Door, after: str) -> None:
    door.comes()
    for number in ("1", "x", "9" * 500, ""):
        assert door.guard().get(f"/desk?after={quote(after)}&id={number}").status_code == 200


# --- looking for somebody ---


@pytest.mark.parametrize(
    "text",
    [
        "张三",
        " 张 三",
        "13800138000",
        "138 0013 8000",
        "8000",
        "８０００",
        "11010519491231002x",
        "110105 19491231 002X",
    ],
)
def test_somebody_inside_is_found_by_whatever_staff_know(door: Door, text: str) -> None:
    door.comes("Zhang")
    door.comes("Li")
    page = finds(door, text)
    assert "找到 1 人" in page and "张*" in page and "李*" not in page


def test_who_has_left_is_not_found(door: Door) -> None:
    presses(door.guard(), "/desk/out", door.comes())
    assert "在厅的人里没有找到" in finds(door, "张三")


@pytest.mark.parametrize("text", ["张", "123", "???", "x" * 5000, "<script>alert(1)</script>", "\0", "2026-02-18"])
def test_what_means_nobody_is_said_at_the_field(door: Door, text: str) -> None:
    door.comes()
    page = finds(door, text)
    assert "请写整个姓名" in page
    assert "<script>alert" not in page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(text=st.text(max_size=60))
def test_whatever_is_looked_for_is_a_page(door: Door, text: str) -> None:
    browser = door.guard()
    seen = browser.fields("/desk", 0)
    assert browser.sends("/desk/find", {"who": text}, seen=seen).status_code in (200, 303)


def test_a_pass_that_was_scanned_into_the_box_leads_to_whose_it_is(door: Door) -> None:
    code = codes_of_passes.encode(door.comes(), door.clock(), PASS_KEY)
    browser = door.guard()
    for typed in (code, f"https://hall.example.gov.cn/pass/check/{code}"):
        response = browser.sends("/desk/find", {"who": typed}, seen=browser.fields("/desk", 0))
        assert response.location == f"/pass/check/{code}"


def test_each_search_is_noted_by_what_and_how_many_and_not_whom(door: Door) -> None:
    door.comes("Zhang")
    browser = door.guard()
    for text in ("张三", "8000", "李四"):
        browser.sends("/desk/find", {"who": text}, seen=browser.fields("/desk", 0))
    browser.get("/desk")
    noted = [json.loads(one.detail) for one in reversed(door.audited()) if one.action == "search"]
    assert noted == [{"by": "name", "count": 1}, {"by": "tail", "count": 1}, {"by": "name", "count": 0}]


def test_nothing_of_a_person_stands_in_any_address(door: Door) -> None:
    door.comes()
    browser = door.guard()
    response = browser.sends("/desk/find", {"who": "张三"}, seen=browser.fields("/desk", 0))
    assert response.status_code == 200 and response.location is None
    assert browser.get("/desk/find").location == f"{door.at}/desk"


# --- out, and back in ---


def test_one_press_signs_out_and_says_so_with_the_way_back_beside_it(door: Door) -> None:
    visit = door.comes("Zhang", "王五")
    door.clock.goes_on(minutes=5)
    browser = door.guard()
    page = presses(browser, "/desk/out", visit).text
    assert "已签退：张* 等 2 人" in page and page.index("撤销") < page.index("找在厅的人")
    assert {one.how_out for one in visits()} == {"staff"}
    act = page.split('name="act" value="')[1].split('"')[0]
    page = presses(browser, "/desk/undo", act).text
    assert "已撤销：签退，2 人" in told(page)
    assert len(inside()) == 2
    assert "已撤销" in browser.get("/desk").text


def test_who_has_left_already_is_told_when(door: Door) -> None:
    visit = door.comes()
    browser = door.guard()
    seen = {"csrf_token": browser.fields("/desk", 0)["csrf_token"]}
    browser.sends("/desk/out", {"visit": visit}, seen=seen)
    door.clock.goes_on(minutes=3)
    page = browser.client.post(f"{door.at}/desk/out", data={**seen, "visit": visit}, follow_redirects=True).text
    assert "这位 09:00 就已经离开了" in told(page)


def test_an_exit_by_a_guess_is_told_as_one_with_its_day(door: Door) -> None:
    visit = door.comes()
    door.clock.goes_on(days=1)
    browser = door.browser()
    seen = {"csrf_token": browser.fields("/desk", 0)["csrf_token"]}
    page = browser.client.post(f"{door.at}/desk/out", data={**seen, "visit": visit}, follow_redirects=True).text
    assert re.search(r"03-02 \d\d:\d\d 结束（推定）", told(page))


def test_what_is_pressed_of_no_visit_and_no_act_is_said(door: Door) -> None:
    browser = door.guard()
    seen = {"csrf_token": browser.fields("/desk", 0)["csrf_token"]}
    for action, name, words in (("out", "visit", "没有找到这条登记"), ("undo", "act", "没有找到这件事")):
        for value in ("", "x", "张三", "a" * 5000, "\0"):
            data = {**seen, name: value}
            page = browser.client.post(f"{door.at}/desk/{action}", data=data, follow_redirects=True).text
            assert words in told(page), (action, value)


# --- everybody ---


def test_everybody_is_signed_out_after_a_yes_and_comes_back_by_one_press(door: Door) -> None:
    door.comes("Zhang", "王五")
    door.comes("Li")
    browser = door.browser()
    assert "把在厅的 3 人全部签退？" in browser.get("/desk/sweep").text
    assert len(inside()) == 3
    page = browser.client.get(browser.sends("/desk/sweep").location).text
    assert "已全部签退：3 人" in page
    act = page.split('name="act" value="')[1].split('"')[0]
    presses(door.guard(), "/desk/undo", act)
    assert len(inside()) == 3


def test_an_empty_hall_leaves_nothing_to_sign_out(door: Door) -> None:
    browser = door.browser()
    browser.sends("/desk/sweep")
    assert "现在没有人在厅" in told(browser.get("/desk").text)


# --- putting right ---


def test_a_guard_puts_an_exit_right(door: Door) -> None:
    visit = door.comes()
    door.clock.goes_on(hours=1)
    browser = door.guard()
    page = browser.get(f"/desk/visit/{visit}").text
    assert "离开时间" in page and "还在厅里" in page and "电话" not in page
    page = browser.client.get(browser.sends(f"/desk/visit/{visit}/exit", {"value": "9:40"}).location).text
    assert "已更正：张*" in page
    assert visits()[0].how_out == "corrected"
    assert "09:40" in browser.get(f"/desk/visit/{visit}").text


def test_what_cannot_be_is_said_at_the_field_and_changes_nothing(door: Door) -> None:
    visit = door.comes()
    page = door.guard().sends(f"/desk/visit/{visit}/exit", {"value": "8:00"}).text
    assert 'class="wrong"' in page and len(inside()) == 1


def test_a_measured_fever_is_said_at_once(door: Door) -> None:
    visit = door.comes()
    browser = door.guard()
    page = browser.client.get(browser.sends(f"/desk/visit/{visit}/temperature", {"value": "38.2"}).location).text
    assert "发热标准" in told(page)


def test_an_admin_puts_right_who_it_is_of_and_sees_it_masked(door: Door) -> None:
    visit = door.comes()
    browser = door.browser()
    for field, value in (("name", "张三丰"), ("phone", "13700137000"), ("matter", "fund"), ("remark", "轮椅")):
        page = browser.get(f"/desk/visit/{visit}/{field}").text
        assert "张三" not in page and "13800138000" not in page
        assert browser.sends(f"/desk/visit/{visit}/{field}", {"value": value}).status_code == 303, field
    [row] = visits()
    assert (row.name, row.phone, row.matter, row.remark) == ("张三丰", "13700137000", "fund", "轮椅")


def test_a_field_that_is_none_and_a_visit_that_is_none_are_no_pages(door: Door) -> None:
    visit = door.comes()
    for path in (f"{visit}/in_at", f"{visit}/id", f"{visit}/x", "x" * 12, "x" * 3000, f"{visit}/name/x", "%00", "%ff"):
        assert door.browser().get(f"/desk/visit/{path}").status_code == 404, path
