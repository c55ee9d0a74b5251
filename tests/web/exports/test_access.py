"""Who may open which page of exports: every one of them, for every role, in halls of every state."""

import json

import peewee
import pytest

from models.rules.access import Role
from models.services import exporting, halls
from models.tables.database import run
from models.tables.exports import ExportCopy
from models.tables.halls import Hall
from models.tables.signing_in import Session
from tests.exported import a_visit
from tests.staffed import everything, post
from tests.web.admin.desk import Browser, Office
from tests.web.admin.test_access import PEOPLE, STATES, held, stands
from tests.web.exports.test_pages import FULL, built, taken


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.joins("Guard", Role.GUARD, name="门岗")
    office.operator()
    other = halls.by_code(halls.register("别处大厅", office.facts(), "open", office.clock()))
    assert other is not None
    office.joins("Elsewhere", Role.ADMIN, hall_id=other.id)
    a_visit(office.hall)
    return office


def pages(office: Office, export: str) -> list[tuple[str, str]]:
    """(address below the hall, method) of every route."""
    values = {"code": office.hall.code, "export": export, "number": 1}
    adapter = office.app.url_map.bind("localhost")
    return [
        (adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}).removeprefix(office.at), method)
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("exported.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_a_page_is_there_for_an_admin_of_an_open_hall_alone(office: Office, who: str, state: str) -> None:
    export = built(office, office.browser()).rpartition("/")[2]
    asked = pages(office, export)
    browser = office.browser(who)
    if who == "Admin":
        # The copy is open to the session that took it.
        taken(browser, f"/exports/{export}", FULL)
    stands(office, state)
    shown = {path: browser.get(path).status_code for path, method in asked if method == "GET"}
    assert len(shown) == 6
    assert set(shown.values()) == ({200} if who == "Admin" and state == "open" else {404})


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_changed_by_those_who_may_not(office: Office, who: str, state: str) -> None:
    export = built(office, office.browser()).rpartition("/")[2]
    asked = pages(office, export)
    stands(office, state)
    browser = office.browser(who)
    token = held(browser)
    before = everything(but=(Session,))
    days = {"first": "2026-03-02", "last": "2026-03-02"}
    for path, method in asked:
        if method == "POST" and not (who == "Admin" and state == "open"):
            sent = browser.client.post(office.at + path, data={"csrf_token": token, **FULL, **days})
            assert sent.status_code == 404, path
    assert everything(but=(Session,)) == before


def test_nothing_is_changed_without_a_token(office: Office) -> None:
    browser = office.browser()
    export = built(office, browser).rpartition("/")[2]
    before = everything(but=(Session,))
    for path, method in pages(office, export):
        if method == "POST":
            assert browser.client.post(office.at + path, data=FULL).status_code == 400, path
    assert everything(but=(Session,)) == before


# --- the second pair of eyes ---


class Four:
    """A hall with four eyes, in which Admin has asked for a full copy."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.admin = office.browser()
        self.export = built(office, self.admin)
        facts = json.dumps({**office.facts(), "four_eyes": True})
        run(lambda: Hall.update(facts=facts, revision=halls.new_revision()).execute())
        answer = self.admin.sends(self.export, FULL)
        assert answer.location.endswith(self.export)
        page = self.admin.get(self.export).text
        self.code = page.partition('class="code-text">批准 ')[2][:8]
        assert self.code.isdigit()

    def at(self, who: str) -> Browser:
        return Browser(self.office.browser(who).client, "")


@pytest.mark.parametrize(
    ("who", "has_second", "status"),
    [
        pytest.param("Second", True, 200, id="another admin"),
        pytest.param("Admin", True, 409, id="whoever asked"),
        pytest.param("Guard", True, 404, id="a guard"),
        pytest.param("Operator", True, 404, id="an operator where there are two admins"),
        pytest.param("Operator", False, 200, id="an operator where there is one"),
        pytest.param("Elsewhere", True, 404, id="an admin of another hall"),
        pytest.param("Visitor", True, 404, id="a visitor"),
    ],
)
def test_a_question_is_there_for_whoever_may_answer_it(office: Office, who: str, has_second: bool, status: int) -> None:
    if has_second:
        office.joins("Second", Role.ADMIN, name="李复核")
    four = Four(office)
    assert four.at(who).get(f"/second/{four.code}").status_code == status


def test_another_admin_sees_who_asks_for_what_and_says_yes(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李复核")
    four = Four(office)
    second = four.at("Second")
    page = second.get(f"/second/{four.code}").text
    assert all(said in page for said in ("王海燕", "2026-03-02", "疫情排查", office.hall.name))
    assert f"/second/{four.code}" in office.browser("Second").get("/exports").text
    assert second.sends(f"/second/{four.code}", {"decision": "yes"}).status_code == 303
    assert "下载完整的" in four.admin.get(four.export).text
    assert taken(four.admin, four.export, {"decision": "approved"}).endswith("/copies/1/file")
    assert second.get(f"/second/{four.code}").status_code == 409


def test_after_a_no_the_page_says_so_and_the_masked_file_is_still_there(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李复核")
    four = Four(office)
    four.at("Second").sends(f"/second/{four.code}", {"decision": "no"})
    assert "没有同意" in four.admin.get(four.export).text
    assert taken(four.admin, four.export, {**FULL, "kind": "masked"}).endswith("/copies/1/file")
    assert run(ExportCopy.select().count) == 1


def test_without_a_yes_there_is_nothing_to_take_by_it(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李复核")
    four = Four(office)
    assert four.admin.sends(four.export, {"decision": "approved"}).status_code == 200
    assert run(ExportCopy.select().count) == 0


def test_looking_at_a_question_answers_nothing(office: Office) -> None:
    office.joins("Second", Role.ADMIN, name="李复核")
    four = Four(office)
    for _ in range(3):
        assert four.at("Second").get(f"/second/{four.code}").status_code == 200
    assert four.admin.get(four.export).text.count(four.code) == 1
    row = exporting.own(post(office.hall), four.export.rpartition("/")[2], office.clock())
    assert row is not None and exporting.copies(row) == []


@pytest.mark.parametrize("code", ["00000000", "1234567", "abcdefgh", "%00", "１２３４５６７８", "9" * 5000])
def test_a_code_that_is_none_is_no_page(office: Office, code: str) -> None:
    assert Browser(office.browser().client, "").get(f"/second/{code}").status_code == 404
