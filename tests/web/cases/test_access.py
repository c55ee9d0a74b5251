"""Who may open which page of cases: every one of them, for every role, in halls of every state."""

import pytest

from models.services import posts
from models.tables import TABLES
from models.tables.attempts import Attempt
from models.tables.database import run
from models.tables.signing_in import Session
from tests.staffed import openid
from tests.web.admin.desk import Browser, Office
from tests.web.admin.test_access import PEOPLE, STATES, held, stands
from tests.web.cases.morning import ILL, ILL_PHONE, WHY, Morning, opened


def pages(office: Office, case: str) -> list[tuple[str, str]]:
    """(address below the hall, method) of every route; a contact is the second one."""
    values = {"code": office.hall.code, "case": case, "number": 2, "which": "all"}
    adapter = office.app.url_map.bind("localhost")
    return [
        (adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}).removeprefix(office.at), method)
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("cases.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def public_id(case: str) -> str:
    return case.rpartition("/")[2]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_a_page_is_there_for_an_admin_of_an_open_hall_alone(
    office: Office, morning: Morning, who: str, state: str
) -> None:
    case = public_id(opened(office.browser()))
    asked = pages(office, case)
    browser = office.browser(who)
    stands(office, state)
    shown = {path: browser.get(path).status_code for path, method in asked if method == "GET"}
    assert len(shown) >= 14
    if who == "Admin" and state == "open":
        # A sheet with names on it leads to where they are opened.
        assert shown.pop(f"/cases/{case}/sheet/all/2") == 303
        assert set(shown.values()) == {200}, shown
    else:
        assert set(shown.values()) == {404}, shown


def left_by(office: Office) -> list[int]:
    return [run(table.select().count) for table in TABLES if table not in (Session, Attempt)]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_changed_by_those_who_may_not(office: Office, morning: Morning, who: str, state: str) -> None:
    case = public_id(opened(office.browser()))
    asked = pages(office, case)
    stands(office, state)
    browser = office.browser(who)
    token = held(browser)
    before = left_by(office)
    typed = {
        "who": ILL_PHONE, "choosing": "1", "suspect": morning.visits[ILL], "state": "reached", "text": "x",
        "until": "2026-03-09", "reason": "还在查", **WHY,
    }  # fmt: skip
    for path, method in asked:
        if method == "POST" and not (who == "Admin" and state == "open"):
            sent = browser.client.post(office.at + path, data={"csrf_token": token, **typed})
            assert sent.status_code == 404, path
    assert left_by(office) == before


def test_nothing_is_changed_without_a_token(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = public_id(opened(browser))
    before = left_by(office)
    for path, method in pages(office, case):
        if method == "POST":
            assert browser.client.post(office.at + path, data=WHY).status_code == 400, path
    assert left_by(office) == before


def test_a_case_of_another_hall_is_no_page(office: Office, morning: Morning) -> None:
    case = opened(office.browser())
    [elsewhere] = posts.posts(openid("Elsewhere"))
    assert elsewhere.hall is not None
    browser = Browser(office.browser("Elsewhere").client, f"/hall/{elsewhere.hall.code}")
    assert browser.get("/cases").status_code == 200
    for path in (case, f"{case}/contacts/1", f"{case}/hold", f"{case}/close", f"{case}/state"):
        assert browser.get(path).status_code == 404


def test_nothing_of_a_case_of_another_hall_is_changed_by_its_address(office: Office, morning: Morning) -> None:
    case = public_id(opened(office.browser()))
    [elsewhere] = posts.posts(openid("Elsewhere"))
    assert elsewhere.hall is not None
    browser = Browser(office.browser("Elsewhere").client, f"/hall/{elsewhere.hall.code}")
    token = held(browser)
    before = left_by(office)
    typed = {
        "state": "reached", "text": "x", "until": "2026-03-09", "reason": "还在查", "decision": "alone",
        "alone": "急用", "which": "all", "way": "window", "key": "0-0", **WHY,
    }  # fmt: skip
    for path, method in pages(office, case):
        if method == "POST" and not path.endswith("/new"):
            sent = browser.client.post(browser.at + path, data={"csrf_token": token, **typed})
            assert sent.status_code == 404, path
    assert left_by(office) == before


def test_a_guard_is_shown_no_way_to_cases(office: Office) -> None:
    assert "/cases" not in office.browser("Guard").get("/desk").text
    assert f'href="{office.at}/cases"' in office.browser().get("/records").text
