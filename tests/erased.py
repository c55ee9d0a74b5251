"""Halls with visits of days gone by, and what is left of them once their time is over."""

from datetime import date, datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.rules.retention import What
from models.services import retention
from models.tables.database import run
from models.tables.deletions import Deletion
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.visited import came

TODAY = date(2026, 3, 2)


def ago(days: float) -> datetime:
    """So many days before Monday, nine o'clock."""
    return MONDAY_9 - timedelta(days=days)


def came_ago(hall: HallFacts, days: float, name: str = "张三", **columns: Any) -> str:
    """Somebody's stay so long ago; gives the public id."""
    return came(hall, ago(days), name, **columns)


def purged(now: datetime = MONDAY_9, **how: Any) -> int:
    """What one run erases, without a pause."""
    return retention.purge(now, **{"seconds": float("inf"), "sleep": lambda _: None, **how})


def one_batch(now: datetime = MONDAY_9) -> int:
    """What a run erases that is to end after its first batch."""
    pauses: list[float] = []
    return purged(now, sleep=pauses.append, is_stopping=lambda: bool(pauses))


def days_left(hall: HallFacts) -> list[int]:
    """How many days ago those came who are still in the records of a hall, the longest ago first."""
    rows = run(lambda: list(Visit.select().where(Visit.hall_id == hall.id).order_by(Visit.in_at)))
    return [(TODAY - row.hall_day).days for row in rows]


def records(hall: HallFacts, what: What = What.VISITS) -> list[Deletion]:
    """The records of what was erased of a hall, in the order of their beginning."""
    own = (Deletion.hall_id == hall.id) & (Deletion.what == what)
    return run(lambda: list(Deletion.select().where(own).order_by(Deletion.id)))
