"""本人申请: what a hall keeps of somebody, shown at its counter to whoever shows their papers."""

import json
from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.rules import identity
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.own_requests import Asker
from models.rules.visits import HowOut
from models.services import audit, fever, front_desk, hashing, limits, looked, own_requests
from models.services.limits import OWN_REQUESTS
from models.services.posts import Post
from models.tables.attempts import Attempt
from models.tables.cases import Case
from models.tables.database import run
from models.tables.looks import Look
from models.tables.own_requests import OwnRequest
from models.tables.turns import Turn
from tests import filled
from tests.asking import CHILD, SESSION, asked, asks, kept
from tests.looks import a_case, a_contact, a_person, is_at, looks_at_visit
from tests.service import MONDAY_9
from tests.staffed import joins, openid, post, refused, registered
from tests.visited import NUMBER, PHONE, came, id_of

OTHER_NUMBER = "320106197505230021"


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def noted(hall: HallFacts, action: str = "counter_look") -> list[dict[str, Any]]:
    rows = audit.latest(hall.id, MONDAY_9, 2**31 - 1, action=action)
    return [json.loads(row.detail) for row in rows]


# --- who is found ---


def test_every_visit_with_the_number_and_the_name_is_found_the_latest_first(hall: HallFacts) -> None:
    first = came(hall, MONDAY_9 - timedelta(days=2), registered_by="staff")
    lead = came(hall, MONDAY_9 - timedelta(days=1), "李四", number=OTHER_NUMBER, companions=1)
    second = came(hall, MONDAY_9 - timedelta(days=1), lead_id=id_of(lead))
    assert [one.visit.public_id for one in kept(hall).visits] == [second, first]


def test_a_number_of_15_digits_finds_what_was_registered_with_18(hall: HallFacts) -> None:
    came(hall)
    assert len(kept(hall, id_number="110105491231002").visits) == 1


def test_a_visit_with_the_number_and_another_name_is_counted_and_not_shown(hall: HallFacts) -> None:
    own = came(hall)
    came(hall, name="王五")
    found = kept(hall)
    assert [one.visit.public_id for one in found.visits] == [own]
    assert found.request.unlike == 1


def test_without_a_number_those_are_found_that_have_none_and_both_the_name_and_the_phone(hall: HallFacts) -> None:
    own = came(hall, number=None)
    came(hall, number=None, phone="13900139000")
    came(hall, number=None, name="李四")
    came(hall, number=OTHER_NUMBER)
    found = kept(hall, id_number="", phone=PHONE)
    assert [one.visit.public_id for one in found.visits] == [own]
    assert found.request.unlike == 0


def test_a_number_with_a_phone_finds_what_was_given_either_way(hall: HallFacts) -> None:
    visits = [came(hall, number=None), came(hall, MONDAY_9 + timedelta(minutes=1), phone=None)]
    found = kept(hall, phone=PHONE, now=MONDAY_9 + timedelta(hours=1))
    assert [one.visit.public_id for one in found.visits] == visits[::-1]


def test_of_nobody_nothing_is_said_but_that_nothing_is_kept(hall: HallFacts) -> None:
    came(hall, name="李四", number=OTHER_NUMBER, phone="13900139000")
    assert asks(hall) is None
    assert run(OwnRequest.select().count) == run(Look.select().count) == 0
    assert [one["count"] for one in noted(hall)] == [0]


def test_a_visit_of_another_hall_is_not_found(hall: HallFacts) -> None:
    came(registered("高新区政务大厅", who="Elsewhere"))
    assert asks(hall) is None


def test_a_visit_that_is_kept_no_more_is_not_found_though_nobody_has_removed_it_yet(hall: HallFacts) -> None:
    came(hall, MONDAY_9 - timedelta(days=hall.retention_days + 1))
    assert asks(hall) is None
    came(hall, MONDAY_9 - timedelta(days=hall.retention_days))
    assert asks(hall) is not None


