"""Halls: what each is called, when it is open, what it asks."""

import functools
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.rules.hall_names import name_key
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table, moment_in


class Hall(Table):
    """`facts` is JSON, read through models.services.halls, which keeps it by `revision`. `double_key` is of the region
    and of what a name looks like: two halls of one cannot be. `name_key`: of what
    the name looks like, in any region. `reason`: why it was turned down or suspended.
    `most_reissues`: how often its codes may be made anew, where an operator has raised that."""

    code = AsciiField(16, unique=True)
    name = peewee.CharField(max_length=100)
    status = AsciiField(16)
    revision = peewee.IntegerField(default=1)
    facts = peewee.TextField()
    created_at = MomentField()
    double_key = BytesField(32, null=True)
    name_key = BytesField(16, null=True)
    reason = peewee.CharField(max_length=200, null=True)
    most_reissues = peewee.IntegerField(null=True)

    class Meta:
        table_name = "halls"
        indexes = (
            (("double_key",), True),
            (("name_key",), False),
            (("status", "id"), False),
        )


_BY_CODE = sql("SELECT id, revision FROM halls WHERE code = ?")
_CODES = sql("SELECT code FROM halls ORDER BY id")
_IDS = sql("SELECT id FROM halls ORDER BY id")


@functools.cache
def _by_ids(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(f"SELECT id, code, name, status, revision, facts FROM halls WHERE id IN ({places})")


_DECIDE = sql("UPDATE halls SET status = ?, reason = ?, revision = ? WHERE id = ? AND status = ?")
_SET_DOUBLE_KEY = sql("UPDATE halls SET double_key = ? WHERE id = ?")
_WITH_DOUBLE_KEY = sql("SELECT id FROM halls WHERE double_key = ?")
_CHANGE = sql("UPDATE halls SET name = ?, name_key = ?, facts = ?, revision = ? WHERE id = ? AND revision = ?")
_LISTED = "SELECT id, code, name, status, reason, created_at, most_reissues FROM halls"
_IN_STATE = sql(f"{_LISTED} WHERE status = ? ORDER BY id LIMIT ?")
# No backslash: it would be one more thing to escape in a text of MySQL's.
_LIKE = " WHERE (name LIKE ? ESCAPE '!' OR CAST(code AS CHAR) LIKE ? ESCAPE '!')"
_PAGE = " ORDER BY id DESC LIMIT ? OFFSET ?"
_LIKE_IN = f"{_LIKE} AND status = ?"
_FOUND, _FOUND_IN = sql(f"{_LISTED}{_LIKE}{_PAGE}"), sql(f"{_LISTED}{_LIKE_IN}{_PAGE}")
_COUNT, _COUNT_IN = (sql(f"SELECT COUNT(*) FROM halls{where}") for where in (_LIKE, _LIKE_IN))
_ONE = sql(f"{_LISTED} WHERE code = ?")
_SET_MOST_REISSUES = sql("UPDATE halls SET most_reissues = ? WHERE id = ?")


_LIKE_NAMED = sql(f"{_LISTED} WHERE name_key = ? AND id <> ? ORDER BY id LIMIT ?")
_STATES = sql("SELECT status, COUNT(*) FROM halls GROUP BY status")


class Listed(NamedTuple):
    """A hall as operators see it in a list."""

    id: int
    code: str
    name: str
    status: str
    reason: str
    created_at: datetime
    most_reissues: int | None


def decide(hall_id: int, before: str, after: str, reason: str, revision: int) -> bool:
    """Move a hall from one state to another, as this revision; False where it is in another state by now."""
    return changed(_DECIDE, after.encode(), reason or None, revision, hall_id, before.encode()) == 1


def with_double_key(key: bytes) -> int | None:
    """The id of the hall that has this key."""
    row = one(_WITH_DOUBLE_KEY, key)
    return row[0] if row else None


def set_double_key(hall_id: int, key: bytes | None) -> None:
    """Take up the place of a name in a region, or give it back."""
    changed(_SET_DOUBLE_KEY, key, hall_id)


def change(hall_id: int, before: int, name: str, facts: str, revision: int) -> bool:
    """Keep new facts as this revision; False where somebody else changed the hall since the one before."""
    return changed(_CHANGE, name, hash_of_name(name), facts, revision, hall_id, before) == 1


def in_state(status: str, most: int) -> list[Listed]:
    """Halls in one state, the longest waiting first."""
    return [_listed(row) for row in execute(_IN_STATE, status.encode(), most).fetchall()]


def search(part: str, status: str | None, most: int, skipped: int) -> tuple[list[Listed], int]:
    """Halls with this part in their name or code, in this state (None: in any), the newest first; and how many there
    are of them on all pages."""
    like = "%" + part.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    where = (like, like.lower()) if status is None else (like, like.lower(), status.encode())
    rows, count = (_FOUND, _COUNT) if status is None else (_FOUND_IN, _COUNT_IN)
    total: Any = one(count, *where)
    return [_listed(row) for row in execute(rows, *where, most, skipped).fetchall()], int(total[0])


def hash_of_name(name: str) -> bytes:
    """Equal for two names that look like one."""
    return hashlib.blake2b(name_key(name).encode(), digest_size=16).digest()


def like_named(name: str, but: int, most: int) -> list[Listed]:
    """Halls with names that look like this one, wherever they are, the oldest first; without the hall of that id."""
    return [_listed(row) for row in execute(_LIKE_NAMED, hash_of_name(name), but, most).fetchall()]


def states() -> dict[str, int]:
    """How many halls there are in each state that any is in."""
    return {bytes(row[0]).decode(): row[1] for row in execute(_STATES).fetchall()}


@functools.cache
def _names(count: int) -> Callable[[], str]:
    return sql(f"SELECT id, code, name FROM halls WHERE id IN ({', '.join('?' * count)})")


def names(hall_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The code and the name of each of these halls, by its id."""
    if not hall_ids:
        return {}
    return {row[0]: (bytes(row[1]).decode(), row[2]) for row in execute(_names(len(hall_ids)), *hall_ids).fetchall()}


def listed(code: str) -> Listed | None:
    """One hall as operators see it."""
    row = one(_ONE, code.encode())
    return _listed(row) if row else None


def set_most_reissues(hall_id: int, most: int) -> None:
    """Allow a hall to make its codes anew so often."""
    changed(_SET_MOST_REISSUES, most, hall_id)


def _listed(row: tuple[Any, ...]) -> Listed:
    return Listed(
        row[0], bytes(row[1]).decode(), row[2], bytes(row[3]).decode(), row[4] or "", moment_in(row[5]), row[6]
    )


def revision_of(code: str) -> tuple[int, int] | None:
    """The id and revision of the hall with this code."""
    row = one(_BY_CODE, code.encode())
    return None if row is None else (row[0], row[1])


def codes() -> list[str]:
    """The codes of all halls, the oldest first."""
    return [bytes(row[0]).decode() for row in execute(_CODES).fetchall()]


def ids() -> list[int]:
    """The ids of all halls, the oldest first."""
    return [row[0] for row in execute(_IDS).fetchall()]


def row_of(hall_id: int) -> tuple[Any, ...] | None:
    """id, code, name, status, revision, facts of a hall."""
    return next(iter(rows_of([hall_id])), None)


def rows_of(hall_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The same of several halls."""
    rows = execute(_by_ids(len(hall_ids)), *hall_ids).fetchall() if hall_ids else ()
    return [(row[0], bytes(row[1]).decode(), row[2], bytes(row[3]).decode(), *row[4:]) for row in rows]
