"""The pass as its holder has it: whose it is, what it shows, how it is renewed and ends."""

import re

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.phrases import PHRASES
from models.rules.day_signs import day_sign
from models.services import closing
from tests.reading import inside, visits
from tests.staffed import everything
from tests.web.passes.holder import SECRET, VISITOR, WECHAT, Door, decoded, seen
from tests.web.trial import PASS_KEY, token


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def test_a_pass_shows_who_where_and_since_when_and_no_more(door: Door) -> None:
    door.comes("王小明", "李四")
    door.clock.goes_on(minutes=7, seconds=5)
    page = door.client().get("/pass")
    assert page.status_code == 200
    for said in ("市民中心", "张*", "09:00 东门", "2 人", "09:07:05", "2026-03-02"):
        assert said in page.text, said
    for kept in ("张三", "王小明", "李四", "11010519491231002X", "13800138000", "社会保险"):
        assert kept not in page.text, kept


def test_a_pass_bears_the_sign_of_its_hall_and_day_in_both_languages(door: Door) -> None:
    door.comes()
    sign = day_sign(door.hall.code, door.hall.calendar.hall_day(door.clock()), PASS_KEY)
    for language in ("zh", "en"):
        page = door.client().get(f"/pass?lang={language}").text
        assert f"day-{sign.colour}" in page
        assert all(PHRASES[one][f"pass.word.{sign.word}"] in page for one in ("zh", "en"))
        assert PHRASES[language][f"pass.colour.{sign.colour}"] in page
        assert PHRASES[language][f"pass.shape.{sign.shape}"] in page


def test_the_code_of_a_pass_leads_to_where_a_guard_checks_it(door: Door) -> None:
    door.comes()
    assert re.fullmatch(rf"/pass/check/{re.escape(visits()[0].public_id)}\.\d+\.[a-z2-7]+", door.code())


