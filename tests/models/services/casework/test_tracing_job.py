"""Tracing a full hall: by a job, by several at once, and in lists too long for one statement."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services.casework import cases, tracing
from models.services.casework.cases import Opened
from models.tables import case_lists, traced
from models.tables.cases import Case
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import NOBODY
from tests.staffed import at_once, joins, post, registered
from tests.traced import (
    NOON,
    OPEN_ALL_DAY,
    at,
    contacts_of,
    names_of,
    opened,
    row_of,
    stays_of,
    there,
)
from tests.visited import came

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar=OPEN_ALL_DAY)


@pytest.fixture
def case(hall: HallFacts) -> str:
    """Somebody who was there from 9:00 to 9:40, in and out by the code."""
    return came(hall, at(0), left=40 * MINUTE)


def again(hall: HallFacts, of: Opened, minutes: float = 200) -> Opened:
    return cases.trace_again(post(hall), of.public_id, at(minutes))


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hall is too full to wait for its list."""
    monkeypatch.setattr(tracing, "AT_ONCE", 0)


@pytest.mark.usefixtures("full")
def test_a_full_hall_is_traced_by_the_job(hall: HallFacts, case: str) -> None:
    there(hall, "甲", 0, 10)
    first = opened(hall, case)
    assert (first.is_traced, first.contacts) == (False, 0)
    assert tracing.trace_due(NOON, NOBODY) == 1
    assert tracing.trace_due(NOON, NOBODY) == 0
    done = cases.told(post(hall), first.public_id)
    assert done is not None
    assert (done.is_traced, done.contacts, done.stays) == (True, 1, 1)


@pytest.mark.usefixtures("full")
def test_a_job_that_is_killed_leaves_nothing_and_the_next_one_takes_over(hall: HallFacts, case: str) -> None:
    there(hall, "甲", 0, 10)
    first = opened(hall, case)
    case_id = row_of(first).id
    killed = run(lambda: tracing.claimed(case_id, NOON))
    assert killed is not None
    assert tracing.trace_due(NOON + tracing.CLAIM_LASTS - MINUTE, NOBODY) == 0
    assert tracing.trace_due(NOON + tracing.CLAIM_LASTS, NOBODY) == 1
    assert tracing.finish(killed, NOON) is False
    assert len(contacts_of(first)) == 1


@pytest.mark.usefixtures("full")
def test_whoever_has_it_traced_anew_meanwhile_is_not_overwritten(hall: HallFacts, case: str) -> None:
    there(hall, "甲", 0, 10)
    first = opened(hall, case)
    case_id = row_of(first).id
    begun = run(lambda: tracing.claimed(case_id, NOON))
    assert begun is not None
    again(hall, first)
    assert tracing.finish(begun, NOON) is False
    assert contacts_of(first) == []
    assert tracing.trace_due(at(200), NOBODY) == 1


@pytest.mark.usefixtures("full")
def test_a_case_that_cannot_be_traced_is_tried_again_later_and_stops_no_other(hall: HallFacts, case: str) -> None:
    lost = there(hall, "没了", 0, 10)
    broken, sound = opened(hall, lost), opened(hall, case)
    run(lambda: Visit.delete().where(Visit.public_id == lost).execute())
    assert tracing.trace_due(NOON, NOBODY) == 1
    assert row_of(sound).tracing == "done"
    assert (row_of(broken).tracing, row_of(broken).tries) == ("wanted", 1)
    tracing.trace_due(NOON + tracing.RETRY - MINUTE / 60, NOBODY)
    assert row_of(broken).tries == 1
    tracing.trace_due(NOON + tracing.RETRY + MINUTE, NOBODY)
    assert row_of(broken).tries == 2


@pytest.mark.parametrize("each", [1, 2, 3])
def test_whoever_came_in_the_same_moment_is_read_once_wherever_a_page_ends(
    hall: HallFacts, case: str, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traced, "EACH", each)
    monkeypatch.setattr(case_lists, "EACH", each)
    for number in range(7):
        there(hall, f"客{number}", number // 3, 10)
    first = opened(hall, case)
    assert [one.number for one in contacts_of(first)] == list(range(1, 8))
    before = {name: one.id for name, one in names_of(first).items()}
    there(hall, "又一个", 1, 10)
    assert {name: one.id for name, one in names_of(again(hall, first)).items() if name in before} == before
    assert len(stays_of(first)) == 9


def test_a_long_list_is_stored_whole(hall: HallFacts, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 600
    like = run(lambda: Visit.get(Visit.public_id == case).__data__)
    for begin in range(0, rows, 100):
        some = [row_like(like, number) for number in range(begin, begin + 100)]
        run(lambda some=some: Visit.insert_many(some).execute())
    result = opened(hall, case)
    assert (result.contacts, len(stays_of(result))) == (rows, rows + 1)
    assert [one.number for one in contacts_of(result)] == list(range(1, rows + 1))
    monkeypatch.setattr(tracing, "STORED_AT_ONCE", rows - 1)
    later = opened(hall, case, now=at(300))
    assert (later.is_traced, later.contacts) == (False, 0)


def row_like(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A stay beside another one, of somebody who is nobody else."""
    named = {"public_id": f"many{number}", "name": f"客{number}", "name_hash": f"{number}".encode()}
    return {
        **{name: value for name, value in row.items() if name != "id"},
        **named,
        "phone_hash": None,
        "id_hash": None,
    }


# --- at the same moment ---


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_admins_who_trace_again_at_once_leave_one_list(hall: HallFacts, case: str) -> None:
    joins(hall, "Second", "李梅", Role.ADMIN)
    for number in range(30):
        there(hall, f"客{number}", number, number + 5)
    first = opened(hall, case)
    for number in range(30, 40):
        there(hall, f"客{number}", number, number + 5)
    works = [lambda who=who: cases.trace_again(post(hall, who), first.public_id, NOON) for who in ("Admin", "Second")]
    done = at_once(*works, *works)
    assert {one.contacts for one in done} == {40}
    assert [one.number for one in contacts_of(first)] == list(range(1, 41))
    assert len(stays_of(first)) == 41


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_jobs_that_run_at_once_trace_a_case_once(hall: HallFacts, case: str) -> None:
    there(hall, "甲", 0, 10)
    first = opened(hall, case)
    assert sum(at_once(*[lambda: tracing.trace_due(NOON, NOBODY)] * 4)) == 1
    assert len(contacts_of(first)) == 1
    assert run(Case.select().count) == 1
