"""How often something may be tried holds for every worker together, and is forgotten in time."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.services import limits
from models.services.limits import Limit
from models.tables.attempts import Attempt
from models.tables.database import run
from tests.service import MONDAY_9
from tests.staffed import at_once

pytestmark = pytest.mark.usefixtures("database")

THREE = Limit("test", 3, timedelta(minutes=10))


def may(who: str = "a person", limit: Limit = THREE, minutes: float = 0) -> bool:
    try:
        limits.count(limit, who, MONDAY_9 + timedelta(minutes=minutes))
    except Refused:
        return False
    return True


def test_so_many_and_no_more_and_again_when_the_time_is_over() -> None:
    assert [may() for _ in range(4)] == [True, True, True, False]
    assert [may(minutes=9.9), may(minutes=10)] == [False, True]


def test_each_person_and_each_thing_is_counted_alone() -> None:
    for _ in range(3):
        may()
    assert may("another person")
    assert may(limit=Limit("other", 3, timedelta(minutes=10)))


def test_of_many_at_once_so_many_may() -> None:
    assert at_once(*[partial(limits.count, THREE, "a person", MONDAY_9)] * 12).count("too_many") == 9


def test_a_look_counts_nothing() -> None:
    for _ in range(5):
        assert not limits.is_over(THREE, "a person", MONDAY_9)
    for _ in range(3):
        may()
    assert limits.is_over(THREE, "a person", MONDAY_9)


@given(minutes=st.floats(0, 100_000))
def test_who_must_wait_is_told_minutes_that_are_enough(minutes: float) -> None:
    at = MONDAY_9 + timedelta(minutes=minutes)
    run(lambda: Attempt.delete().execute())
    nothing = Limit("nothing", 0, timedelta(minutes=10))
    with pytest.raises(Refused) as refusal:
        run(lambda: limits.count(nothing, "a person", at))
    wait = int(refusal.value.details["minutes"])
    assert 1 <= wait <= 11
    assert not limits.is_over(Limit("nothing", 1, timedelta(minutes=10)), "a person", at + timedelta(minutes=wait))


def test_what_is_over_is_forgotten_and_what_is_not_is_kept() -> None:
    may()
    may("another person", minutes=15)
    assert limits.forget(MONDAY_9 + timedelta(minutes=11)) == 1
    assert limits.is_over(Limit("test", 1, timedelta(minutes=10)), "another person", MONDAY_9 + timedelta(minutes=15))
