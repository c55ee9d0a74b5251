"""Slip numbers as people write, type and scan them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.slips import HOW_MANY_LETTERS, LAST_NUMBER, LETTERS, Slip, letters_of, read

NUMBERS = st.integers(1, LAST_NUMBER)
ENDINGS = st.text(LETTERS, min_size=HOW_MANY_LETTERS, max_size=HOW_MANY_LETTERS)


@pytest.mark.parametrize(
    "text",
    [
        "000123 KQMPR",
        "123KQMPR",
        "123 kqmpr",
        "  000123-kqmpr ",
        "０００１２３　ＫＱＭＰＲ",
        "No.000123 KQMPR",
        "№ 000123 KQMPR",
        "单号：000123 KQMPR",
        "编号000123/KQMPR",
        "123\x00KQMPR\r\n",  # a scanner's line end
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert read(text) == Slip(123, "KQMPR")


def test_a_scanned_code_says_of_which_hall_it_is() -> None:
    slip = Slip(123, "KQMPR")
    assert slip.scanned("abc234") == "SLIP ABC234 000123 KQMPR"
    assert read(slip.scanned("abc234")) == Slip(123, "KQMPR", "abc234")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "123", "KQMPR", "KQMPR 123", "0 KQMPR", "000000 KQMPR", "1234567 KQMPR", "123 KQMP", "123 KQMPRS",
        "123 KQ1PR", "-1 KQMPR", "1.5 KQMPR", "123 KQMPR; DROP TABLE visits", "１²３ KQMPR", "SLIP 000123 KQMPR",
        "SLIP ABCDE 000123 KQMPR", "https://hall.example.gov.cn/123KQMPR", "9" * 5000 + "KQMPR",
        "一二三 KQMPR", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_slip_is_refused(text: str) -> None:
    with pytest.raises(Refused) as no:
        read(text)
    assert no.value.code == "slip_unreadable"


@given(NUMBERS, ENDINGS)
def test_what_is_printed_and_scanned_reads_back(number: int, letters: str) -> None:
    slip = Slip(number, letters)
    assert read(str(slip)) == slip
    assert read(slip.scanned("abc234")) == Slip(number, letters, "abc234")


@given(st.text(max_size=80))
def test_any_text_is_a_slip_or_refused(text: str) -> None:
    try:
        slip = read(text)
    except Refused as no:
        assert no.code == "slip_unreadable"
    else:
        assert 1 <= slip.number <= LAST_NUMBER
        assert read(str(slip)) == Slip(slip.number, slip.letters)


@given(st.binary(min_size=8, max_size=40))
def test_letters_are_five_and_none_is_read_wrong(digest: bytes) -> None:
    letters = letters_of(digest)
    assert len(letters) == HOW_MANY_LETTERS
    assert set(letters) <= set(LETTERS)
    assert not set(LETTERS) & set("AEIOUL")