def test_somebody_with_more_visits_than_are_shown_is_told_so(hall: HallFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in range(3):
        came(hall, MONDAY_9 - timedelta(minutes=minutes))
    monkeypatch.setattr(own_requests, "MOST", 2)
    found = kept(hall)
    assert found.is_cut and len(found.visits) == 2


def a_fever(hall: HallFacts, name: str | None = "张三", number: str | None = NUMBER, phone: str | None = PHONE) -> int:
    given = identity.id_number(number, today=MONDAY_9.date()) if number else None
    hashed = hashing.id_hash(given) if given else None
    return fever.declare("oSick", hall, 1, 381, MONDAY_9, name, phone, hashed)


def test_a_fever_that_turned_somebody_away_is_found_without_any_visit(hall: HallFacts) -> None:
    own = a_fever(hall)
    a_fever(hall, name="王五")
    a_fever(hall, number=OTHER_NUMBER)
    a_fever(hall, number=None)
    a_fever(hall, name=None)
    found = kept(hall)
    assert found.visits == []
    assert [(one.id, one.name, one.declared_tenths) for one in found.fevers] == [(own, "张三", 381)]
    assert noted(hall) == [{"asker": "self", "document": "id_card", "count": 0, "fevers": 1}]


def test_a_fever_without_a_number_is_found_by_name_and_phone(hall: HallFacts) -> None:
    own = a_fever(hall, number=None)
    a_fever(hall)
    a_fever(hall, number=None, phone=None)
    assert [one.id for one in kept(hall, id_number="", phone=PHONE).fevers] == [own]


def test_a_fever_of_another_hall_and_one_that_is_kept_no_more_are_not_found(hall: HallFacts) -> None:
    a_fever(registered("高新区政务大厅", who="Elsewhere"))
    a_fever(hall)
    assert asks(hall, now=MONDAY_9 + timedelta(days=hall.retention_days + 1)) is None


# --- what is told ---


def test_a_visit_is_shown_whole_with_what_it_said_before_and_until_when_it_is_kept(hall: HallFacts) -> None:
    visit = came(hall, address="山东省德州市德城区东风路1号")
    front_desk.correct(post(hall), visit, "address", "山东省德州市德城区西风路2号", MONDAY_9)
    [own] = kept(hall).visits
    assert (own.visit.name, own.visit.id_number, own.visit.phone) == ("张三", NUMBER, PHONE)
    assert own.visit.address == "山东省德州市德城区西风路2号"
    assert [one.earlier for one in own.replaced] == ["山东省德州市德城区东风路1号"]
    assert own.until == own.hall_day + timedelta(days=hall.retention_days)
    assert own.held is None


def test_what_a_case_holds_is_told_with_its_day_and_without_the_case(hall: HallFacts) -> None:
    visit, case = came(hall), a_case(hall)
    a_contact(case, visit, None)
    until = MONDAY_9.date() + timedelta(days=60)
    run(lambda: Case.update(held_until=until).execute())
    [own] = kept(hall).visits
    assert own.held == until


def test_a_hold_that_is_over_is_none(hall: HallFacts) -> None:
    visit, case = came(hall), a_case(hall)
    a_contact(case, visit, None)
    run(lambda: Case.update(held_until=MONDAY_9.date() - timedelta(days=1)).execute())
    [own] = kept(hall).visits
    assert own.held is None


def test_an_estimated_exit_of_somebody_whom_nobody_closed_yet_is_told_as_one(hall: HallFacts) -> None:
    came(hall, MONDAY_9 - timedelta(days=1), left=None)
    [own] = kept(hall).visits
    assert own.visit.how_out == HowOut.CLOSING and own.visit.out_at == own.visit.due_at


def test_who_has_an_account_is_told_that_it_keeps_more(hall: HallFacts) -> None:
    came(hall)
    assert not kept(hall).has_account
    came(hall, person_id=a_person("Zhang"))
    assert kept(hall).has_account


def test_who_looked_is_told_and_not_which_of_the_staff(hall: HallFacts) -> None:
    visit = came(hall)
    looks_at_visit(hall, visit, "lost", now=MONDAY_9 - timedelta(hours=1))
    looks_at_visit(hall, came(hall, name="李四", number=OTHER_NUMBER))
    told = [(one.what, one.why, one.role) for one in kept(hall).looks]
    assert told == [("record", "own_request", Role.ADMIN), ("record", "lost", Role.ADMIN)]


def test_an_account_person_sees_in_the_chat_that_it_was_looked_up_at_the_counter(hall: HallFacts) -> None:
    came(hall, person_id=a_person("Zhang"))
    asks(hall)
    [seen] = looked.of(is_at("Zhang"), MONDAY_9)
    assert seen.why == "own_request"


# --- who may, and for how long ---


def test_what_was_asked_is_noted_without_whom(hall: HallFacts) -> None:
    came(hall)
    asks(hall, asker=Asker.AGENT)
    assert noted(hall) == [{"asker": "agent", "document": "id_card", "count": 1}]


def test_nothing_that_was_typed_is_stored_anywhere(hall: HallFacts) -> None:
    came(hall)
    before = filled.everything(but=(Turn,))
    asks(hall, phone=PHONE)
    tables = {name for name, rows in filled.everything(but=(Turn,)).items() if rows != before.get(name)}
    assert tables == {"OwnRequest", "Look", "Audit", "Attempt"}
    [row] = run(lambda: list(OwnRequest.select()))
    said = repr((row.__data__, noted(hall)))
    assert not any(one in said for one in ("张三", NUMBER, NUMBER[:-1], PHONE))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("own_not_seen", {"has_seen": False}),
        ("own_no_clue", {"id_number": " "}),
        ("own_child", {"id_number": CHILD}),
        ("own_child", {"id_number": CHILD, "asker": Asker.AGENT}),
        ("name_unreadable", {"name": ""}),
        ("id_checksum", {"id_number": "110105194912310021"}),
        ("id_length", {"id_number": "1101051949123100211"}),
        ("id_unreadable", {"id_number": "没有"}),
        ("phone_length", {"id_number": "", "phone": "1380013800"}),
    ],
)
def test_what_a_counter_refuses_leaves_nothing_behind(hall: HallFacts, code: str, said: dict[str, Any]) -> None:
    came(hall)
    assert refused(lambda: asks(hall, **said)) == code


