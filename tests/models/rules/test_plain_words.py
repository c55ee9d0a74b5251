import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.plain_words import LONGEST_READ, holds_long_number, letters, plain_words
from models.rules.refusal import Refused


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        plain_words(text)
    return refused.value.code


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("  武侯区  政务中心 ", "武侯区 政务中心"),
        ("ＡＢ１２区", "AB12区"),
        ("中心(东区)", "中心（东区）"),
        ("中心【东区】", "中心（东区）"),
        ("中心{name}", "中心（name）"),
        ("阿•坝", "阿·坝"),
        ("A–B‑C", "A-B-C"),
        ('"一窗"中心', "“一窗”中心"),
        ("「一窗」中心", "“一窗”中心"),
        ("A＆B", "A&B"),
        ("⼤厅", "大厅"),  # a radical that looks like the character
        ("Zürich Cafe\u0301", "Zürich Café"),
        ("政务\n中心", "政务 中心"),
        ("政务\u3000中心", "政务 中心"),
        ("\U00020bb7野家", "\U00020bb7野家"),  # a character of plane 2
    ],
)
def test_what_keyboards_do_to_words_is_undone(said: str, read: str) -> None:
    assert plain_words(said) == read


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("=1+1", "words_formula"),
        ("＝SUM", "words_formula"),
        (" +86", "words_formula"),
        ("-中心", "words_formula"),
        ("—中心", "words_formula"),
        ("@中心", "words_formula"),
        ("＠中心", "words_formula"),
        ("<b>中心</b>", "words_markup"),
        ("中心＜script＞", "words_markup"),
        ("政务\u200b中心", "words_hidden"),
        ("政务\u202e中心", "words_hidden"),
        ("政务\u2066中心", "words_hidden"),
        ("\ufeff政务中心", "words_hidden"),
        ("政务\x00中心", "words_hidden"),
        ("政务\x1b[31m", "words_hidden"),
        ("政务\u00ad中心", "words_hidden"),
        ("政务\ufe0f中心", "words_hidden"),
        ("政务\U000e0041中心", "words_hidden"),
        ("政务\ud800中心", "words_hidden"),
        ("政\u0336务中心", "words_hidden"),  # struck through
        ("政务\u3164中心", "words_hidden"),  # counts as a letter and shows nothing
        ("中心😀", "words_emoji"),
        ("★中心", "words_emoji"),
        ("中心\ue000", "words_emoji"),
        ("Сити Холл", "words_other_script"),  # Cyrillic
        ("Ηall", "words_other_script"),  # a Greek capital that looks like H
        ("ホール", "words_other_script"),
        ("홀", "words_other_script"),
        ("١٢٣", "words_other_script"),
        ("中心;", "words_mark"),
        ("中心/东", "words_mark"),
        ("中心，东", "words_mark"),
        ("中心①", "words_mark"),
        ("中心%0a", "words_mark"),
        ("中心`id`", "words_mark"),
        ("字" * (LONGEST_READ + 1), "words_too_many"),
    ],
)
def test_words_that_hide_or_run_or_pass_for_others_are_refused(said: str, code: str) -> None:
    assert refusal(said) == code


def test_a_sign_that_cannot_stand_is_named() -> None:
    with pytest.raises(Refused) as refused:
        plain_words("中心/东;")
    assert refused.value.details == {"mark": "/"}


def test_letters_are_counted_by_script() -> None:
    assert letters("政务 Hall 12") == (2, 4)


@given(text=st.text(max_size=60))
def test_any_text_is_refused_or_read_to_what_reads_as_itself(text: str) -> None:
    try:
        read = plain_words(text)
    except Refused as refused:
        assert refused.code.startswith("words_")
    else:
        assert plain_words(read) == read
        assert not set(read) & set("<>=+@\n\t\r")


def test_characters_that_nobody_has_given_out_are_refused() -> None:
    with pytest.raises(Refused, match="words_emoji"):
        plain_words("大\U0003642a厅")


@pytest.mark.parametrize("words", ["投诉 138001", "1 3 8-0 0 1", "他的号码110105199001011237"])
def test_six_digits_in_a_row_are_a_long_number(words: str) -> None:
    assert holds_long_number(words)


@pytest.mark.parametrize("words", ["", "12345", "3月2日 09:30 到 10:15", "2026-3-2 2号窗口"])
def test_dates_times_and_short_numbers_are_none(words: str) -> None:
    assert not holds_long_number(words)
