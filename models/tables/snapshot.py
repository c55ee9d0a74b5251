"""All tables as they were at one moment, read row by row while others write; and rows put back as they were.

A row is the list of its values as JSON has them: numbers, texts, bytes in base64, moments and days as texts. So a row
reads the same from MariaDB, MySQL and SQLite, and can be put into any of them.
"""

import contextlib
from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import peewee
from pymysql.cursors import SSCursor

from models.tables import TABLES
from models.tables.books_of_keys import Restoring
from models.tables.fields import BytesField, DayField, MomentField, SecretBytesField, Table
from models.tables.plainly import opened_plainly

FETCHED_AT_ONCE = 500
LONG_FETCHED_AT_ONCE = 4
"""Of a table whose rows may hold a megabyte."""
INSERTED_AT_ONCE = 256
BYTES, TEXT, PLAIN = "bytes", "text", "plain"
"""How a column's values are written: in base64, as a text that the database makes, or as they are."""
_SENDING_SECONDS = 3600
_LONG = frozenset(
    table._meta.table_name
    for table in TABLES
    if any(isinstance(field, SecretBytesField) for field in table._meta.sorted_fields)
)


class Part(NamedTuple):
    """A table: its name, the columns with how their values are written, and its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: str


def parts() -> list[Part]:
    """Every table of this code, but for the one that says that a restore has begun."""
    return [_part(table) for table in TABLES if table is not Restoring]


def _part(table: type[Table]) -> Part:
    columns = tuple((field.column_name, _kind(field)) for field in table._meta.sorted_fields)
    return Part(table._meta.table_name, columns, table._meta.primary_key.column_name)


def _kind(field: peewee.Field) -> str:
    if isinstance(field, BytesField | SecretBytesField):
        return BYTES
    return TEXT if isinstance(field, MomentField | DayField) else PLAIN


@contextlib.contextmanager
def snapshot(database: peewee.Database) -> Iterator[peewee.Database]:
    """A connection to which the data stays as it is now, whoever writes meanwhile; nobody waits for it."""
    with opened_plainly(database) as plain:
        if isinstance(plain, peewee.MySQLDatabase):
            plain.execute_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # The server gives up a reader that is slow for a minute; a disk may be.
            plain.execute_sql(f"SET SESSION net_write_timeout = {_SENDING_SECONDS}")
            plain.execute_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        else:
            plain.execute_sql("BEGIN")
            # SQLite's moment is that of the first look.
            plain.execute_sql("SELECT COUNT(*) FROM key_checks").fetchone()
        yield plain


def rows(plain: peewee.Database, part: Part) -> Iterator[list[list[Any]]]:
    """The rows of a table in the order of its primary key, some hundred at a time, or a few that are long."""
    is_mysql = isinstance(plain, peewee.MySQLDatabase)
    chosen = ", ".join(
        f"CAST(`{name}` AS CHAR)" if is_mysql and kind == TEXT else f"`{name}`" for name, kind in part.columns
    )
    connection = plain.connection()
    cursor = connection.cursor(SSCursor) if is_mysql else connection.cursor()
    with contextlib.closing(cursor):
        cursor.execute(f"SELECT {chosen} FROM `{part.name}` ORDER BY `{part.key}`")
        at = [place for place, (_, kind) in enumerate(part.columns) if kind == BYTES]
        while found := cursor.fetchmany(LONG_FETCHED_AT_ONCE if part.name in _LONG else FETCHED_AT_ONCE):
            yield [_out(row, at) for row in found]


def _out(row: Sequence[Any], at: list[int]) -> list[Any]:
    values = list(row)
    for place in at:
        if values[place] is not None:
            values[place] = b2a_base64(values[place], newline=False).decode()
    return values


def put(plain: peewee.Database, part: Part, given: list[list[Any]]) -> None:
    """Add rows as `rows` gave them."""
    at = [place for place, (_, kind) in enumerate(part.columns) if kind == BYTES]
    names = ", ".join(f"`{name}`" for name, _ in part.columns)
    for start in range(0, len(given), INSERTED_AT_ONCE):
        some = given[start : start + INSERTED_AT_ONCE]
        each = "(" + ", ".join([plain.param] * len(part.columns)) + ")"
        values = [value for row in some for value in _in(row, at)]
        plain.execute_sql(f"INSERT INTO `{part.name}` ({names}) VALUES {', '.join([each] * len(some))}", values)


def _in(row: list[Any], at: list[int]) -> list[Any]:
    for place in at:
        if row[place] is not None:
            row[place] = b64decode(row[place])
    return row


def columns(plain: peewee.Database, table: str) -> set[str]:
    """The names of a table's columns; none where there is no such table."""
    return {one.name for one in plain.get_columns(table)} if table in plain.get_tables() else set()


def count(plain: peewee.Database, table: str) -> int:
    """How many rows a table has."""
    return int(plain.execute_sql(f"SELECT COUNT(*) FROM `{table}`").fetchone()[0])


def filled(plain: peewee.Database, *but: str) -> list[str]:
    """The tables with rows, whosesoever they are, but for some."""
    return [name for name in sorted(plain.get_tables()) if name not in but and _has_rows(plain, name)]


def _has_rows(plain: peewee.Database, table: str) -> bool:
    return plain.execute_sql(f"SELECT 1 FROM `{table}` LIMIT 1").fetchone() is not None