def test_a_guardian_sees_what_is_kept_of_a_child(hall: HallFacts) -> None:
    came(hall, name="张小宝", number=CHILD)
    assert len(kept(hall, name="张小宝", id_number=CHILD, asker=Asker.GUARDIAN).visits) == 1


def test_a_guard_an_operator_and_who_is_of_another_hall_may_not(hall: HallFacts) -> None:
    came(hall)
    public_id = asks(hall)
    assert public_id is not None
    other = registered("高新区政务大厅", who="Elsewhere")
    closed = registered("停用大厅", who="Admin", approval=True)
    guard = joins(hall, "Guard", "孙门岗")
    for somebody in (guard, Post(openid("Operator"), Role.OPERATOR), post(closed)):
        assert refused(lambda who=somebody: own_requests.ask(who, asked(), SESSION, MONDAY_9)) == "not_yours"
        assert refused(lambda who=somebody: own_requests.kept(who, public_id, SESSION, MONDAY_9)) == "not_yours"
        assert refused(lambda who=somebody: own_requests.note_copy(who, public_id, SESSION, MONDAY_9)) == "not_yours"
    assert own_requests.kept(post(other, "Elsewhere"), public_id, SESSION, MONDAY_9) is None


def test_what_was_found_is_open_for_twenty_minutes_in_the_same_browser(hall: HallFacts) -> None:
    came(hall)
    public_id = asks(hall)
    assert public_id is not None
    for session, minutes, is_open in (
        (SESSION, 0, True),
        (SESSION, 19, True),
        (SESSION, 20, False),
        ("other", 0, False),
    ):
        now = MONDAY_9 + timedelta(minutes=minutes)
        assert (own_requests.kept(post(hall), public_id, session, now) is not None) == is_open
        assert own_requests.note_copy(post(hall), public_id, session, now) == is_open


@pytest.mark.parametrize("public_id", ["", "x" * 12, "x" * 5000, "\ud800", "张三", "a\0b", "' OR 1=1 --"])
def test_no_other_text_is_a_request(hall: HallFacts, public_id: str) -> None:
    came(hall)
    asks(hall)
    assert own_requests.kept(post(hall), public_id, SESSION, MONDAY_9) is None
    assert own_requests.note_copy(post(hall), public_id, SESSION, MONDAY_9) is False


def test_a_copy_is_noted_once_however_often_it_is_asked_for(hall: HallFacts) -> None:
    came(hall)
    public_id = asks(hall)
    assert public_id is not None
    for _ in range(3):
        assert own_requests.note_copy(post(hall), public_id, SESSION, MONDAY_9)
    assert noted(hall, "counter_copy") == [{"count": 1}]


def test_a_clerk_looks_up_so_many_people_a_day_and_no_more(hall: HallFacts) -> None:
    came(hall)
    for _ in range(OWN_REQUESTS.most):
        limits.count(OWN_REQUESTS, openid("Admin"), MONDAY_9)
    assert refused(lambda: asks(hall), but=(Attempt,)) == "too_many"
    joins(hall, "Second", "李复核", Role.ADMIN)
    assert asks(hall, "Second") is not None
    assert asks(hall, now=MONDAY_9 + timedelta(days=1)) is not None


def test_a_request_is_forgotten_a_day_after_it(hall: HallFacts) -> None:
    came(hall)
    asks(hall)
    assert run(lambda: own_requests.forget(MONDAY_9 + timedelta(days=1))) == 0
    assert run(lambda: own_requests.forget(MONDAY_9 + timedelta(days=1, seconds=1))) == 1
    assert run(OwnRequest.select().count) == 0
