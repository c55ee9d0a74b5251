"""A chain tells where it was changed, cut or put in another order."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.chain import START, Fault, Link, canonical, faults, link

VALUES = st.one_of(
    st.none(), st.integers(), st.text(), st.binary(max_size=40), st.dates(), st.datetimes(timezones=st.just(UTC))
)
FIELDS = st.dictionaries(st.text(max_size=8), VALUES, max_size=5)


def chained(*records: dict[str, Any]) -> list[Link]:
    made: list[Link] = []
    for number, fields in enumerate(records):
        previous = made[-1].digest if made else START
        made.append(Link(str(number), fields, previous, link(previous, fields)))
    return made


CHAIN = chained(*({"day": number} for number in range(5)))


def test_a_record_has_one_form_whatever_the_order_and_zone() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
    written = (
        b'{"at":"2026-03-02T01:00:00.000000+00:00","day":"2026-03-02","id":7,"key":"00ff","name":"\\u5f20","none":null}'
    )
    fields = {"id": 7, "at": at, "none": None, "name": "张", "key": b"\0\xff", "day": date(2026, 3, 2)}
    assert canonical(fields) == canonical({**fields, "at": at.astimezone(UTC)}) == written


@pytest.mark.parametrize("value", [1.5, True, [1], {"a": 1}])
def test_a_value_without_one_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical({"a": value})


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        canonical({"at": datetime(2026, 3, 2)})  # noqa: DTZ001 - what is refused


def test_a_whole_chain_has_no_faults() -> None:
    assert list(faults(CHAIN)) == list(faults([])) == []


def test_a_later_part_of_a_chain_has_none_after_what_went_before() -> None:
    assert list(faults(CHAIN[2:], CHAIN[1].digest)) == []


def test_a_changed_record_is_told_once() -> None:
    changed = [*CHAIN[:2], CHAIN[2]._replace(fields={"day": 9}), *CHAIN[3:]]
    assert list(faults(changed)) == [Fault("2", "digest")]


def test_a_changed_record_with_a_new_digest_is_told_by_the_next() -> None:
    digest = link(CHAIN[2].previous, {"day": 9})
    changed = [*CHAIN[:2], CHAIN[2]._replace(fields={"day": 9}, digest=digest), *CHAIN[3:]]
    assert list(faults(changed)) == [Fault("3", "previous")]


def test_a_removed_record_is_told_by_the_next() -> None:
    assert list(faults([*CHAIN[:2], *CHAIN[3:]])) == [Fault("3", "previous")]


def test_a_chain_without_its_beginning_is_told() -> None:
    assert list(faults(CHAIN[1:])) == [Fault("1", "previous")]


@given(st.permutations(CHAIN))
def test_any_other_order_is_told(order: list[Link]) -> None:
    assert bool(list(faults(order))) == (order != CHAIN)


@given(FIELDS, FIELDS, st.binary(min_size=32, max_size=32))
def test_records_of_one_digest_are_of_one_form(one: dict[str, Any], other: dict[str, Any], previous: bytes) -> None:
    assert (link(previous, one) == link(previous, other)) == (canonical(one) == canonical(other))
