"""Halls register themselves, operators decide, and what they decide holds for every worker at once."""

import subprocess
import sys
from datetime import timedelta
from functools import partial
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.phrases import say
from models.rules.access import Role
from models.services import audit, codes, halls, limits, posts, registering
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.codes import HallCode
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.sqlite import QueuedSqlite
from tests.architecture.sources import ROOT
from tests.mariadb import MariaDB
from tests.service import MONDAY_9
from tests.staffed import at_once, openid, operator, post, refused, registered, told

pytestmark = pytest.mark.usefixtures("database")

LATER = MONDAY_9 + timedelta(minutes=5)


def actions() -> list[str]:
    return [row.action for row in run(lambda: list(Audit.select().order_by(Audit.id)))]


def status(hall_id: int) -> str:
    return str(run(lambda: Hall.get_by_id(hall_id)).status)


def wanted() -> int:
    return int(run(HallCode.select().count))


# --- registering ---


def test_whoever_registers_a_hall_is_its_admin() -> None:
    hall = registered()
    assert [(one.role, one.hall) for one in posts.posts(openid("Admin"))] == [(Role.ADMIN, hall)]


def test_a_hall_that_needs_approval_waits_and_the_operators_hear_of_it() -> None:
    operator()
    operator("Second", "钱运营")
    hall = registered(approval=True)
    assert (hall.status, wanted()) == ("waiting", 0)
    for who in ("Operator", "Second"):
        [message] = told(who)
        assert hall.name in message and hall.code in message
    assert [one.code for one in registering.waiting()] == [hall.code]


def test_a_hall_that_needs_none_is_open_and_wants_its_codes() -> None:
    hall = registered()
    assert (hall.status, wanted()) == ("open", 4)
    assert told("Operator") == []


@pytest.mark.parametrize(
    "name", ["德城区政务服务大厅", "德城区 政务服务大厅", "　德城区政务服务大厅", "德城区政务服务大厅 "]
)  # fmt: skip
def test_a_name_that_looks_like_another_of_the_region_is_refused(name: str) -> None:
    registered()
    assert refused(lambda: registered(name, "Other")) == "hall_double"


@pytest.mark.parametrize("words", ["山东省德州市德城区", "山东省 德州市 德城区", "山東省德州市德城區"])
def test_a_region_in_ones_own_words_that_looks_like_one_of_the_table_is_the_same(words: str) -> None:
    registered()
    assert refused(lambda: registered(who="Other", region="", region_name=words)) == "hall_double"


def test_the_same_name_in_another_region_is_another_hall() -> None:
    first = registered()
    assert registered(who="Other", region="371403", region_name="山东省德州市陵城区").id != first.id


def test_of_two_who_register_the_same_hall_at_once_one_does() -> None:
    operator()
    got = at_once(*[partial(registered, who=f"Admin{number}", approval=True) for number in range(4)])
    assert sorted(str(one) for one in got if isinstance(one, str)) == ["hall_double"] * 3
    assert (run(Hall.select().count), actions(), len(told("Operator"))) == (1, ["register"], 1)


def test_nobody_registers_halls_without_end() -> None:
    for number in range(limits.REGISTERING.most):
        registered(f"第{number}分厅")
    assert refused(lambda: registered("又一分厅"), but=(Attempt,)) == "too_many"
    assert registered("又一分厅", now=MONDAY_9 + timedelta(days=1))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"calendar": {"weekly": [["12:00-09:00"]] * 7}}, "hours_backwards"),
        ({"calendar": {"weekly": [["09:00-12:00", "11:00-13:00"]] * 7}}, "hours_overlap"),
        ({"calendar": {"weekly": [["22:00-06:00"]] * 7}}, "hours_backwards"),
        ({"calendar": {"weekly": [[]] * 7, "exceptions": {"2026-06-31": []}}}, "hours_day_unreadable"),
        ({"fields": {"name": "off"}}, "field_name_required"),
        ({"address": "路" * 20_001}, "hall_too_much"),
    ],
)
def test_facts_that_cannot_be_register_nothing(facts: dict[str, Any], code: str) -> None:
    assert refused(lambda: registered(**facts)) == code


# --- approval, suspension ---


def test_an_approved_hall_is_open_has_its_codes_wanted_and_its_admins_hear_of_it() -> None:
    hall = registered(approval=True)
    approved = registering.approve(operator(), hall.code.upper(), LATER)
    assert (approved.status, wanted()) == ("open", 4)
    [message] = told("Admin")
    assert say("zh", "operator.told_approve", hall=hall.name) == message


def test_a_rejected_hall_hears_why_and_gives_its_name_back() -> None:
    hall = registered(approval=True)
    registering.reject(operator(), hall.code, " 名称\n不清楚 ", LATER)
    assert "名称 不清楚" in told("Admin")[0]
    assert (status(hall.id), wanted()) == ("rejected", 0)
    assert registered(who="Other").status == "open"


