"""The sign that the passes of a hall bear on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.phrases import PHRASES
from models.rules.day_signs import COLOURS, SHAPES, WORDS, day_sign

KEY = b"a key of this test only........."
DAY = date(2026, 3, 2)
days = st.dates(date(2020, 1, 1), date(2099, 1, 1))


@given(days)
def test_everything_differs_from_the_day_before(day: date) -> None:
    today, yesterday = (day_sign("k7m2p9", one, KEY) for one in (day, day - timedelta(days=1)))
    assert today.colour != yesterday.colour
    assert today.shape != yesterday.shape
    assert today.word != yesterday.word


@given(days)
def test_a_day_has_one_sign_whenever_it_is_asked_for(day: date) -> None:
    assert day_sign("k7m2p9", day, KEY) == day_sign("k7m2p9", day, KEY)


def test_halls_and_keys_have_signs_of_their_own() -> None:
    month = [DAY + timedelta(days=number) for number in range(30)]
    halls = {tuple(day_sign(hall, day, KEY) for day in month) for hall in ("k7m2p9", "abc234", "zzzzzz")}
    keys = {tuple(day_sign("k7m2p9", day, key) for day in month) for key in (KEY, b"another")}
    assert (len(halls), len(keys)) == (3, 2)


def test_in_a_year_every_colour_and_shape_and_most_words_are_seen() -> None:
    year = [day_sign("k7m2p9", DAY + timedelta(days=number), KEY) for number in range(365)]
    assert {one.colour for one in year} == {*COLOURS[0], *COLOURS[1]}
    assert {one.shape for one in year} == {*SHAPES[0], *SHAPES[1]}
    assert len({one.word for one in year}) > 50


def test_no_kind_is_there_twice() -> None:
    for halves in (COLOURS, SHAPES, WORDS):
        both = [*halves[0], *halves[1]]
        assert len(halves[0]) == len(halves[1])
        assert len(set(both)) == len(both)


def test_every_word_has_two_chinese_characters_of_its_own() -> None:
    words = [PHRASES["zh"][f"pass.word.{word}"] for word in (*WORDS[0], *WORDS[1])]
    assert {len(word) for word in words} == {2}
    assert len(set(words)) == len(words)
