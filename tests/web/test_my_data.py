"""我的资料 as a page: shown to whose it is, changed field by field, and to nobody else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from models.rules.persons import of_browser
from models.services import own_data
from models.services.people import REMEMBERED
from tests.plugins.chromium import Tab
from tests.staffed import everything
from tests.web.admin.desk import filled_in
from tests.web.browser import LOOKS, looked_at, served
from tests.web.passes.holder import SECRET, VISITOR, WECHAT, Door, is_signed_in
from tests.web.trial import token

WHOLE = ("张三", "110105 19491231 002X", "138 0013 8000")


@pytest.fixture
def door(database: peewee.Database) -> Door:
    """A hall that VISITOR and a browser have been to."""
    door = Door()
    door.comes()
    door.comes_by_browser()
    return door


def form(client: FlaskClient, field: str) -> dict[str, str]:
    """What a browser would send of the form of this field."""
    return filled_in(client.get(f"/me/data/{field}").text)


def profile(openid: str = VISITOR) -> dict[str, str]:
    found = own_data.of(openid)
    assert found is not None
    return found.profile


def test_everything_is_shown_whole_to_whom_wechat_names(door: Door) -> None:
    page = door.client().get("/me/data").text
    for said in (*WHOLE, "没有填", "公众号用中文回复", "市民中心", "2026-03-02", "2026-04-01"):
        assert said in page, said
    assert f'href="/notice/{door.hall.code}/{door.hall.notice_version}"' in page
    assert "李四" not in page


def test_a_browser_sees_its_own_masked(door: Door) -> None:
    page = door.browser().get("/me/data")
    for said in ("李*", "3****************1", "139*****000"):
        assert said in page.text, said
    assert not any(one in page.text for one in ("李四", "320106", "13900139000", "张"))
    assert f"hallpass-visitor={SECRET}" in page.headers["Set-Cookie"]


def test_whoever_has_the_browser_later_is_not_told_which_halls_its_person_went_to(door: Door) -> None:
    page = door.browser().get("/me/data").text
    assert door.hall.name not in page
    assert f"/notice/{door.hall.code}" not in page
    assert 'value="李四"' not in door.browser().get("/me/data/name").text


def test_of_who_left_nothing_the_page_says_so(door: Door) -> None:
    for client in (door.client(None), door.client("oStranger"), door.browser("t" * 43)):
        page = client.get("/me/data").text
        assert "没有留下您的资料" in page
        assert client.get("/me/data/name").location == "/me/data"
        assert client.get("/me/data/name/remove").location == "/me/data"


def test_within_wechat_the_platform_says_whose_data_it_is(database: peewee.Database) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/?state={state}")
    for path in ("/me/data", "/me/data/name", "/me/data/name/remove"):
        asked = door.client(None).get(path, headers={"User-Agent": WECHAT})
        assert asked.location.startswith("https://open.weixin.qq.com/")


def test_what_is_sent_after_the_session_ended_is_not_lost_without_a_word(database: peewee.Database) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/?state={state}")
    door.comes()
    client = door.client()
    sent = {**form(client, "name"), "value": "李小明"}
    client.delete_cookie("hallpass-session")
    answer = client.post("/me/data/name", data=sent, headers={"User-Agent": WECHAT})
    assert (answer.status_code, "刚才填的没有提交" in answer.text) == (403, True)
    assert profile()["name"] == "张三"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "李 小明", "李小明"),
        ("id_number", "320106 19750523 0021", "320106197505230021"),
        ("phone", "139 0013 9000", "13900139000"),
        ("address", "幸福路１号院", "幸福路1号院"),
    ],
)
def test_a_field_is_changed(door: Door, field: str, typed: str, kept: str) -> None:
    client = door.client()
    before = profile()
    done = client.post(f"/me/data/{field}", data={**form(client, field), "value": typed}, follow_redirects=True)
    assert "已保存" in done.text
    assert profile() == {**before, field: kept}


def test_a_browser_changes_and_removes_its_own_and_nobody_elses(door: Door) -> None:
    client = door.browser()
    client.post("/me/data/name", data={**form(client, "name"), "value": "李小明"})
    client.post("/me/data/phone/remove", data={"csrf_token": token(client, "/me/data/phone/remove")})
    found = profile(of_browser(SECRET))
    assert (found["name"], found["phone"]) == ("李小明", "")
    assert profile()["name"] == "张三"


def test_what_is_wrong_is_said_and_what_was_typed_stays(door: Door) -> None:
    client = door.client()
    sent = {**form(client, "id_number"), "value": "110105194912310021"}
    page = client.post("/me/data/id_number", data=sent)
    assert (page.status_code, "可能输错了一位" in page.text) == (200, True)
    assert 'value="110105194912310021"' in page.text
    assert profile()["id_number"] == "11010519491231002X"


def test_a_second_tab_writes_over_nothing_until_its_person_has_seen_it(door: Door) -> None:
    client = door.client()
    first, second = form(client, "name"), form(client, "name")
    client.post("/me/data/name", data={**first, "value": "李小明"})
    page = client.post("/me/data/name", data={**second, "value": "王五"})
    assert "刚才在别处改过" in page.text
    assert "李小明" in page.text
    assert 'value="王五"' in page.text
    assert profile()["name"] == "李小明"
    client.post("/me/data/name", data=filled_in(page.text))
    assert profile()["name"] == "王五"


@pytest.mark.parametrize("field", REMEMBERED)
def test_a_field_is_removed_once_more_asked(door: Door, field: str) -> None:
    client = door.client()
    own_data.change(VISITOR, "address", "幸福路1号院", own_data.of(VISITOR).seen["address"], door.clock())  # type: ignore[union-attr]
    before = profile()
    where = f"/me/data/{field}/remove"
    held = token(client, where)
    assert profile() == before
    for _ in range(2):
        assert client.post(where, data={"csrf_token": held}).status_code == 303
        assert profile() == {**before, field: ""}


def test_the_language_of_the_chat_is_chosen(door: Door) -> None:
    client = door.client()
    held = token(client, "/me/data")
    for language, kept in (("en", "en"), ("xx", "en"), ("", "en"), ("zh", "zh")):
        client.post("/me/data/language", data={"csrf_token": held, "language": language})
        found = own_data.of(VISITOR)
        assert found is not None
        assert found.language == kept


def test_looking_changes_nothing(door: Door) -> None:
    client = door.client()
    before = everything()
    for path in ("/me/data", "/me/data/name", "/me/data/name/remove"):
        client.get(path)
        client.head(path)
    assert everything() == before


# --- hostile ---

TEXTS = [
    "", " ", "\0", "a\0b", "\u202e反", "=1+1", "<b>x</b>", "😀", "𠮷", "9" * 5000, "-1", "长" * 5000, "%s%(min)s{x}",
    "\r\n", "../..", "' OR 1=1 --", "١٢٣", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_is_a_fault_of_ours(door: Door, text: str) -> None:
    client = door.client()
    for field in REMEMBERED:
        held = form(client, field)
        for sent in ({**held, "value": text}, {**held, "value": "李小明", "seen": text}):
            assert client.post(f"/me/data/{field}", data=sent).status_code in (200, 303), field
    client.post("/me/data/language", data={"csrf_token": token(client, "/me/data"), "language": text})
    assert "<b>x</b>" not in client.get("/me/data").text


@pytest.mark.parametrize("field", ["matter", "temperature", "openid", "seen", "Name", "%00", "a" * 5000, "..", "姓名"])
def test_what_is_no_field_is_no_page(door: Door, field: str) -> None:
    assert door.client().get(f"/me/data/{field}").status_code == 404


def test_a_form_of_another_person_changes_nothing(door: Door) -> None:
    theirs = form(door.browser(), "name")
    client = door.client()
    sent = {**form(client, "name"), "seen": theirs["seen"], "value": "王五"}
    assert "刚才在别处改过" in client.post("/me/data/name", data=sent).text
    assert profile()["name"] == "张三"


def test_fields_that_are_missing_or_sent_twice_are_no_failure(door: Door) -> None:
    client = door.client()
    held = token(client, "/me/data/name")
    for sent in ({}, {"value": ["李小明", "王五"]}, {"seen": ["a", "b"], "value": "王五"}, {"x": "y"}):
        assert client.post("/me/data/name", data={"csrf_token": held, **sent}).status_code == 200
    assert profile()["name"] == "张三"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(field=st.sampled_from(REMEMBERED), text=st.text(max_size=60))
def test_whatever_is_typed_is_kept_as_the_rules_read_it_or_not_at_all(door: Door, field: str, text: str) -> None:
    client = door.client()
    before = profile()
    answer = client.post(f"/me/data/{field}", data={**form(client, field), "value": text})
    assert answer.status_code in (200, 303)
    if answer.status_code == 200:
        assert profile() == before


def test_nothing_that_is_kept_is_in_a_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    client = door.client()
    client.post("/me/data/name", data={**form(client, "name"), "value": "李小明"})
    client.post("/me/data/phone", data={**form(client, "phone"), "value": "1390013900"})
    assert not any(one in caplog.text for one in ("张三", "李小明", "1390013900", "13800138000", VISITOR))


# --- in Chromium ---


@pytest.fixture
def site(door: Door) -> Iterator[str]:
    with served(door.app) as url:
        yield url


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    wrong = {}
    tab, stranger = open_tab(**LOOKS[look]), open_tab(**LOOKS[look])
    is_signed_in(tab, site, door)
    pages = {"data": "", "data-en": "?lang=en", "change": "/id_number", "add": "/address", "remove": "/name/remove"}
    for name, address in pages.items():
        tab.page.goto(f"{site}/me/data{address}")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    tab.page.goto(f"{site}/me/data/name")
    tab.page.get_by_label("姓名").fill("张三3")
    tab.page.get_by_role("button", name="保存").click()
    wrong["wrong"] = looked_at(tab, tmp_path / f"wrong-{look}.png")
    stranger.page.goto(f"{site}/me/data")
    wrong["none"] = looked_at(stranger, tmp_path / f"none-{look}.png")
    stranger.page.context.add_cookies([{"name": "hallpass-visitor", "value": SECRET, "url": site}])
    stranger.page.goto(f"{site}/me/data")
    wrong["browser"] = looked_at(stranger, tmp_path / f"browser-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_puts_their_number_right(site: str, door: Door, open_tab: Callable[..., Tab], scripts: bool) -> None:
    tab = open_tab(java_script_enabled=scripts)
    is_signed_in(tab, site, door)
    tab.page.goto(f"{site}/me/data")
    tab.page.get_by_role("link", name="改电话").tap()
    tab.page.get_by_label("电话").fill("139 0013 9000")
    tab.page.get_by_role("button", name="保存").tap()
    expect(tab.page.get_by_role("status")).to_contain_text("已保存")
    expect(tab.page.get_by_text("139 0013 9000")).to_be_visible()
    assert profile()["phone"] == "13900139000"
