"""Stays as a pass shows them."""

from typing import Any, NamedTuple

from models.tables.database import one, sql
from models.tables.openids import openid_out
from models.tables.visits import PastVisit, Visit, past_visit


class PassRow(NamedTuple):
    """A visit with who it is, the name opened; `companions` are those who came with them."""

    visit: PastVisit
    public_id: str
    companions: int
    name: str


_COLUMNS = (
    "SELECT v.id, v.hall_id, v.door, v.in_at, v.out_at, v.how_in, v.how_out, v.due_at,"
    " v.public_id, v.companions, v.name"
)
_OPEN = sql(f"{_COLUMNS} FROM people p JOIN visits v ON v.open_key = p.id WHERE p.openid = ?")
_LAST = sql(
    f"{_COLUMNS} FROM people p JOIN visits v ON v.person_id = p.id WHERE p.openid = ? ORDER BY v.in_at DESC LIMIT 1"
)
_WITH_ID = sql(f"{_COLUMNS} FROM visits v WHERE v.public_id = ? AND v.lead_id IS NULL")


def open_of(openid: str) -> PassRow | None:
    """The visit that a person is in."""
    return _row(one(_OPEN, openid_out(openid)))


def last_of(openid: str) -> PassRow | None:
    """The visit that a person made last."""
    return _row(one(_LAST, openid_out(openid)))


def with_public_id(public_id: str) -> PassRow | None:
    """The visit with this public id, if it is no companion's, who goes with their lead."""
    return _row(one(_WITH_ID, public_id.encode("utf-8", "replace")))


def _row(row: tuple[Any, ...] | None) -> PassRow | None:
    if row is None:
        return None
    return PassRow(past_visit(row), bytes(row[8]).decode(), row[9], Visit.name.shown(row[10]))
