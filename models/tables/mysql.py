"""MariaDB and MySQL 8 through PyMySQL: one connection a thread, none of whose statements outlives its deadline."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import peewee
import pymysql
from pymysql.constants import CLIENT

from models.tables.link import Link

CONNECT_SECONDS = 2.0
LOCK_WAIT_SECONDS = 2
STATEMENT_SECONDS = 3.5
"""Longest wait for one whole answer of the server, and for a whole log-in, where no deadline is nearer; above the lock
wait, so that a lock time-out is the server's answer and not a cut connection."""
ROLLBACK_SECONDS = 0.5


class OutOfTime(Exception):
    """The unit's deadline passed before this statement was sent. Not peewee's: it would raise its own in its place."""


class BoundedMySQL(peewee.MySQLDatabase):
    """Transactions begin with their first statement (autocommit is off): a round trip less than BEGIN.

    The connection belongs to its thread and stays open: peewee's pool would ping at each check-out and roll back at
    each check-in, two round trips a delivery. A connection that died while idle shows at the first statement, and the
    unit of work is redone on a new one.
    """

    field_types = {  # noqa: RUF012 - peewee reads it from the class
        **peewee.MySQLDatabase.field_types,
        "DATETIME6": "DATETIME(6)",
        "CIPHER": "VARBINARY",
    }

    @classmethod
    def from_url(cls, url: str) -> "BoundedMySQL":
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        tls = {"ssl": {"ca": query["ssl_ca"][0]}} if "ssl_ca" in query else {}
        return cls(
            parts.path.lstrip("/"),
            host=parts.hostname,
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            charset="utf8mb4",
            autoconnect=False,
            # An UPDATE counts the rows it matched, also where it wrote the value that was there.
            client_flag=CLIENT.FOUND_ROWS,
            **tls,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = threading.local()

    @contextlib.contextmanager
    def bounded(self, deadline: float) -> Iterator[None]:
        """Let no statement of this thread wait past `deadline` (time.monotonic)."""
        self._limits.deadline = deadline
        try:
            if self.is_closed():
                self.connect()
            yield
        except (peewee.InterfaceError, peewee.OperationalError):
            self._drop_if_broken()
            raise
        finally:
            self._limits.deadline = None

    def connect(self, reuse_if_open: bool = False) -> bool:
        """As peewee's, without its lock: one slow connect must not make every other thread wait behind it."""
        if not self._state.closed:
            if reuse_if_open:
                return False
            raise peewee.OperationalError("this thread has a connection already")
        self._state.reset()
        with peewee.__exception_wrapper__:
            self._state.set_connection(self._connect())
        return True

    def begin(self, isolation_level: str | None = None) -> None:
        """Nothing to send: with autocommit off the first statement begins."""

    def commit(self) -> None:
        with peewee.__exception_wrapper__:
            self._timed_connection().commit()

    def rollback(self) -> None:
        """Undo the unit; where the connection is gone the server does so, and the first error is the one to tell."""
        connection = self.connection()
        try:
            connection.until = time.monotonic() + ROLLBACK_SECONDS
            connection.rollback()
        except (pymysql.err.Error, OSError):
            connection._force_close()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        if not self.transaction_depth():
            raise RuntimeError("a statement outside of a transaction")
        return super().execute_sql(sql, params)

    def cursor(self, named_cursor: Any = None) -> Any:
        return self._timed_connection().cursor()

    def _timed_connection(self) -> Any:
        connection = self._state.conn
        connection.until = self._moment(STATEMENT_SECONDS)
        return connection

    def _connect(self) -> Any:
        connection = Link(
            self._moment(STATEMENT_SECONDS),
            database=self.database,
            autocommit=False,
            connect_timeout=CONNECT_SECONDS,
            **self.connect_params,
        )
        connection.connect()
        with connection.cursor() as cursor:
            cursor.execute(
                "SET SESSION innodb_lock_wait_timeout = %s, time_zone = '+00:00'",
                (LOCK_WAIT_SECONDS,),
            )
            # The variable has two names across MySQL and MariaDB; the statement has one.
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return connection

    def _moment(self, seconds: float) -> float:
        """So far from now, or the unit's deadline where that is nearer; OutOfTime where it has passed."""
        now = time.monotonic()
        deadline: float | None = getattr(self._limits, "deadline", None)
        if deadline is None:
            return now + seconds
        if deadline <= now:
            raise OutOfTime("the deadline of this unit of work has passed")
        return min(now + seconds, deadline)

    def _drop_if_broken(self) -> None:
        """Forget a connection that PyMySQL has given up, so that the next unit opens a new one."""
        if not self.is_closed() and not self.connection().open:
            self.close()
