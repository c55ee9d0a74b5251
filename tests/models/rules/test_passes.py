"""The text in the code of a pass: read back in its time, and in no other, and of no other make."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import passes
from models.rules.own_paths import own_path
from models.rules.passes import SLOT_SECONDS, SLOTS_HELD, decode, encode
from models.rules.refusal import Refused

KEY = b"a key of this test only........."
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
VISIT = "Yk3_-x9QabcD"

ids = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=12, max_size=12)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


def refused(text: str, now: datetime = NOW, key: bytes = KEY, **how: int) -> str:
    with pytest.raises(Refused) as no:
        decode(text, now, key, **how)
    return no.value.code


@given(ids, moments, st.integers(0, 60))
def test_a_code_is_read_for_a_minute_after_it_was_shown(visit: str, at: datetime, seconds: int) -> None:
    assert decode(encode(visit, at, KEY), at + timedelta(seconds=seconds), KEY) == visit


@given(ids, moments, st.integers(90, 10**7))
def test_a_code_is_over_after_a_minute_and_a_half(visit: str, at: datetime, seconds: int) -> None:
    assert refused(encode(visit, at, KEY), at + timedelta(seconds=seconds)) == "pass_old"


def test_what_was_looked_at_in_time_may_be_acted_upon_for_ten_minutes() -> None:
    text = encode(VISIT, NOW, KEY)
    held = timedelta(seconds=SLOT_SECONDS * SLOTS_HELD)
    assert decode(text, NOW + held - timedelta(seconds=SLOT_SECONDS), KEY, slots=SLOTS_HELD) == VISIT
    assert refused(text, NOW + held, slots=SLOTS_HELD) == "pass_old"


@given(st.integers(0, 30))
def test_a_machine_whose_clock_is_half_a_minute_behind_reads_it_as_well(seconds: int) -> None:
    assert decode(encode(VISIT, NOW, KEY), NOW - timedelta(seconds=seconds), KEY) == VISIT


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)])
def test_a_code_of_a_time_that_has_not_come_is_none(ahead: timedelta) -> None:
    assert refused(encode(VISIT, NOW + ahead, KEY)) == "pass_old"


@given(ids, ids)
def test_a_code_of_one_stay_is_none_of_another(one: str, other: str) -> None:
    text = encode(one, NOW, KEY)
    moved = text.replace(one, other, 1)
    assert one == other or refused(moved) == "pass_unknown"


@given(st.integers(1, 3000))
def test_a_code_cannot_be_made_newer(slots: int) -> None:
    visit, slot, mac = encode(VISIT, NOW - timedelta(seconds=slots * SLOT_SECONDS), KEY).split(".")
    assert refused(f"{visit}.{int(slot) + slots}.{mac}") == "pass_unknown"


@given(st.data())
def test_a_code_with_one_character_changed_is_none(data: st.DataObject) -> None:
    text = encode(VISIT, NOW, KEY)
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[at]))
    assert refused(text[:at] + put + text[at + 1 :]) == "pass_unknown"


@given(st.integers(0, 36))
def test_a_code_that_was_cut_is_none(length: int) -> None:
    assert refused(encode(VISIT, NOW, KEY)[:length]) == "pass_unknown"


@given(st.text(max_size=60))
def test_no_other_text_is_one(text: str) -> None:
    assert refused(text) == "pass_unknown"


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a" * 100_000, "\0" * 37, "張" * 12 + ".1." + "a" * 16, f"{VISIT}.０.{'a' * 16}",
     f"{VISIT}.-1.{'a' * 16}", f"{VISIT}.{'9' * 5000}.{'a' * 16}", f"{VISIT}.1.{'A' * 16}",
     "\ud800" * 12, f"{VISIT}.01.{'a' * 16}"],
)  # fmt: skip
def test_hostile_texts_are_none(text: str) -> None:
    assert refused(text) == "pass_unknown"


def test_a_code_signed_with_another_key_is_none() -> None:
    assert refused(encode(VISIT, NOW, KEY), key=b"another") == "pass_unknown"


@given(ids, moments)
def test_a_code_may_be_where_signing_in_leads_back_to(visit: str, at: datetime) -> None:
    assert own_path(f"/pass/check/{encode(visit, at, KEY)}")


@pytest.mark.parametrize("visit", ["", "short", "a" * 13, "a.b.c.d.e.f.", "张" * 12])
def test_no_code_is_made_of_what_is_no_visit(visit: str) -> None:
    with pytest.raises(ValueError, match="no pass"):
        encode(visit, NOW, KEY)


def test_a_code_lives_long_enough_to_be_renewed_twice() -> None:
    assert passes.SLOT_SECONDS * (passes.SLOTS - 1) >= 60
