"""The names of a case, its call sheet and its export in a real browser; and the sheet on paper."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.rules.access import Role
from models.services import halls, second_eyes, sessions
from models.services.sessions import Place
from models.tables.approvals import Approval
from models.tables.database import run
from models.tables.halls import Hall
from tests.plugins.chromium import DESK, PHONE, Tab
from tests.printed import pictures, text_of
from tests.staffed import openid, post
from tests.web.admin.desk import Browser, Office
from tests.web.browser import LOOKS, looked_at, served
from tests.web.cases.morning import Morning, opened

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CONTACT = {"why": "contact", "words": ""}


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office) -> Browser:
    """The tab and the browser that are given share one session."""
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
    client = office.app.test_client()
    client.set_cookie("hallpass-session", secret)
    return Browser(client, office.at)


def takes_two(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李复核")
    facts = json.dumps({**office.facts(), "four_eyes": True})
    at = office.hall.id
    run(lambda: Hall.update(facts=facts, revision=halls.new_revision()).where(Hall.id == at).execute())


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_readable_reachable_and_free_of_faults(
    office: Office, morning: Morning, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str, language: str
) -> None:
    tab = open_tab(**LOOKS[look])
    browser = goes_in(tab, site, office)
    case = opened(browser)

    def looks(name: str, path: str) -> None:
        tab.page.goto(f"{site}{office.at}{path}?lang={language}")
        assert looked_at(tab, tmp_path / f"names-{name}-{language}-{look}.png") == [], name

    looks("ask", f"{case}/names")
    looks("sheet-closed", f"{case}/sheet")
    looks("export", f"{case}/export")
    takes_two(office)
    browser.sends(f"{case}/names", CONTACT)
    looks("waiting", f"{case}/names")
    office.clock.goes_on(minutes=10)
    looks("late", f"{case}/names")
    code = run(Approval.get).code
    second_eyes.approve(post(office.hall, "Second"), code, office.clock())
    looks("yes", f"{case}/names")
    browser.sends(f"{case}/names", {"decision": "approved", **_token(browser, case)}, seen={})
    looks("open", f"{case}/names")
    looks("sheet-ask", f"{case}/sheet")
    browser.sends(f"{case}/sheet", {"which": "all"})
    looks("sheet", f"{case}/sheet/all/1")


def _token(browser: Browser, case: str) -> dict[str, str]:
    return {"csrf_token": browser.fields(f"{case}/names")["csrf_token"]}


def test_another_ones_yes_appears_without_a_press_and_opens_the_list(
    office: Office, morning: Morning, site: str, open_tab: Callable[..., Tab]
) -> None:
    takes_two(office)
    tab = open_tab(viewport=PHONE)
    browser = goes_in(tab, site, office)
    case = opened(browser)
    tab.page.goto(f"{site}{office.at}{case}/names")
    tab.page.get_by_label("电话联系可能的接触者").check()
    tab.page.get_by_role("button", name="申请").click()
    expect(tab.page.get_by_text("批准 ")).to_be_visible()
    second_eyes.approve(post(office.hall, "Second"), run(Approval.get).code, office.clock())
    tab.page.get_by_role("button", name="打开名单").click()
    tab.page.get_by_role("link", name="看名单").click()
    expect(tab.page.get_by_role("link", name="张确定")).to_be_visible()


def test_on_a_phone_the_foot_of_the_sheet_stands_below_those_to_call(
    office: Office, morning: Morning, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(viewport=PHONE)
    browser = goes_in(tab, site, office)
    case = opened(browser)
    browser.sends(f"{case}/names", CONTACT)
    browser.sends(f"{case}/sheet", {"which": "all"})
    tab.page.goto(f"{site}{office.at}{case}/sheet/all/1")
    foot, last = (tab.page.locator(one).last.bounding_box() for one in (".calls-table tfoot", ".calls-table tbody"))
    assert foot is not None and last is not None
    assert foot["y"] >= last["y"] + last["height"]


def test_the_sheet_on_paper_is_a4_and_says_on_each_page_what_it_is(
    office: Office, morning: Morning, site: str, open_tab: Callable[..., Tab]
) -> None:
    for number in range(12):
        morning.comes(f"吴第{number}", 40 + number, 80, phone=f"138001381{number:02}")
    tab = open_tab(viewport=DESK)
    browser = goes_in(tab, site, office)
    case = opened(browser)
    browser.sends(f"{case}/names", CONTACT)
    browser.sends(f"{case}/sheet", {"which": "all"})
    tab.page.goto(f"{site}{office.at}{case}/sheet/all/1")
    paper = tab.page.pdf(prefer_css_page_size=True)
    pages = text_of(paper)
    assert len(pages) > 1 and pictures(paper)[0].size == (1240, 1754)
    assert all("病例 2026-1" in text and "内部资料，用后销毁" in text for text in pages)
