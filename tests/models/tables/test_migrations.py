"""The tables' history: it leads to the tables of the code, from any beginning, however often and by however many."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import peewee
import pytest

from models.migrations import HERE, SchemaMismatch, check_schema, migrate
from models.tables import TABLES
from models.tables.database import DB, run
from models.tables.fields import MomentField
from models.tables.mysql import BoundedMySQL
from models.tables.openids import make_ready, openid_in
from models.tables.rekeying import openid_columns, openids_after
from models.tables.sqlite import QueuedSqlite
from models.tables.vault import Vault, use
from tests.busy_day import BusyDay
from tests.conftest import KEYS
from tests.mariadb import MariaDB
from tests.service import Service
from tests.wire import Wire

STEPS = sorted(path.stem for path in HERE.glob("[0-9]*.py"))
HISTORY = "schema_migration"
FUTURE = "9999_from_a_newer_program"

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "mariadb"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Makes databases in which there is nothing yet."""
    made: list[Any] = []

    def make() -> Any:
        if request.param == "sqlite":
            made.append(QueuedSqlite.from_url(f"sqlite:///{tmp_path}/{next(_numbers)}.db"))
        else:
            made.append(BoundedMySQL.from_url(new_database(request.getfixturevalue("mariadb"))))
        return made[-1]

    yield make
    for database in made:
        database.close()


def new_database(server: MariaDB) -> str:
    """The url of a new database of this server."""
    name = f"migrated_{next(_numbers)}"
    server.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    return server.url.replace("/hallpass", f"/{name}")


@contextlib.contextmanager
def at_work(database: Any) -> Iterator[Any]:
    """Statements may be run."""
    with database.bounded(time.monotonic() + 30), database.transaction():
        yield database


def shape(database: Any) -> dict[str, tuple[set[Any], set[Any]]]:
    """Every table with its columns (name, type with length, whether it may be null, key, default, counting up) and
    its indexes (name, columns, whether unique)."""
    with at_work(database):
        return {
            table: (
                {_column(column) for column in database.get_columns(table)},
                {(index.name, tuple(index.columns), index.unique) for index in database.get_indexes(table)},
            )
            for table in database.get_tables()
            if table not in (HISTORY, "sqlite_sequence")
        }


def _column(column: Any) -> tuple[Any, ...]:
    """SQLite keeps the length of bytes that a column was declared with, and holds nothing to it."""
    return tuple("BLOB" if str(part).startswith("BLOB(") else part for part in column)


def shape_of_the_code(database: Any) -> dict[str, tuple[set[Any], set[Any]]]:
    """What the tables' classes make of an empty database."""
    with at_work(database), database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    return shape(database)


def history(database: Any) -> list[str]:
    """The steps that are noted as applied."""
    with at_work(database):
        return [row[0] for row in database.execute_sql(f"SELECT name FROM {HISTORY} ORDER BY name").fetchall()]


# --- where it leads ---


def test_the_steps_lead_to_the_tables_of_the_code(empty: Callable[[], Any]) -> None:
    migrated, made = empty(), empty()
    migrate(migrated)
    expected = shape_of_the_code(made)
    found = shape(migrated)
    assert found.keys() == expected.keys() == {table._meta.table_name for table in TABLES}
    for table in expected:
        assert found[table] == expected[table], table


@pytest.mark.parametrize("empty", ["mariadb"], indirect=True)
def test_every_moment_has_room_for_microseconds(empty: Callable[[], Any]) -> None:
    database = empty()
    migrate(database)
    moments = {
        (table._meta.table_name, field.column_name)
        for table in TABLES
        for field in table._meta.sorted_fields
        if isinstance(field, MomentField)
    }
    exact = {
        (table, column[0])
        for table, (columns, _) in shape(database).items()
        for column in columns
        if "datetime(6)" in column
    }
    assert exact == moments


# --- again, and at once ---


def test_the_second_time_there_is_nothing_to_do(empty: Callable[[], Any]) -> None:
    database = empty()
    assert migrate(database) == STEPS
    before = shape(database)
    assert migrate(database) == []
    assert (shape(database), history(database)) == (before, STEPS)


def test_several_that_begin_at_once_apply_each_step_once(empty: Callable[[], Any]) -> None:
    database = empty()
    together = threading.Barrier(3)

    def begin(_: int) -> list[str]:
        together.wait()
        return migrate(database)

    with ThreadPoolExecutor(3) as threads:
        applied = sorted(threads.map(begin, range(3)))
    assert applied == [[], [], STEPS]
    assert history(database) == STEPS


