"""Cutting and cleaning what is said."""

from hypothesis import given
from hypothesis import strategies as st

from bot.fitting import LONGEST_BYTES, fit
from models.phrases import tap


def test_a_short_text_is_left_alone() -> None:
    assert fit("好的\n再见 😀") == "好的\n再见 😀"


def test_a_long_text_ends_with_a_whole_line() -> None:
    assert fit("一二三\n四五六\n七八九", limit=20) == "一二三\n四五六"


def test_a_link_is_never_cut_in_two() -> None:
    text = "x" * 100 + tap("签退")
    assert fit(text, limit=150) == "x" * 100


@given(st.text(max_size=400), st.integers(10, 300))
def test_whatever_it_is_it_fits_and_is_clean(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert len(fitted.encode()) <= limit
    assert "]]>" not in fitted
    assert fit(fitted, limit) == fitted


def test_the_bound_is_the_platforms() -> None:
    assert len(fit("字" * 5000).encode()) <= LONGEST_BYTES == 2047
