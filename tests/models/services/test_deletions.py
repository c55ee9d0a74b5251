"""The chain of what was erased of a hall: whatever is changed in it afterwards is found, and where."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.services import deletions
from models.tables.database import run
from models.tables.deletions import Deletion, DeletionRow
from tests.erased import came_ago, purged
from tests.service import MONDAY_9
from tests.staffed import registered

pytestmark = pytest.mark.usefixtures("database")
DAYS = 4


@pytest.fixture
def hall() -> HallFacts:
    return erased()


def erased(name: str = "德城区政务服务大厅") -> HallFacts:
    """A hall of which four days were erased."""
    hall = registered(name)
    for days in range(31, 31 + DAYS):
        came_ago(hall, days)
    purged()
    return hall


def broken(hall: HallFacts) -> tuple[int, str] | None:
    fault = deletions.verify(hall.id).fault
    return (fault.number, fault.why) if fault else None


def update(record: int, **values: Any) -> None:
    run(lambda: Deletion.update(**values).where(Deletion.number == record).execute())


def test_a_chain_that_nobody_touched_is_whole(hall: HallFacts) -> None:
    state = deletions.verify(hall.id)
    assert (state.records, state.fault) == (DAYS, None)
    last = deletions.latest(hall.id)[0]
    assert (last.digest or b"").hex().startswith(state.head)


def test_the_oldest_day_is_the_first_record(hall: HallFacts) -> None:
    days = [row.day for row in reversed(deletions.latest(hall.id))]
    assert days == sorted(days)


def test_each_hall_has_a_chain_of_its_own(hall: HallFacts) -> None:
    other = erased("另一个大厅")
    run(lambda: Deletion.update(erased=9).where(Deletion.hall_id == other.id, Deletion.number == 2).execute())
    assert broken(hall) is None
    assert broken(other) == (2, "changed")
    assert {hall_id: state.fault is None for hall_id, state in deletions.verified().items()} == {
        hall.id: True,
        other.id: False,
    }


def test_a_record_that_was_removed_is_missed(hall: HallFacts) -> None:
    run(lambda: Deletion.delete().where(Deletion.number == 2).execute())
    assert broken(hall) == (2, "missing")


def test_a_record_that_was_moved_is_found(hall: HallFacts) -> None:
    update(2, number=99)
    update(3, number=2)
    update(99, number=3)
    assert broken(hall) == (2, "order")


def test_a_chain_that_was_made_anew_without_the_key_is_found(hall: HallFacts) -> None:
    [row] = [row for row in deletions.latest(hall.id) if row.number == DAYS]
    forged = row._replace(erased=0)
    digest = deletions.chain.link(row.previous or b"", deletions.fields(forged))
    update(DAYS, erased=0, digest=digest)
    assert broken(hall) == (DAYS, "signature")


def test_a_record_of_one_hall_is_none_of_another(hall: HallFacts) -> None:
    other = registered("另一个大厅")
    run(lambda: Deletion.update(hall_id=other.id).where(Deletion.hall_id == hall.id).execute())
    assert broken(other) == (1, "changed")


CHANGES: dict[str, Callable[[Any], Any]] = {
    "day": lambda day: day - timedelta(days=400),
    "what": lambda what: "temperatures",
    "part": lambda part: part + 1,
    "kept_days": lambda days: days - 1,
    "erased": lambda erased: erased + 1,
    "left": lambda left: left + 1,
    "fingerprint": lambda mark: mark[::-1],
    "began_at": lambda at: at - timedelta(microseconds=1),
    "ended_at": lambda at: at + timedelta(microseconds=1),
    "previous": lambda digest: digest[::-1] if any(digest) else b"\1" * 32,
    "digest": lambda digest: digest[::-1],
    "key_id": lambda key: key[::-1],
    "signature": lambda signature: signature[::-1],
}
"""A change of each column that says something."""


def test_every_column_of_a_record_is_tried_below() -> None:
    assert set(CHANGES) == set(DeletionRow._fields) - {"id", "hall_id", "number"}


@pytest.mark.parametrize("column", CHANGES)
def test_a_record_in_which_anything_was_changed_is_found_where_it_is(hall: HallFacts, column: str) -> None:
    for number in (1, DAYS):
        row = run(lambda number=number: Deletion.get(Deletion.number == number))  # type: ignore[misc]
        before = getattr(row, column)
        update(number, **{column: CHANGES[column](before)})
        assert (broken(hall) or (0, ""))[0] == number
        assert not deletions.is_true(deletions.one(hall.id, number) or pytest.fail("it is gone"))
        update(number, **{column: before})
    assert broken(hall) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1, DAYS),
    column=st.sampled_from(["fingerprint", "digest", "signature", "previous"]),
    place=st.integers(0, 31),
    bit=st.integers(0, 7),
)
def test_any_bit_that_was_turned_is_found(
    database: peewee.Database, number: int, column: str, place: int, bit: int
) -> None:
    if run(Deletion.select().count) == 0:
        erased()
    row = run(lambda: Deletion.get(Deletion.number == number))
    before = getattr(row, column)
    turned = bytearray(before)
    turned[place] ^= 1 << bit
    update(number, **{column: bytes(turned)})
    state = deletions.verify(row.hall_id)
    assert state.fault is not None
    assert state.fault.number == number
    update(number, **{column: before})


def test_a_record_is_found_by_its_number_alone(hall: HallFacts) -> None:
    assert deletions.one(hall.id, 1) is not None
    for number in (0, -1, DAYS + 1, 2**31, 10**30):
        assert deletions.one(hall.id, number) is None


def test_the_chain_goes_on_with_the_next_run(hall: HallFacts) -> None:
    came_ago(hall, 20)
    purged(MONDAY_9 + timedelta(days=11))
    assert deletions.verify(hall.id).records == DAYS + 1
