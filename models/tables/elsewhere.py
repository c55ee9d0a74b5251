"""The stays of one person in all halls of the account but one: identity as hashes, nothing that would have to be
opened."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from models.tables import erasures
from models.tables.database import execute, sql
from models.tables.fields import moment_in, moment_out

MOST = 200
"""Stays of one look-up, the earliest first: nobody comes so often in the days of a case."""


class StayElsewhere(NamedTuple):
    """A visit as it is stored; the hashes as whoever registered it had them made."""

    id: int
    public_id: str
    hall_id: int
    person_id: int | None
    lead_id: int | None
    door: int
    matter: str | None
    in_at: datetime
    out_at: datetime | None
    due_at: datetime
    how_in: str
    how_out: str | None
    id_hash: bytes | None
    name_hash: bytes
    phone_hash: bytes | None


_COLUMNS = ", ".join(f"v.{name}" for name in StayElsewhere._fields)
_RANGE = "v.in_at >= ? AND v.in_at < ? ORDER BY v.in_at, v.id LIMIT ?"
# A hall after the other, each by its own index: there are some hundreds of halls, and any number of visits.
_IN_EACH_HALL = f"SELECT {_COLUMNS} FROM halls h JOIN visits v ON v.hall_id = h.id WHERE h.id <> ?"
_BY_NUMBER = sql(f"{_IN_EACH_HALL} AND v.id_hash = ? AND {_RANGE}")
_BY_PHONE = sql(f"{_IN_EACH_HALL} AND v.phone_hash = ? AND v.name_hash = ? AND {_RANGE}")
_BY_ACCOUNT = sql(
    f"SELECT {_COLUMNS} FROM visits v WHERE v.hall_id <> ? AND v.person_id = ? AND v.name_hash = ?"
    f" AND v.lead_id IS NULL AND {_RANGE}"
)


def by_number(but: int, id_hash: bytes, begin: datetime, end: datetime) -> list[StayElsewhere]:
    """With this ID number, in halls other than `but`, begun from `begin` up to, and without, `end`."""
    return _found(_BY_NUMBER, but, id_hash, begin, end)


def by_phone(but: int, phone_hash: bytes, name_hash: bytes, begin: datetime, end: datetime) -> list[StayElsewhere]:
    """With this phone and this name."""
    return _found(_BY_PHONE, but, phone_hash, name_hash, begin, end)


def by_account(but: int, person_id: int, name_hash: bytes, begin: datetime, end: datetime) -> list[StayElsewhere]:
    """Of this account, under this name, companions left out."""
    return [] if erasures.is_going(person_id) else _found(_BY_ACCOUNT, but, person_id, name_hash, begin, end)


def _found(statement: Any, but: int, *values: Any) -> list[StayElsewhere]:
    *marks, begin, end = values
    rows = execute(statement, but, *marks, moment_out(begin), moment_out(end), MOST).fetchall()
    return [StayElsewhere._make(map(_opened, _OPENERS, row)) for row in rows]


def _opened(opens: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if opens is None or value is None else opens(value)


def _text(value: Any) -> str:
    return bytes(value).decode()


_OPENERS: tuple[Callable[[Any], Any] | None, ...] = (
    *(None, _text, None, None, None, None, _text),
    *(moment_in, moment_in, moment_in, _text, _text, bytes, bytes, bytes),
)
