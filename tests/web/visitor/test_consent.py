"""The page that asks for consent to notices: there only where it is configured, signed as WeChat wants it, and pressed
in a browser that has WeChat's script from the simulator."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.simulator import Phone, create_api
from models.rules.page_signing import signed
from models.rules.sending import Channel, NoticeTemplate
from models.tables import outbox
from models.tables.database import run
from tests.plugins.chromium import Tab
from tests.web import browser
from tests.web.browser import LOOKS, looked_at
from tests.web.passes.holder import VISITOR, Door
from tests.web.trial import outside
from web import outside as surroundings
from web.outside import Consenting

SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
TEMPLATE = "of-a-case"
APP = "wx0123456789abcdef"
TEMPLATES = {("contact", Channel.SUBSCRIPTION): NoticeTemplate(TEMPLATE, {"thing1": "hall"})}


def configured(js_url: str = SCRIPT, ticket: Callable[[], str | None] = lambda: "TICKET") -> Door:
    """A hall of an account that asks for consent."""
    return Door(consenting=Consenting(APP, js_url, TEMPLATE, ticket), templates=TEMPLATES)


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return configured()


def address(door: Door) -> str:
    return f"/h/{door.hall.code}/notices"


def proof(page: str) -> dict[str, str]:
    """What WeChat's script will be configured with."""
    return dict(re.findall(r'data-(app|timestamp|nonce|signature|consents)="([^"]*)"', page))


# --- whether it is there ---


def test_where_nothing_is_configured_there_is_no_such_page_and_no_way_to_it(database: peewee.Database) -> None:
    door = Door()
    door.comes()
    assert door.client().get(address(door)).status_code == 404
    assert "/notices" not in door.client().get("/pass").text


def test_a_pass_leads_to_it_until_somebody_has_agreed(door: Door) -> None:
    door.comes()
    assert f'href="{address(door)}"' in door.client().get("/pass").text
    run(lambda: outbox.accept_grant(VISITOR, TEMPLATE, door.clock()))
    assert address(door) not in door.client().get("/pass").text


def test_the_pass_of_a_browser_does_not(door: Door) -> None:
    door.comes_by_browser()
    assert address(door) not in door.browser().get("/pass").text


@pytest.mark.parametrize("code", ["nohall", "大厅", "%00", "a" * 3000])
def test_of_no_hall_there_is_no_page(door: Door, code: str) -> None:
    assert door.client(None).get(f"/h/{code}/notices").status_code == 404


def test_a_hall_that_is_not_open_for_visitors_asks_nobody(door: Door) -> None:
    waiting = door.service.hall(status="waiting")
    page = door.client(None).get(f"/h/{waiting.code}/notices").text
    assert TEMPLATE not in page and waiting.name not in page


# --- what it says ---


def test_it_says_what_for_and_that_nobody_has_to(door: Door) -> None:
    page = door.client(None).get(address(door)).text
    for said in (
        door.hall.name,
        "不同意也不影响办事",
        "不会索要钱款、验证码或身份证号",
        "0534-8210000",
        "要在微信里打开",
    ):
        assert said in page, said


def test_it_is_signed_for_the_address_that_the_browser_has(door: Door) -> None:
    for path in (address(door), f"{address(door)}?lang=en", f"{address(door)}?from=singlemessage&isappinstalled=0"):
        found = proof(door.client(None).get(path).text)
        expected = signed("TICKET", found["nonce"], int(door.clock().timestamp()), f"https://hall.example.gov.cn{path}")
        assert found["signature"] == expected.signature
        assert (found["app"], found["consents"]) == (APP, TEMPLATE)


def test_its_policy_lets_in_wechats_script_and_nobody_elses(door: Door) -> None:
    policies = dict(
        part.strip().split(" ", 1)
        for part in door.client(None).get(address(door)).headers["Content-Security-Policy"].split(";")
    )
    assert policies["script-src"] == "'self' https://res.wx.qq.com"
    assert (policies["frame-ancestors"], policies["object-src"]) == ("'none'", "'none'")
    assert "res.wx.qq.com" not in door.client(None).get(f"/notice/{door.hall.code}").headers["Content-Security-Policy"]


def test_without_a_ticket_the_page_says_so_and_asks_for_no_script(database: peewee.Database) -> None:
    door = configured(ticket=lambda: None)
    page = door.client(None).get(address(door))
    assert page.status_code == 200
    assert "过一会儿再打开" in page.text and SCRIPT not in page.text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(max_size=60))
def test_whatever_stands_behind_its_address_the_page_is_there_and_repeats_none_of_it(door: Door, query: str) -> None:
    page = door.client(None).get(address(door), query_string={"from": query})
    assert page.status_code == 200
    assert re.fullmatch(r"[0-9a-f]{40}", proof(page.text)["signature"])


