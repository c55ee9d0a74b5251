"""Spans of time against a count of minutes."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.spans import MINUTE, Span, merged, minutes, shared, without

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 10)).map(
        lambda drawn: (NINE + drawn[0] * MINUTE, NINE + sum(drawn) * MINUTE)
    ),
    max_size=6,
)


def inside(spans: list[Span]) -> set[int]:
    """The minutes that these hold, each once."""
    return {minute for begin, end in spans for minute in range((begin - NINE) // MINUTE, (end - NINE) // MINUTE)}


@given(SPANS)
def test_merged_spans_hold_the_same_time_once_and_in_order(spans: list[Span]) -> None:
    found = merged(spans)
    assert inside(found) == inside(spans)
    assert minutes(found) == len(inside(spans))
    assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(found))


@given(SPANS, SPANS)
def test_what_is_left_without_others_is_in_none_of_them(spans: list[Span], others: list[Span]) -> None:
    assert inside(without(merged(spans), merged(others))) == inside(spans) - inside(others)


@given(SPANS, st.integers(0, 40), st.integers(0, 40))
def test_what_is_shared_with_a_span_is_in_both(spans: list[Span], begin: int, length: int) -> None:
    one = (NINE + begin * MINUTE, NINE + (begin + length) * MINUTE)
    assert inside(shared(spans, *one)) == inside(spans) & inside([one])


def test_seconds_of_several_spans_make_a_minute_together() -> None:
    half = timedelta(seconds=30)
    assert minutes([(NINE, NINE + half), (NINE + MINUTE, NINE + MINUTE + half)]) == 1
    assert minutes([(NINE, NINE + half)]) == 0
