"""Visits as a desk needs them: whether somebody is inside already; and removing one that was made by mistake."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.rules.hours import LONGEST_STAY
from models.rules.visits import HowOut
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
# Put to what it is the row is changed by nobody else until this unit of work ends, and is still found by its number.
_HOLD = sql("UPDATE visits SET how_in = how_in WHERE id = ? AND slip IS NULL AND (out_at IS NULL OR how_out = ?)")
_AMENDED = sql("SELECT COUNT(*) FROM amendments WHERE visit_id = ?")
_REMOVE = sql("DELETE FROM visits WHERE id = ?")
_UNFLAG = sql("DELETE FROM flags WHERE hall_id = ? AND at >= ? AND visit_id = ?")


def held_untouched(visit_id: int) -> list[int] | None:
    """The ids of a visit and of those of its companions, held as they are until the unit of work ends; none where the
    visit is gone, None where one of them was signed out, put right, or has taken a slip since it was made."""
    # In one order for all who hold them.
    ids = sorted(row[0] for row in execute(_PARTY, visit_id, visit_id).fetchall())
    if any(changed(_HOLD, one_id, HowOut.CLOSING.encode()) != 1 for one_id in ids):
        return None
    # Read once they are held, so that what somebody else just stored is seen.
    counts: list[Any] = [one(_AMENDED, one_id) for one_id in ids]
    return None if any(count[0] for count in counts) else ids


def remove(hall_id: int, visit_ids: Sequence[int], made_at: datetime) -> int:
    """Remove visits that are held untouched, and what was noted of them; gives how many there were."""
    for one_id in visit_ids:
        execute(_UNFLAG, hall_id, moment_out(made_at), one_id)
        Correction.delete().where(Correction.visit_id == one_id).execute()
    return sum(changed(_REMOVE, one_id) for one_id in visit_ids)
