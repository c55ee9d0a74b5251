"""Visits as they stand in the records of a hall, written there directly."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from models.rules import identity
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, HowOut
from models.services import hashing
from models.tables.database import run
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.service import MONDAY_9

NUMBER = "11010519491231002X"
PHONE = "13800138000"


def came(
    hall: HallFacts, at: datetime = MONDAY_9, name: str = "张三", left: timedelta | None = timedelta(minutes=40),
    how_out: HowOut = HowOut.SCAN, number: str | None = NUMBER, phone: str | None = PHONE, **columns: Any,
) -> str:  # fmt: skip
    """Somebody's stay; without `left` they are inside. Gives the public id."""
    given = identity.id_number(number, today=at.date()) if number else None
    row: dict[str, Any] = {
        "public_id": secrets.token_urlsafe(12),
        "hall_id": hall.id,
        "door": 1,
        "companions": 0,
        "hall_day": hall.calendar.hall_day(at),
        "in_at": at,
        "out_at": at + left if left is not None else None,
        "how_out": how_out if left is not None else None,
        "due_at": hall.calendar.due(at).at,
        "how_in": HowIn.SCAN,
        "matter": "social",
        "registered_by": "visitor",
        "name": name,
        "name_hash": hashing.name_hash(name),
        "id_kind": given.kind if given else None,
        "id_number": str(given) if given else None,
        "id_hash": hashing.id_hash(given) if given else None,
        "phone": phone,
        "phone_hash": hashing.phone_hash(phone) if phone else None,
        "phone_tail_hash": hashing.phone_tail_hash(phone) if phone else None,
        **columns,
    }
    run(lambda: insert(Visit, **row))
    public_id: str = row["public_id"]
    return public_id


def stay(
    hall: HallFacts, in_at: datetime, left: datetime | None = None, how_out: str = HowOut.SCAN, name: str = "张三",
    **columns: Any,
) -> int:  # fmt: skip
    """A stay without number and phone, from then on, or until they left; due in four hours. Gives the id."""
    given = {"number": None, "phone": None, "due_at": in_at + timedelta(hours=4), **columns}
    until = left - in_at if left else None
    return id_of(came(hall, in_at, name, until, HowOut(how_out), **given))


def id_of(public_id: str) -> int:
    """The row behind a public id."""
    row = run(lambda: Visit.get(Visit.public_id == public_id))
    return int(row.id)