def test_an_open_page_gets_a_newer_code_each_half_minute_and_nothing_in_between(door: Door) -> None:
    door.comes()
    client = door.client()
    first = client.get("/pass/now")
    body = first.get_json()
    assert decoded(body["code"]["side"], body["code"]["path"]) == door.code()
    assert body["now"] == int(door.clock().timestamp() * 1000)
    tag = first.headers["ETag"]
    door.clock.goes_on(seconds=29)
    unchanged = client.get("/pass/now", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    door.clock.goes_on(seconds=1)
    newer = client.get("/pass/now", headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert newer.get_json()["code"] != body["code"]
    assert newer.headers["Cache-Control"] == "no-store"


def test_an_open_page_hears_that_its_stay_is_over_and_that_the_day_is(door: Door) -> None:
    door.comes()
    client = door.client()
    state = re.search('data-state="([^"]+)"', client.get("/pass").text)
    assert state is not None
    assert client.get("/pass/now").get_json()["state"] == state[1]
    door.clock.shows("12:20")
    closing.close_due(door.clock())
    over = client.get("/pass/now").get_json()
    assert over["state"] not in (state[1], "none")
    assert over["code"] is None
    assert f'data-state="{over["state"]}"' in client.get("/pass").text


def test_who_has_left_sees_when_and_an_estimate_as_one(door: Door) -> None:
    door.comes()
    client = door.client()
    door.service.visitor().says("签退")
    assert "09:00 已离开" in client.get("/pass").text
    door.clock.goes_on(minutes=1)
    door.service.visitor().scan(door.service.code(door.hall))
    door.service.visitor().says("确认")
    door.clock.shows("12:20")
    page = client.get("/pass").text
    assert "12:15 离开（系统估计）" in page
    assert "pass-code" not in page


def test_who_has_no_stay_is_told_how_to_get_a_pass(door: Door) -> None:
    door.comes()
    for client in (door.client(None), door.client("oSomebodyElse")):
        page = client.get("/pass")
        assert page.status_code == 200
        assert "现在没有通行证" in page.text
        assert client.get("/pass/now").get_json() == {"state": "none", "now": 1772413200000, "code": None}


def test_who_came_before_is_led_to_the_form_of_that_hall(door: Door) -> None:
    door.comes()
    door.service.visitor().says("签退")
    door.clock.goes_on(hours=1)
    page = door.client().get("/pass?lang=en").text
    assert f'href="/h/{door.hall.code}/in?lang=en"' in page
    assert "市民中心" in page
    assert f'href="/h/{door.hall.code}/in' not in door.client("oSomebodyElse").get("/pass").text


def test_a_browser_that_filled_in_the_form_has_a_pass_of_its_own(door: Door) -> None:
    door.comes()
    door.comes_by_browser()
    page = door.browser().get("/pass")
    assert "李*" in page.text
    assert f"hallpass-visitor={SECRET}" in page.headers["Set-Cookie"]
    assert "李*" not in door.browser("t" * 43).get("/pass").text


def test_within_wechat_the_platform_says_whose_pass_it_is(database: peewee.Database) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/?state={state}")
    door.comes()
    asked = door.client(None).get("/pass", headers={"User-Agent": WECHAT})
    assert asked.location.startswith("https://open.weixin.qq.com/")
    assert "张*" in door.client().get("/pass", headers={"User-Agent": WECHAT}).text


# --- signing out ---


def test_a_pass_leads_to_the_page_of_the_exit_and_is_over_then(door: Door) -> None:
    door.comes("王小明")
    client = door.client()
    door.clock.goes_on(minutes=5)
    assert f'href="{door.exit}"' in client.get("/pass").text
    client.post(door.exit, data={"csrf_token": token(client, door.exit)})
    assert "09:05 已离开" in client.get("/pass").text
    assert {(one.out_at, one.how_out) for one in visits()} == {(door.clock(), "chat")}


def test_a_browser_signs_itself_out(door: Door) -> None:
    door.comes_by_browser()
    client = door.browser()
    client.post(door.exit, data={"csrf_token": token(client, door.exit)})
    assert inside() == []


def test_a_session_that_ended_signs_nobody_out(door: Door) -> None:
    door.comes()
    client = door.client()
    held = token(client, door.exit)
    client.delete_cookie("hallpass-session")
    assert client.post(door.exit, data={"csrf_token": held}).status_code == 303
    assert len(inside()) == 1


def test_looking_changes_nothing(door: Door) -> None:
    door.comes()
    client = door.client()
    code = seen(client.get("/pass").text)
    before = everything()
    for path in ("/pass", "/pass/now", door.exit, code):
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(path, method=method)
    assert everything() == before


# --- hostile ---


@pytest.mark.parametrize("secret", ["", "x", "a" * 42, "a" * 4000, "%00", "é" * 43, "browser:" + "a" * 35])
def test_a_made_up_cookie_has_no_pass(door: Door, secret: str) -> None:
    door.comes()
    door.comes_by_browser()
    assert "现在没有通行证" in door.browser(secret).get("/pass").text


@pytest.mark.parametrize("tag", ["", "*", "x", '"x"', 'W/"x"', "a" * 5000, '"' + "a" * 5000, "\x7f", '"a", "b"'])
def test_a_hostile_tag_is_no_failure(door: Door, tag: str) -> None:
    door.comes()
    assert door.client().get("/pass/now", headers={"If-None-Match": tag}).status_code in (200, 304)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=4))
def test_whatever_is_posted_signs_nobody_out_without_a_token(door: Door, sent: dict[str, str]) -> None:
    if not inside():
        door.comes()
    assert door.client().post(door.exit, data=sent).status_code == 400
    assert len(inside()) == 1


def test_nothing_of_the_holder_is_in_a_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.comes()
    client = door.client()
    client.get("/pass")
    client.get(seen(client.get("/pass").text))
    client.post(door.exit, data={"csrf_token": token(client, door.exit)})
    assert not any(one in caplog.text for one in ("张", "11010519491231002X", "13800138000", VISITOR))
