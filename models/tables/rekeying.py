"""Rows on their way to newer keys: read in the order of their primary keys, and written only as they were read."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import peewee

from models.tables import TABLES
from models.tables.books_of_keys import Rekeying
from models.tables.database import changed, execute, one, sql
from models.tables.fields import SecretBytesField, SecretField, Table
from models.tables.openids import OpenidField
from models.tables.signing_in import SignIn

_UPTO = sql("SELECT `keys`, upto FROM rekeyings WHERE of_table = ?")
_SET_UPTO = sql("UPDATE rekeyings SET `keys` = ?, upto = ? WHERE of_table = ?")


class Walked(NamedTuple):
    """A row as stored: its primary key, and by column what stands there, as the database has it."""

    key: int | bytes
    values: dict[str, Any]


def secrets(table: type[Table]) -> list[SecretField | SecretBytesField]:
    """The encrypted columns of a table."""
    return [one for one in table._meta.sorted_fields if isinstance(one, SecretField | SecretBytesField)]


def has_long_rows(table: type[Table]) -> bool:
    """Whether a row may hold a megabyte."""
    return any(isinstance(one, SecretBytesField) for one in secrets(table))


def with_secrets() -> list[type[Table]]:
    """The tables that have any."""
    return [table for table in TABLES if secrets(table)]


def place(field: SecretField | SecretBytesField, row: Walked) -> bytes:
    """What is bound into the value of this column in this row."""
    if isinstance(field, SecretField):
        return field.place
    return field.place(*(field.model._meta.fields[name].python_value(row.values[name]) for name in field.bound))


def columns_of(table: type[Table], besides: Collection[str] = ()) -> list[str]:
    """What has to be read of a table's rows to renew them: encrypted columns, what is bound into them, and others."""
    fields = secrets(table)
    names = {field.column_name for field in fields} | {name for field in fields for name in getattr(field, "bound", ())}
    return sorted(names | set(besides))


def batch(table: type[Table], columns: Sequence[str], after: int | bytes | None, most: int) -> list[Walked]:
    """The next rows after a primary key, in its order. Part of a unit of work."""
    key, name = table._meta.primary_key.column_name, table._meta.table_name
    chosen = ", ".join(f"`{column}`" for column in (key, *columns))
    where = "" if after is None else f" WHERE `{key}` > ?"
    statement = sql(f"SELECT {chosen} FROM {name}{where} ORDER BY `{key}` LIMIT ?")
    rows = execute(statement, *(() if after is None else (after,)), most).fetchall()
    return [Walked(row[0], dict(zip(columns, row[1:], strict=True))) for row in rows]


def write(table: type[Table], row: Walked, new: Mapping[str, bytes], seen: Collection[str]) -> bool:
    """Put new values into a row; False where what was `seen` of it is not there any more. Part of a unit of work."""
    key, name = table._meta.primary_key.column_name, table._meta.table_name
    sets = ", ".join(f"`{column}` = ?" for column in new)
    same = " AND ".join(f"`{column}` = ?" for column in (key, *seen))
    statement = sql(f"UPDATE {name} SET {sets} WHERE {same}")
    return changed(statement, *new.values(), row.key, *(row.values[column] for column in seen)) == 1


def openid_columns() -> list[tuple[str, str]]:
    """Every table and column in which openids stand."""
    return [
        (table._meta.table_name, one.column_name)
        for table in TABLES
        for one in table._meta.sorted_fields
        if isinstance(one, OpenidField)
    ]


def holds_openids() -> bool:
    """Whether an openid stands anywhere. Part of a unit of work."""
    return any(openids_after(table, column, b"", 1) for table, column in openid_columns())


def forget_sign_ins() -> None:
    """Take away every sign-in that is under way or was. Part of a unit of work."""
    SignIn.delete().execute()


def openids_after(table: str, column: str, last: bytes, most: int) -> list[bytes]:
    """The next values of such a column after one, in their order, each once. Part of a unit of work."""
    text = f"SELECT DISTINCT `{column}` FROM {table} WHERE `{column}` > ? ORDER BY `{column}` LIMIT ?"
    return [bytes(row[0]) for row in execute(sql(text), last, most).fetchall()]


def replace_openid(table: str, column: str, was: bytes, new: bytes) -> None:
    """Put one value into the place of another wherever that stands in this column. Part of a unit of work."""
    changed(sql(f"UPDATE {table} SET `{column}` = ? WHERE `{column}` = ?"), new, was)


def upto(table: type[Table], keys: str) -> int | bytes | None:
    """The primary key up to which a table was written with these keys; None where nothing was. Part of a unit of
    work."""
    row: Any = one(_UPTO, _name(table))
    if row is None or bytes(row[0]).decode() != keys or not row[1]:
        return None
    value = bytes(row[1])
    return value if _is_bytes(table) else int(value)


def set_upto(table: type[Table], keys: str, key: int | bytes | None) -> None:
    """Keep how far a table is; None: it is to be begun from its start. Part of a unit of work."""
    value = b"" if key is None else bytes(key) if _is_bytes(table) else str(key).encode()
    if changed(_SET_UPTO, keys.encode(), value, _name(table)) == 0:
        Rekeying.insert(of_table=table._meta.table_name, keys=keys, upto=value).execute()


def _name(table: type[Table]) -> bytes:
    name: str = table._meta.table_name
    return name.encode()


def _is_bytes(table: type[Table]) -> bool:
    return not isinstance(table._meta.primary_key, peewee.IntegerField)
