"""The key of a form: for one person, one hall, some hours; and the row of a form that was sent, which is forgotten."""

from datetime import timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.services import submissions, sweeping
from models.tables import submissions as rows
from models.tables.database import run
from tests.service import MONDAY_9

pytestmark = pytest.mark.usefixtures("database")

ZHANG, LI, HALL, OTHER_HALL = "oZhang", "browser:00", 1, 2


def is_good(key: str, openid: str = ZHANG, hall_id: int = HALL, after: timedelta = timedelta()) -> bool:
    try:
        submissions.row_key(key, openid, hall_id, MONDAY_9 + after)
    except Refused as no:
        assert no.code == "form_stale"
        return False
    return True


def test_a_key_is_good_for_whom_and_where_it_was_made() -> None:
    key = submissions.new_key(ZHANG, HALL, MONDAY_9)
    assert is_good(key)
    assert not is_good(key, LI) and not is_good(key, hall_id=OTHER_HALL)


def test_a_key_is_good_for_two_hours() -> None:
    key = submissions.new_key(ZHANG, HALL, MONDAY_9)
    assert is_good(key, after=submissions.LASTS)
    assert not is_good(key, after=submissions.LASTS + timedelta(seconds=1))


def test_no_two_keys_are_alike_nor_are_the_rows_they_lead_to() -> None:
    keys = {submissions.new_key(ZHANG, HALL, MONDAY_9) for _ in range(50)}
    assert len({submissions.row_key(key, ZHANG, HALL, MONDAY_9) for key in keys}) == 50
    assert max(map(len, keys)) <= 150


@given(place=st.integers(0, 200), letter=st.sampled_from("Aa0.-_=\0键"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_key_in_which_anything_was_changed_is_none(place: int, letter: str) -> None:
    key = submissions.new_key(ZHANG, HALL, MONDAY_9)
    changed = key[:place] + letter + key[place + 1 :]
    assert is_good(changed) == (changed == key)


@given(key=st.text(max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_else_is_no_key(key: str) -> None:
    assert not is_good(key)


def test_a_form_is_remembered_for_a_day(database: peewee.Database) -> None:
    key = b"k" * 32
    run(lambda: rows.claim(key, MONDAY_9))
    run(lambda: rows.keep(key, "done"))
    sweeping.sweep(MONDAY_9 + submissions.KEEP)
    assert run(lambda: rows.outcome_of(key)) == "done"
    sweeping.sweep(MONDAY_9 + submissions.KEEP + timedelta(seconds=1))
    assert run(lambda: rows.outcome_of(key)) is None
