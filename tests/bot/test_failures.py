"""The one failure policy: done again where that helps, else one true sentence and nothing stored; no silent success."""

import fcntl
import itertools
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import peewee
import pymysql
import pytest

from bot.dialogue import Dialogue
from bot.simulator import Delivered, Phone
from bot.wechat.inbound import Delivery
from models.rules.halls import HallFacts
from models.tables.database import DB, run, thread_is_done
from models.tables.receipts import Receipt
from tests.bot.trouble import after_each_statement, at_the_review, platform_before
from tests.filled import everything
from tests.mariadb import MariaDB
from tests.reading import inside, tells, visits
from tests.service import Service

CANARY = "欧阳金丝雀 110105194912310020 13911112222"
SPENT = 3.6
"""Seconds of the budget of 4 that are gone where a test waits for its end."""
PLATFORM_HANGS_UP = 5.0

on_mariadb = pytest.mark.parametrize("database", ["mariadb"], indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class BrokenAfterwards(Dialogue):
    """Its handlers fail when they have already written what they had to."""

    def text(self, delivery: Delivery, said: str) -> NoReturn:
        super().text(delivery, said)
        raise LookupError(CANARY)

    def scan(self, delivery: Delivery, scene: str) -> NoReturn:
        super().scan(delivery, scene)
        raise LookupError(CANARY)


def is_checked_in_once(done: Delivered, hall: HallFacts) -> bool:
    """Whether the reply says so and the tables do."""
    return tells(done, "check_in.done", time="09:00", hall=hall.name) and len(inside()) == len(visits()) == 1


# --- a handler that is broken ---


def test_a_message_that_breaks_its_handler_is_answered_with_the_sentence_and_leaves_nothing(service: Service) -> None:
    phone = at_the_review(service, service.hall())
    before = everything()
    confirmation = phone.writes.text("确认")
    failed = platform_before(BrokenAfterwards, clock=service.clock).push(confirmation)
    assert tells(failed, "failure.message")
    assert everything() == before


def test_a_scan_that_breaks_its_handler_asks_for_another_scan(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    before = everything()
    failed = platform_before(BrokenAfterwards, clock=service.clock).push(phone.writes.scan(service.code(hall)))
    assert tells(failed, "failure.scan")
    assert everything() == before


def test_a_menu_button_that_breaks_its_handler_does_not_ask_for_a_scan(service: Service) -> None:
    failed = platform_before(BrokenAfterwards, clock=service.clock).push(service.visitor().writes.click("签退"))
    assert tells(failed, "failure.message")
    assert not tells(failed, "failure.scan")


def test_the_sentence_stands_there_in_english_too(service: Service) -> None:
    phone = at_the_review(service, service.hall())
    failed = platform_before(BrokenAfterwards, clock=service.clock).push(phone.writes.text("确认"))
    assert tells(failed, "failure.message", "en")


def test_a_delivery_whose_handler_was_mended_meanwhile_is_done_when_it_comes_again(service: Service) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    platform_before(BrokenAfterwards, clock=service.clock).push(confirmation)
    assert is_checked_in_once(phone.sends(confirmation), hall)


def test_what_an_exception_says_reaches_no_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    phone = at_the_review(service, service.hall())
    caplog.set_level(logging.DEBUG)
    platform_before(BrokenAfterwards, clock=service.clock).push(phone.writes.text(CANARY))
    assert "LookupError" in caplog.text
    assert [part for part in CANARY.split() if part in caplog.text] == []


def test_a_whole_visit_and_its_failures_put_nothing_personal_into_a_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    for said in ("同意", f"{CANARY} 社保 36.5", "王金丝雀", "同行人员", "李金丝雀 13933334444", "39", "确认", "签退"):
        phone.says(said)
        platform_before(BrokenAfterwards, clock=service.clock).push(phone.writes.text(said))
    personal = (*CANARY.split(), "王金丝雀", "李金丝雀", "13933334444", "金丝雀")
    assert [part for part in personal if part in caplog.text] == []


# --- an error of the database that doing it again does not heal ---


@pytest.fixture
def refused_visits(database: peewee.Database) -> Iterator[None]:
    """The database refuses every new visit, with words that must not go any further."""
    signal = (
        f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{CANARY}'"
        if isinstance(database, peewee.MySQLDatabase)
        else f"SELECT RAISE(ABORT, '{CANARY}');"
    )
    body = signal if isinstance(database, peewee.MySQLDatabase) else f"BEGIN {signal} END"
    run(lambda: database.execute_sql(f"CREATE TRIGGER no_visits BEFORE INSERT ON visits FOR EACH ROW {body}"))
    yield
    run(lambda: database.execute_sql("DROP TRIGGER IF EXISTS no_visits"))


def test_an_error_that_stays_is_answered_at_once_and_leaves_nothing(
    service: Service, database: peewee.Database, refused_visits: None, caplog: pytest.LogCaptureFixture
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    before, failed = everything(), []
    confirmation = phone.writes.text("确认")
    with after_each_statement(database, lambda event: failed.append(event.sql) if event.exception else None):
        assert tells(phone.sends(confirmation), "failure.message")
    assert len(failed) == 1
    assert everything() == before
    assert [part for part in CANARY.split() if part in caplog.text] == []
    run(lambda: DB.obj.execute_sql("DROP TRIGGER no_visits"))
    assert is_checked_in_once(phone.sends(confirmation), hall)


# --- a connection that is killed in mid-turn ---


@on_mariadb
def test_a_connection_killed_after_any_statement_of_a_check_in_leaves_one_visit(
    service: Service, database: peewee.Database, mariadb: MariaDB
) -> None:
    hall = service.hall()
    for number in itertools.count(1):
        phone = at_the_review(service, hall, f"oVisitor{number:020}")
        if not killed_after(number, phone, "确认", hall, database, mariadb):
            break
        assert len(visits()) == number
    # claim, standing, hall, entry, person, visit, end of the talk, reply: fewer would mean that something was not done
    assert number > 6


def killed_after(
    number: int, phone: Phone, said: str, hall: HallFacts, database: peewee.Database, mariadb: MariaDB
) -> bool:
    """Confirm a check-in whose connection is killed after its `number`-th statement; whether there was one."""
    seen: list[str] = []

    def kill(event: peewee.QueryEvent) -> None:
        seen.append(event.sql)
        if len(seen) == number:
            mariadb.query(f"KILL {database.connection().thread_id()}")

    with after_each_statement(database, kill):
        done = phone.says(said)
    assert tells(done, "check_in.done", time="09:00", hall=hall.name)
    return len(seen) > number


@on_mariadb
def test_a_connection_killed_in_a_check_out_leaves_one_exit(
    service: Service, database: peewee.Database, mariadb: MariaDB
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    phone.says("确认")
    service.clock.goes_on(minutes=20)
    kills = []

    def kill(event: peewee.QueryEvent) -> None:
        if event.sql.startswith("UPDATE visits SET out_at") and not kills:
            kills.append(database.connection().thread_id())
            mariadb.query(f"KILL {kills[0]}")

    with after_each_statement(database, kill):
        assert tells(phone.scan(service.code(hall, "out")), "check_out.closed", entered="09:00", left="09:20")
    assert kills
    assert [(visit.how_out, visit.out_at) for visit in visits()] == [("scan", service.clock())]


# --- locks ---


@pytest.fixture
def rival(mariadb: MariaDB) -> Iterator[Any]:
    """Somebody else's connection to the same tables."""
    connection = pymysql.connect(host="127.0.0.1", port=mariadb.port, user="root", database="hallpass")
    yield connection
    connection.close()


@on_mariadb
def test_a_deadlock_is_lost_and_the_check_in_done_again(
    service: Service, database: peewee.Database, rival: Any
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    codes: list[int] = []
    threads: list[threading.Thread] = []

    def opposite_order(event: peewee.QueryEvent) -> None:
        if event.exception is not None:
            codes.append(event.exception.args[0])
        if event.sql.startswith("INSERT INTO receipts") and event.exception is None and not threads:
            with rival.cursor() as cursor:
                # The server gives up whoever has changed less: that must be the check-in.
                rows = ", ".join("(1, 1, '2026-03-02')" for _ in range(200))
                cursor.execute(f"INSERT INTO help_requests (hall_id, door, asked_at) VALUES {rows}")
                cursor.execute("SELECT revision FROM conversations FOR UPDATE")
            threads.append(threading.Thread(target=wait_for_the_claim, args=(event.params[0],)))
            threads[0].start()

    def wait_for_the_claim(key: bytes) -> None:
        with rival.cursor() as cursor:
            cursor.execute("INSERT INTO receipts (delivery, at) VALUES (%s, '2026-03-02')", (key,))
        rival.rollback()

    with after_each_statement(database, opposite_order):
        done = phone.says("确认")
    threads[0].join()
    assert codes == [1213]
    assert is_checked_in_once(done, hall)


@on_mariadb
def test_a_lock_that_is_waited_for_too_long_is_tried_again(
    service: Service, database: peewee.Database, rival: Any
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    codes: list[int] = []

    def give_way(event: peewee.QueryEvent) -> None:
        if event.exception is not None:
            codes.append(event.exception.args[0])
            rival.rollback()

    run(lambda: database.execute_sql("SET SESSION innodb_lock_wait_timeout = 0"))
    with rival.cursor() as cursor:
        cursor.execute("SELECT revision FROM conversations FOR UPDATE")
    with after_each_statement(database, give_way):
        done = phone.says("确认")
    thread_is_done()
    assert codes == [1205]
    assert is_checked_in_once(done, hall)


@on_mariadb
def test_a_lock_that_is_never_given_back_ends_in_the_sentence_within_the_budget(service: Service, rival: Any) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    before = everything()
    confirmation = phone.writes.text("确认")
    with rival.cursor() as cursor:
        cursor.execute("SELECT revision FROM conversations FOR UPDATE")
    assert_given_up_in_time(service, confirmation)
    rival.rollback()
    assert everything() == before
    assert is_checked_in_once(phone.sends(confirmation), hall)


def assert_given_up_in_time(service: Service, delivery: Any, key: str = "failure.message") -> None:
    """The sentence, before the platform would have hung up on a delivery that came SPENT seconds ago."""
    began = time.monotonic()
    failed = platform_before(clock=service.clock, spent_seconds=SPENT).push(delivery)
    assert time.monotonic() - began < PLATFORM_HANGS_UP - SPENT
    assert tells(failed, key)


@on_sqlite
def test_a_queue_of_writers_that_does_not_move_ends_in_the_sentence(
    service: Service, database: peewee.Database
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    with Path(f"{database.database}.queue").open("wb") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        assert_given_up_in_time(service, confirmation)
    assert (visits(), run(lambda: Receipt.select().where(Receipt.reply.is_null()).count())) == ([], 0)
    assert is_checked_in_once(phone.sends(confirmation), hall)


@on_sqlite
def test_a_file_locked_by_another_program_ends_in_the_sentence(service: Service, database: peewee.Database) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    other = sqlite3.connect(database.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert_given_up_in_time(service, confirmation)
    other.execute("ROLLBACK")
    other.close()
    assert is_checked_in_once(phone.sends(confirmation), hall)
