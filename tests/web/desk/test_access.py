"""Who may open which page of the desk, and press what: every route, for every role, in halls of every state."""

import html
import re

import peewee
import pytest

from models.rules.access import Role
from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.staffed import everything
from tests.web.admin.desk import Browser
from tests.web.desk.door import Door
from tests.web.test_every_page import Inline
from tests.web.trial import SITE

STATES = ("open", "waiting", "suspended", "rejected")
PEOPLE = ("Admin", "Guard", "Operator", "Elsewhere", "Visitor")
FOR_ADMINS = ("/desk/sweep", "/desk/visit/{visit}/name")
"""What a guard may not; all else of the desk is for guards and admins of an open hall, and for nobody else."""


@pytest.fixture
def door(database: peewee.Database) -> Door:
    door = Door()
    door.operator()
    other = halls.by_code(halls.register("别处大厅", door.facts(), "open", door.clock()))
    assert other is not None
    door.joins("Elsewhere", Role.ADMIN, hall_id=other.id)
    return door


def pages(door: Door, visit: str) -> list[tuple[str, str]]:
    """(address below the hall, method) of every route of the desk."""
    adapter = door.app.url_map.bind("localhost")
    values = {"code": door.hall.code, "visit": visit, "field": "name"}
    return [
        (adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}).removeprefix(door.at), method)
        for rule in door.app.url_map.iter_rules()
        if rule.endpoint.startswith("desks.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def may(who: str, state: str, path: str, visit: str) -> bool:
    if state != "open" or who not in ("Admin", "Guard"):
        return False
    return who == "Admin" or path not in {one.format(visit=visit) for one in FOR_ADMINS}


def held(browser: Browser) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.client.get("/me").text)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_the_desk_is_there_for_those_alone_who_may(door: Door, who: str, state: str) -> None:
    visit = door.comes()
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).execute())
    browser = door.browser(who)
    asked = pages(door, visit)
    shown = {path: browser.get(path).status_code for path, method in asked if method == "GET"}
    assert len(shown) > 6
    there = {path for path, status in shown.items() if status in (200, 302, 303)}
    assert there == {path for path in shown if may(who, state, path, visit)}
    assert {status for path, status in shown.items() if path not in there} <= {404}
    token, before = held(browser), everything()
    for path, method in asked:
        if method == "POST" and not may(who, state, path, visit):
            assert browser.client.post(door.at + path, data={"csrf_token": token}).status_code == 404, path
    assert everything() == before


def test_who_is_not_signed_in_is_led_to_it(door: Door) -> None:
    client = door.app.test_client()
    for path, method in pages(door, door.comes()):
        if method == "GET":
            assert client.get(door.at + path).location.startswith("/login?next="), path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_one_heading_a_title_and_nothing_inline(door: Door, language: str) -> None:
    browser = door.browser()
    for path, method in pages(door, door.comes()):
        page = browser.get(path, query_string={"lang": language})
        if method == "GET" and page.status_code == 200:
            assert Inline(page.text).found == [], path
            assert page.text.count("<h1") == 1, path
            title = re.search("<title>(.*)</title>", page.text)
            assert title is not None and title[1] not in ("", SITE), path
            links = re.findall(rf'href="({door.at}[^"]*)"', page.text)
            assert language == "zh" or all("lang=en" in link for link in links), path


def test_the_way_to_the_desk_is_shown_to_those_alone_who_may(door: Door) -> None:
    for who in ("Guard", "Admin"):
        assert f'href="{door.at}/desk"' in door.browser(who).client.get("/me").text
    assert "全部签退" not in door.guard().get("/desk").text
    door.comes()
    assert "全部签退" in door.browser().get("/desk").text
    assert "全部签退" not in door.guard().get("/desk").text
