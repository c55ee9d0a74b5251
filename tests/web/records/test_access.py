"""Who may open records: admins of that hall alone, while it is open."""

import re

import pytest

from models.rules.access import Role
from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.visited import came
from tests.web.admin.desk import Office

# The contract's table, once more.
STATES = ("open", "waiting", "suspended", "rejected")
PEOPLE = ("Admin", "Guard", "Operator", "Elsewhere", "Visitor")


def addresses(office: Office) -> list[str]:
    return ["/records", "/records?days=week", f"/records/{came(office.hall)}"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_records_are_there_for_an_admin_of_an_open_hall_alone(office: Office, who: str, state: str) -> None:
    asked = addresses(office)
    token = office.browser().fields(asked[-1])["csrf_token"]
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).where(Hall.id == office.hall.id).execute())
    browser = office.browser(who)
    is_there = who == "Admin" and state == "open"
    for path in asked:
        page = browser.get(path)
        assert page.status_code == (200 if is_there else 404), path
        assert is_there or "张" not in page.text
    if not is_there:
        me = browser.client.get("/me").text
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', me)[0]
        for path in asked:
            sent = {"csrf_token": token, "why": "lost", "who": "张三"}
            assert browser.client.post(f"{office.at}{path}", data=sent).status_code == 404, path
        assert {row.action for row in office.audited()} <= {"register", "settings", "invite", "bind"}


def test_who_is_not_signed_in_is_led_to_it_and_back_without_the_question(office: Office) -> None:
    for path in addresses(office):
        assert office.app.test_client().get(f"{office.at}{path}").location.startswith("/login?next="), path


def test_a_suspended_admin_of_two_halls_sees_those_of_the_open_one(office: Office) -> None:
    other = halls.by_code(halls.register("西区大厅", office.facts(), "suspended", office.clock()))
    assert other is not None
    office.joins("Admin", Role.ADMIN, hall_id=other.id)
    browser = office.browser()
    assert browser.get("/records").status_code == 200
    assert browser.client.get(f"/hall/{other.code}/records").status_code == 404
