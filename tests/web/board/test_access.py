"""Who may open the board and the charts: every page of them, for every role, in halls of every state."""

import peewee
import pytest

from models.rules.access import Role
from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.web.admin.desk import Office

# The contract's table, once more: 在厅 is for everybody at the door, earlier days for admins; in open halls alone.
FOR = {"/board": {"Admin", "Guard"}, "/charts": {"Admin"}}
STATES = ("open", "waiting", "suspended", "rejected")
PEOPLE = ("Admin", "Guard", "Operator", "Elsewhere", "Visitor")


def paths(office: Office) -> list[str]:
    """The address below the hall of every route."""
    adapter = office.app.url_map.bind("localhost")
    rules = [rule for rule in office.app.url_map.iter_rules() if rule.endpoint.startswith("boards.")]
    assert {method for rule in rules for method in rule.methods or ()} == {"GET", "HEAD", "OPTIONS"}
    return [adapter.build(rule.endpoint, {"code": office.hall.code}).removeprefix(office.at) for rule in rules]


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.joins("Guard", Role.GUARD)
    office.operator()
    other = halls.by_code(halls.register("别处大厅", office.facts(), "open", office.clock()))
    assert other is not None
    office.joins("Elsewhere", Role.ADMIN, hall_id=other.id)
    return office


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_a_page_is_there_for_those_alone_who_may(office: Office, who: str, state: str) -> None:
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).execute())
    browser = office.browser(who)
    for path in paths(office):
        may = state == "open" and who in next(people for start, people in FOR.items() if path.startswith(start))
        assert browser.get(path).status_code == (200 if may else 404), path


def test_who_is_not_signed_in_is_led_to_it(office: Office) -> None:
    client = office.app.test_client()
    assert len(paths(office)) == 4
    for path in paths(office):
        assert client.get(office.at + path).location.startswith("/login?next="), path


def test_a_hall_that_is_not_there_has_no_board(office: Office) -> None:
    browser = office.browser()
    for code in ("nothere", "%00", "a" * 3000, "..%2f"):
        assert browser.client.get(f"/hall/{code}/board").status_code in {308, 404}


def test_the_board_is_the_first_way_from_one_s_own_page(office: Office) -> None:
    for who in ("Admin", "Guard"):
        assert f'href="{office.at}/board"' in office.browser(who).client.get("/me").text
