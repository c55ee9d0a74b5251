"""Visits to export, and exports that are built, as tests make them."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.rules.visits import HowIn
from models.rules.wanted import Period, Wanted
from models.services import exporting
from models.tables.database import run
from models.tables.exports import Export, ExportRow, Status
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import post

TODAY = MONDAY_9.date()


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


def ready_export(hall: HallFacts, who: str = "Admin", now: datetime = MONDAY_9) -> ExportRow:
    """An export of today that a job has built, as far as its row goes."""
    a_visit(hall, now)
    day = hall.calendar.hall_day(now)
    asked = exporting.ask(post(hall, who), Wanted(Period(day, day)), now)
    run(lambda: Export.update(status=Status.READY).where(Export.public_id == asked.public_id).execute())
    found = exporting.own(post(hall, who), asked.public_id, now)
    assert found is not None
    return found
