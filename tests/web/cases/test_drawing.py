"""The picture of a day: what is a guess differs in shape from what is sure, and nothing is drawn out of its frame."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.visits import Certainty
from models.services.casework.contact_list import Span
from web.cases import drawing
from web.cases.drawing import WIDTH, Row

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CERTAIN, STATED, ESTIMATED = Certainty


def span(begin: int = 0, end: int = 60, out: Certainty = CERTAIN, into: Certainty = CERTAIN) -> Span:
    """A stay, in minutes after ten."""
    return Span(TEN + begin * MINUTE, TEN + end * MINUTE, into, out)


def drawn(*rows: Row, case: tuple[Span, ...] = (span(),), tail: int = 30) -> str:
    return str(drawing.day("20260302", "标题", "说明", Row("病例", list(case)), rows, tail * MINUTE))


def shapes(picture: str, name: str) -> list[str]:
    """Elements of one class."""
    return re.findall(rf'<\w+ class="{name}"[^>]*>', picture)


@pytest.mark.parametrize(
    ("out", "shape"), [(CERTAIN, "stay sure"), (STATED, "stay said"), (ESTIMATED, "stay guess")]
)  # fmt: skip
def test_each_way_in_which_an_exit_is_known_has_a_shape_of_its_own(out: Certainty, shape: str) -> None:
    picture = drawn(Row("1 张*", [span(out=out)]))
    assert [len(shapes(picture, one)) for one in ("stay sure", "stay said", "stay guess")].count(1) == 1
    assert len(shapes(picture, shape)) == 1


def test_a_guessed_exit_is_open_at_its_end_and_hatched() -> None:
    picture = drawn(Row("1 张*", [span(out=ESTIMATED)]))
    [path] = shapes(picture, "stay guess")
    assert re.search(r'd="M([\d.]+) [\d.]+H[\d.]+v[\d.]+H\1"', path)
    assert 'fill="url(#guess-20260302)"' in picture


def test_an_entry_that_is_sure_is_marked_and_one_that_was_said_is_not() -> None:
    assert len(shapes(drawn(Row("1", [span()])), "stay entry")) == 1
    assert len(shapes(drawn(Row("1", [span(into=STATED)])), "stay entry")) == 0


def test_the_time_after_the_case_is_shaded_only_where_there_is_any() -> None:
    def width(tail: int) -> float:
        return float(re.search(r'class="after"[^>]* width="([\d.]+)"', drawn(tail=tail))[1])  # type: ignore[index]

    assert width(0) == 0 < width(10) < width(60)


def test_hours_are_few_however_long_the_case_was_there() -> None:
    hours = re.findall(r">(\d+)</text>", drawn(case=(span(-600, 780),)))
    assert 2 <= len(hours) <= 8


@pytest.mark.parametrize("name", ["<b>张三</b>", "\"&'", "很长很长很长的名字", "\N{REPLACEMENT CHARACTER}", ""])
def test_a_name_can_be_anything(name: str) -> None:
    ElementTree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{drawn(Row(name, [span()]))}</x>')


certainties = st.sampled_from(list(Certainty))
spans = st.builds(
    lambda begin, long, out, into: span(begin, begin + long, out, into),
    st.integers(-3000, 3000), st.integers(0, 3000), certainties, certainties,
)  # fmt: skip


@given(
    st.lists(spans, min_size=1, max_size=3), st.lists(st.lists(spans, max_size=3), max_size=5), st.integers(0, 1440)
)  # fmt: skip
def test_whatever_is_drawn_stays_in_the_picture(case: list[Span], rows: list[list[Span]], tail: int) -> None:
    picture = drawn(*[Row("1", one) for one in rows], case=tuple(case), tail=tail)
    for x, width in re.findall(r'<rect class="\w+ ?\w*"[^>]* x="([-\d.]+)"[^>]* width="([-\d.]+)"', picture):
        assert float(x) >= -0.1 and float(width) >= 0 and float(x) + float(width) <= WIDTH + 4
    assert len(re.findall("<text", picture)) <= 9 + len(rows) + 1
    ElementTree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{picture}</x>')