def test_a_rejected_hall_waits_again_while_its_name_is_free() -> None:
    hall, by = registered(approval=True), operator()
    registering.reject(by, hall.code, "资料不全", LATER)
    assert registering.resume(by, hall.code, LATER).status == "waiting"
    assert refused(lambda: registered(who="Other")) == "hall_double"
    assert len(told("Admin")) == 2


def test_a_rejected_hall_whose_name_is_taken_stays_rejected() -> None:
    hall, by = registered(approval=True), operator()
    registering.reject(by, hall.code, "资料不全", LATER)
    registered(who="Other")
    assert refused(lambda: registering.resume(by, hall.code, LATER)) == "hall_double"
    assert status(hall.id) == "rejected"


def test_a_name_that_is_given_back_is_taken_by_one_of_many_at_once() -> None:
    hall, by = registered(approval=True), operator()
    registering.reject(by, hall.code, "资料不全", LATER)
    got = at_once(
        partial(registering.resume, by, hall.code, LATER), *[partial(registered, who=f"Other{n}") for n in range(3)]
    )
    assert got.count("hall_double") == 3
    assert run(Hall.select().where(Hall.double_key.is_null(False)).count) == 1


def test_a_suspended_hall_goes_on_where_it_was() -> None:
    hall, by = registered(), operator()
    assert registering.suspend(by, hall.code, "投诉", LATER).status == "suspended"
    assert registering.resume(by, hall.code, LATER).status == "open"
    assert (len(told("Admin")), actions()[-2:]) == (2, ["suspend", "resume"])


@pytest.mark.parametrize(
    ("state", "deed", "code"),
    [
        ("open", "approve", "hall_not_waiting"),
        ("open", "reject", "hall_not_waiting"),
        ("open", "resume", "hall_not_suspended"),
        ("waiting", "suspend", "hall_not_open_now"),
        ("waiting", "resume", "hall_not_suspended"),
        ("suspended", "approve", "hall_not_waiting"),
        ("suspended", "suspend", "hall_not_open_now"),
        ("rejected", "approve", "hall_not_waiting"),
        ("rejected", "reject", "hall_not_waiting"),
        ("rejected", "suspend", "hall_not_open_now"),
    ],
)
def test_a_hall_in_another_state_is_left_alone(state: str, deed: str, code: str) -> None:
    by, hall = operator(), registered(approval=state in ("waiting", "rejected"))
    if state == "suspended":
        registering.suspend(by, hall.code, "投诉", LATER)
    if state == "rejected":
        registering.reject(by, hall.code, "资料不全", LATER)
    assert refused(lambda: decide(deed, by, hall.code)) == code
    assert status(hall.id) == state


def decide(deed: str, by: posts.Post, code: str, reason: str = "原因") -> Any:
    with_reason = {"reject": registering.reject, "suspend": registering.suspend}
    if deed in with_reason:
        return with_reason[deed](by, code, reason, LATER)
    return {"approve": registering.approve, "resume": registering.resume}[deed](by, code, LATER)


@pytest.mark.parametrize("deed", ["approve", "reject", "suspend", "resume"])
def test_two_operators_at_once_do_it_once(deed: str) -> None:
    first, second = operator(), operator("Second", "钱运营")
    hall = registered(approval=deed in ("approve", "reject"))
    if deed == "resume":
        registering.suspend(first, hall.code, "投诉", LATER)
    before = len(told("Admin"))
    got = at_once(*[partial(decide, deed, by, hall.code) for by in (first, second) * 2])
    assert len([one for one in got if not isinstance(one, str)]) == 1
    assert actions().count(deed) == 1
    assert len(told("Admin")) - before == 1


@pytest.mark.parametrize("code", ["", "zzzzzz", "%", "' OR 1=1 --", "k7m2p9" * 50, "\ud800", "大厅", "\0"])
@pytest.mark.parametrize("deed", ["approve", "reject", "suspend", "resume"])
def test_a_code_of_no_hall_decides_nothing(deed: str, code: str) -> None:
    by = operator()
    registered(approval=True)
    assert refused(lambda: decide(deed, by, code)) == "hall_unknown"


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "reason_missing"), (" \n\u200b\u202e", "reason_missing"), ("长" * 201, "reason_too_long")],
)
def test_a_reason_is_needed_and_is_no_novel(reason: str, code: str) -> None:
    by, hall = operator(), registered()
    assert refused(lambda: decide("suspend", by, hall.code, reason)) == code


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reason=st.text(max_size=250))
def test_any_reason_is_refused_or_kept_as_it_can_be_shown(reason: str) -> None:
    hall = registered(f"大厅{run(Hall.select().count)}号楼", f"A{run(Hall.select().count)}")
    by = posts.Post(openid("Operator"), Role.OPERATOR)
    if refused(lambda: decide("suspend", by, hall.code, reason)) is None:
        [listed] = [one for one in registering.listed(hall.code).halls if one.id == hall.id]
        assert listed.reason == " ".join(listed.reason.split()) != ""
        assert not set(listed.reason) & {"\u202e", "\u2066", "\u200b", "\0"}


