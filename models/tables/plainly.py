"""A connection beside those of the units of work: for what takes longer than they may, and commits by itself."""

import contextlib
from collections.abc import Iterator
from typing import Any

import peewee

from models.tables.mysql import BoundedMySQL

WAIT_SECONDS = 60
"""For a lock of SQLite that another program holds."""


@contextlib.contextmanager
def opened_plainly(database: peewee.Database) -> Iterator[peewee.Database]:
    """A connection of its own to the same database, committing each statement by itself."""
    kinds: dict[str, Any] = {"autoconnect": False, "field_types": type(database).field_types}
    if isinstance(database, BoundedMySQL):
        plain: peewee.Database = peewee.MySQLDatabase(database.database, **kinds, **database.connect_params)
    else:
        plain = peewee.SqliteDatabase(database.database, timeout=WAIT_SECONDS, **kinds)
    plain.connect()
    try:
        yield plain
    finally:
        plain.close()
