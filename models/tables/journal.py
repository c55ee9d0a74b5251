"""What was erased and does not stand in the journal beside the database yet."""

import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.tables.conversations import Conversation
from models.tables.database import changed, execute, one, run, sql
from models.tables.door import Fever
from models.tables.fields import AsciiField, MomentField, Table, insert, moment_in
from models.tables.openids import openid_in
from models.tables.outbox import Grant, Outgoing
from models.tables.people import Person
from models.tables.photos import Photo
from models.tables.signing_in import Session, SignIn


class ErasureLine(Table):
    """A line of the journal (rules.erasure_lines), which goes from here once it is written there."""

    line = AsciiField(2000)
    at = MomentField()

    class Meta:
        table_name = "erasure_lines"


class Unwritten(NamedTuple):
    """A line that is to be written."""

    id: int
    line: str


_WAITING = sql("SELECT id, line FROM erasure_lines ORDER BY id LIMIT ?")
# By what it says too: a database may give the number of a row that is gone to another one.
_WRITTEN = sql("DELETE FROM erasure_lines WHERE id = ? AND line = ?")
_BACKLOG = sql("SELECT COUNT(*), MIN(at) FROM erasure_lines")


def add(line: str, now: datetime) -> None:
    """Have a line written, with what this unit of work does or not at all."""
    insert(ErasureLine, line=line, at=now)


def waiting(most: int) -> list[Unwritten]:
    """The first lines that are to be written."""
    return [Unwritten(row[0], bytes(row[1]).decode()) for row in execute(_WAITING, most).fetchall()]


def written(rows: Sequence[Unwritten]) -> None:
    """These stand in the journal."""
    for row in rows:
        changed(_WRITTEN, row.id, row.line.encode())


def backlog() -> tuple[int, datetime | None]:
    """How many lines are to be written, and since when the oldest one is."""
    row: Any = one(_BACKLOG)
    return row[0], None if row[1] is None else moment_in(row[1])


@functools.cache
def _public_ids(count: int) -> Callable[[], str]:
    return sql(f"SELECT public_id FROM visits WHERE id IN ({', '.join('?' * count)}) ORDER BY id")


@functools.cache
def _declared(count: int) -> Callable[[], str]:
    return sql(f"SELECT id, declared_at FROM fevers WHERE id IN ({', '.join('?' * count)}) ORDER BY id")


_VISITS_AFTER = sql("SELECT id, public_id FROM visits WHERE id > ? ORDER BY id LIMIT ?")
_FEVERS_AFTER = sql("SELECT id, declared_at FROM fevers WHERE id > ? ORDER BY id LIMIT ?")


def names_of_visits(ids: Sequence[int]) -> list[str]:
    """What these visits are called in the journal, before they are hashed: the same in every copy of the data."""
    return [bytes(row[0]).decode() for row in execute(_public_ids(len(ids)), *ids).fetchall()] if ids else []


def names_of_fevers(ids: Sequence[int]) -> list[str]:
    """The same of fevers."""
    return [_fever(*row) for row in execute(_declared(len(ids)), *ids).fetchall()] if ids else []


def visits_after(after: int, most: int) -> list[tuple[int, str]]:
    """The next visits after an id: their ids, and what they are called in the journal."""
    return [(row[0], bytes(row[1]).decode()) for row in execute(_VISITS_AFTER, after, most).fetchall()]


def fevers_after(after: int, most: int) -> list[tuple[int, str]]:
    """The same of fevers."""
    return [(row[0], _fever(*row)) for row in execute(_FEVERS_AFTER, after, most).fetchall()]


_UNDER_OPENIDS = (Person, Fever, Outgoing, Grant, Photo, Conversation, Session, SignIn)
"""What is erased with its person, and says by an openid whose it is."""
_OPENIDS = tuple(
    sql(f"SELECT DISTINCT openid FROM {table._meta.table_name} WHERE openid > ? ORDER BY openid LIMIT ?")
    for table in _UNDER_OPENIDS
)


def openids(most: int) -> Iterator[str]:
    """Everybody of whom something is kept, one of them more often than once; `most` in a unit of work."""
    for statement in _OPENIDS:
        last = b""
        while found := run(functools.partial(_openids_after, statement, last, most)):
            last = found[-1]
            yield from map(openid_in, found)


def _openids_after(statement: Callable[[], str], last: bytes, most: int) -> list[bytes]:
    return [bytes(row[0]) for row in execute(statement, last, most).fetchall()]


def _fever(row_id: int, declared_at: Any) -> str:
    return f"{row_id} {moment_in(declared_at).isoformat()}"
