"""待处理 as staff have it before them: what waits, seeing to it, and who may."""

import html
import re
from collections.abc import Callable

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.phrases import say
from models.rules.access import Role
from models.services import exporting, fever, halls, help_requests, posts, second_eyes, waiting
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.halls import Hall
from tests.bot.test_check_in import first_visit
from tests.reading import visits
from tests.service import Service
from tests.staffed import openid, registered
from tests.web.admin.desk import Browser, Office

VISITOR = openid("Visitor")
MAY = {"Admin": {"open"}, "Guard": {"open"}}
"""The contract's table once more: door staff and admins, in an open hall."""


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.joins("Guard", Role.GUARD, name="李门岗")
    office.operator()
    return office


@pytest.fixture
def guard(office: Office) -> Browser:
    return office.browser("Guard")


def with_fever(office: Office) -> str:
    fever.declare(VISITOR, office.hall, 1, 378, office.clock(), "张三", "13800138000")
    return waiting.all_of(office.hall, office.clock()).fevers[0].key


def with_call(office: Office) -> str:
    help_requests.ask(office.hall, 2, office.clock())
    return waiting.all_of(office.hall, office.clock()).helps[0].key


def with_doubt(office: Office, kind: str = "same_number_inside") -> str:
    first_visit(Service(clock=office.clock), office.hall)
    lead = visits()[0]
    run(lambda: insert(Flag, hall_id=office.hall.id, visit_id=lead.id, kind=kind, at=office.clock()))
    return waiting.all_of(office.hall, office.clock()).flags[0].key


def presses(staff: Browser, path: str) -> TestResponse:
    """A button of the list."""
    return staff.sends(path, seen=staff.fields("/waiting"))


def shown(guard: Browser) -> str:
    return html.unescape(guard.get("/waiting").text)


def test_where_nothing_waits_it_says_so(guard: Browser) -> None:
    assert say("zh", "waiting.nothing") in shown(guard)


def test_everything_that_waits_is_there_and_names_are_masked(office: Office, guard: Browser) -> None:
    for makes in (with_fever, with_call, with_doubt):
        makes(office)
    office.clock.goes_on(minutes=12)
    page = shown(guard)
    assert "张*" in page
    assert "张三" not in page
    assert "13800138000" not in page
    assert "37.8" in page
    assert say("zh", "waiting.fever_since", door="东门", time="09:00", minutes=12) in page
    assert say("zh", "waiting.flag.same_number_inside") in page
    assert "西门" in page


def test_a_guard_lets_somebody_in_by_a_ready_made_reason(office: Office, guard: Browser) -> None:
    key = with_fever(office)
    page = guard.get(f"/waiting/fever/{key}").text
    assert "张三" not in page
    ready = say("zh", "waiting.why_measured")
    assert f'value="{ready}"' in page
    done = guard.sends(f"/waiting/fever/{key}", {"measured": "36.6", "ready": ready})
    assert done.status_code == 303
    assert say("zh", "waiting.released", name="张*") in shown(guard)
    assert not fever.waits(VISITOR, office.hall, office.hall.calendar.hall_day(office.clock()))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"measured": "37.5", "reason": "看着没事"}, "measured_fever"),
        ({"measured": "36.5", "reason": ""}, "reason_missing"),
        ({"measured": "", "reason": "长" * 201}, "reason_too_long"),
        ({"measured": "九十度", "reason": "复测"}, "temperature_unreadable"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    office: Office, guard: Browser, sent: dict[str, str], code: str
) -> None:
    key = with_fever(office)
    page = guard.sends(f"/waiting/fever/{key}", sent)
    assert page.status_code == 200
    values = {"measured": "37.5", "threshold": "37.3", "most": 200}
    assert say("zh", f"refused.{code}", **values) in html.unescape(page.text)
    assert waiting.count(office.hall, office.clock()).fevers == 1
    assert sent["reason"][:10] in page.text


@pytest.mark.parametrize(("who", "page"), [("Guard", "desk/visit"), ("Admin", "records")])
def test_a_doubt_leads_to_its_visit(office: Office, who: str, page: str) -> None:
    with_doubt(office)
    browser = office.browser(who)
    address = f"{office.at}/{page}/{visits()[0].public_id}"
    assert f'href="{address}"' in shown(browser)
    assert browser.client.get(address).status_code == 200


def test_the_same_name_and_phone_are_told_as_what_they_are(office: Office, guard: Browser) -> None:
    with_doubt(office, "same_name_inside")
    assert say("zh", "waiting.flag.same_name_inside") in shown(guard)


