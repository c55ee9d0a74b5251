"""Which days are kept, and a fingerprint that says which rows went."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.halls import HallFacts, facts_from
from models.rules.retention import UNTOUCHED, What, cuts, days_kept, fingerprint, goes_on

TODAY = date(2026, 3, 2)
HALL = facts_from(
    (1, "code", "市民中心", "open", 1), {"calendar": {"weekly": [[]] * 7}, "matters": [], "doors": {}}
)  # fmt: skip


def keeping(days: int, temperature_days: int = 14) -> HallFacts:
    return replace(HALL, retention_days=days, temperature_days=temperature_days)


def test_a_day_is_kept_until_its_thirtieth_day_is_over() -> None:
    assert cuts(keeping(30), TODAY).visits == TODAY - timedelta(days=30)
    assert goes_on(keeping(30), What.VISITS, TODAY) == TODAY + timedelta(days=31)


def test_a_temperature_is_kept_no_longer_than_its_visit() -> None:
    assert days_kept(keeping(30, 14), What.TEMPERATURES) == 14
    assert days_kept(keeping(14, 20), What.TEMPERATURES) == 14


@pytest.mark.parametrize("today", [date.min, date.min + timedelta(days=3), date(2024, 3, 1), date(2026, 12, 31)])
def test_there_is_a_first_day_that_is_kept_whatever_the_calendar_says(today: date) -> None:
    found = cuts(keeping(30), today)
    assert found.visits <= found.temperatures <= today


@given(st.integers(14, 60), st.integers(1, 14), st.dates(date(1990, 1, 1), date(2500, 1, 1)), st.integers(0, 100))
def test_a_day_goes_on_the_first_day_on_which_it_is_before_the_cut(
    days: int, temperature_days: int, day: date, later: int
) -> None:
    hall = keeping(days, temperature_days)
    today = day + timedelta(days=later)
    for what in What:
        assert (day < cuts(hall, today).of(what)) == (today >= goes_on(hall, what, day))


NAMES = st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=16), unique=True)


@given(NAMES, NAMES)
def test_a_fingerprint_is_the_same_in_however_many_parts_the_rows_went(first: list[str], then: list[str]) -> None:
    assert fingerprint(fingerprint(UNTOUCHED, first), then) == fingerprint(UNTOUCHED, [*first, *then])


@given(NAMES, NAMES)
def test_other_rows_or_another_order_have_another_fingerprint(some: list[str], others: list[str]) -> None:
    assert (fingerprint(UNTOUCHED, some) == fingerprint(UNTOUCHED, others)) == (some == others)