# --- in Chromium, as in WeChat ---


@dataclass
class Stage:
    """The page and the simulated platform on one host, and a phone whose in-app browser this is."""

    door: Door
    phone: Phone
    url: str

    def opens(self, tab: Tab, path: str = "") -> None:
        tab.page.goto(f"{self.url}{address(self.door)}{path}")

    def grants(self) -> int:
        return run(lambda: outbox.grants([self.phone.openid])[self.phone.openid].get(TEMPLATE, 0))


@pytest.fixture
def stage(database: peewee.Database) -> Iterator[Stage]:
    door = configured()
    platform = door.service.platform
    platform.templates.add("防疫提醒", "地点：{{thing1.DATA}}", "one_time", TEMPLATE)
    phone = door.service.visitor(VISITOR)
    api = create_api(platform, lambda request: phone if "in-wechat" in request.cookies else None)
    with browser.served(DispatcherMiddleware(door.app, {"/platform": api})) as url:
        asking = Consenting(
            platform.app_id, f"{url}/platform/open/js/jweixin-1.6.0.js", TEMPLATE, lambda: platform.tickets.current()[0]
        )
        world = replace(outside(clock=door.clock, consenting=asking, templates=TEMPLATES), base_url=url)
        surroundings.register(door.app, world)
        yield Stage(door, phone, url)


@pytest.fixture
def tab(stage: Stage, open_tab: Callable[..., Tab]) -> Tab:
    tab = open_tab()
    tab.page.context.add_cookies([{"name": "in-wechat", "value": "1", "url": stage.url}])
    return tab


only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@only_sqlite
def test_who_agrees_in_wechats_window_has_agreed(stage: Stage, tab: Tab) -> None:
    stage.opens(tab)
    tab.page.get_by_role("button", name="同意接收提醒").tap()
    tab.page.get_by_role("button", name="允许").tap()
    expect(tab.page.get_by_text("好了，有情况会提醒您")).to_be_visible()
    assert stage.grants() == 1


@only_sqlite
def test_who_refuses_there_has_not_and_may_still_agree(stage: Stage, tab: Tab) -> None:
    stage.opens(tab)
    tab.page.get_by_role("button", name="同意接收提醒").tap()
    tab.page.get_by_role("button", name="取消").tap()
    expect(tab.page.get_by_text("不提醒您")).to_be_visible()
    assert stage.grants() == 0
    stage.door.clock.goes_on(seconds=1)
    tab.page.get_by_role("button", name="同意接收提醒").tap()
    tab.page.get_by_role("button", name="允许").tap()
    expect(tab.page.get_by_text("好了，有情况会提醒您")).to_be_visible()
    assert stage.grants() == 1


@only_sqlite
@pytest.mark.parametrize("wrong", ["ticket", "address", "account"])
def test_a_page_that_is_signed_wrongly_gets_no_button(stage: Stage, tab: Tab, wrong: str) -> None:
    world = stage.door.app.extensions["hallpass.outside"]
    asking = world.consenting
    surroundings.register(
        stage.door.app,
        {
            "ticket": lambda: replace(world, consenting=replace(asking, ticket=lambda: "stale")),
            "address": lambda: replace(world, base_url="http://elsewhere.example"),
            "account": lambda: replace(world, consenting=replace(asking, app_id="wxsomebodyelse000")),
        }[wrong](),
    )
    stage.opens(tab)
    expect(tab.page.get_by_role("alert")).to_contain_text("不影响您办事")
    expect(tab.page.get_by_role("button")).to_have_count(0)


@only_sqlite
def test_outside_of_wechat_and_without_scripts_the_page_says_what_it_needs(
    stage: Stage, open_tab: Callable[..., Tab]
) -> None:
    for how in ({}, {"java_script_enabled": False}):
        tab = open_tab(**how)
        stage.opens(tab)
        expect(tab.page.get_by_text("这一步要在微信里打开")).to_be_visible()
        expect(tab.page.get_by_role("button")).to_have_count(0)


@only_sqlite
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_the_page(stage: Stage, look: str, open_tab: Callable[..., Tab], tmp_path: Path) -> None:
    tab = open_tab(**LOOKS[look])
    wrong = {}
    stage.opens(tab)
    wrong["elsewhere"] = looked_at(tab, tmp_path / "consent" / f"elsewhere-{look}.png")
    tab.page.context.add_cookies([{"name": "in-wechat", "value": "1", "url": stage.url}])
    for language, path in (("zh", ""), ("en", "?lang=en")):
        stage.opens(tab, path)
        expect(tab.page.locator("wx-open-subscribe")).to_be_visible()
        wrong[language] = looked_at(tab, tmp_path / "consent" / f"{language}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}