def test_who_waits_for_a_second_yes_is_told_to_whoever_may_give_it(office: Office, guard: Browser) -> None:
    office.joins("Second", Role.ADMIN, name="赵六")
    post = next(one for one in run(lambda: posts.posts(openid("Second"))))
    code = run(lambda: second_eyes.ask(post, exporting.KIND, 1, "核对名单", office.clock()))
    admin = office.browser("Admin")
    assert say("zh", "exports.second.asks", name="赵六", purpose="核对名单") in shown(admin)
    assert f'href="/second/{code}"' in shown(admin)
    for other in (guard, office.browser("Second")):
        assert "核对名单" not in shown(other)
        assert say("zh", "waiting.nothing") in shown(other)


def test_a_call_and_a_doubt_are_seen_to_by_one_press(office: Office, guard: Browser) -> None:
    for path in (f"/waiting/help/{with_call(office)}", f"/waiting/flag/{with_doubt(office)}"):
        assert presses(guard, path).status_code == 303
    assert waiting.count(office.hall, office.clock()).total == 0
    assert say("zh", "waiting.nothing") in shown(guard)


def test_whoever_is_second_is_told_who_was_first(office: Office, guard: Browser) -> None:
    key = with_call(office)
    with_doubt(office)
    admin = office.browser("Admin")
    presses(guard, f"/waiting/help/{key}")
    presses(admin, f"/waiting/help/{key}")
    assert say("zh", "refused.waiting_done", by="李门岗", time="09:00") in shown(admin)


def test_a_fever_that_is_settled_leads_back_to_the_list(office: Office, guard: Browser) -> None:
    key = with_fever(office)
    guard.sends(f"/waiting/fever/{key}", {"reason": "填错了"})
    assert guard.get(f"/waiting/fever/{key}").status_code == 303
    assert say("zh", "refused.waiting_unknown") in shown(guard)


# --- while it is open ---


def test_while_nothing_changes_the_answer_is_empty(office: Office, guard: Browser) -> None:
    with_doubt(office)
    tag = f'"{re.findall("data-tag=.([0-9a-f]+)", guard.get("/waiting").text)[0]}"'
    office.clock.goes_on(minutes=5)
    again = guard.get("/waiting/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Hall-Time"] == "09:05"


@pytest.mark.parametrize("goes_on", [{"seconds": 5}, {"hours": 1}], ids=["somebody calls", "its buttons would lapse"])
def test_once_something_changes_the_answer_is_another(office: Office, guard: Browser, goes_on: dict[str, int]) -> None:
    with_doubt(office)
    before = guard.get("/waiting/live")
    office.clock.goes_on(**goes_on)
    if "seconds" in goes_on:
        with_call(office)
    after = guard.get("/waiting/live", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert ("西门" in html.unescape(after.text)) is ("seconds" in goes_on)


def test_what_waits_alone_is_no_whole_page_and_its_buttons_work(office: Office, guard: Browser) -> None:
    key = with_call(office)
    found = guard.get("/waiting/live").text
    assert "<html" not in found
    assert guard.sends(f"/waiting/help/{key}", seen=guard.fields("/waiting/live")).status_code == 303
    assert waiting.count(office.hall, office.clock()).total == 0


@pytest.mark.parametrize("who", ["Admin", "Guard", "Operator", "Elsewhere", "Visitor"])
@pytest.mark.parametrize("state", ["open", "waiting", "suspended", "rejected"])
def test_it_is_there_for_staff_of_an_open_hall_alone(office: Office, who: str, state: str) -> None:
    elsewhere = registered("别处大厅", "Elsewhere")
    fever_key, call = with_fever(office), with_call(office)
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).where(Hall.id != elsewhere.id).execute())
    browser = office.browser(who)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.client.get("/me").text)
    assert token is not None
    expected = state in MAY.get(who, set())
    asks: list[Callable[[], int]] = [
        lambda: browser.get("/waiting").status_code,
        lambda: browser.get("/waiting/live").status_code,
        lambda: browser.get(f"/waiting/fever/{fever_key}").status_code,
        lambda: (
            browser.client.post(
                f"{office.at}/waiting/help/{call}", data={"csrf_token": html.unescape(token[1])}
            ).status_code
        ),
    ]
    assert [ask() for ask in asks] == ([200, 200, 200, 303] if expected else [404] * 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    key=st.text(st.characters(codec="utf-8", exclude_characters="/?#\\"), min_size=1, max_size=40),
    measured=st.text(max_size=40), reason=st.text(max_size=250),
)  # fmt: skip
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_sent_is_answered_and_releases_nobody_by_chance(
    office: Office, key: str, measured: str, reason: str
) -> None:
    guard = office.browser("Guard")
    wanted = with_fever(office)
    # No reading has both: nobody can be let in by it.
    sent = {"measured": measured + "℃度", "reason": reason}
    assert guard.sends(f"/waiting/fever/{wanted}", sent).status_code == 200
    assert guard.get(f"/waiting/fever/{key}").status_code in (303, 404)
    assert fever.waits(VISITOR, office.hall, office.hall.calendar.hall_day(office.clock()))
