"""0022_row_numbers: an installation of before it keeps its rows, and gives no number that something still names."""

import importlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee
import pytest

from models.migrations import HERE, add_columns, check_schema, known_steps, migrate
from models.tables.plainly import opened_plainly
from models.tables.sqlite import QueuedSqlite
from tests.backed_up import empty_url, in_use
from tests.models.tables.test_migrations import history, shape
from tests.numbered import a_row, remove

NUMBER = known_steps().index("0022_row_numbers")
BEFORE = known_steps()[NUMBER - 1]
STEP: Any = importlib.import_module("models.migrations.0022_row_numbers")


@pytest.fixture(params=["sqlite", "mariadb"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[peewee.Database]:
    """A database as the version before left it."""
    server = request.getfixturevalue("mariadb") if request.param == "mariadb" else None
    with in_use(empty_url(request.param, server, tmp_path)) as database:
        migrate(database, BEFORE)
        yield database


on_sqlite = pytest.mark.parametrize("old", ["sqlite"], indirect=True)


def held(database: peewee.Database) -> dict[str, list[Any]]:
    """Every row of every table but the history."""
    with opened_plainly(database) as plain:
        tables = sorted(set(plain.get_tables()) - {"schema_migration", "sqlite_sequence"})
        return {table: plain.execute_sql(f"SELECT * FROM `{table}` ORDER BY 1").fetchall() for table in tables}


def test_every_row_stays_as_it_was_with_its_number(old: peewee.Database) -> None:
    with opened_plainly(old) as plain:
        for table in sorted(held(old)):
            if "id" in {column.name for column in plain.get_columns(table)}:
                lists = {"visits": "[]", "fevers": "[]"} if table == "own_requests" else {}
                remove(plain, table, [a_row(plain, table, **lists) for _ in range(3)][1])
    before = held(old)
    migrate(old)
    check_schema(old)
    after = held(old)
    assert {table: after[table] for table in before} == before
    assert sum(map(len, before.values())) > 50


def test_the_number_of_a_row_that_is_gone_is_not_given_where_something_names_it(old: peewee.Database) -> None:
    """Each place in its turn names one above all that were there."""
    places = [(table, *place) for table, all_of_it in STEP._NAMED_BY.items() for place in all_of_it]
    highest = 100
    with opened_plainly(old) as plain, plain.atomic():
        for table, other, column in places:
            highest += 100
            a_row(plain, other, **{column: highest})
            STEP.up(None, plain)
            assert a_row(plain, table) > highest, (table, other, column)
        assert len(places) > 25


@pytest.mark.parametrize(
    ("other", "values", "named"),
    [
        ("own_requests", {"visits": "[7, 900000, 8]", "fevers": "[]"}, {"visits": 900_000}),
        ("own_requests", {"visits": "[]", "fevers": "[901000]"}, {"fevers": 901_000}),
        (
            "outbox",
            {"key": b"notice:902000:903000:904000"},
            {"cases": 902_000, "contacts": 903_000, "notices": 904_000},
        ),
        ("notices", {"key": b"notice:0:0:905000", "case_id": 0, "contact_id": 0}, {"notices": 905_000}),
        ("outbox", {"key": b"notice:test:9ab:1234567"}, {}),
        ("outbox", {"key": b"code:99999999:1in"}, {}),
    ],
)
def test_lists_and_keys_name_rows_too(
    old: peewee.Database, other: str, values: dict[str, Any], named: dict[str, int]
) -> None:
    with opened_plainly(old) as plain, plain.atomic():
        a_row(plain, other, **values)
        STEP.up(None, plain)
        for table in ("visits", "fevers", "cases", "contacts", "notices"):
            number = a_row(plain, table)
            assert number == named[table] + 1 if table in named else number < 900_000


def test_done_twice_it_changes_nothing_more(old: peewee.Database) -> None:
    migrate(old)
    before = shape(old)
    with opened_plainly(old) as plain:
        STEP.up(None, plain)
    assert shape(old) == before


KILLED = """
import os, signal, sys
import peewee
from models.migrations import migrate
from models.tables.database import open_database

left = int(sys.argv[2])
done = peewee.SqliteDatabase.execute_sql

def execute_sql(self, sql, params=None):
    global left
    if sql.startswith("DROP TABLE"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return done(self, sql, params)

peewee.SqliteDatabase.execute_sql = execute_sql
migrate(open_database(sys.argv[1]))
"""


@on_sqlite
@pytest.mark.parametrize("passed", [0, 20])
def test_one_that_is_killed_in_the_middle_is_done_again_from_its_start(old: peewee.Database, passed: int) -> None:
    with opened_plainly(old) as plain, plain.atomic():
        for _ in range(100):
            a_row(plain, "visits")
    before, looked = held(old), shape(old)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, f"sqlite:///{old.database}", str(passed)], cwd=HERE.parent.parent, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert history(old)[-1] == BEFORE
    assert (held(old), shape(old)) == (before, looked)
    migrate(old)
    after = held(old)
    assert {table: after[table] for table in before} == before


@on_sqlite
def test_a_table_of_somebody_else_is_left_as_it_is(old: peewee.Database) -> None:
    text = "CREATE TABLE of_others (id INTEGER PRIMARY KEY, note TEXT)"
    with opened_plainly(old) as plain:
        plain.execute_sql(text)
    migrate(old)
    with opened_plainly(old) as plain:
        [(found,)] = plain.execute_sql("SELECT sql FROM sqlite_master WHERE name = 'of_others'").fetchall()
    assert found == text


@on_sqlite
def test_a_later_column_that_may_not_be_null_does_not_set_numbers_back(old: QueuedSqlite) -> None:
    migrate(old)
    with opened_plainly(old) as plain:

        class Flag(peewee.Model):
            hall_id = peewee.IntegerField()
            extra = peewee.IntegerField(default=0)

            class Meta:
                database = plain
                table_name = "flags"

        gone = [a_row(plain, "flags") for _ in range(3)][-1]
        remove(plain, "flags", gone)
        add_columns(Flag, "extra")
        assert a_row(plain, "flags") > gone