def test_a_step_that_failed_half_way_is_done_again_to_its_end(empty: Callable[[], Any]) -> None:
    database, made = empty(), empty()
    with at_work(database):
        # In the way of one of the last tables, when others have been made.
        database.execute_sql("CREATE VIEW receipts AS SELECT 1 AS at")
    with pytest.raises(peewee.PeeweeException):
        migrate(database)
    with at_work(database):
        database.execute_sql("DROP VIEW receipts")
    assert migrate(database) == STEPS
    assert shape(database) == shape_of_the_code(made)


@pytest.mark.parametrize("passed", [0, 1, 8, 16])
def test_a_step_whose_connection_was_lost_is_done_again_to_its_end(mariadb: MariaDB, passed: int) -> None:
    url = new_database(mariadb)
    direct, made = BoundedMySQL.from_url(url), BoundedMySQL.from_url(new_database(mariadb))
    with Wire(mariadb.port, url.rpartition("/")[2]) as wire:
        wire.cut_before("CREATE", skips=passed)
        with pytest.raises(peewee.PeeweeException):
            migrate(BoundedMySQL.from_url(wire.url))
        assert wire.cuts == 1
    assert migrate(direct) == STEPS
    assert shape(direct) == shape_of_the_code(made)
    direct.close()
    made.close()


# --- older and newer tables ---


def mismatch(work: Callable[[], object]) -> tuple[str, list[str]]:
    """What is said of tables that are not those of the code."""
    with pytest.raises(SchemaMismatch) as refusal:
        work()
    return refusal.value.code, refusal.value.names


def test_the_tables_of_the_code_are_taken(empty: Callable[[], Any]) -> None:
    database = empty()
    migrate(database)
    check_schema(database)


def test_an_empty_database_is_old_and_left_as_it_is(empty: Callable[[], Any]) -> None:
    database = empty()
    assert mismatch(lambda: check_schema(database)) == ("schema_old", STEPS)
    assert shape(database) == {}


def test_a_database_that_lacks_a_step_is_old(empty: Callable[[], Any]) -> None:
    database = empty()
    migrate(database)
    with at_work(database):
        database.execute_sql(f"DELETE FROM {HISTORY} WHERE name = '{STEPS[-1]}'")
    assert mismatch(lambda: check_schema(database)) == ("schema_old", STEPS[-1:])


def test_a_database_with_a_step_unknown_here_is_new_and_not_touched(empty: Callable[[], Any]) -> None:
    database = empty()
    migrate(database)
    with at_work(database):
        database.execute_sql(f"INSERT INTO {HISTORY} (name, applied) VALUES ('{FUTURE}', '2030-01-01 00:00:00')")
        database.execute_sql(f"DELETE FROM {HISTORY} WHERE name = '{STEPS[-1]}'")
    assert mismatch(lambda: check_schema(database)) == ("schema_new", [FUTURE])
    assert mismatch(lambda: migrate(database)) == ("schema_new", [FUTURE])
    assert history(database) == [*STEPS[:-1], FUTURE]


# --- what a step makes of rows that are there ---


def test_openids_that_stood_there_in_clear_are_found_as_before(empty: Callable[[], Any]) -> None:
    """Some are encrypted already, as by a step that was ended in the middle."""
    database = empty()
    DB.initialize(database)
    use(Vault(KEYS))
    migrate(database)
    make_ready()
    BusyDay(Service()).pass_by()
    before = run(openids_by_column)
    run(lambda: stand_in_clear(database))
    with at_work(database):
        database.execute_sql(f"DELETE FROM {HISTORY} WHERE name = '0021_openids'")
    use(Vault(KEYS))
    assert migrate(database) == ["0021_openids"]
    make_ready()
    assert run(openids_by_column) == before
    assert len(before) > 6


def openids_by_column() -> dict[tuple[str, str], list[str]]:
    """Every openid that stands anywhere."""
    values = {at: openids_after(*at, b"", 1000) for at in openid_columns()}
    return {at: sorted(map(openid_in, found)) for at, found in values.items() if found}


def stand_in_clear(database: Any) -> None:
    """But for the first of each column."""
    for table, column in openid_columns():
        for value in openids_after(table, column, b"", 1000)[1:]:
            change = f"UPDATE {table} SET `{column}` = {database.param} WHERE `{column}` = {database.param}"
            database.execute_sql(change, (openid_in(value).encode(), value))
