"""Visits as a desk needs them: whether somebody is inside already; and removing one that was made by mistake."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.tables.amendments import Amendment
from models.tables.database import changed, execute, one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.visits import Correction


class Twin(NamedTuple):
    """The visit of somebody inside who may be the same person."""

    public_id: str
    in_at: datetime
    door: int


@functools.cache
def _inside(numbers: int, names: int, phones: int) -> Callable[[], str]:
    same = [
        f"{column} IN ({', '.join('?' * count)})"
        for column, count in (("id_hash", numbers), ("name_hash", names), ("phone_hash", phones))
        if count
    ]
    return sql(
        f"SELECT public_id, in_at, door FROM visits WHERE hall_id = ? AND {' AND '.join(same)}"
        " AND in_at > ? AND out_at IS NULL AND due_at > ? ORDER BY in_at DESC LIMIT 1"
    )


def inside_with_number(hall_id: int, id_hashes: Sequence[bytes], now: datetime) -> Twin | None:
    """Who is inside with this ID number, a companion too; the last to come."""
    return _twin(_inside(len(id_hashes), 0, 0), hall_id, *id_hashes, *_still(now))


def inside_with_name(
    hall_id: int, name_hashes: Sequence[bytes], phone_hashes: Sequence[bytes], now: datetime
) -> Twin | None:
    """Who is inside with this name and this phone."""
    statement = _inside(0, len(name_hashes), len(phone_hashes))
    return _twin(statement, hall_id, *name_hashes, *phone_hashes, *_still(now))


def _still(now: datetime) -> tuple[str, str]:
    return moment_out(now - LONGEST_STAY), moment_out(now)


def _twin(statement: Callable[[], str], *values: Any) -> Twin | None:
    row = one(statement, *values)
    return None if row is None else Twin(bytes(row[0]).decode(), moment_in(row[1]), row[2])


_PARTY = sql("SELECT id FROM visits WHERE id = ? UNION ALL SELECT id FROM visits WHERE lead_id = ?")
_REMOVE = sql("DELETE FROM visits WHERE id = ?")
_UNFLAG = sql("DELETE FROM flags WHERE hall_id = ? AND at >= ? AND visit_id = ?")


def remove(hall_id: int, visit_id: int, made_at: datetime) -> int:
    """Remove a visit, those of its companions and what was noted of them; gives how many there were."""
    ids = [row[0] for row in execute(_PARTY, visit_id, visit_id).fetchall()]
    for one_id in ids:
        execute(_UNFLAG, hall_id, moment_out(made_at), one_id)
        for table in (Correction, Amendment):
            table.delete().where(table.visit_id == one_id).execute()
    return sum(changed(_REMOVE, one_id) for one_id in ids)
