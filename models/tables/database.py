"""The one database: connections bounded in time, transactions that are redone when the server says so.

Every statement runs inside `transaction()`. A unit of work is redone from its start on a deadlock, a lock time-out,
a lost connection, a failed certification of a cluster, or when it raises `Raced`; so it must have no effect outside
the database. No exception of the database may be caught inside a unit: after a deadlock the server has already
rolled back and the rest would commit by itself.
"""

import contextlib
import functools
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import peewee

from models.tables.mysql import BoundedMySQL, OutOfTime
from models.tables.sqlite import QueuedSqlite

T = TypeVar("T")
P = ParamSpec("P")

DB = peewee.DatabaseProxy()

UNIT_SECONDS = 4.0
"""A unit of work that nobody gave a deadline is tried again for so long."""

# 1205 lock wait, 1213 deadlock, 1020 changed since read, 1047 cluster node not ready, 1053 shutdown, 1317 interrupted,
# 1927 killed, 2003 cannot connect, 2006 gone away, 2013 lost, 2014 out of sync, 1040 too many connections.
_TRY_AGAIN = frozenset({1020, 1040, 1047, 1053, 1205, 1213, 1317, 1927, 2003, 2006, 2013, 2014})
_DUPLICATE = 1062
_MOST_DUPLICATES = 5


class Raced(Exception):
    """Somebody else changed what this unit had read; it is redone from its start."""


class Unavailable(Exception):
    """The unit of work could not be done before its deadline; nothing of it is stored."""


class OutcomeUnknown(Exception):
    """The connection was lost at COMMIT and the database was not reached again: it may or may not be stored."""


def open_database(url: str) -> peewee.Database:
    """Make `url` (mysql://… or sqlite:///…) the database of every table of this process."""
    database = QueuedSqlite.from_url(url) if url.startswith("sqlite:") else BoundedMySQL.from_url(url)
    DB.initialize(database)
    return database


def run(work: Callable[[], T], until: float | None = None) -> T:
    """Run `work` in one transaction, again while that helps and `until` (time.monotonic) has not passed.

    Raises Unavailable or OutcomeUnknown when it did not help; whatever else `work` raises, rolled back, as it is.
    """
    deadline = time.monotonic() + UNIT_SECONDS if until is None else until
    committing_lost = False
    duplicates = 0
    attempt = 0
    while True:
        attempt += 1
        stage = _Stage()
        _LATER.works = ()
        try:
            with DB.obj.bounded(deadline), stage.transaction():
                done = work()
        except Raced as error:
            cause: Exception = error
        except peewee.IntegrityError as error:
            duplicates += 1
            if error_code(error) != _DUPLICATE or duplicates > _MOST_DUPLICATES:
                raise
            cause = error
        except OutOfTime as error:
            raise (OutcomeUnknown if committing_lost else Unavailable)("out of time") from error
        except peewee.PeeweeException as error:
            if not worth_another_try(error):
                raise
            committing_lost = committing_lost or (stage.committing and not _was_refused(error))
            cause = error
        else:
            _do_later()
            return done
        pause = min(0.002 * 2**attempt, 0.1) * (0.5 + random.random())  # noqa: S311 - spreads rivals, no secret
        if time.monotonic() + pause >= deadline:
            raise (OutcomeUnknown if committing_lost else Unavailable)(type(cause).__name__) from cause
        time.sleep(pause)


class _Later(threading.local):
    """What this thread does once the unit of work that is under way is stored."""

    works: tuple[Callable[[], object], ...] = ()


_LATER = _Later()


def afterwards(work: Callable[[], object]) -> None:
    """Have `work` done, once, when the unit of work that is under way is stored, before anybody is told of it; not at
    all where it is not. It is to raise nothing: what is stored is stored."""
    if work not in _LATER.works:
        _LATER.works = (*_LATER.works, work)


def _do_later() -> None:
    works, _LATER.works = _LATER.works, ()
    for work in works:
        work()


class _Stage:
    """Where a unit of work stands: an error while committing leaves the outcome open."""

    committing = False

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with DB.transaction():
            yield
            self.committing = True


def transaction(function: Callable[P, T]) -> Callable[P, T]:
    """Make `function` a unit of work; called within another unit it is a part of that one."""

    @functools.wraps(function)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        if DB.transaction_depth():
            return function(*args, **kwargs)
        return run(lambda: function(*args, **kwargs))

    return unit


def error_code(error: BaseException) -> int | None:
    """The server's error number, also of an error that another one covers (PyMySQL hides a dead connection so)."""
    seen: BaseException | None = error
    while seen is not None:
        first = seen.args[0] if seen.args else None
        if isinstance(first, int) and first:
            return first
        if "UNIQUE constraint failed" in str(first):
            return _DUPLICATE
        seen = seen.__cause__ or seen.__context__
    return None


def worth_another_try(error: BaseException) -> bool:
    """Whether the same unit of work may succeed if it is simply done again."""
    code = error_code(error)
    if code is not None:
        return code in _TRY_AGAIN
    # PyMySQL answers InterfaceError(0, '') on a closed connection; SQLite says it in words.
    return isinstance(error, peewee.InterfaceError) or "locked" in str(error)


def _was_refused(error: BaseException) -> bool:
    """Whether the server itself answered, so that a COMMIT that failed is known to have failed."""
    return error_code(error) in {1020, 1047, 1205, 1213}


def sql(statement: str) -> Callable[[], str]:
    """A statement written with `?`, given back in the spelling of the database in use."""
    spellings = {"?": statement, "%s": statement.replace("?", "%s")}
    return lambda: spellings[DB.obj.param]


def execute(statement: Callable[[], str], *values: Any) -> Any:
    """Run a prepared text; gives the cursor back."""
    return DB.obj.execute_sql(statement(), values)


def one(statement: Callable[[], str], *values: Any) -> tuple[Any, ...] | None:
    """The first row of a prepared text, or None."""
    row: tuple[Any, ...] | None = execute(statement, *values).fetchone()
    return row


def changed(statement: Callable[[], str], *values: Any) -> int:
    """How many rows a conditional UPDATE or DELETE matched."""
    count: int = execute(statement, *values).rowcount
    return count


def thread_is_done() -> None:
    """Close this thread's connection (a thread that ends, a test that is over)."""
    if not DB.obj.is_closed():
        DB.obj.close()
