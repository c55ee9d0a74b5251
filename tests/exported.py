"""Visits to export, and exports that are built, as tests make them."""

import io
import secrets
from datetime import datetime, timedelta
from typing import Any

from python_calamine import CalamineWorkbook

from models.adapters.sheets import Sheets, copied
from models.rules.halls import HallFacts
from models.rules.sending import Outcome, Result
from models.rules.visits import HowIn
from models.rules.wanted import Period, Wanted
from models.services import building, exporting
from models.services.desk import Desk
from models.tables import exports
from models.tables.database import run
from models.tables.exports import Export, ExportRow, Kind, Status
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import post

TODAY = MONDAY_9.date()
DESK = Desk(lambda _channel, _message: Outcome(Result.SENT), new_sheets=Sheets)


def a_visit(hall: HallFacts, at: datetime = MONDAY_9, **values: Any) -> int:
    """The id of a visit to this hall that began then; whatever else is known of it."""
    row = {
        "public_id": secrets.token_urlsafe(9),
        "hall_id": hall.id,
        "door": 1,
        "hall_day": hall.calendar.hall_day(at),
        "in_at": at,
        "due_at": at + timedelta(hours=3),
        "how_in": HowIn.SCAN,
        "registered_by": "visitor",
        "name": "张三",
        "name_hash": b"h1:name",
        "companions": 0,
        **values,
    }
    return run(lambda: insert(Visit, **row))


def asked_for(hall: HallFacts, who: str = "Admin", now: datetime = MONDAY_9, days: int = 1) -> ExportRow:
    """An export of the last days that somebody has asked for."""
    day = hall.calendar.hall_day(now)
    asked = exporting.ask(post(hall, who), Wanted(Period(day - timedelta(days=days - 1), day)), now)
    return as_it_stands(hall, asked.public_id)


def as_it_stands(hall: HallFacts, public_id: str) -> ExportRow:
    """The row of an export."""
    found = run(lambda: exports.in_hall(hall.id, public_id))
    assert found is not None
    return found


def built(hall: HallFacts, who: str = "Admin", now: datetime = MONDAY_9, desk: Desk = DESK, days: int = 1) -> ExportRow:
    """An export of the last days that the job has built."""
    asked = asked_for(hall, who, now, days)
    assert building.build_due(now, desk) == 1
    found = as_it_stands(hall, asked.public_id)
    assert found.status is Status.READY
    return found


def ready_export(hall: HallFacts, who: str = "Admin", now: datetime = MONDAY_9) -> ExportRow:
    """An export of today that a job has built, as far as its row goes."""
    a_visit(hall, now)
    asked = asked_for(hall, who, now)
    run(lambda: Export.update(status=Status.READY).where(Export.id == asked.id).execute())
    return as_it_stands(hall, asked.public_id)


def workbook(row: ExportRow, kind: Kind, notes: Any = (("说明", "测试"),)) -> bytes:
    """What somebody who downloads a copy gets."""
    stored = bytearray()
    for part in range(1, 10_000):
        piece = run(lambda part=part: exports.chunk(row.id, kind, part))
        if piece is None:
            break
        stored += piece
    directory = run(lambda: exports.chunk(row.id, kind, 0))
    assert directory is not None and len(stored) == row.size(kind)
    return bytes(stored) + copied(len(stored), directory, notes, MONDAY_9)


def sheets_of(data: bytes) -> dict[str, list[list[str]]]:
    """Every sheet of a workbook by its name, as a reader that is not ours reads it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows_of(row: ExportRow, kind: Kind = Kind.FULL) -> list[list[str]]:
    """The rows of data, without the headings."""
    return sheets_of(workbook(row, kind))["数据"][1:]
