"""Entries that share something are of one person, however long the chain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.same_person import grouped


@pytest.mark.parametrize(
    ("entries", "persons"),
    [
        ([], []),
        ([[], []], [0, 1]),
        ([["number 1"], ["number 2"], ["number 1"]], [0, 1, 0]),
        ([["number 1"], ["phone 1"], ["number 1", "phone 1"]], [0, 0, 0]),
        ([["a"], ["b"], ["c"], ["b", "c"], ["a", "c"]], [0, 0, 0, 0, 0]),
    ],
)
def test_whoever_shares_a_mark_is_the_same_person(entries: list[list[str]], persons: list[int]) -> None:
    assert grouped(entries) == persons


@given(st.lists(st.sets(st.integers(0, 12), max_size=3), max_size=20))
def test_persons_are_what_can_be_reached_from_mark_to_mark(entries: list[set[int]]) -> None:
    found = grouped(entries)
    for place, marks in enumerate(entries):
        reached, before = set(marks), set()
        while reached != before:
            before = set(reached)
            reached |= {mark for other in entries if other & reached for mark in other}
        same = [other for other, theirs in enumerate(entries) if theirs & reached or other == place]
        assert found[place] == same[0]
