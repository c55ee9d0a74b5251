"""Whoever sends more than anybody types, or asks for more than a town does, is told to wait: in one sentence, with 429,
and by every process alike."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import peewee
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.sending import Channel
from models.rules.wanted import By, Period, Wanted, Who
from models.services import exporting, limits, looking, searching, second_eyes
from models.services.casework import case_names, cases, notices
from models.services.limits import STRANGERS, Limit
from models.tables.exports import Kind
from tests.exported import ready_export
from tests.reading import visits
from tests.staffed import openid, post
from tests.web.staff_pages import Busy
from tests.web.trial import application, outside, token
from tests.web.visitor.filling import ZHANG, Town
from web.limiting import _COUNTED_BY_THEMSELVES, EACH, _hidden, network_of

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
SENTENCE = "试得太多了"


def browser(town: Town, address: str = HOME, *, of_another_process: bool = False) -> FlaskClient:
    app = application(world=outside(clock=town.clock)) if of_another_process else town.app
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def has_come(town: Town, address: str, most: int) -> None:
    """So much has been asked for from there, of other processes."""
    limits.count(STRANGERS, _hidden(network_of(address)), town.clock(), most)


def asked(client: FlaskClient, town: Town, times: int = EACH) -> list[int]:
    return [client.get(f"/notice/{town.hall.code}").status_code for _ in range(times)]


@pytest.fixture
def town(database: peewee.Database) -> Town:
    return Town()


# --- without a session ---


def test_an_address_that_asks_for_too_much_is_told_to_wait(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most)
    client = browser(town)
    assert asked(client, town) == [*[200] * (EACH - 1), 429]
    page = client.get(f"/notice/{town.hall.code}")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "660")
    assert SENTENCE in page.text


def test_another_address_and_a_later_time_are_not_told_so(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most)
    client = browser(town)
    asked(client, town)
    assert 429 not in asked(browser(town, ELSEWHERE), town, 2 * EACH)
    town.clock.goes_on(minutes=11)
    assert 429 not in asked(client, town, 2 * EACH)


def test_every_process_tells_so(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most - EACH)
    assert 429 not in asked(browser(town), town)
    assert asked(browser(town, of_another_process=True), town)[-1] == 429


def test_a_form_counts_for_several_looks_and_nothing_is_registered_beyond(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most)
    visitor = town.browser()
    visitor.client.environ_base["REMOTE_ADDR"] = HOME
    keys = visitor.keys()
    told = [visitor.sends({}, **keys).status_code for _ in range(EACH // limits.STRANGERS_FORM)]
    assert told[-1] == 429 and 429 not in told[:-2]
    assert visitor.sends(ZHANG, **keys).status_code == 429
    assert visits() == []


def test_this_very_machine_stands_for_everybody_and_is_not_counted(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most)
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unix:"):
        assert 429 not in asked(browser(town, address), town, EACH + 1)


def test_health_and_what_pages_ask_for_by_themselves_are_not_counted(town: Town) -> None:
    has_come(town, HOME, STRANGERS.most)
    client = browser(town)
    asked(client, town)
    assert client.get("/healthz").status_code == 200
    assert client.get("/login/poll").status_code in (200, 204)
    assert client.get("/static/hallpass.css", buffered=True).status_code == 200


def test_the_passes_that_a_halls_visitors_hold_open_use_up_nothing_of_its_address(town: Town) -> None:
    """Each asks anew four times a minute, and a hall's visitors share an address with its form."""
    has_come(town, HOME, STRANGERS.most - EACH)
    client = browser(town)
    assert 429 not in {client.get("/pass/now").status_code for _ in range(2 * EACH)}
    assert client.get("/login").status_code == 200


def test_nothing_that_is_stored_says_which_address_it_was(town: Town) -> None:
    assert HOME not in _hidden(HOME) and _hidden(HOME) != _hidden(ELSEWHERE)


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("203.0.113.7, 10.0.0.1", ""),
        ("一", ""),
    ],
)
def test_whom_an_address_stands_for(address: str, stands_for: str) -> None:
    assert network_of(address) == stands_for


@given(st.text(max_size=60))
def test_whatever_an_address_is_it_is_no_failure(text: str) -> None:
    assert isinstance(network_of(text), str)