ANOTHER_WORKER = """
import sys
from models.services import halls
from models.tables.database import open_database, run
from models.tables import halls as rows
open_database(sys.argv[1])
for line in sys.stdin:
    hall = run(lambda: halls.by_id(*rows.revision_of(sys.argv[2])))
    print(hall.status, hall.name, flush=True)
"""


def url_of(database: peewee.Database, request: pytest.FixtureRequest) -> str:
    if isinstance(database, QueuedSqlite):
        return f"sqlite:///{database.database}"
    server: MariaDB = request.getfixturevalue("mariadb")
    return server.url


def test_another_worker_sees_each_decision_at_once(database: peewee.Database, request: pytest.FixtureRequest) -> None:
    by, hall = operator(), registered(approval=True)
    command = [sys.executable, "-c", ANOTHER_WORKER, url_of(database, request), hall.code]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin and worker.stdout

        def seen() -> str:
            print("look", file=worker.stdin, flush=True)
            assert worker.stdout
            return worker.stdout.readline().split()[0]

        states = [seen()]
        for deed in ("approve", "suspend", "resume"):
            decide(deed, by, hall.code)
            states.append(seen())
        worker.stdin.close()
    assert states == ["waiting", "open", "suspended", "open"]


def test_what_a_unit_that_was_undone_made_of_a_hall_is_never_taken_for_what_was_kept() -> None:
    hall = registered()

    def undone() -> None:
        now_called, facts = halls.stored(hall.id)
        halls.by_id(halls.keep(now_called, "没有存下的名字", facts).id, None)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(undone)
    kept = run(lambda: halls.keep(*[halls.stored(hall.id)[0], "存下的名字", halls.stored(hall.id)[1]]))
    assert kept.name == "存下的名字"
    seen = halls.by_id(hall.id, kept.revision)
    assert seen and seen.name == "存下的名字"


# --- the operators' list ---


def test_halls_are_found_by_a_part_of_name_or_code_in_each_state() -> None:
    by = operator()
    east = registered("东城政务大厅", "East")
    west = registered("西城政务大厅", "West", approval=True)
    registering.suspend(by, east.code, "投诉", LATER)
    assert [one.id for one in registering.listed("政务").halls] == [west.id, east.id]
    assert [one.id for one in registering.listed("东城").halls] == [east.id]
    assert [one.id for one in registering.listed(west.code[1:5].upper()).halls] == [west.id]
    assert [one.id for one in registering.listed(status="suspended").halls] == [east.id]
    assert registering.listed("政务", "waiting") == registering.Found(registering.waiting(), 1)
    assert registering.listed("没有").total == 0


@pytest.mark.parametrize("search", ["%", "_", "!", "\\", "!%", "'", '"', "' OR '1'='1", "%s", "?", "{}", "[a-z]"])
def test_signs_of_sql_are_letters_like_any_other(search: str) -> None:
    registered("普通大厅")
    assert registering.listed(search).halls == []
    run(lambda: Hall.update(name=f"前{search}后").execute())
    assert registering.listed(search).total == 1


def test_the_list_has_pages() -> None:
    for number in range(registering.PAGE + 3):
        registered(f"第{number}号大厅楼", f"A{number}")
    first, second = registering.listed(), registering.listed(page=2)
    assert (len(first.halls), len(second.halls), first.total) == (registering.PAGE, 3, registering.PAGE + 3)
    assert len({one.id for one in (*first.halls, *second.halls)}) == registering.PAGE + 3
    assert registering.listed(page=0) == registering.listed(page=-5) == first
    assert registering.listed(page=10**30).halls == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.text(max_size=60), page=st.integers())
def test_any_search_is_answered(search: str, page: int) -> None:
    registering.listed(search, None, page)


def test_limits_are_shown_in_the_list_and_noted() -> None:
    by, hall = operator(), registered()
    codes.allow_reissues(by, hall.code, 50, LATER)
    [listed] = registering.listed(hall.code).halls
    assert listed.most_reissues == 50
    assert actions()[-1] == "limits"


def test_each_step_is_noted_with_who_and_from_what_to_what() -> None:
    by, hall = operator(), registered(approval=True)
    registering.approve(by, hall.code, LATER)
    last = audit.latest(hall.id, LATER + timedelta(seconds=1))[0]
    assert (last.action, last.role, last.actor) == ("approve", "operator", audit.hash_of(by.openid))
    assert '"before": "waiting"' in last.detail and '"after": "open"' in last.detail
    assert post(hall).hall_id == hall.id
