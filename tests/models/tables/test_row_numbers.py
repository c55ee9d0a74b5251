"""A row's number is never given twice: whoever still names somebody who was erased must not come to name a stranger."""

from datetime import timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.services import forgetting, looked
from models.services.casework import case_ends
from models.tables import TABLES, row_numbers
from models.tables.cases import Case
from models.tables.database import DB, run
from models.tables.fields import RowNumberField, insert
from models.tables.looks import Look
from models.tables.plainly import opened_plainly
from tests.conftest import IS_TRIAL
from tests.erased import came_ago, purged
from tests.looks import a_case, a_person
from tests.mariadb import DURABLE, MariaDB
from tests.numbered import a_row, remove
from tests.service import MONDAY_9
from tests.staffed import openid, registered
from tests.visited import came, id_of

NUMBERED = [table._meta.table_name for table in TABLES if isinstance(table._meta.primary_key, RowNumberField)]


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


# --- people, visits, cases ---


def test_a_stranger_does_not_get_the_number_of_whoever_was_forgotten(hall: HallFacts) -> None:
    gone = a_person("Gone")
    forgetting.forget(openid("Gone"), MONDAY_9, "chat")
    assert a_person("Stranger") > gone


def test_a_look_at_a_visit_that_was_erased_is_no_look_at_a_strangers(hall: HallFacts) -> None:
    gone = id_of(came_ago(hall, 31))
    run(lambda: insert(Look, at=MONDAY_9, hall_id=hall.id, role="admin", what="record", why="call", visit_id=gone))
    purged()
    stranger = a_person("Stranger")
    came(hall, name="李四", person_id=stranger)
    assert looked.of(openid("Stranger"), MONDAY_9 + timedelta(hours=1)) == []


def test_a_case_does_not_get_the_number_of_one_that_has_ended(hall: HallFacts) -> None:
    gone = a_case(hall)
    run(lambda: Case.update(status="closed", closed_at=MONDAY_9).execute())
    case_ends.erase(hall, gone, MONDAY_9 + timedelta(days=400))
    assert run(lambda: Case.select().count()) == 0
    assert a_case(hall, "2026-2") > gone


# --- every table ---


def test_no_table_gives_the_number_of_its_last_row_again(database: peewee.Database) -> None:
    again = []
    with opened_plainly(database) as plain:
        for table in NUMBERED:
            gone = a_row(plain, table)
            remove(plain, table, gone)
            after = a_row(plain, table)
            if after <= gone:
                again.append(table)
            remove(plain, table, after)
    assert len(NUMBERED) > 25
    assert again == []


@pytest.fixture
def ever(database: peewee.Database) -> dict[str, set[int]]:
    """The numbers that were ever given."""
    return {"people": set(), "visits": set()}


STEPS = st.lists(st.tuples(st.sampled_from(["people", "visits"]), st.integers(-1, 3)), max_size=30)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=1000 if IS_TRIAL else 40,
)
@given(STEPS)
def test_in_whatever_order_rows_come_and_go_each_number_is_given_once(
    ever: dict[str, set[int]], steps: list[tuple[str, int]]
) -> None:
    """-1: a row is added; otherwise that one goes, counted from the last."""

    def goes_through(plain: peewee.Database) -> None:
        for table, back in steps:
            if back < 0:
                number = a_row(plain, table)
                assert number not in ever[table]
                ever[table].add(number)
                continue
            there = plain.execute_sql(f"SELECT id FROM {table} ORDER BY id DESC").fetchall()
            if back < len(there):
                remove(plain, table, there[back][0])

    with opened_plainly(DB.obj) as plain:
        goes_through(plain)


# --- how far they have come ---


def test_how_far_numbers_have_come_is_told_also_where_the_rows_are_gone(database: peewee.Database) -> None:
    with opened_plainly(database) as plain:
        last = [a_row(plain, "people") for _ in range(3)][-1]
        plain.execute_sql("DELETE FROM people")
        assert row_numbers.highest(plain, ["people"]) == {"people": last}
        row_numbers.raise_to(plain, {"people": last + 50})
        assert a_row(plain, "people") == last + 51
        row_numbers.raise_to(plain, {"people": last})
        assert a_row(plain, "people") == last + 52


def test_a_table_that_has_given_none_begins_where_it_is_told_to(database: peewee.Database) -> None:
    with opened_plainly(database) as plain:
        plain.execute_sql("DROP TABLE IF EXISTS fresh")
        number = RowNumberField(column_name="id")
        fresh = type("Fresh", (peewee.Model,), {"id": number, "Meta": type("Meta", (), {"database": plain})})
        fresh.create_table()
        assert row_numbers.highest(plain, ["fresh"]) == {}
        row_numbers.raise_to(plain, {"fresh": 7})
        assert plain.execute_sql("INSERT INTO fresh (id) VALUES (NULL)").lastrowid == 8
        plain.execute_sql("DROP TABLE fresh")


def on_its_own(server: MariaDB) -> list[Any]:
    """Three rows with numbers of their own; the last one goes again."""
    server.query("CREATE TABLE stays (id INTEGER AUTO_INCREMENT PRIMARY KEY, at INTEGER) ENGINE=InnoDB", "hallpass")
    for number in range(3):
        server.query(f"INSERT INTO stays (at) VALUES ({number})", "hallpass")
    server.query("DELETE FROM stays WHERE id = 3", "hallpass")
    return server.query("SELECT id FROM stays", "hallpass")


def test_mariadb_does_not_give_it_again_though_it_is_killed_or_makes_the_table_anew() -> None:
    with MariaDB(DURABLE) as server:
        assert on_its_own(server) == [(1,), (2,)]
        server.stop(kill=True)
        server.start()
        server.query("OPTIMIZE TABLE stays", "hallpass")
        server.query("ALTER TABLE stays ADD COLUMN note INTEGER, ALGORITHM=COPY", "hallpass")
        server.query("INSERT INTO stays (at) VALUES (9)", "hallpass")
        assert server.query("SELECT MAX(id) FROM stays", "hallpass") == [(4,)]
