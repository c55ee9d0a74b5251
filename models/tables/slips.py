"""Sheets of numbered paper slips, and which of their numbers have been entered."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import execute, one, sql
from models.tables.fields import BytesField, MomentField, Table, moment_in


class SlipSheet(Table):
    """Slips that were printed together, numbered from `first` on; `made_by` is a keyed hash as in the audit."""

    hall_id = peewee.IntegerField()
    first = peewee.IntegerField()
    count = peewee.IntegerField()
    made_at = MomentField()
    made_by = BytesField(32)

    class Meta:
        table_name = "slip_sheets"
        indexes = ((("hall_id", "first"), True),)  # of two that are printed at once each gets numbers of its own


class Sheet(NamedTuple):
    """A sheet: its numbers go from `first` to `last`, both included; `slips` is how many it has."""

    first: int
    slips: int
    made_at: datetime

    @property
    def last(self) -> int:
        """Its last number."""
        return self.first + self.slips - 1


_LAST = sql("SELECT first, `count`, made_at FROM slip_sheets WHERE hall_id = ? ORDER BY first DESC LIMIT ?")
_WITH = sql(
    "SELECT first, `count`, made_at FROM slip_sheets WHERE hall_id = ? AND first <= ? ORDER BY first DESC LIMIT 1"
)


def latest(hall_id: int, most: int) -> list[Sheet]:
    """The sheets that were printed last, the newest first."""
    return [_sheet(row) for row in execute(_LAST, hall_id, most).fetchall()]


def with_number(hall_id: int, number: int) -> Sheet | None:
    """The sheet that has this number."""
    row = one(_WITH, hall_id, number)
    found = None if row is None else _sheet(row)
    return found if found and number <= found.last else None


def _sheet(row: tuple[Any, ...]) -> Sheet:
    return Sheet(row[0], row[1], moment_in(row[2]))
