"""Cases as an admin has them before them: on a phone and a desk, light and dark, with keys alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.services import sessions
from models.services.sessions import Place
from tests.plugins.chromium import Tab
from tests.staffed import openid
from tests.web.admin.desk import Office
from tests.web.browser import LOOKS, looked_at, served
from tests.web.cases.morning import ILL_PHONE, Morning, opened

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office) -> None:
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_readable_reachable_and_free_of_faults(
    office: Office, morning: Morning, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str, language: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)

    def looks(name: str, path: str) -> None:
        tab.page.goto(f"{site}{office.at}{path}?lang={language}")
        assert looked_at(tab, tmp_path / f"cases-{name}-{language}-{look}.png") == [], name

    looks("none", "/cases")
    case = opened(office.browser())
    for name, path in (
        ("listed", "/cases"), ("new", "/cases/new"), ("case", case), ("contact", f"{case}/contacts/1"),
        ("guess", f"{case}/contacts/4"), ("hold", f"{case}/hold"), ("close", f"{case}/close"),
    ):  # fmt: skip
        looks(name, path)
    tab.page.goto(f"{site}{office.at}/cases/new?lang={language}")
    tab.page.locator("#who").fill(ILL_PHONE)
    tab.page.locator("#who").press("Enter")
    expect(tab.page.locator("#authority")).to_be_visible()
    assert looked_at(tab, tmp_path / f"cases-choose-{language}-{look}.png") == []
