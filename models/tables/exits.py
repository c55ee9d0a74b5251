"""Exits of many visits at once: made, and put back as they were."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime

from models.tables.database import changed, execute, sql
from models.tables.fields import insert, moment_in, moment_out
from models.tables.visits import Correction

_OPEN = sql(
    "SELECT id, in_at FROM visits WHERE hall_id = ? AND out_at IS NULL AND due_at > ? ORDER BY in_at, id LIMIT ?"
)
_OPEN_COMPANIONS = sql("SELECT id FROM visits WHERE lead_id = ? AND out_at IS NULL")


def open_in(hall_id: int, at: datetime, most: int) -> list[tuple[int, datetime]]:
    """Who is inside and not overdue, companions too, the first to come first: (id, in_at)."""
    return [(row[0], moment_in(row[1])) for row in execute(_OPEN, hall_id, moment_out(at), most).fetchall()]


def open_companions(visit_id: int) -> list[int]:
    """The ids of those who came with a lead and are inside."""
    return [row[0] for row in execute(_OPEN_COMPANIONS, visit_id).fetchall()]


@functools.cache
def _for(count: int) -> "_Statements":
    return _Statements(count)


class _Statements:
    """The statements about so many visits."""

    def __init__(self, count: int) -> None:
        places = ", ".join("?" * count)
        still_so = f" WHERE id IN ({places}) AND out_at = ? AND how_out = ?"
        self.close: Callable[[], str] = sql(
            f"UPDATE visits SET out_at = ?, how_out = ?, open_key = NULL WHERE id IN ({places}) AND out_at IS NULL"
        )
        self.reopen: Callable[[], str] = sql(
            "UPDATE visits SET out_at = NULL, how_out = NULL, open_key = person_id" + still_so
        )
        self.replace: Callable[[], str] = sql("UPDATE visits SET out_at = ?, how_out = ?" + still_so)
        self.back: Callable[[], str] = sql(
            "SELECT v.id FROM visits v JOIN visits o ON o.open_key = v.person_id"
            f" WHERE v.id IN ({places}) AND o.id <> v.id"
        )
        self.led: Callable[[], str] = sql(f"SELECT id FROM visits WHERE lead_id IN ({places})")


def close(visit_ids: Sequence[int], out_at: datetime, how_out: str) -> int:
    """End these visits, of leads and companions alike; gives how many of them were open."""
    return changed(_for(len(visit_ids)).close, moment_out(out_at), how_out.encode(), *visit_ids)


def back_inside(visit_ids: Sequence[int]) -> set[int]:
    """Of these visits those whose person is inside by another one, here or elsewhere, and those who came with them."""
    back = [row[0] for row in execute(_for(len(visit_ids)).back, *visit_ids).fetchall()]
    led = execute(_for(len(back)).led, *back).fetchall() if back else ()
    return set(visit_ids) & {*back, *(row[0] for row in led)}


def reopen(visit_ids: Sequence[int], out_at: datetime, how_out: str) -> int:
    """Open those of these visits again that have just this exit; gives how many. The unit of work is redone where a
    person has come inside meanwhile."""
    return changed(_for(len(visit_ids)).reopen, *visit_ids, moment_out(out_at), how_out.encode())


def put_back(visit_id: int, earlier: tuple[datetime, str], later: tuple[datetime, str], by: str, at: datetime) -> bool:
    """Put the earlier exit in place of the later one, as a correction of its own; False where the exit is another."""
    values = (moment_out(earlier[0]), earlier[1].encode(), visit_id, moment_out(later[0]), later[1].encode())
    if changed(_for(1).replace, *values) != 1:
        return False
    insert(
        Correction, visit_id=visit_id, at=at, by=by, earlier_out_at=later[0], earlier_how_out=later[1],
        out_at=earlier[0], how_out=earlier[1],
    )  # fmt: skip
    return True
