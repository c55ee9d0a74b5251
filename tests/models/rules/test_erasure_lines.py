"""A line of the journal of erasures says again what was written, or nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.erasure_lines import MOST_HASHES, Line, What, read

AT = datetime(2026, 3, 2, 1, 0, 0, 5, UTC)
LINE = Line(AT, What.PERSON, "all", "h1", (b"\x01" * 16,), b"\x02" * 16)
LINES = st.builds(
    Line,
    st.integers(0, 4 * 10**9).map(lambda at: datetime.fromtimestamp(at, UTC).replace(microsecond=at % 10**6)),
    st.sampled_from(What),
    st.from_regex("[a-z0-9_]{0,12}", fullmatch=True),
    st.from_regex("[a-z0-9]{1,8}", fullmatch=True),
    st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=MOST_HASHES).map(tuple),
    st.binary(min_size=16, max_size=16),
)


@given(LINES)
def test_a_line_says_what_was_written(line: Line) -> None:
    assert read(line.text) == line
    assert len(line.text) < 2000


@given(LINES, st.data())
def test_a_line_that_was_cut_off_says_nothing(line: Line, data: st.DataObject) -> None:
    assert read(line.text[: data.draw(st.integers(0, len(line.text) - 1))]) is None


@given(st.text(max_size=200))
def test_whatever_else_stands_there_is_no_line(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        LINE.text.upper(),
        LINE.text + " ",
        LINE.text.replace("erased1", "erased2"),
        LINE.text.replace("person", "persons"),
        LINE.text.replace("2026-03-02", "2026-02-30"),
        LINE.text.replace(" h1 ", " H1 "),
        LINE.text.replace("0101", "010", 1),
        LINE.text.replace(" all ", " ../etc "),
        LINE.text + "\n" + LINE.text,
    ],
)
def test_what_is_nearly_a_line_is_none(wrong: str) -> None:
    assert read(wrong) is None
