"""Sheets of numbered paper slips, and the visits that were entered from them."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import BytesField, MomentField, Table, moment_in, moment_out
from models.tables.visits import Visit


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


_LATEST = sql("SELECT first, `count`, made_at FROM slip_sheets WHERE hall_id = ? ORDER BY first DESC LIMIT ?")
_WITH = sql(
    "SELECT first, `count`, made_at FROM slip_sheets WHERE hall_id = ? AND first <= ? ORDER BY first DESC LIMIT 1"
)
# Numbers are stored with leading zeros, so that a sheet is one range of the index.
_ENTERED = sql("SELECT slip FROM visits WHERE hall_id = ? AND slip >= ? AND slip <= ?")
_PUBLIC_ID = sql("SELECT public_id FROM visits WHERE hall_id = ? AND slip = ?")
_PUT = sql("UPDATE visits SET slip = ?, remark = COALESCE(?, remark) WHERE id = ? AND slip IS NULL")
_RETIME = sql(
    "UPDATE visits SET in_at = ?, out_at = ?, how_out = ?, due_at = ?"
    " WHERE id = ? AND in_at = ? AND (out_at = ? OR (out_at IS NULL AND ? IS NULL))"
)
_FOLLOWERS = sql(
    "SELECT id FROM visits WHERE lead_id = ? AND in_at = ? AND (out_at = ? OR (out_at IS NULL AND ? IS NULL))"
)


def latest(hall_id: int, most: int) -> list[Sheet]:
    """The sheets that were printed last, the newest first."""
    return [_sheet(row) for row in execute(_LATEST, hall_id, most).fetchall()]


def with_number(hall_id: int, number: int) -> Sheet | None:
    """The sheet that has this number."""
    row = one(_WITH, hall_id, number)
    found = None if row is None else _sheet(row)
    return found if found and number <= found.last else None


def entered(hall_id: int, first: str, last: str) -> set[str]:
    """The numbers from first to last, as they are stored, that visits of the hall were entered from."""
    rows = execute(_ENTERED, hall_id, first.encode(), last.encode()).fetchall()
    return {bytes(row[0]).decode() for row in rows}


def public_id_of(hall_id: int, number: str) -> str | None:
    """The public id of the visit that was entered from a slip."""
    row = one(_PUBLIC_ID, hall_id, number.encode())
    return None if row is None else bytes(row[0]).decode()


def put(visit_id: int, number: str, remark: str | None) -> bool:
    """Put a slip's number, and the remark, if there is one, to a visit; False if it has a slip by now."""
    return changed(_PUT, number.encode(), Visit.remark.db_value(remark), visit_id) == 1


class Times(NamedTuple):
    """When a stay began and ended, and how its end is known."""

    in_at: datetime
    out_at: datetime | None
    how_out: str | None
    due_at: datetime


def followers(visit_id: int, was: Times) -> list[int]:
    """Those who came along and whose times are the lead's."""
    out_at = _moment(was.out_at)
    return [row[0] for row in execute(_FOLLOWERS, visit_id, moment_out(was.in_at), out_at, out_at).fetchall()]


def retime(visit_id: int, was: Times, to: Times) -> bool:
    """Put other times to a stay; False if it has others than `was` by now."""
    how_out = None if to.how_out is None else to.how_out.encode()
    earlier = _moment(was.out_at)
    values = (moment_out(to.in_at), _moment(to.out_at), how_out, moment_out(to.due_at))
    return changed(_RETIME, *values, visit_id, moment_out(was.in_at), earlier, earlier) == 1


def _moment(value: datetime | None) -> str | None:
    return None if value is None else moment_out(value)


def _sheet(row: tuple[Any, ...]) -> Sheet:
    return Sheet(row[0], row[1], moment_in(row[2]))
