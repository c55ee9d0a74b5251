"""Who may open which page of 本人申请, and press what: every route, for every role, in halls of every state."""

import html
import re

import pytest

from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.staffed import everything
from tests.visited import came
from tests.web.admin.desk import Browser
from tests.web.own_requests.counter import SAID, WHOLE, Counter
from tests.web.test_every_page import Inline
from tests.web.trial import SITE

STATES = ("open", "waiting", "suspended", "rejected")
PEOPLE = ("Admin", "Guard", "Operator", "Elsewhere", "Visitor")


def routes(counter: Counter, asked: str) -> list[tuple[str, str]]:
    """(address below the hall, method) of every route."""
    adapter = counter.app.url_map.bind("localhost")
    values = {"code": counter.hall.code, "asked": asked}
    return [
        (adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}).removeprefix(counter.at), method)
        for rule in counter.app.url_map.iter_rules()
        if rule.endpoint.startswith("counter.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def held(browser: Browser) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.client.get("/me").text)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_it_is_there_for_an_admin_of_an_open_hall_alone(counter: Counter, who: str, state: str) -> None:
    came(counter.hall)
    asked = counter.finds(counter.browser()).rpartition("/")[2]
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).execute())
    browser = counter.browser(who)
    token, before = held(browser), everything()
    for path, method in routes(counter, asked):
        may = state == "open" and (who == "Admin" or (who == "Guard" and path == "/own-requests"))
        sent = {"csrf_token": token, **SAID}
        answer = browser.get(path) if method == "GET" else browser.client.post(counter.at + path, data=sent)
        assert (answer.status_code != 404) == may, (path, method)
        # What was found is another browser's, also to the same admin.
        assert not any(one in answer.text for one in WHOLE), (path, method)
    assert who == "Admin" or everything() == before


def test_a_guard_is_told_to_call_an_admin(counter: Counter) -> None:
    came(counter.hall)
    page = counter.browser("Guard").get("/own-requests").text
    assert "请叫管理员来" in page
    assert '<form method="post"' not in page
    assert f'href="{counter.at}/own-requests"' in counter.browser("Guard").get("/desk").text


def test_who_is_not_signed_in_is_led_to_it(counter: Counter) -> None:
    client = counter.app.test_client()
    for path, method in routes(counter, "a" * 16):
        if method == "GET":
            assert client.get(counter.at + path).location.startswith("/login?next="), path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_one_heading_a_title_and_nothing_inline(counter: Counter, language: str) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    browser.sends(f"{address}/copy", seen=browser.fields(address, 0))
    for path, method in routes(counter, address.rpartition("/")[2]):
        page = browser.get(path, query_string={"lang": language})
        if method == "GET" and page.status_code == 200:
            assert Inline(page.text).found == [], path
            assert page.text.count("<h1") == 1, path
            title = re.search("<title>(.*)</title>", page.text)
            assert title is not None and title[1] not in ("", SITE), path
            links = re.findall(rf'href="({counter.at}[^"]*)"', page.text)
            assert language == "zh" or all("lang=en" in link for link in links), path
