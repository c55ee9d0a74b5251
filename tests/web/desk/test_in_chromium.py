"""The desk as a guard has it before them: on a phone at a door, on a screen, by day and by night."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
from playwright.sync_api import expect

from models.services import sessions
from models.services.sessions import Place
from tests.plugins.chromium import PHONE, Tab
from tests.staffed import openid
from tests.web.browser import LOOKS, looked_at, served
from tests.web.desk.door import Door

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def door(database: peewee.Database) -> Door:
    door = Door(name="某某市经济技术开发区政务服务中心第二办事大厅")
    door.comes("Zhang", "王五\n买买提·吐尔逊")
    door.clock.goes_on(minutes=7)
    door.comes("Li")
    door.clock.goes_on(minutes=5)
    return door


@pytest.fixture
def site(door: Door) -> Iterator[str]:
    with served(door.app) as url:
        yield url


def goes_in(tab: Tab, site: str, door: Door, who: str = "Admin") -> None:
    secret = sessions.begin(openid(who), Place.DESK, "linux", door.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page_of_the_desk(
    door: Door, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, door)
    page, wrong = tab.page, {}

    def looks(name: str, path: str = "") -> None:
        if path:
            page.goto(f"{site}{door.at}{path}")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")

    looks("desk", "/desk")
    looks("desk-en", "/desk?lang=en")
    page.goto(f"{site}{door.at}/desk")
    page.get_by_label("找在厅的人").fill("8000")
    page.get_by_role("button", name="找", exact=True).click()
    looks("found")
    page.get_by_role("link", name="张*").click()
    looks("visit")
    page.get_by_role("link", name="离开时间").click()
    looks("exit")
    page.get_by_label("离开时间").fill("8:00")
    page.get_by_role("button", name="改成这个").click()
    looks("exit-wrong")
    looks("name", f"/desk/visit/{door.comes('Zhang')}/matter")
    looks("sweep", "/desk/sweep")
    looks("register", "/desk/register")
    looks("register-en", "/desk/register?lang=en")
    page.goto(f"{site}{door.at}/desk/register")
    page.get_by_label("姓名").fill("李四")
    page.get_by_role("button", name="登记进厅").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks("register-wrong")
    page.get_by_label("证件号码").fill("320106197505230021")
    page.get_by_label("事项", exact=True).select_option("fund")
    page.get_by_label("体温").fill("36.6")
    page.get_by_label("西门").check()
    page.get_by_label("已念给对方听").check()
    page.get_by_role("button", name="登记进厅").click()
    expect(page.get_by_role("button", name="仍然登记")).to_be_visible()
    looks("twin")
    page.get_by_role("button", name="仍然登记").click()
    expect(page.get_by_role("status").first).to_be_attached()
    looks("registered")
    page.get_by_role("button", name="签退 李*").first.click()
    looks("signed-out")
    page.get_by_role("button", name="撤销 已签退").first.click()
    looks("undone")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_guard_registers_an_elder_without_scripts(door: Door, site: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(viewport=PHONE, java_script_enabled=False)
    goes_in(tab, site, door, "Guard")
    page = tab.page
    page.goto(f"{site}{door.at}/desk")
    page.get_by_role("link", name="登记没有手机的人").click()
    page.get_by_label("姓名").fill("赵六")
    page.get_by_label("证件号码").fill("110101199003074477")
    page.get_by_label("事项", exact=True).select_option("social")
    page.get_by_label("体温").fill("36.4")
    page.get_by_label("已念给对方听").check()
    page.get_by_role("button", name="登记进厅").click()
    expect(page.get_by_text("已登记：赵*").first).to_be_visible()
    page.get_by_role("button", name="撤销").first.click()
    expect(page.get_by_text("已撤销：登记，1 人")).to_be_visible()
