"""Where lines end, and how large they can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adapters.lettering import fitted, in_two, wrapped

HAN = "市区县政务服务中心东门李"
LETTERS = st.text(st.sampled_from(HAN + "AWi1 （），。“”"), max_size=60)


def widths(text: str) -> float:
    return sum(1 if ord(char) > 0x2E7F or char in "“”" else 0.6 for char in text)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("江城市滨河区政务服务中心第二办事大厅", "江城市滨河区"),
        ("江城市公安局出入境管理支队办证大厅", "江城市公安局"),
        ("伊犁哈萨克自治州察布查尔锡伯自治县政务中心", "伊犁哈萨克自治州"),
        ("江城市滨河区清泉镇便民服务中心（办税分厅）", "江城市滨河区清泉镇"),
        ("Riverside District Government Service Centre", "Riverside District"),
        ("地下一层停车场入口", "地下一层"),
    ],
)
def test_a_name_on_two_lines_is_divided_where_it_makes_sense(name, first):
    assert in_two(name, widths)[0] == first


@pytest.mark.parametrize("name", ["国" * 40, "W" * 40, "A B", "（国国国国）"])
def test_a_name_without_a_good_place_is_divided_all_the_same(name):
    lines = in_two(name, widths)
    assert len(lines) == 2
    assert bare("".join(lines)) == bare(name)


@pytest.mark.parametrize("name", ["国", "W", ""])
def test_what_cannot_be_divided_stays_one_line(name):
    assert in_two(name, widths) == [name]


def test_a_short_name_is_as_large_as_may_be():
    assert fitted("东门", widths, 100, 30, 20) == (["东门"], 30)


def test_a_longer_name_shrinks_before_it_wraps():
    assert fitted("江城市东门", widths, 110, 30, 20) == (["江城市东门"], 22)


def test_a_name_that_would_shrink_too_far_wraps():
    lines, size = fitted("江城市滨河区政务服务中心", widths, 120, 30, 20)
    assert (lines, size) == (["江城市滨河区", "政务服务中心"], 20)


@given(LETTERS, st.floats(5, 200))
def test_fitted_lines_fit_and_nothing_is_lost(text, width):
    lines, size = fitted(text, widths, width, 30, 20)
    assert len(lines) <= 2
    assert bare("".join(lines)) == bare(text)
    assert all(widths(line) * size <= width * 1.0001 for line in lines)


@given(LETTERS, st.floats(3, 80))
def test_wrapped_lines_fit_and_nothing_is_lost(text, width):
    lines = wrapped(text, widths, width)
    assert bare("".join(lines)) == bare(text)
    assert all(widths(line) <= width for line in lines)
    assert all(line == line.strip() and line for line in lines)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    assert wrapped("请到门口，人工登记。", widths, 4) == ["请到门", "口，人工", "登记。"]
    assert wrapped("请在这（东门）登记", widths, 4) == ["请在这", "（东门）", "登记"]


def test_a_latin_word_is_not_divided_unless_it_is_wider_than_a_line():
    assert wrapped("Please register here", widths, 8) == ["Please", "register here"]
    assert wrapped("register", widths, 3) == ["regis", "ter"]
