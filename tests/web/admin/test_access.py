"""Who may open which of these pages: every one of them, for every role, in halls of every state."""

import html
import re

import peewee
import pytest

from models.rules.access import Role
from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.web.admin.desk import Browser, Office
from tests.web.test_every_page import Inline
from tests.web.trial import SITE

# The contract's table, once more: the states of a hall in which an admin may open a page, by what its address begins
# with. Nobody else may: a guard, an operator, an admin of another hall, a visitor; nor anybody in any other state.
FOR_ADMINS_IN = {
    "/codes": {"open"},
    "/posters": {"open"},
    "/staff": {"open", "waiting"},
    "/settings": {"open", "waiting"},
}
STATES = ("open", "waiting", "suspended", "rejected")
PEOPLE = ("Admin", "Guard", "Operator", "Elsewhere", "Visitor")
VALUES = {"door": "1", "direction": "in", "matter": "fund", "key": "0" * 16, "number": "1"}


def pages(office: Office) -> list[tuple[str, str, bool]]:
    """(address below the hall, method, whether it is there for those who may) of every route."""
    adapter = office.app.url_map.bind("localhost")
    found = []
    for rule in office.app.url_map.iter_rules():
        if rule.endpoint.startswith("admins."):
            values = {name: VALUES.get(name, office.hall.code) for name in rule.arguments}
            path = adapter.build(rule.endpoint, values).removeprefix(office.at)
            # There is no member with this key, nothing yet to change back, and nothing erased.
            is_there = not any(part in rule.rule for part in ("<key>", "/undo", "<int:number>"))
            found += [(path, method, is_there) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.makes_codes()
    office.joins("Guard", Role.GUARD)
    office.operator()
    other = halls.by_code(halls.register("别处大厅", office.facts(), "open", office.clock()))
    assert other is not None
    office.joins("Elsewhere", Role.ADMIN, hall_id=other.id)
    return office


def stands(office: Office, state: str) -> None:
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).execute())


def held(browser: Browser) -> str:
    """A token of this browser, from a page that everybody has who is signed in."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.client.get("/me").text)
    assert found is not None
    return html.unescape(found[1])


def expected(who: str, state: str, path: str) -> bool:
    beginning = next(start for start in FOR_ADMINS_IN if path.startswith(start))
    return who == "Admin" and state in FOR_ADMINS_IN[beginning]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_a_page_is_there_for_those_alone_who_may(office: Office, who: str, state: str) -> None:
    asked = pages(office)
    stands(office, state)
    browser = office.browser(who)
    shown = {path: browser.get(path).status_code for path, method, _ in asked if method == "GET"}
    there = {path for path, method, is_there in asked if method == "GET" and is_there and expected(who, state, path)}
    assert len(shown) > 20
    assert {path for path, status in shown.items() if status == 200} == there
    assert {status for path, status in shown.items() if path not in there} <= {404}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_changed_by_those_who_may_not(office: Office, who: str, state: str) -> None:
    asked = pages(office)
    stands(office, state)
    browser = office.browser(who)
    token = held(browser)
    before = office.facts()
    done = len(office.audited())
    for path, method, _ in asked:
        if method == "POST" and not expected(who, state, path):
            assert browser.client.post(office.at + path, data={"csrf_token": token}).status_code == 404, path
    assert (office.facts(), len(office.audited())) == (before, done)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_one_heading_a_title_and_nothing_inline(office: Office, language: str) -> None:
    browser = office.browser()
    found = {path: browser.get(path, query_string={"lang": language}) for path, method, there in pages(office) if there}
    shown = {
        path: page.text for path, page in found.items() if page.mimetype == "text/html" and page.status_code == 200
    }
    assert len(shown) > 15
    for path, page in shown.items():
        assert Inline(page).found == [], path
        assert page.count("<h1") == 1, path
        title = re.search("<title>(.*)</title>", page)
        assert title is not None and title[1] not in ("", SITE), path
        # A link on an English page leads to English ones.
        links = re.findall(rf'href="({office.at}[^"]*)"', page)
        assert language == "zh" or all("lang=en" in link for link in links), path


def test_nothing_is_changed_without_a_token(office: Office) -> None:
    browser = office.browser()
    before = office.facts()
    done = len(office.audited())
    for path, method, _ in pages(office):
        if method == "POST":
            assert browser.client.post(office.at + path, data={"name": "西区大厅"}).status_code == 400, path
    assert (office.facts(), len(office.audited())) == (before, done)


def test_who_is_not_signed_in_is_led_to_it(office: Office) -> None:
    client = office.app.test_client()
    for path, method, _ in pages(office):
        if method == "GET":
            assert client.get(office.at + path).location.startswith("/login?next="), path


def test_the_way_between_pages_has_those_alone_that_are_there(office: Office) -> None:
    open_hall = office.browser().get("/settings").text
    stands(office, "waiting")
    waiting = office.browser().get("/settings").text
    assert f'href="{office.at}/codes"' in open_hall
    assert f'href="{office.at}/codes"' not in waiting
    assert "还在等审批" in waiting
