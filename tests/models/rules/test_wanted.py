"""One box for whom to look for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.wanted import By, Period, who_in

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "by", "read"),
    [
        ("张三", By.NAME, "张三"),
        (" 张 三 ", By.NAME, "张三"),
        ("买买提•艾合买提", By.NAME, "买买提·艾合买提"),
        ("John Smith", By.NAME, "John Smith"),
        ("0002", By.TAIL, "0002"),
        ("２０２６", By.TAIL, "2026"),
        ("尾号1234", By.TAIL, "1234"),
        ("手机后四位是：1234", By.TAIL, "1234"),
        ("138 0013-8000", By.PHONE, "13800138000"),
        ("+86 13800138000", By.PHONE, "13800138000"),
        ("+852 6123 4567", By.PHONE, "+85261234567"),
        ("11010519491231002x", By.ID_NUMBER, "11010519491231002X"),
        ("110105491231002", By.ID_NUMBER, "110105491231002"),
        ("H12345678", By.ID_NUMBER, "H12345678"),
        ("E12345678", By.ID_NUMBER, "E12345678"),
    ],
)
def test_it_tells_by_what_somebody_is_looked_for(text: str, by: By, read: str) -> None:
    who = who_in(text, TODAY)
    assert (who.by, who.text) == (by, read)


@pytest.mark.parametrize(
    ("text", "code"),
    [("110105194912310021", "id_checksum"), ("1380013800", ""), ("张三123", ""), ("", ""), ("12", ""), ("=1+1", "")],
)
def test_what_tells_nobody_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        who_in(text, TODAY)
    assert code in no.value.code


@given(st.text(st.characters(), max_size=60))
def test_whatever_is_written_is_read_or_refused_and_read_again_as_the_same(text: str) -> None:
    try:
        who = who_in(text, TODAY)
    except Refused:
        return
    assert who_in(who.text, TODAY) == who


def test_a_period_ends_no_earlier_than_it_begins() -> None:
    assert Period(TODAY, TODAY).days == 1
    with pytest.raises(ValueError, match="ends before"):
        Period(TODAY, date(2026, 3, 1))
