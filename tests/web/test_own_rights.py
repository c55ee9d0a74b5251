"""What a person may do about their own data on pages: erase it, take it along, take consent back; nobody else may."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from models.rules.access import Role
from models.rules.persons import of_browser
from models.services import forgetting, front_desk, own_data, people, sessions
from models.services.posts import Post
from models.services.sessions import Place
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.people import Person
from models.tables.visits import Visit
from tests.plugins.chromium import Tab
from tests.service import MONDAY_9
from tests.staffed import at_once, everything
from tests.visited import came
from tests.web.browser import LOOKS, looked_at, served
from tests.web.passes.holder import SECRET, VISITOR, WECHAT, Door, is_signed_in
from tests.web.trial import token

ERASE, EXPORT = "/me/erase", "/me/export"


@pytest.fixture
def door(database: peewee.Database) -> Door:
    """A hall that VISITOR has been to with somebody, and a browser too."""
    door = Door()
    door.comes("李四 320106197505230021")
    door.service.visitor(VISITOR).says("签退")
    door.clock.goes_on(minutes=1)
    return door


def sends(client: FlaskClient, path: str) -> str:
    """The page that comes of the button on this one."""
    return client.post(path, data={"csrf_token": token(client, path)}, follow_redirects=True).text


def names() -> set[str]:
    return run(lambda: {one.name for one in Visit.select()})


# --- erasing ---


def test_the_page_says_what_goes_before_anything_does(door: Door) -> None:
    page = door.client().get(ERASE).text
    for said in ("马上没有的", "2 条到访记录", "2026-04-02", "导出的表格"):
        assert said in page, said
    assert names() == {"张三", "李四"}


def test_what_the_button_erases_is_gone_with_the_session(door: Door) -> None:
    client = door.client()
    assert "已删除您的资料" in sends(client, ERASE)
    assert (people.found(VISITOR), names()) == (None, {""})
    assert client.get("/me").status_code in (302, 403)
    assert "没有留下您的资料" in client.get("/me/data").text


def test_of_very_many_stays_the_page_says_that_some_take_minutes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "几分钟内" not in door.client().get("/me/erased").text
    monkeypatch.setattr(forgetting, "MOST_STAYS", 1)
    known = people.found(VISITOR)
    came(door.hall, MONDAY_9 - timedelta(days=1), person_id=known.id if known else 0)
    assert "几分钟内" in sends(door.client(), ERASE)


def test_sent_twice_it_is_done_once_and_nobody_is_frightened(door: Door) -> None:
    client = door.client()
    sent = {"csrf_token": token(client, ERASE)}
    client.post(ERASE, data=sent)
    again = client.post(ERASE, data=sent, follow_redirects=True)
    assert (again.status_code, "没有留下您的资料" in again.text) == (200, True)
    assert run(Audit.select().where(Audit.action == "own_erase").count) == 1


def test_of_two_who_send_it_at_once_both_are_told(door: Door) -> None:
    clients = [door.client(), door.client()]
    sent = [{"csrf_token": token(one, ERASE)} for one in clients]
    works = [partial(one.post, ERASE, data=data) for one, data in zip(clients, sent, strict=True)]
    assert {answer.status_code for answer in at_once(*works)} <= {200, 303, 403}
    assert (people.found(VISITOR), names()) == (None, {""})


def test_somebody_inside_is_led_to_the_exit(door: Door) -> None:
    door.comes()
    page = door.client().get(ERASE).text
    assert "请先签退" in page
    assert f'href="/h/{door.hall.code}/out"' in page
    client = door.client()
    client.post(ERASE, data={"csrf_token": token(client, "/me/data")})
    assert "张三" in names()


def test_a_browser_erases_its_own_is_told_nothing_of_the_past_and_is_somebody_new(door: Door) -> None:
    door.comes_by_browser()
    client = door.browser()
    client.post(door.exit, data={"csrf_token": token(client, door.exit)})
    page = client.get(ERASE).text
    assert "条到访记录" not in page
    assert "到期全部删除" in page
    answer = client.post(ERASE, data={"csrf_token": token(client, ERASE)})
    assert "hallpass-visitor=;" in answer.headers["Set-Cookie"] or client.get_cookie("hallpass-visitor") is None
    assert people.found(of_browser(SECRET)) is None
    assert people.found(VISITOR) is not None


def test_who_left_nothing_is_told_so(door: Door) -> None:
    for client in (door.client("oStranger"), door.client(None)):
        assert "没有留下您的资料" in client.get(ERASE).text


def test_within_wechat_the_platform_says_whose_it_is(database: peewee.Database) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/?state={state}")
    for path in (ERASE, EXPORT, f"{EXPORT}/page", f"{EXPORT}/my-data.json"):
        asked = door.client(None).get(path, headers={"User-Agent": WECHAT})
        assert asked.location.startswith("https://open.weixin.qq.com/")


def test_a_form_without_its_token_erases_nothing(door: Door) -> None:
    client = door.client()
    before = everything()
    for data in ({}, {"csrf_token": "x"}, {"csrf_token": ""}):
        assert client.post(ERASE, data=data).status_code == 400
    assert everything() == before


# --- consent ---


def withdrawing(door: Door) -> str:
    return f"/me/data/consents/{door.hall.code}"


def test_consent_is_taken_back_for_one_hall_which_asks_again(door: Door) -> None:
    other = door.service.hall("政务中心")
    door.comes(hall=other)
    page = door.client().get(withdrawing(door)).text
    assert "最后一个" not in page
    assert "已撤回" in sends(door.client(), withdrawing(door))
    found = people.found(VISITOR)
    assert found
    assert (found.agreed(door.hall.id, door.hall.notice_version), found.agreed(other.id, other.notice_version)) == (
        False,
        True,
    )
    assert found.profile["name"] == "张三"
    assert names() == {"张三", "李四"}


def test_with_the_last_consent_the_profile_goes_and_visits_stay(door: Door) -> None:
    assert "最后一个" in door.client().get(withdrawing(door)).text
    sends(door.client(), withdrawing(door))
    found = people.found(VISITOR)
    assert found
    assert (found.profile, found.consents) == ({}, {})
    assert names() == {"张三", "李四"}


def test_consent_that_was_never_given_is_not_taken_back(door: Door) -> None:
    other = door.service.hall("政务中心")
    client, stranger = door.client(), door.client("oStranger")
    before = everything()
    sent = {"csrf_token": token(client, ERASE)}
    for code in (other.code, "nothing", door.hall.code.upper() + "x"):
        assert client.get(f"/me/data/consents/{code}").location == "/me/data"
        assert client.post(f"/me/data/consents/{code}", data=sent).location == "/me/data"
    assert stranger.get(withdrawing(door)).location == "/me/data"
    assert everything() == before
    assert own_data.withdraw(VISITOR, other.id, door.clock()) is False


# --- what there is, and until when ---


def test_the_page_says_of_each_thing_until_when_it_is_kept(door: Door) -> None:
    page = door.client().get("/me/data").text
    for said in ("1 条，最后一条在 2026-04-02 删除", "2026-04-01 以后删除", "记 180 天", "15 分钟后清掉"):
        assert said in page, said


# --- taking it along ---


def opened(door: Door, who: str = VISITOR) -> FlaskClient:
    """A browser that has said yes."""
    client = door.client(who)
    sends(client, EXPORT)
    return client


def test_the_file_holds_everything_with_how_each_end_is_known(door: Door) -> None:
    post = Post("oGuard0000000000000000000001", Role.ADMIN, door.hall)
    visit = run(lambda: Visit.get(Visit.lead_id.is_null()).public_id)
    front_desk.correct(post, visit, "name", "张三丰", door.clock())
    front_desk.correct(post, visit, "exit", "09:00", door.clock())
    answer = opened(door).get(f"{EXPORT}/my-data.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data.json"
    found = json.loads(answer.text)
    assert found["profile"]["id_number"] == "11010519491231002X"
    [stay] = found["visits"]
    assert (stay["name"], stay["id_number"], stay["hall"]) == ("张三丰", "11010519491231002X", "市民中心")
    assert (stay["entered_at"], stay["entered_certainty"]) == ("2026-03-02T09:00:00+08:00", "certain")
    assert (stay["left_how"], stay["left_certainty"]) == ("corrected", "stated")
    assert stay["earlier_values"][0]["value"] == "张三"
    assert [one["how"] for one in stay["earlier_exits"]] == ["chat"]
    assert found["consents"] == [{"hall": "市民中心", "notice_version": door.hall.notice_version}]


def test_of_companions_there_is_what_was_registered_with_their_numbers_masked(door: Door) -> None:
    [stay] = json.loads(opened(door).get(f"{EXPORT}/my-data.json").text)["visits"]
    assert stay["companions"] == [{"name": "李四", "id_number": "3****************1", "phone": None}]


def test_a_companions_name_that_staff_put_right_is_not_handed_out(door: Door) -> None:
    post = Post("oGuard0000000000000000000001", Role.ADMIN, door.hall)
    visit = run(lambda: Visit.get(Visit.lead_id.is_null(False)).public_id)
    front_desk.correct(post, visit, "name", "李思思", door.clock())
    [stay] = json.loads(opened(door).get(f"{EXPORT}/my-data.json").text)["visits"]
    assert stay["companions"][0]["name"] == "李**"


def test_the_page_for_paper_says_the_same_in_words(door: Door) -> None:
    page = opened(door).get(f"{EXPORT}/page").text
    for said in ("张三", "110105 19491231 002X", "138 0013 8000", "市民中心 2026-03-02", "李四", "没有人看过"):
        assert said in page, said
    assert "320106197505230021" not in page


def test_nobody_gets_it_without_a_yes_in_the_same_session_and_not_after_ten_minutes(door: Door) -> None:
    client = opened(door)
    assert client.get(f"{EXPORT}/my-data.json").status_code == 200
    assert client.get(f"{EXPORT}/my-data.json").status_code == 200
    for other in (door.client(), door.client("oStranger"), door.client(None), door.browser()):
        for path in ("/my-data.json", "/page"):
            assert other.get(f"{EXPORT}{path}").location == EXPORT
    door.clock.goes_on(minutes=11)
    assert client.get(f"{EXPORT}/my-data.json").location == EXPORT


def test_a_yes_of_one_person_opens_nothing_to_the_next_one_on_the_same_browser(door: Door) -> None:
    client = opened(door)
    client.set_cookie("hallpass-session", sessions.begin("oStranger", Place.WECHAT, "phone.wechat", door.clock()))
    assert client.get(f"{EXPORT}/my-data.json").location == EXPORT


def test_a_browser_gets_no_file(door: Door) -> None:
    door.comes_by_browser()
    page = door.browser().get(EXPORT).text
    assert "请在微信里打开" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_it_is_noted_that_somebody_took_their_data_along(door: Door) -> None:
    opened(door)
    assert run(Audit.select().where(Audit.action == "own_export").count) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    path=st.sampled_from([ERASE, EXPORT, "/me/data/consents/x"]),
    sent=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4),
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_sent_without_a_token_changes_nothing(door: Door, path: str, sent: dict[str, str]) -> None:
    before = run(Person.select().count), names()
    assert door.client().post(path, data=sent).status_code == 400
    assert (run(Person.select().count), names()) == before


def test_nothing_of_it_is_in_a_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    opened(door).get(f"{EXPORT}/page")
    sends(door.client(), ERASE)
    assert not any(one in caplog.text for one in ("张三", "11010519491231002X", "13800138000", VISITOR))


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
    tab = open_tab(**LOOKS[look])
    is_signed_in(tab, site, door)
    pages = {"data": "/me/data", "erase": ERASE, "erase-en": f"{ERASE}?lang=en", "ask": EXPORT}
    for name, address in {**pages, "withdraw": withdrawing(door)}.items():
        tab.page.goto(f"{site}{address}")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    tab.page.goto(f"{site}{EXPORT}")
    tab.page.get_by_role("button", name="准备下载").click()
    wrong["open"] = looked_at(tab, tmp_path / f"open-{look}.png")
    tab.page.get_by_role("link", name="看全部").click()
    wrong["page"] = looked_at(tab, tmp_path / f"page-{look}.png")
    door.comes()
    tab.page.goto(f"{site}{ERASE}")
    wrong["inside"] = looked_at(tab, tmp_path / f"inside-{look}.png")
    tab.page.goto(f"{site}/me/erased")
    wrong["erased"] = looked_at(tab, tmp_path / f"erased-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_erases_themself(site: str, door: Door, open_tab: Callable[..., Tab], scripts: bool) -> None:
    tab = open_tab(java_script_enabled=scripts)
    is_signed_in(tab, site, door)
    tab.page.goto(f"{site}/me/data")
    tab.page.get_by_role("link", name="删除我的资料").tap()
    expect(tab.page.get_by_text("马上没有的")).to_be_visible()
    tab.page.get_by_role("button", name="删除").tap()
    expect(tab.page.get_by_text("已删除您的资料")).to_be_visible()
    assert (people.found(VISITOR), names()) == (None, {""})
