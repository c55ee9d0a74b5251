import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.spelling import half_width, half_width_alphanumeric, is_chinese, readable, upper


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  a \t b\n\nc  ", "a b c"),
        ("a\u3000b\u00a0c\u2028d", "a b c d"),  # spaces of other keyboards
        ("a\x00b\x1b\x7fc", "abc"),
        ("\u202eabc\u2066\u200b\ufeff\u00ad", "abc"),  # bidirectional, zero width, byte order mark, soft hyphen
        ("\ud800a\udfff", "a"),  # halves of a pair
        ("e\u0301", "é"),
        ("👍\ufe0f", "👍"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(typed: str, plain: str) -> None:
    assert readable(typed) == plain


def test_full_width_signs_become_ascii() -> None:
    assert half_width("Ａ（１）：＋") == "A(1):+"


def test_chinese_punctuation_can_stay() -> None:
    assert half_width_alphanumeric("Ａ（１）：") == "A（1）："


def test_capitals_touch_ascii_only() -> None:
    assert upper("aßı张x") == "Aßı张X"


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("张", True),
        ("〇", True),
        ("㼆", True),
        ("𫘧", True),
        ("\U00031350", True),
        ("a", False),
        ("た", False),
        ("·", False),
    ],
)
def test_every_extension_counts_as_chinese(character: str, expected: bool) -> None:
    assert is_chinese(character) is expected


@given(st.text(st.characters(exclude_categories=[])))
def test_a_plain_text_stays_as_it_is_and_can_be_stored(text: str) -> None:
    for plainer in (readable, half_width, half_width_alphanumeric):
        plain = plainer(text)
        assert plainer(plain) == plain
        plain.encode("utf-8")
