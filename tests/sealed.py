"""An audit that is sealed, and whoever changes something in it."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from models.services import audit, seals, verifying
from models.services.audit import COMMAND_LINE
from models.services.verifying import Fault
from models.tables import seals as seal_rows
from models.tables.database import run
from models.tables.seals import SealRow
from tests.service import MONDAY_9

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
HALL = 7
"""A hall that is not there has the account's calendar: that of Shanghai."""


class Undo(Exception):
    """Takes back what a unit of work has done."""


def noted(at: datetime = MONDAY_9, hall_id: int = HALL, **detail: Any) -> None:
    """Something was done."""
    audit.note(COMMAND_LINE, "test", hall_id, at, **detail)


def seals_of(hall_id: int = HALL) -> list[SealRow]:
    """The seals of a hall."""
    return run(lambda: seal_rows.of_hall(hall_id, date.min, 1000))


def days(hall_id: int = HALL) -> dict[date, tuple[int, int]]:
    """The days that are sealed, with their rows and how many of them were late."""
    return {row.day: (row.row_count, row.late) for row in seals_of(hall_id)}


def faults(now: datetime = MONDAY_9 + 400 * DAY) -> list[Fault]:
    """Whatever a verification finds."""
    ring = seals.key_ring()
    of_halls = [one for hall_id in verifying.halls_with_audit() for one in verifying.of_hall(hall_id, ring, now).faults]
    return [*verifying.faults_of_keys(), *verifying.faults_of_numbers(), *of_halls]


def report(hall_id: int = HALL, now: datetime = MONDAY_9 + 400 * DAY) -> verifying.Report:
    """What the audit of a hall comes to."""
    return verifying.of_hall(hall_id, seals.key_ring(), now)


def after(change: Callable[[], object], look: Callable[[], Any]) -> Any:
    """What `look` gives once `change` was made; then it is taken back."""
    seen: list[Any] = []

    def unit() -> None:
        change()
        seen.append(look())
        raise Undo

    with contextlib.suppress(Undo):
        run(unit)
    return seen[-1]
