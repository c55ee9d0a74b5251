"""Workbooks of text: written row by row into wherever the bytes go, without a file and in as much memory as a row.

openpyxl makes the workbook, its styles and the frame of each sheet. Its own writing of cells takes some 250 µs a row of
fifteen, a temporary file on disk beside it; ours are all of one kind, and a dozen lines write them twelve times as
fast straight into the archive (bench/exports.py measures it against openpyxl's).

A workbook is kept without its second sheet and without the directory at the archive's end: both are made for each copy.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

DATA, NOTES = "数据", "说明"
MOST_ROWS = 1_000_000
"""Of data in a sheet; a sheet has room for 1,048,576."""
LONGEST = 32_767
"""What a cell holds, counted as UTF-16 does."""
COMPRESSION = 3
"""Half of the time of the usual 6 for a twentieth more bytes."""
_AT_ONCE = 64 * 1024
_NOTES_PATH = "xl/worksheets/sheet2.xml"

# What XML cannot hold, what changes the direction of what stands beside it, and the controls of C1.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""To a spreadsheet _x0041_ is the letter A (ECMA-376, ST_Xstring); _x005F_ is the underscore itself."""
_ODD = re.compile(
    "[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]|_x"
)


def clean(text: str) -> str:
    """The text as a cell holds it: without what no cell can hold, and no longer than it may be."""
    if _ODD.search(text):
        text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST // 2:
        text = text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
    return text


def _escaped(text: str) -> str:
    if len(text) > LONGEST // 2 or _ODD.search(text):
        text = _ESCAPE.sub("_x005F_", clean(text))
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


class Sheets:
    """A workbook that is being written: 数据, and as many sheets more as it takes; 说明 is made for each copy.

    `out` is given the bytes as they come. Columns are as wide, in characters, as `widths` says.
    """

    def __init__(
        self, out: Callable[[bytes], object], columns: Sequence[str], widths: Sequence[int], made_at: datetime,
        most_rows: int = MOST_ROWS,
    ) -> None:  # fmt: skip
        self._out = _Out(out)
        sink: Any = self._out
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._columns, self._widths, self._most_rows = columns, widths, most_rows
        self._made_at = made_at
        self._book = _new_book(made_at)
        self._begin(DATA)
        _frame(self._book.create_sheet(NOTES), ())

    def append(self, cells: Sequence[str]) -> None:
        """Write a row; an empty text is an empty cell."""
        if self._rows == self._most_rows:
            self._end()
            self._begin(f"{DATA}{len(self._book.worksheets)}")
        self._rows += 1
        self._write(cells)

    def close(self) -> bytes:
        """Write what is left, and give the directory of the archive, which `copied` needs."""
        self._end()
        _Finish(self._book, self._archive).write_data()
        directory: list[bytes] = []
        self._out.give = directory.append
        self._archive.close()
        return b"".join(directory)

    def _begin(self, title: str) -> None:
        sheet = self._book.create_sheet(title)
        top, self._bottom = _frame(sheet, self._widths)
        number = len(self._book.worksheets)
        self._member = self._archive.open(_entry(f"xl/worksheets/sheet{number}.xml", self._made_at), "w")
        self._pending, self._size, self._rows = [top], 0, 0
        self._row = 0
        self._write(self._columns)

    def _write(self, cells: Sequence[str]) -> None:
        self._row += 1
        made = _row(self._row, cells)
        self._pending.append(made)
        self._size += len(made)
        if self._size > _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._member.write("".join(self._pending).encode())
        self._pending, self._size = [], 0

    def _end(self) -> None:
        self._pending.append(self._bottom)
        self._flush()
        self._member.close()


def copied(size: int, directory: bytes, notes: Iterable[Sequence[str]], made_at: datetime) -> bytes:
    """What follows the first `size` bytes of a workbook in a copy of it: 说明 with these rows, and the directory.

    The same bytes for the same values.
    """
    book = _new_book(made_at)
    book.create_sheet(DATA)
    top, bottom = _frame(book.create_sheet(NOTES), (24, 90))
    rows = [_row(number, cells) for number, cells in enumerate(notes, 1)]
    tail = _Tail(size, directory)
    with zipfile.ZipFile(tail, "a") as archive:
        # Not packed: another version of zlib packs otherwise, and a copy is the same whichever machine makes it.
        archive.writestr(_entry(_NOTES_PATH, made_at, zipfile.ZIP_STORED), "".join((top, *rows, bottom)).encode())
    return tail.getvalue()


class _Out:
    """Where an archive goes that is only ever written to its end."""

    def __init__(self, give: Callable[[bytes], object]) -> None:
        self.give = give

    def write(self, data: bytes) -> int:
        self.give(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


class _Tail(io.BytesIO):
    """An archive of which nothing is at hand but what follows its first bytes."""

    def __init__(self, size: int, tail: bytes) -> None:
        super().__init__(tail)
        self._before = size

    def seek(self, offset: int, whence: int = 0) -> int:
        return super().seek(offset - self._before if whence == 0 else offset, whence) + self._before

    def tell(self) -> int:
        return super().tell() + self._before


class _Finish(ExcelWriter):
    """All of a workbook but its sheets, which are written already."""

    def write_worksheet(self, ws: Any) -> None:
        self.manifest.append(ws)


def _new_book(made_at: datetime) -> Any:
    book = Workbook(write_only=True)
    book.properties.creator = "hallpass"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    return book


def _entry(path: str, made_at: datetime, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, made_at.timetuple()[:6])
    entry.compress_type = packing
    entry._compresslevel = COMPRESSION  # type: ignore[attr-defined]
    return entry


def _frame(sheet: Any, widths: Sequence[int]) -> tuple[str, str]:
    """What stands before and after the rows of a sheet. Its text cells have style 1, the first after the default."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = "@"
    if cell.style_id != 1:
        raise RuntimeError("the style of text is not the first")
    for number, width in enumerate(widths, 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = width, "@"
    out = io.BytesIO()
    writer = WorksheetWriter(sheet, out)
    writer.write()
    writer.close()
    top, _, bottom = re.sub("<sheetData ?/>", "<sheetData></sheetData>", out.getvalue().decode()).partition(
        "</sheetData>"
    )
    return top, f"</sheetData>{bottom}"


_LETTERS = [get_column_letter(number) for number in range(1, 101)]


def _row(number: int, cells: Sequence[str]) -> str:
    made = [
        f'<c r="{letter}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'
        if text
        else f'<c r="{letter}{number}" s="1"/>'
        for letter, text in zip(_LETTERS, cells, strict=False)
    ]
    return f'<row r="{number}">{"".join(made)}</row>'
