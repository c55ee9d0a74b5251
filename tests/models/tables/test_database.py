"""Units of work on both databases: done whole or not at all, redone when that helps, given up in time."""

import threading
import time
from datetime import UTC, datetime

import peewee
import pytest

from models.tables.database import DB, Raced, Unavailable, run
from models.tables.halls import Hall
from tests.mariadb import MariaDB

NOON = datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)


def add_hall(code: str = "aaaaaa") -> None:
    Hall.insert(code=code, name="市民中心", status="open", facts="{}", created_at=NOON).execute()


def halls() -> int:
    return run(lambda: Hall.select().count())


def test_a_moment_comes_back_with_its_microseconds(database: peewee.Database) -> None:
    run(add_hall)
    assert run(lambda: Hall.get().created_at) == NOON


def test_a_unit_that_fails_leaves_nothing_behind(database: peewee.Database) -> None:
    def fails() -> None:
        add_hall()
        raise LookupError

    with pytest.raises(LookupError):
        run(fails)
    assert halls() == 0


def test_a_unit_that_was_raced_is_done_again_from_its_start(database: peewee.Database) -> None:
    attempts = []

    def raced_once() -> None:
        attempts.append(1)
        add_hall()
        if len(attempts) == 1:
            raise Raced

    run(raced_once)
    assert (len(attempts), halls()) == (2, 1)


def test_a_statement_outside_of_a_unit_is_refused(database: peewee.Database) -> None:
    database.connect(reuse_if_open=True)
    with pytest.raises(RuntimeError):
        Hall.select().count()


def test_a_duplicate_that_stays_is_raised_in_the_end(database: peewee.Database) -> None:
    run(add_hall)
    with pytest.raises(peewee.IntegrityError):
        run(add_hall)


def test_two_threads_that_write_at_once_both_finish(database: peewee.Database) -> None:
    def write(code: str) -> None:
        run(lambda: add_hall(code))
        DB.close()

    threads = [threading.Thread(target=write, args=(f"hall{n:02}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert halls() == 8


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_connection_killed_while_idle_is_replaced(database: peewee.Database, mariadb: MariaDB) -> None:
    number = run(lambda: database.execute_sql("SELECT CONNECTION_ID()").fetchone()[0])
    mariadb.query(f"KILL {number}")
    run(add_hall)
    assert halls() == 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_connection_killed_in_the_middle_of_a_unit_has_it_done_again(
    database: peewee.Database, mariadb: MariaDB
) -> None:
    numbers = []

    def killed_once() -> None:
        add_hall()
        numbers.append(database.execute_sql("SELECT CONNECTION_ID()").fetchone()[0])
        if len(numbers) == 1:
            mariadb.query(f"KILL {numbers[0]}")
        Hall.select().count()

    run(killed_once)
    assert (len(numbers), halls()) == (2, 1)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_locked_row_is_given_up_at_the_deadline(database: peewee.Database, mariadb: MariaDB) -> None:
    run(add_hall)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        Hall.update(name="别人").execute()
        held.set()
        let_go.wait(30)

    holder = threading.Thread(target=lambda: (run(hold, time.monotonic() + 60), DB.close()))
    holder.start()
    held.wait(30)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        run(lambda: Hall.update(name="我").execute(), until=began + 0.5)
    let_go.set()
    holder.join()
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_plain_unit_costs_its_statements_and_one_commit(database: peewee.Database) -> None:
    run(add_hall)

    def questions() -> int:
        """Those of this thread's connection, this one among them: others have theirs meanwhile."""
        cursor = database.cursor()
        cursor.execute("SHOW SESSION STATUS LIKE 'Questions'")
        return int(cursor.fetchone()[1])

    before = questions()
    run(lambda: Hall.select().count())
    assert questions() - before - 1 == 2
