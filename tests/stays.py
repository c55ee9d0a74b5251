"""Stays of made-up people, as they stand in the table; what a test is not about is made up."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.tables.database import run
from models.tables.fields import insert
from models.tables.visits import Visit

_numbers = itertools.count(1)


def stay(
    hall: HallFacts, in_at: datetime, left: datetime | None = None, how_out: str | None = None, name: str = "张三",
    **fields: Any,
) -> int:  # fmt: skip
    """Somebody's stay from then on, or until they left (by a scan, unless `how_out` says otherwise); gives its id."""
    return run(
        lambda: insert(
            Visit,
            **{
                "public_id": f"stay{next(_numbers)}", "hall_id": hall.id, "door": 1, "name": name, "name_hash": b"-",
                "hall_day": hall.calendar.hall_day(in_at), "in_at": in_at, "out_at": left,
                "due_at": in_at + timedelta(hours=4), "how_in": "scan",
                "how_out": how_out or ("scan" if left else None), "matter": "social", "registered_by": "visitor",
                "companions": 0,
                **fields,
            },
        )
    )  # fmt: skip
