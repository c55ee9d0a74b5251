"""本人申请: erasing what a hall keeps of somebody, for good, once, and said on paper."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import peewee
import pytest

from models.rules import identity
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import audit, erasing, fever, front_desk, hashing, own_answers, own_requests
from models.services.erasing import Erased
from models.services.own_answers import Done, Receipt
from models.tables.cases import Case
from models.tables.database import run
from models.tables.door import Fever
from models.tables.visits import Visit
from tests.asking import SESSION, asks, kept
from tests.looks import a_case, a_contact
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, post, refused, registered
from tests.visited import NUMBER, PHONE, came

NOON = MONDAY_9 + timedelta(hours=3)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def request(hall: HallFacts, who: str = "Admin") -> str:
    public_id = asks(hall, who, now=NOON)
    assert public_id is not None
    return public_id


def erase(hall: HallFacts, public_id: str, who: str = "Admin") -> Done | None:
    return own_answers.erase(post(hall, who), public_id, SESSION, NOON)


def receipt(hall: HallFacts, public_id: str) -> Receipt:
    found = own_answers.receipt(post(hall), public_id, NOON)
    assert found is not None
    return found


def noted(hall: HallFacts) -> list[dict[str, Any]]:
    return [json.loads(row.detail) for row in audit.latest(hall.id, NOON, 2**31 - 1, action="counter_erase")]


def whole(public_id: str) -> tuple[Any, ...]:
    row = run(lambda: Visit.get(Visit.public_id == public_id))
    return row.name, row.id_number, row.phone


def held(hall: HallFacts, visit: str, until: date) -> None:
    a_contact(a_case(hall), visit, None)
    run(lambda: Case.update(held_until=until).execute())


def test_erasing_takes_out_who_it_was_and_leaves_the_stay(hall: HallFacts) -> None:
    visit, other = came(hall), came(hall, name="李四", number="320106197505230021")
    done = erase(hall, request(hall))
    assert done is not None and (done.stays.emptied, done.stays.held) == (1, 0)
    assert whole(visit) == ("", None, None)
    assert whole(other) == ("李四", "320106197505230021", PHONE)
    assert noted(hall) == [{"count": 1, "held": 0}]


def test_what_would_come_of_it_is_told_before_and_changes_nothing(hall: HallFacts) -> None:
    visit = came(hall)
    public_id = request(hall)
    would = own_answers.to_erase(post(hall), public_id, SESSION, NOON)
    assert whole(visit) == ("张三", NUMBER, PHONE)
    assert would == erase(hall, public_id)


def test_whoever_was_erased_and_asks_again_sees_the_times_and_nothing_to_erase(hall: HallFacts) -> None:
    came(hall)
    erase(hall, request(hall))
    [own] = kept(hall, now=NOON).visits
    assert own.is_erased and own.visit.in_at == MONDAY_9
    assert own_answers.to_erase(post(hall), request(hall), SESSION, NOON) == Done(Erased())


def test_what_a_case_holds_is_erased_later_and_asked_for_once(hall: HallFacts) -> None:
    visit = came(hall)
    held(hall, visit, NOON.date() + timedelta(days=60))
    done = erase(hall, request(hall))
    assert done is not None
    assert (done.stays.emptied, done.stays.held, done.stays.held_until) == (0, 1, NOON.date() + timedelta(days=60))
    [own] = kept(hall, now=NOON).visits
    assert own.is_waiting and not own.is_erased
    assert erase(hall, request(hall)) == Done(Erased())


def test_somebody_still_inside_is_signed_out_first(hall: HallFacts) -> None:
    came(hall, MONDAY_9 - timedelta(days=1))
    visit = came(hall, NOON, left=None)
    public_id = asks(hall, now=NOON + timedelta(minutes=1))
    assert public_id is not None
    works: tuple[Callable[..., object], ...] = (own_answers.to_erase, own_answers.erase)
    for work in works:
        assert refused(partial(work, post(hall), public_id, SESSION, NOON + timedelta(minutes=1))) == "erase_inside"
    front_desk.sign_out(post(hall), visit, NOON + timedelta(minutes=2))
    done = own_answers.erase(post(hall), public_id, SESSION, NOON + timedelta(minutes=3))
    assert done is not None and done.stays.emptied == 2


def test_pressing_twice_erases_once_and_tells_the_same(hall: HallFacts) -> None:
    came(hall)
    public_id = request(hall)
    assert erase(hall, public_id) == erase(hall, public_id)
    assert len(noted(hall)) == 1


def test_who_may_not_look_may_not_erase(hall: HallFacts) -> None:
    visit = came(hall)
    public_id = request(hall)
    guard = joins(hall, "Guard", "孙门岗")
    other = post(registered("高新区政务大厅", who="Elsewhere"), "Elsewhere")
    works: tuple[Callable[..., object], ...] = (own_answers.to_erase, own_answers.erase)
    for work in works:
        assert refused(partial(work, guard, public_id, SESSION, NOON)) == "not_yours"
        for who, session, now in (
            (other, SESSION, NOON), (post(hall), "other", NOON), (post(hall), SESSION, NOON + own_requests.OPEN_FOR),
        ):  # fmt: skip
            assert work(who, public_id, session, now) is None
    assert whole(visit) == ("张三", NUMBER, PHONE)


def test_a_fever_that_staff_have_seen_to_is_erased_at_once_and_one_that_waits_then(hall: HallFacts) -> None:
    number = hashing.id_hash(identity.id_number(NUMBER, today=NOON.date()))
    seen, waits = (fever.declare("oSick", hall, 1, 381, NOON, "张三", PHONE, number) for _ in range(2))
    fever.release(seen, hall, "staff", "量过正常", NOON, 365)
    done = erase(hall, request(hall))
    assert done == Done(Erased(), 2)
    assert {one.id: one.name for one in run(Fever.select().execute)} == {seen: None, waits: "张三"}
    assert erase(hall, request(hall)) == Done(Erased())
    fever.release(waits, hall, "staff", "量过正常", NOON, 365)
    erasing.empty_due(NOON + timedelta(hours=2))
    assert {one.name for one in run(Fever.select().execute)} == {None}


# --- at the same moment ---


def test_two_clerks_at_once_erase_once(hall: HallFacts) -> None:
    for days in range(5):
        came(hall, MONDAY_9 - timedelta(days=days))
    joins(hall, "Second", "李复核", Role.ADMIN)
    asked = {who: request(hall, who) for who in ("Admin", "Second")}
    done = at_once(*(partial(erase, hall, public_id, who) for who, public_id in asked.items()))
    assert sorted(one.stays.emptied for one in done) == [0, 5]
    assert sorted(one["count"] for one in noted(hall)) == [0, 5]


def test_one_clerk_who_presses_in_two_windows_at_once_erases_once(hall: HallFacts) -> None:
    came(hall)
    public_id = request(hall)
    done = at_once(*[partial(erase, hall, public_id)] * 3)
    assert [one.stays.emptied for one in done] == [1, 1, 1]
    assert noted(hall) == [{"count": 1, "held": 0}]


def test_a_correction_at_the_same_moment_brings_nothing_back(hall: HallFacts) -> None:
    visit = came(hall)
    public_id = request(hall)
    at_once(
        partial(erase, hall, public_id),
        partial(front_desk.correct, post(hall), visit, "phone", "13900139000", NOON),
        partial(front_desk.correct, post(hall), visit, "name", "张三丰", NOON),
    )
    assert whole(visit) == ("", None, None)


# --- the paper ---


def test_the_receipt_tells_what_was_done_and_not_whose_it_is(hall: HallFacts) -> None:
    visit = came(hall)
    public_id = request(hall)
    own_requests.note_copy(post(hall), public_id, SESSION, NOON)
    front_desk.correct(post(hall), visit, "phone", "13900139000", NOON)
    front_desk.correct(post(hall), visit, "exit", "9:30", NOON)
    done = erase(hall, public_id)
    told = receipt(hall, public_id)
    assert (told.count, told.request.copied_at, told.request.erased_at, told.erased) == (1, NOON, NOON, done)
    assert {field for field, _ in told.corrected} == {"phone", "exit"}
    assert not any(one in repr(told) for one in ("张三", NUMBER, PHONE, "13900139000"))


def test_what_was_corrected_before_is_not_on_it(hall: HallFacts) -> None:
    visit = came(hall)
    front_desk.correct(post(hall), visit, "phone", "13900139000", NOON - timedelta(hours=1))
    assert receipt(hall, request(hall)).corrected == []


def test_the_receipt_is_there_for_a_day_for_the_hall_alone(hall: HallFacts) -> None:
    came(hall)
    public_id = request(hall)
    last = NOON + own_requests.KEEP
    assert own_answers.receipt(post(hall), public_id, last - timedelta(seconds=1)) is not None
    assert own_answers.receipt(post(hall), public_id, last) is None
    other = post(registered("高新区政务大厅", who="Elsewhere"), "Elsewhere")
    assert own_answers.receipt(other, public_id, NOON) is None
    guard = joins(hall, "Guard", "孙门岗")
    assert refused(lambda: own_answers.receipt(guard, public_id, NOON)) == "not_yours"
