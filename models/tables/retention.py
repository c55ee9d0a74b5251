"""What is kept of a hall's days, and taking away what has had its time."""

import functools
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from models.rules.retention import What
from models.tables import erasures
from models.tables.database import changed, execute, one, sql


class Going(NamedTuple):
    """A row that goes, and by what name it stands in a fingerprint."""

    id: int
    name: str
    is_fever: bool = False


_NOT_HELD = (
    " AND NOT EXISTS (SELECT 1 FROM case_visits m JOIN cases k ON k.id = m.case_id"
    " WHERE m.visit_id = v.id AND k.held_until >= ?)"
    " AND NOT EXISTS (SELECT 1 FROM contacts c JOIN cases l ON l.id = c.case_id"
    " WHERE c.visit_id = v.id AND l.held_until >= ?)"
    " AND v.id NOT IN (SELECT h.person FROM cases h WHERE h.hall_id = ? AND h.held_until >= ?)"
)
_OF_DAY = "SELECT v.id, v.public_id FROM visits v WHERE v.hall_id = ? AND v.hall_day = ? AND v.id > ?"
_OVER = " AND v.out_at IS NOT NULL"
# Sorted by the index that finds them: by id alone, a server may walk through the whole table in its order.
_IN_ORDER = f"{_NOT_HELD} ORDER BY v.hall_day, v.id LIMIT ?"
_GOING = {
    What.VISITS: sql(_OF_DAY + _OVER + _IN_ORDER),
    What.TEMPERATURES: sql(
        f"{_OF_DAY}{_OVER} AND (v.temperature_tenths IS NOT NULL OR v.temperature_source IS NOT NULL){_IN_ORDER}"
    ),
}
_LEFT = {
    What.VISITS: sql("SELECT COUNT(*) FROM visits WHERE hall_id = ? AND hall_day = ?"),
    What.TEMPERATURES: sql(
        "SELECT COUNT(*) FROM visits WHERE hall_id = ? AND hall_day = ? AND temperature_source IS NOT NULL"
    ),
}
_NEXT_DAY = sql("SELECT MIN(hall_day) FROM visits WHERE hall_id = ? AND hall_day > ? AND hall_day < ?")
_ANY = sql("SELECT 1 FROM visits WHERE hall_id = ? AND hall_day = ? LIMIT 1")
_COUNT = sql("SELECT COUNT(*) FROM visits WHERE hall_id = ? AND hall_day < ?")
_COUNT_TEMPERATURES = sql(
    "SELECT COUNT(*) FROM visits"
    " WHERE hall_id = ? AND hall_day >= ? AND hall_day < ? AND temperature_source IS NOT NULL"
)
_COUNT_FEVERS = sql("SELECT COUNT(*) FROM fevers WHERE hall_id = ? AND hall_day < ?")
_FEVERS = sql("SELECT id FROM fevers WHERE hall_id = ? AND hall_day = ? ORDER BY id LIMIT ?")
_NEXT_FEVER = sql("SELECT MIN(hall_day) FROM fevers WHERE hall_id = ? AND hall_day > ? AND hall_day < ?")
_HANGING_ON = ("corrections", "amendments", "flags")
_READING = b"temperature"


@functools.cache
def _among(statement: str, count: int) -> Callable[[], str]:
    return sql(statement.format(", ".join("?" * count)))


def going(hall_id: int, what: What, day: date, held_from: date, after: int, most: int) -> list[Going]:
    """The first rows of a hall day, after an id, that may go: visits that are over (of temperatures: that have one) and
    that no case holds until `held_from` or longer, as one of its stays or as that by which its person, or a contact, is
    known."""
    held = held_from.isoformat()
    rows = execute(_GOING[what], hall_id, day.isoformat(), after, held, held, hall_id, held, most).fetchall()
    return [Going(row[0], bytes(row[1]).decode()) for row in rows]


def fevers(hall_id: int, day: date, most: int) -> list[Going]:
    """The first of those who declared a fever on a hall day."""
    return [
        Going(row[0], f"fever {row[0]}", is_fever=True)
        for row in execute(_FEVERS, hall_id, day.isoformat(), most).fetchall()
    ]


def left(hall_id: int, what: What, day: date) -> int:
    """How many visits of a hall day there are; of temperatures, how many have one."""
    count: Any = one(_LEFT[what], hall_id, day.isoformat())
    return int(count[0])


def next_day(hall_id: int, after: date, before: date) -> date | None:
    """The first hall day of which there are visits, between these two."""
    return _first(one(_NEXT_DAY, hall_id, after.isoformat(), before.isoformat()))


def has_visits(hall_id: int, day: date) -> bool:
    """Whether there are visits of a hall day."""
    return one(_ANY, hall_id, day.isoformat()) is not None


def next_fever_day(hall_id: int, after: date, before: date) -> date | None:
    """The same of those who declared a fever."""
    return _first(one(_NEXT_FEVER, hall_id, after.isoformat(), before.isoformat()))


def count_before(hall_id: int, day: date) -> int:
    """How many visits there are of hall days before one."""
    row: Any = one(_COUNT, hall_id, day.isoformat())
    return int(row[0])


def count_temperatures(hall_id: int, first: date, before: date) -> int:
    """How many visits of hall days from the first on and before the other one have a temperature; and of declared
    fevers, how many there are before it."""
    visits: Any = one(_COUNT_TEMPERATURES, hall_id, first.isoformat(), before.isoformat())
    fevers: Any = one(_COUNT_FEVERS, hall_id, before.isoformat())
    return int(visits[0]) + int(fevers[0])


def erase_visits(ids: Sequence[int]) -> int:
    """Remove visits with their corrections, amendments and flags, and take them off the list of what is to be emptied:
    a database may give their number to another one. Gives how many visits there were."""
    erasures.off(erasures.VISIT, ids)
    for table in _HANGING_ON:
        execute(_among(f"DELETE FROM {table} WHERE visit_id IN ({{}})", len(ids)), *ids)
    return changed(_among("DELETE FROM visits WHERE id IN ({})", len(ids)), *ids)


def erase_temperatures(ids: Sequence[int]) -> int:
    """Take the temperatures out of visits, also those that stood there before; gives how many visits there were."""
    execute(_among("DELETE FROM amendments WHERE field = ? AND visit_id IN ({})", len(ids)), _READING, *ids)
    statement = (
        "UPDATE visits SET temperature_tenths = NULL, temperature_source = NULL WHERE id IN ({})"
        " AND (temperature_tenths IS NOT NULL OR temperature_source IS NOT NULL)"
    )
    return changed(_among(statement, len(ids)), *ids)


def erase_fevers(ids: Sequence[int]) -> int:
    """Remove who declared a fever, likewise; gives how many there were."""
    erasures.off(erasures.FEVER, ids)
    return changed(_among("DELETE FROM fevers WHERE id IN ({})", len(ids)), *ids)


def _first(row: Any) -> date | None:
    value: date | str | None = row[0]
    return date.fromisoformat(value) if isinstance(value, str) else value
