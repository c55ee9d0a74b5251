"""Column types: UTC moments with microseconds, ASCII keys compared byte by byte, encrypted texts."""

import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import peewee

from models.tables import vault
from models.tables.database import DB, execute, sql

_MOMENT = "%Y-%m-%d %H:%M:%S.%f"


class Table(peewee.Model):
    """The base of every table."""

    id: Any

    class Meta:
        database = DB
        legacy_table_names = False


def moment_out(value: datetime) -> str:
    """An aware datetime as both databases take it, in UTC; refuses a naive one, whose offset would be lost unseen."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC).strftime(_MOMENT)


def moment_in(value: datetime | str) -> datetime:
    """What a database gave for a moment, as an aware datetime in UTC."""
    # replace() takes six times as long as reading the zone along with the rest.
    return datetime.fromisoformat(value + "+00:00") if isinstance(value, str) else value.replace(tzinfo=UTC)


def bytes_in(value: Any) -> bytes:
    """What a database gave for bytes. SQLite keeps whatever somebody puts into a column: of a number, bytes() would
    make as many zeros."""
    return str(value).encode("utf-8", "surrogatepass") if isinstance(value, str | int | float) else bytes(value)


class MomentField(peewee.Field):
    """DATETIME(6) in UTC; peewee's own DateTimeField drops the fractions on MariaDB."""

    field_type = "DATETIME6"

    def db_value(self, value: datetime | None) -> str | None:
        return None if value is None else moment_out(value)

    def python_value(self, value: Any) -> datetime | None:
        return None if value is None else moment_in(value)


class DayField(peewee.DateField):
    """A hall's date; given as text, since Python 3.12 warns of SQLite's own way with dates."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else value.isoformat()


class LongTextField(peewee.TextField):
    """A text that may be longer than the 65,535 bytes which MySQL's TEXT holds."""

    field_type = "LONGTEXT"


class MediumBytesField(peewee.BlobField):
    """Up to 16 MB of bytes; MySQL's BLOB holds 64 KB."""

    field_type = "MEDIUMBLOB"


class BytesField(peewee.Field):
    """VARBINARY(n): keys and hashes; no collation takes two of them for one."""

    field_type = "VARBINARY"

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(**kwargs)

    def get_modifiers(self) -> list[int]:
        return [self.max_length]

    def db_value(self, value: Any) -> bytes | None:
        if value is not None and len(value) > self.max_length:
            raise ValueError(f"{self.name}: longer than {self.max_length} bytes")
        stored: bytes | None = value
        return stored

    def python_value(self, value: Any) -> Any:
        return None if value is None else bytes(value)


class AsciiField(BytesField):
    """A code: ASCII text kept as bytes, since utf8mb4_unicode_ci takes abc and ABC for one."""

    def db_value(self, value: Any) -> bytes | None:
        return super().db_value(None if value is None else value.encode("ascii"))

    def python_value(self, value: Any) -> Any:
        return None if value is None else bytes(value).decode("ascii")


class SecretField(BytesField):
    """A personal text, encrypted with the vault in use; the column's name is bound into it.

    `max_length` counts bytes of cipher text: at most 37 more than the UTF-8 of the text.
    """

    field_type = "CIPHER"

    def db_value(self, value: Any) -> bytes | None:
        return super().db_value(None if value is None else vault.current().close(value, self.place))

    def python_value(self, value: Any) -> Any:
        return None if value is None else vault.current().open(bytes(value), self.place)

    def opened(self, value: Any) -> str | None:
        """The text; None too where it does not open, since one damaged value must not hide its row, nor the others."""
        try:
            text: str | None = self.python_value(value)
        except vault.WrongKey:
            return None
        return text

    def shown(self, value: Any) -> str:
        """The text as it may be shown; UNREADABLE where it does not open."""
        text = self.opened(value)
        return UNREADABLE if text is None else text

    @property
    def place(self) -> bytes:
        return f"{self.model._meta.table_name}.{self.column_name}".encode()


UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What no field that a person fills in can say."""


class SecretBytesField(MediumBytesField):
    """Encrypted bytes; beside the column, what its row says in the columns `bound` is bound into them, so that none
    passes for another one's."""

    def __init__(self, *bound: str, **kwargs: Any) -> None:
        self.bound = bound
        super().__init__(**kwargs)

    def place(self, *said: object) -> bytes:
        """The place of the value whose row says this in the columns `bound`."""
        return ":".join([f"{self.model._meta.table_name}.{self.column_name}", *map(str, said)]).encode()


_Insert = tuple[Callable[[], str], tuple[peewee.Field, ...]]
_inserts: dict[tuple[str, tuple[str, ...]], _Insert] = {}


def _insert_text(table: type[Table], names: tuple[str, ...]) -> _Insert:
    """The statement that adds a row with these columns, made once."""
    key = (table._meta.table_name, names)
    if key not in _inserts:
        fields = tuple(table._meta.fields[name] for name in names)
        # `by` and `key` are words of SQL; SQLite takes MySQL's quotes too.
        columns = ", ".join(f"`{field.column_name}`" for field in fields)
        places = ", ".join("?" for _ in fields)
        _inserts[key] = sql(f"INSERT INTO {table._meta.table_name} ({columns}) VALUES ({places})"), fields
    return _inserts[key]


def insert(table: type[Table], **values: Any) -> int:
    """Add a row and give its id. peewee builds its text anew each time, which costs more than the server does."""
    statement, fields = _insert_text(table, tuple(values))
    cursor = execute(statement, *(field.db_value(value) for field, value in zip(fields, values.values(), strict=True)))
    return int(cursor.lastrowid)


AT_ONCE = 512
"""Rows of one INSERT; with the columns that a table has, SQLite takes so many values."""


def insert_rows(table: type[Table], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Add many rows with these columns, a few hundred in each statement."""
    fields = [table._meta.fields[name] for name in names]
    columns = tuple(field.column_name for field in fields)
    at = 0
    for size in _sizes(len(rows)):
        part = rows[at : at + size]
        values = (field.db_value(value) for row in part for field, value in zip(fields, row, strict=True))
        execute(_rows_text(table._meta.table_name, columns, size), *values)
        at += size


def _sizes(count: int) -> Iterator[int]:
    """Parts of `count` that are powers of two, so that there are few different statements."""
    size = AT_ONCE
    while count:
        while size > count:
            size //= 2
        yield size
        count -= size


@functools.cache
def _rows_text(table: str, columns: tuple[str, ...], size: int) -> Callable[[], str]:
    places = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * size)
    names = ", ".join(f"`{column}`" for column in columns)
    return sql(f"INSERT INTO {table} ({names}) VALUES {places}")
