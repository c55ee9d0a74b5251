"""待处理 as it lies open at a door: it follows by itself, and does without scripts."""

from collections.abc import Callable, Iterator

import peewee
import pytest
from playwright.sync_api import expect

from models.rules.access import Role
from models.services import help_requests, sessions
from models.services.sessions import Place
from tests.plugins.chromium import Tab
from tests.staffed import openid
from tests.web.admin.desk import Office
from tests.web.browser import served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.joins("Guard", Role.GUARD)
    help_requests.ask(office.hall, 2, office.clock())
    return office


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def lies_open(tab: Tab, site: str, office: Office) -> None:
    secret = sessions.begin(openid("Guard"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
    tab.page.goto(f"{site}{office.at}/waiting")


def looks_again(tab: Tab) -> None:
    """What the page does by itself some seconds later, or when it comes to the front."""
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_call_appears_without_a_reload_and_whoever_stands_on_a_button_stays_on_it(
    office: Office, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    lies_open(tab, site, office)
    button = tab.page.get_by_role("button", name="西门")
    button.focus()
    help_requests.ask(office.hall, 1, office.clock())
    office.clock.goes_on(minutes=1)
    looks_again(tab)
    expect(tab.page.get_by_role("button", name="东门")).to_be_visible()
    expect(tab.page.locator("[data-time]")).to_have_text("09:01")
    expect(button).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(button).to_have_count(0)
    expect(tab.page.get_by_role("button", name="东门")).to_be_visible()


def test_a_list_that_is_cut_off_says_since_when(office: Office, site: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab()
    lies_open(tab, site, office)
    tab.is_offline(True)
    looks_again(tab)
    expect(tab.page.get_by_role("alert")).to_have_text("与服务器断开，下面的情况停在 09:00")


def test_without_scripts_it_is_whole_and_asks_for_itself_anew(
    office: Office, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(java_script_enabled=False)
    lies_open(tab, site, office)
    expect(tab.page.get_by_role("button", name="西门")).to_be_visible()
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in tab.page.content()
    tab.page.get_by_role("link", name="刷新").click()
    expect(tab.page.get_by_role("button", name="西门")).to_be_visible()
