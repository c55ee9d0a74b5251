"""Values of a visit that staff put right: what stood there before."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, moment_in
from models.tables.found_visits import UNREADABLE
from models.tables.vault import WrongKey
from models.tables.visits import Visit


class Amendment(Table):
    """`field` is a column of the visit. `earlier` is its text before, null where there was none; of a temperature
    "36.5 declared": the reading, or "normal" where there was none, and how it was known. `actor` is a hash, as of a
    DeskAct."""

    visit_id = peewee.IntegerField(index=True)
    at = MomentField()
    actor = BytesField(32)
    field = AsciiField(16)
    earlier = SecretField(700, null=True)

    class Meta:
        table_name = "amendments"


class AmendmentRow(NamedTuple):
    """An amendment; `earlier` is UNREADABLE where it does not open."""

    id: int
    visit_id: int
    field: str
    earlier: str | None


_ONE = sql("SELECT id, visit_id, field, earlier FROM amendments WHERE id = ?")
_SINCE = sql("SELECT COUNT(*) FROM amendments WHERE visit_id = ? AND field = ? AND id > ?")


def with_id(amendment_id: int) -> AmendmentRow | None:
    """One amendment; None where its visit is gone."""
    row = one(_ONE, amendment_id)
    return None if row is None else AmendmentRow(row[0], row[1], bytes(row[2]).decode(), _opened(row[3]))


def since(amendment: AmendmentRow) -> int:
    """How often the same field of the same visit has been amended after it."""
    row: Any = one(_SINCE, amendment.visit_id, amendment.field.encode(), amendment.id)
    return int(row[0])


class Replaced(NamedTuple):
    """A value that stood in a field until `at`; None where there was none, UNREADABLE where it does not open."""

    at: datetime
    field: str
    earlier: str | None


_OF_VISIT = sql("SELECT at, field, earlier FROM amendments WHERE visit_id = ? ORDER BY id DESC")


def replaced(visit_id: int) -> list[Replaced]:
    """What stood in the fields of a visit before, the latest first."""
    return [
        Replaced(moment_in(at), bytes(field).decode(), _opened(earlier))
        for at, field, earlier in execute(_OF_VISIT, visit_id).fetchall()
    ]


def _opened(stored: Any) -> str | None:
    try:
        text: str | None = Amendment.earlier.python_value(stored)
    except WrongKey:
        return UNREADABLE
    return text


@functools.cache
def _column(name: str) -> Callable[[], str]:
    return sql(f"SELECT {name} FROM visits WHERE id = ?")


def stored(visit_id: int, column: str) -> Any:
    """What stands in a column of a visit, as it is stored; for `change`. None too where the visit is gone."""
    row = one(_column(column), visit_id)
    return None if row is None else row[0]


@functools.cache
def _change(names: tuple[str, ...], column: str, was_empty: bool) -> Callable[[], str]:
    values = ", ".join(f"{name} = ?" for name in names)
    return sql(f"UPDATE visits SET {values} WHERE id = ? AND {column} {'IS NULL' if was_empty else '= ?'}")


def change(visit_id: int, column: str, was: Any, values: Mapping[str, Any]) -> bool:
    """Set these columns where `column` still holds what was `stored`; False where it does not."""
    new = [getattr(Visit, name).db_value(value) for name, value in values.items()]
    seen = () if was is None else (was,)
    return changed(_change(tuple(values), column, was is None), *new, visit_id, *seen) == 1
