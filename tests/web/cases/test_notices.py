"""Notices of a case on the pages: shown before they go out, sent once, and what became of each."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.sending import Outcome, Result
from models.services import outbox, sessions
from models.services.desk import Desk
from models.services.sessions import Place
from models.tables.cases import Case, CaseStatus, Tracing
from models.tables.contacts import Contact, ContactState, Notice
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.notified import SUBSCRIPTION, TEMPLATE, TEMPLATES, account, agreed, case, contact, did
from tests.plugins.chromium import Tab
from tests.staffed import openid, registered, told
from tests.web.admin.desk import Office
from tests.web.admin.test_access import PEOPLE, STATES, stands
from tests.web.browser import LOOKS, looked_at, served
from tests.web.trial import application, outside


@pytest.fixture
def office(database: peewee.Database) -> Office:
    """The day after a case, which has seven contacts, three of whom a message reaches."""
    office = Office()
    office.clock.goes_on(days=1)
    office.app = application(world=outside(clock=office.clock, templates=TEMPLATES))
    office.joins("Guard", Role.GUARD)
    office.operator()
    registered("高新区政务大厅", who="Elsewhere")
    return office


@pytest.fixture
def found(office: Office) -> Case:
    found = case(office.hall)
    for number, who in enumerate(("Wrote", "Agreed", "Follows"), start=1):
        contact(office.hall, found, number, account(who), phone="13800138000", name=f"孙小{number}")
    contact(office.hall, found, 4, phone="13800138001", name="周大福")
    contact(office.hall, found, 5)
    did("Wrote", "text", office.clock() - timedelta(hours=3))
    agreed("Agreed")
    return found


def at(of: Case, rest: str = "") -> str:
    return f"/cases/{of.public_id}/notices{rest}"


def desk(*answers: Outcome) -> Desk:
    coming = list(answers)
    return Desk(lambda channel, message: coming.pop(0) if coming else Outcome(Result.SENT, msgid="1"), TEMPLATES)


def counted(page: str) -> list[int]:
    """The numbers of the first table of a page."""
    return [int(number) for number in re.findall(r"<td>(\d+)</td>", page)]


def test_before_anything_is_sent_the_page_shows_whom_each_way_reaches_and_what_is_said(
    office: Office, found: Case
) -> None:
    page = office.browser().get(at(found)).text
    assert counted(page) == [1, 1, 1, 1, 1]
    assert TEMPLATE.template_id in page
    assert SUBSCRIPTION.template_id in page
    assert office.hall.phone in page
    assert not any(name in page for name in ("孙小", "周大福", "13800138001"))
    assert told("Wrote") == []


def test_what_stands_in_a_template_is_said_in_words_and_asked_about_only_where_it_is_used(
    office: Office, found: Case
) -> None:
    assert all(f"<dt>{about}</dt>" in office.browser().get(at(found)).text for about in ("大厅", "时间", "提示"))
    run(lambda: Contact.update(state=ContactState.REACHED).where(Contact.number == 2).execute())
    asked = office.browser().get(at(found, "/send")).text
    assert (TEMPLATE.template_id in asked, SUBSCRIPTION.template_id in asked) == (True, False)


def test_once_notices_are_sent_no_number_of_calls_is_shown_that_grows_behind_its_back(
    office: Office, found: Case
) -> None:
    browser = office.browser()
    assert "打印要打电话的 2 人" in browser.get(at(found)).text
    browser.sends(at(found, "/send"))
    page = browser.get(at(found)).text
    assert "打印要打电话的" not in page
    assert "打印电话名单" in page and "还没有发过的人" in page


def test_after_a_yes_each_of_those_is_told_once_and_the_page_says_so(office: Office, found: Case) -> None:
    browser = office.browser()
    seen = browser.fields(at(found, "/send"))
    assert run(Outgoing.select().count) == 0
    for _ in range(2):
        assert browser.sends(at(found, "/send"), seen=seen).status_code == 303
    assert [len(told(who)) for who in ("Wrote", "Agreed", "Follows")] == [1, 1, 1]
    outbox.send_due(office.clock(), desk(Outcome(Result.SENT), Outcome(Result.CLOSED, "refused")))
    outbox.send_due(office.clock(), desk())
    live = browser.get(at(found, "/live"))
    assert sum(counted(live.text)) == 3
    again = browser.get(at(found, "/live"), headers={"If-None-Match": live.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")


def test_those_whom_it_did_not_reach_can_be_sent_another_one_by_a_yes_of_its_own(office: Office, found: Case) -> None:
    browser = office.browser()
    browser.sends(at(found, "/send"))
    for _ in range(3):
        outbox.send_due(office.clock(), desk(*[Outcome(Result.CLOSED, "template")] * 3))
    assert "again=1" in browser.get(at(found)).text
    browser.sends(at(found, "/send?again=1"))
    assert run(Notice.select().where(Notice.state == "replaced").count) == 3
    assert run(Notice.select().count) == 6


def test_what_waited_when_a_backup_was_made_is_left_for_the_telephone_and_says_why(office: Office, found: Case) -> None:
    browser = office.browser()
    browser.sends(at(found, "/send"))
    assert outbox.give_up_restored() == 3
    assert outbox.send_due(office.clock(), desk()) == 0
    live = browser.get(at(found, "/live")).text
    assert "可能已发出，未能确认，请再打电话：恢复过备份，没有再发" in live
    assert counted(live) == [3]


def test_a_test_goes_to_whoever_asks_for_it_by_the_way_they_choose(office: Office, found: Case) -> None:
    browser = office.browser()
    token = browser.fields(at(found))["csrf_token"]
    answer = browser.client.post(f"{office.at}{at(found, '/test')}", data={"csrf_token": token, "way": "template"})
    [row] = run(lambda: list(Outgoing.select()))
    assert (row.openid, row.closed) == (openid("Admin"), "custom,subscription")
    assert "test=" in answer.location
    outbox.send_due(office.clock(), desk(Outcome(Result.CLOSED, "not_following")))
    outbox.send_due(office.clock(), desk())
    shown = browser.client.get(answer.location)
    assert (shown.status_code, row.key.rpartition(":")[2] in answer.location) == (200, True)
    assert counted(shown.text) == [1, 1, 1, 1, 1]  # a test is no notice of the case
    assert run(Notice.select().count) == 0


def test_tests_are_not_sent_without_end(office: Office, found: Case) -> None:
    browser = office.browser()
    token = browser.fields(at(found))["csrf_token"]
    for _ in range(12):
        browser.client.post(f"{office.at}{at(found, '/test')}", data={"csrf_token": token, "way": "window"})
    assert run(Outgoing.select().count) == 10


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("case_reason_missing", {"reason": None}),
        ("case_closed", {"status": CaseStatus.CLOSED}),
        ("case_not_traced", {"tracing": Tracing.WANTED}),
        ("phone", {}),
    ],
)
def test_where_nothing_can_be_sent_the_page_says_why_and_offers_no_button(
    office: Office, code: str, columns: dict[str, str]
) -> None:
    if code == "phone":
        office.hall  # noqa: B018 - read before it changes
        facts = {**office.facts(), "phone": ""}
        other = registered("无电话大厅", who="Silent", **facts)
        browser = office.browser("Silent")
        browser.at = f"/hall/{other.code}"
        row = case(other)
        contact(other, row, 1, account("A"))
    else:
        browser, row = office.browser(), case(office.hall, **columns)
        contact(office.hall, row, 1, account("A"))
    page = browser.get(at(row)).text
    assert "told-problem" in page
    assert "/notices/send" not in page
    assert "没有人可以用消息通知" not in page
    browser.sends(at(row, "/send"))
    assert run(Outgoing.select().count) == 0


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_the_pages_are_there_for_an_admin_of_the_open_hall_alone(
    office: Office, found: Case, who: str, state: str
) -> None:
    token = office.browser().fields(at(found))["csrf_token"]
    browser = office.browser(who)
    stands(office, state)
    expected = 200 if who == "Admin" and state == "open" else 404
    shown = {rest: browser.get(at(found, rest)).status_code for rest in ("", "/live", "/send")}
    assert shown == dict.fromkeys(shown, expected)
    if expected == 404:
        for rest in ("/send", "/test"):
            browser.client.post(f"{office.at}{at(found, rest)}", data={"csrf_token": token, "way": "window"})
        assert run(Outgoing.select().count) == 0


def test_a_case_of_another_hall_is_not_there(office: Office, found: Case) -> None:
    browser = office.browser("Elsewhere")
    other = registered("第三大厅", who="Third")
    third = office.browser("Third")
    third.at = f"/hall/{other.code}"
    for rest in ("", "/live", "/send"):
        assert third.get(at(found, rest)).status_code == 404
        assert browser.get(at(found, rest)).status_code == 404


@pytest.mark.parametrize("test", ["x", "0" * 24, "0" * 400, "%00", "../../etc", "病例"])
def test_a_made_up_test_is_none(office: Office, found: Case, test: str) -> None:
    assert office.browser().get(at(found, f"?test={test}")).status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(key=st.text(max_size=60), way=st.text(max_size=20), again=st.text(max_size=3))
def test_whatever_is_posted_nothing_is_sent_that_was_not_shown(
    office: Office, found: Case, key: str, way: str, again: str
) -> None:
    browser = office.browser()
    token = browser.fields(at(found))["csrf_token"]
    for rest, typed in (("/send", {"key": key}), ("/test", {"way": f"{way}!"})):
        answer = browser.client.post(
            f"{office.at}{at(found, rest)}", query_string={"again": again}, data={"csrf_token": token, **typed}
        )
        assert answer.status_code == 303
    assert run(Outgoing.select().count) == 0


# --- in Chromium ---


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_are_readable_reachable_and_free_of_faults(
    office: Office, found: Case, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
    pages = [("plan", ""), ("plan-en", "?lang=en"), ("send", "/send?lang=zh")]
    for name, path in pages:
        tab.page.goto(f"{site}{office.at}{at(found, path)}")
        assert looked_at(tab, tmp_path / f"notices-{name}-{look}.png") == [], name
    tab.page.get_by_role("button", name="确认发送").click()
    tab.page.get_by_text("等待发送").wait_for()
    outbox.send_due(office.clock(), desk(Outcome(Result.SENT), Outcome(Result.CLOSED, "refused")))
    tab.page.reload()
    assert looked_at(tab, tmp_path / f"notices-sent-{look}.png") == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_results_appear_on_the_open_page_by_themselves(
    office: Office, found: Case, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
    tab.page.goto(f"{site}{office.at}{at(found, '/send')}")
    tab.page.get_by_role("button", name="确认发送").click()
    tab.page.get_by_text("等待发送").wait_for()
    outbox.send_due(office.clock(), desk())
    tab.page.get_by_text("已发出", exact=True).wait_for()
