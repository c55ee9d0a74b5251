"""The tables' history: numbered, frozen steps, each applied once, by however many processes at once.

DDL on MariaDB is not undone when it fails half-way, so every step guards what it makes and may be run again.
"""

import contextlib
import fcntl
import logging
from collections.abc import Iterator
from pathlib import Path

import peewee
from playhouse.migrate import SchemaMigrator
from playhouse.migrate import migrate as migrate_schema
from playhouse.migrations import Runner

from models.tables.plainly import WAIT_SECONDS, opened_plainly

HERE = Path(__file__).parent
_LOCK_NAME = "hallpass.migrate"
_ALONE = {"0021_openids"}

logging.getLogger("peewee.migrations").setLevel(logging.WARNING)


class SchemaMismatch(Exception):
    """The database's tables are older or newer than this code; `code` is schema_old or schema_new."""

    def __init__(self, code: str, names: list[str]) -> None:
        super().__init__(f"{code}: {', '.join(names)}")
        self.code = code
        self.names = names


def known_steps() -> list[str]:
    """The names of the steps of this code, in order."""
    return sorted(path.stem for path in HERE.glob("[0-9]*.py"))


def migrate(database: peewee.Database, last: str | None = None) -> list[str]:
    """Apply what is missing, in order, up to the step `last` where one is given; gives the names applied, none if
    another process was quicker.

    Raises SchemaMismatch if the database has steps that this code does not know.
    """
    with _alone(database) as plain:
        runner = Runner(plain, directory=str(HERE))
        unknown = [step.name for step in runner.status() if step.path is None]
        if unknown:
            raise SchemaMismatch("schema_new", unknown)
        applied: list[str] = runner.up(last)
        return applied


def applied_steps(plain: peewee.Database) -> list[str]:
    """The names of the steps that have been applied, in order; none in an empty database."""
    return [step.name for step in Runner(plain, directory=str(HERE)).status() if step.applied is not None]


def stops_service(database: peewee.Database) -> bool:
    """Whether a step is missing after which a program that still runs would not find what it looks for."""
    with opened_plainly(database) as plain:
        applied = applied_steps(plain)
    return bool(applied) and not set(applied) >= _ALONE


def check_schema(database: peewee.Database) -> None:
    """Raise SchemaMismatch unless exactly the steps of this code have been applied."""
    with opened_plainly(database) as plain:
        steps = Runner(plain, directory=str(HERE)).status()
    unknown = [step.name for step in steps if step.path is None]
    missing = [step.name for step in steps if step.applied is None]
    if unknown:
        raise SchemaMismatch("schema_new", unknown)
    if missing:
        raise SchemaMismatch("schema_old", missing)


def create(table: type[peewee.Model]) -> None:
    """Create a table and its indexes unless they are there: what a step that failed half-way does again."""
    table._schema.create_table(safe=True)
    _index(table)


def add_columns(table: type[peewee.Model], *names: str) -> None:
    """Add columns and the table's indexes unless they are there."""
    database = table._meta.database
    name = table._meta.table_name
    present = {column.name for column in database.get_columns(name)}
    migrator = SchemaMigrator.from_database(database)
    for column in names:
        if column not in present:
            migrate_schema(migrator.add_column(name, column, table._meta.fields[column]))
    _index(table)


def drop_index(table: type[peewee.Model], *columns: str) -> None:
    """Drop the index, not unique, over just these columns, if it is there."""
    database, name = table._meta.database, table._meta.table_name
    migrator = SchemaMigrator.from_database(database)
    for index in database.get_indexes(name):
        if tuple(index.columns) == columns and not index.unique:
            migrate_schema(migrator.drop_index(name, index.name))


def _index(table: type[peewee.Model]) -> None:
    database = table._meta.database
    present = {index.name for index in database.get_indexes(table._meta.table_name)}
    for index in table._meta.fields_to_index():
        if index._name not in present:
            database.execute(table._schema._create_index(index, safe=False))


@contextlib.contextmanager
def _alone(database: peewee.Database) -> Iterator[peewee.Database]:
    """A connection that holds the migration lock; DDL commits by itself, so no transaction can be the lock."""
    with opened_plainly(database) as plain:
        if isinstance(plain, peewee.MySQLDatabase):
            got = plain.execute_sql("SELECT GET_LOCK(%s, %s)", (_LOCK_NAME, WAIT_SECONDS)).fetchone()[0]
            if got != 1:
                raise peewee.OperationalError(f"another migration has been running for {WAIT_SECONDS} s")
            try:
                yield plain
            finally:
                plain.execute_sql("SELECT RELEASE_LOCK(%s)", (_LOCK_NAME,))
        else:
            with Path(f"{plain.database}.migrate").open("wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield plain