# --- signed in ---


@pytest.fixture
def busy(database: peewee.Database) -> Busy:
    return Busy()


def test_no_form_of_staff_is_taken_beyond_what_anybody_sends(busy: Busy) -> None:
    limits.count(limits.CHANGES, openid("Admin"), busy.clock(), limits.CHANGES.most)
    client = busy.browser().client
    sent = {"csrf_token": token(client, f"{busy.at}/desk")}
    own = {busy.app.url_map.bind("x").build(name, {"code": busy.hall.code}) for name in _COUNTED_BY_THEMSELVES}
    forms = [path for path in busy.forms() if path not in own]
    assert len(forms) > 20
    assert {path: client.post(path, data=sent).status_code for path in forms} == dict.fromkeys(forms, 429)
    assert client.get(f"{busy.at}/desk").status_code == 200


def test_what_one_clerk_sends_is_not_anothers(busy: Busy) -> None:
    limits.count(limits.CHANGES, openid("Admin"), busy.clock(), limits.CHANGES.most)
    client = busy.guard().client
    sent = {"csrf_token": token(client, f"{busy.at}/desk")}
    assert client.post(f"{busy.at}/desk/sign-out", data=sent).status_code != 429


def dear(busy: Busy) -> dict[Limit, Callable[[], object]]:
    """What staff may do and what it is counted by."""
    admin, now = post(busy.hall), busy.clock()
    today = Period(busy.hall.calendar.hall_day(now), busy.hall.calendar.hall_day(now))
    zhang = Who(By.ID_NUMBER, "11010519491231002X")
    export = ready_export(busy.hall).public_id
    later, two_days = now + timedelta(minutes=5), Period(today.first - timedelta(1), today.last)
    return {
        limits.SEARCHES: lambda: searching.note(admin, Wanted(today, zhang), 1, now),
        limits.LOOKS: lambda: looking.look(admin, busy.visit, "s", "lost", "", now),
        limits.EXPORTS: lambda: exporting.ask(admin, Wanted(today), later),
        limits.COPIES: lambda: exporting.take_copy(admin, export, Kind.MASKED, "流调", "s", now),
        limits.SECONDS: lambda: second_eyes.ask(admin, "export", 77, "检查", now),
        limits.CASES: lambda: cases.open_case(
            admin, busy.visit, two_days, None, now, reason="协查", authority="甲市疾控"
        ),
        limits.NOTICE_TESTS: lambda: notices.send_test(admin, busy.case, Channel.CUSTOM, now),
    }


def code_of(work: Callable[[], object]) -> str:
    try:
        work()
    except Refused as no:
        return no.code
    return ""


def test_what_is_dear_has_a_limit_of_its_own(busy: Busy) -> None:
    for limit, work in dear(busy).items():
        while not code_of(partial(limits.count, limit, openid("Admin"), busy.clock())):
            pass
        assert code_of(work) == "too_many", limit.name


def test_a_search_for_a_suspect_counts_as_a_search(busy: Busy) -> None:
    limits.count(limits.SEARCHES, openid("Admin"), busy.clock(), limits.SEARCHES.most)
    work = partial(cases.suspects, post(busy.hall), Who(By.NAME, "王五"), busy.clock())
    assert code_of(work) == "too_many"


def test_opening_the_names_of_a_case_has_one_too(busy: Busy) -> None:
    admin, now = post(busy.hall), busy.clock()
    assert case_names.open_names(admin, busy.case, "s", case_names.WHY[0], "", now) is None
    case = cases.one(admin, busy.case)
    asked_for = case and case_names.question(admin, case, now)
    assert asked_for
    second_eyes.approve(busy.second, asked_for.code, now)
    limits.count(limits.NAMES, openid("Admin"), now, limits.NAMES.most)
    assert code_of(lambda: case_names.open_by_yes(admin, busy.case, "s", now)) == "too_many"


def test_a_page_that_says_so_is_answered_with_429(busy: Busy) -> None:
    limits.count(limits.SEARCHES, openid("Admin"), busy.clock(), limits.SEARCHES.most)
    page = busy.browser().sends("/records", {"who": "11010519491231002X"})
    assert page.status_code == 429 and SENTENCE in page.text
    assert page.headers["Retry-After"].isdigit()
