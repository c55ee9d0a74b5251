"""The board as it hangs on a wall and is held at a door: seen by day and at night, live, cut off, without scripts."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from playwright.sync_api import expect

from models.rules.access import Role
from models.services import sessions
from models.services.sessions import Place
from tests.plugins.chromium import Tab
from tests.service import MONDAY_9
from tests.staffed import openid
from tests.visited import stay
from tests.web.admin.desk import Office
from tests.web.browser import LOOKS, looked_at, served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MINUTE = timedelta(minutes=1)
LONG_NAME = "某某市经济技术开发区政务服务和公共资源交易中心第二办事大厅"


@pytest.fixture
def office(database: peewee.Database) -> Office:
    """A Monday at noon after a busy week."""
    office = Office(name=LONG_NAME)
    office.joins("Guard", Role.GUARD)
    office.browser().sends("/settings/capacity", {"capacity": "26"})
    office.clock.goes_on(hours=3)
    for day in range(7):
        for number in range(30 - 3 * day):
            at = MONDAY_9 - timedelta(days=day) + 7 * number * MINUTE
            matter = ("social", "fund", None)[number % 3]
            left = at + (10 + number) * MINUTE
            if day == 0 and number % 5:
                stay(office.hall, at, name="欧阳金雀", door=1 + number % 2, matter=matter, companions=number % 2)
            else:
                stay(office.hall, at, left, ("scan", "chat", "closing")[number % 3], matter=matter)
    return office


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office, who: str = "Admin") -> None:
    secret = sessions.begin(openid(who), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


PAGES = {
    "board": "/board",
    "board-en": "/board?lang=en",
    "inside": "/board/inside",
    "charts": "/charts",
    "charts-en": "/charts?lang=en&days=30",
    "capacity": "/settings/capacity",
}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    wrong = {}
    for name, path in PAGES.items():
        tab.page.goto(f"{site}{office.at}{path}")
        for summary in tab.page.locator("main details > summary").all():
            summary.click()
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def looks_again(tab: Tab) -> None:
    """What the page does by itself some seconds later, or when it comes to the front."""
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_board_follows_without_a_reload_and_keeps_what_was_opened(
    office: Office, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    goes_in(tab, site, office, "Guard")
    tab.page.goto(f"{site}{office.at}/board")
    tab.page.locator("summary").first.click()
    expect(tab.page.locator(".board-count")).to_have_text("24 / 限 26")
    stay(office.hall, office.clock())
    office.clock.goes_on(minutes=1)
    looks_again(tab)
    expect(tab.page.locator(".board-count")).to_have_text("25 / 限 26")
    expect(tab.page.locator("details[open]")).to_have_count(1)
    expect(tab.page.locator("[data-time]")).to_have_text("12:01")


def test_a_board_that_is_cut_off_says_since_when(office: Office, site: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab()
    goes_in(tab, site, office, "Guard")
    tab.page.goto(f"{site}{office.at}/board")
    expect(tab.page.get_by_role("alert")).to_be_hidden()
    tab.is_offline(True)
    looks_again(tab)
    expect(tab.page.get_by_role("alert")).to_have_text("与服务器断开，数字停在 12:00")
    tab.is_offline(False)
    looks_again(tab)
    expect(tab.page.get_by_role("alert")).to_be_hidden()


def test_a_board_whose_session_has_ended_leads_to_the_sign_in(
    office: Office, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    goes_in(tab, site, office, "Guard")
    tab.page.goto(f"{site}{office.at}/board")
    tab.page.context.clear_cookies()
    looks_again(tab)
    expect(tab.page).to_have_url(re.compile("/login.next="))


def test_without_scripts_the_board_is_whole_and_asks_for_itself_anew(
    office: Office, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(java_script_enabled=False)
    goes_in(tab, site, office, "Guard")
    tab.page.goto(f"{site}{office.at}/board")
    expect(tab.page.locator(".board-count")).to_have_text("24 / 限 26")
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in tab.page.content()
