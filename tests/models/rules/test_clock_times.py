"""The time of day as people write it."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.clock_times import clock_time, first_after, last_before, looks_like_time, stored_time
from models.rules.refusal import Refused

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("14:10", time(14, 10)),
        ("9:05", time(9, 5)),
        ("９：０５", time(9, 5)),  # full-width
        ("14点10分", time(14, 10)),
        ("下午2点半", time(14, 30)),
        ("下午2点", time(14, 0)),
        ("2:10pm", time(14, 10)),
        ("0:00", time(0, 0)),
    ],
)
def test_a_time_is_read_as_it_is_meant_and_its_own_text_reads_the_same(said: str, meant: time) -> None:
    assert clock_time(said) == meant
    assert stored_time(stored_time(said)) == stored_time(said)


@pytest.mark.parametrize("said", ["", "25:00", "12:60", "没印象", "36.55555", "-1:00"])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(Refused) as no:
        clock_time(said)
    assert no.value.code == "time_unreadable"


def test_the_first_moment_after_an_entry_may_be_the_next_day() -> None:
    entered = datetime(2026, 3, 2, 1, 0, 30, tzinfo=UTC)  # 09:00:30 by the hall's clocks
    assert first_after(time(9, 0), entered, ZONE) == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert first_after(time(8, 0), entered, ZONE) == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


def test_the_last_moment_before_may_be_the_day_before() -> None:
    left = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert last_before(time(8, 30), left, ZONE) == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert last_before(time(23, 0), left, ZONE) == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("word", ["9:30", "９：３０", "9点", "下午2点半", "2:10pm", "14时10分"])
def test_a_word_that_can_only_be_a_time_says_so(word: str) -> None:
    assert looks_like_time(word)


@pytest.mark.parametrize("word", ["9", "930", "36.5", "36点5", "9.30", "25:00", "张三", "13800138000"])
def test_a_word_that_may_be_something_else_is_not_taken_for_a_time(word: str) -> None:
    assert not looks_like_time(word)


@given(
    st.text(st.characters(exclude_categories=[]), max_size=20)
    | st.text("0123456789０９:：.点时半一刻上下午晚左右钟分 apmAPM", max_size=12)
    | st.times().map(lambda at: f"{at:%H:%M}")
)
def test_any_text_is_a_time_that_reads_back_or_is_refused(text: str) -> None:
    try:
        stored = stored_time(text)
    except Refused as no:
        assert no.code == "time_unreadable"
    else:
        assert stored_time(stored) == stored
        assert clock_time(stored) == clock_time(text)
