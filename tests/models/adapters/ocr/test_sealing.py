"""Only who has the key can send a photo or read an answer, and neither serves for another time or photo."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adapters.ocr.sealing import (
    MOST_APART_SECONDS,
    OVERHEAD_BYTES,
    NotOurs,
    seal_answer,
    seal_photo,
    unseal_answer,
    unseal_photo,
)

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff a photo"


@given(st.binary(max_size=200))
def test_a_photo_and_its_answer_come_out_as_they_went_in(photo):
    sealed = seal_photo(KEY, photo, NOW)
    assert unseal_photo(KEY, sealed, NOW) == photo
    assert len(sealed) == len(photo) + OVERHEAD_BYTES
    assert unseal_answer(KEY, seal_answer(KEY, photo, sealed), sealed) == photo


def test_nothing_of_a_photo_shows_and_the_same_one_never_looks_the_same():
    sealed = seal_photo(KEY, PHOTO, NOW)
    assert PHOTO not in sealed
    assert sealed != seal_photo(KEY, PHOTO, NOW)


@pytest.mark.parametrize("apart", [-MOST_APART_SECONDS, 0, MOST_APART_SECONDS])
def test_clocks_may_be_ten_minutes_apart(apart):
    assert unseal_photo(KEY, seal_photo(KEY, PHOTO, NOW + timedelta(seconds=apart)), NOW) == PHOTO


@pytest.mark.parametrize("apart", [-MOST_APART_SECONDS - 1, MOST_APART_SECONDS + 1, 10**8])
def test_a_photo_of_another_time_is_refused(apart):
    with pytest.raises(NotOurs):
        unseal_photo(KEY, seal_photo(KEY, PHOTO, NOW + timedelta(seconds=apart)), NOW)


def test_another_key_opens_nothing():
    sealed = seal_photo(KEY, PHOTO, NOW)
    with pytest.raises(NotOurs):
        unseal_photo(OTHER, sealed, NOW)
    with pytest.raises(NotOurs):
        unseal_answer(OTHER, seal_answer(KEY, b"answer", sealed), sealed)


def test_a_photo_is_no_answer_and_an_answer_no_photo():
    sealed = seal_photo(KEY, PHOTO, NOW)
    with pytest.raises(NotOurs):
        unseal_answer(KEY, sealed[8:], sealed)
    with pytest.raises(NotOurs):
        unseal_photo(KEY, sealed[:8] + seal_answer(KEY, PHOTO, sealed), NOW)


def test_an_answer_to_another_photo_is_refused():
    one, other = seal_photo(KEY, PHOTO, NOW), seal_photo(KEY, PHOTO, NOW)
    with pytest.raises(NotOurs):
        unseal_answer(KEY, seal_answer(KEY, b"answer", one), other)


@given(st.data())
def test_a_changed_bit_a_lost_end_or_any_bytes_at_all_are_refused(draw):
    sealed = bytearray(seal_photo(KEY, PHOTO, NOW))
    kind = draw.draw(st.sampled_from(["bit", "end", "any"]))
    if kind == "bit":
        at = draw.draw(st.integers(0, len(sealed) - 1))
        sealed[at] ^= 1 << draw.draw(st.integers(0, 7))
    elif kind == "end":
        del sealed[draw.draw(st.integers(0, len(sealed) - 1)) :]
    else:
        sealed = draw.draw(st.binary(max_size=80))
    with pytest.raises(NotOurs):
        unseal_photo(KEY, bytes(sealed), NOW)
    with pytest.raises(NotOurs):
        unseal_answer(KEY, bytes(sealed), seal_photo(KEY, PHOTO, NOW))
