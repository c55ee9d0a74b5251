"""A database that is away, loses the connection at COMMIT, or is slow: nothing is told wrongly or done twice."""

import time
from collections.abc import Iterator

import peewee
import pytest

from models.tables.conversations import Conversation
from models.tables.database import DB, OutcomeUnknown, Unavailable, open_database, run, thread_is_done
from models.tables.receipts import Receipt
from models.tables.visits import Visit
from tests.bot.test_failures import assert_given_up_in_time, is_checked_in_once, on_mariadb
from tests.bot.trouble import at_the_review
from tests.mariadb import MariaDB
from tests.reading import inside, tells, visits
from tests.service import Service
from tests.wire import Wire

# --- COMMIT, and a database that is away ---


@pytest.fixture
def wire(database: peewee.Database, mariadb: MariaDB) -> Iterator[Wire]:
    """The service reaches its database over a wire that can be cut."""
    with Wire(mariadb.port) as wire:
        direct = DB.obj
        behind = open_database(wire.url)
        yield wire
        behind.close()
        DB.initialize(direct)


@on_mariadb
def test_a_connection_lost_before_the_server_commits_has_the_check_in_done_again(service: Service, wire: Wire) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    wire.cut_before("COMMIT")
    assert is_checked_in_once(phone.says("确认"), hall)
    assert wire.cuts == 1


@on_mariadb
def test_a_connection_lost_after_the_server_has_committed_is_found_done(service: Service, wire: Wire) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    wire.cut_after("COMMIT")
    assert is_checked_in_once(phone.says("确认"), hall)
    assert wire.cuts == 1


@on_mariadb
def test_a_check_out_whose_commit_got_no_answer_is_found_done(service: Service, wire: Wire) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    phone.says("确认")
    service.clock.goes_on(minutes=20)
    wire.cut_after("COMMIT")
    assert tells(phone.scan(service.code(hall, "out")), "check_out.closed", entered="09:00", left="09:20")
    assert wire.cuts == 1
    assert inside() == []


@on_mariadb
@pytest.mark.parametrize("code", [1213, 1205, 1047])  # a cluster's certification failure comes as 1213 at COMMIT
def test_a_commit_that_the_server_refuses_is_done_again(service: Service, wire: Wire, code: int) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    wire.answer("COMMIT", code)
    before = len(wire.statements)
    assert is_checked_in_once(phone.says("确认"), hall)
    assert wire.statements[before:].count("ROLLBACK") == 1


@on_mariadb
@pytest.mark.parametrize("is_stored", [True, False])
def test_a_commit_that_nobody_can_answer_for_is_said_to_be_unknown(
    service: Service, wire: Wire, mariadb: MariaDB, is_stored: bool
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    (wire.cut_after if is_stored else wire.cut_before)("COMMIT", stays_down=True)
    assert_given_up_in_time(service, confirmation, "failure.unknown")
    assert mariadb.query("SELECT COUNT(*) FROM visits", database="hallpass") == [(int(is_stored),)]
    wire.is_down = False
    assert is_checked_in_once(phone.sends(confirmation), hall)


@on_mariadb
def test_a_confirmation_after_an_unknown_outcome_finds_its_visit_made(service: Service, wire: Wire) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    wire.cut_after("COMMIT", stays_down=True)
    assert_given_up_in_time(service, phone.writes.text("确认"), "failure.unknown")
    wire.is_down = False
    service.clock.goes_on(minutes=3)
    assert tells(phone.says("确认"), "check_in.already", time="09:00", hall=hall.name)
    assert len(visits()) == 1


@on_mariadb
def test_a_visit_that_is_stored_is_not_denied_where_its_reply_cannot_be_read(service: Service, wire: Wire) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    phone.sends(confirmation)
    wire.cut_before("SELECT reply FROM receipts", stays_down=True)
    assert_given_up_in_time(service, confirmation, "failure.unknown")
    wire.is_down = False
    assert is_checked_in_once(phone.sends(confirmation), hall)


@on_mariadb
@pytest.mark.parametrize("way", ["is_down", "is_silent"])
def test_a_database_that_is_away_ends_in_the_sentence_and_the_same_delivery_is_done_later(
    service: Service, wire: Wire, way: str
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    scan, confirmation = phone.writes.scan(service.code(hall)), phone.writes.text("确认")
    thread_is_done()
    setattr(wire, way, True)
    assert_given_up_in_time(service, confirmation)
    assert_given_up_in_time(service, scan, "failure.scan")
    setattr(wire, way, False)
    assert is_checked_in_once(phone.sends(confirmation), hall)


@on_mariadb
def test_a_delivery_that_was_given_up_keeps_no_receipt_and_no_answer(service: Service, wire: Wire) -> None:
    phone = service.visitor()
    code = service.code(service.hall())
    wire.cut_before("UPDATE receipts SET reply", stays_down=True)
    assert_given_up_in_time(service, phone.writes.scan(code), "failure.scan")
    wire.is_down = False
    for table in (Receipt, Conversation, Visit):
        assert run(lambda table=table: table.select().count()) == 0


# --- a database that is slow ---


SLOW = [{"seconds_a_packet": 0.3}, {"seconds_a_byte": 0.05}, {"seconds_a_packet": 3600.0}]
"""Each packet, or byte, comes before the time is up, but not all of them; and a server that says no more."""


@on_mariadb
@pytest.mark.parametrize("way", SLOW)
@pytest.mark.parametrize("is_connected", [True, False])
def test_a_database_that_answers_too_slowly_is_given_up_in_time(
    service: Service, wire: Wire, way: dict[str, float], is_connected: bool
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    if not is_connected:
        thread_is_done()
    vars(wire).update(way)
    assert_given_up_in_time(service, confirmation)
    vars(wire).update(seconds_a_packet=0.0, seconds_a_byte=0.0)
    assert is_checked_in_once(phone.sends(confirmation), hall)


@on_mariadb
def test_a_result_that_comes_in_many_slow_packets_is_given_up_in_time(wire: Wire) -> None:
    """All of it would take twenty seconds, and each packet comes well within the deadline."""
    rows = " UNION ALL ".join(["SELECT 1"] * 400)
    run(lambda: DB.execute_sql("SELECT 1").fetchall())
    wire.seconds_a_packet = 0.05
    began = time.monotonic()
    with pytest.raises(Unavailable):
        run(lambda: DB.execute_sql(rows).fetchall(), began + 0.3)
    assert time.monotonic() - began < 10


@on_mariadb
def test_an_outcome_that_is_unknown_stays_so_when_the_time_runs_out_between_two_statements(wire: Wire) -> None:
    wire.cut_after("COMMIT")
    until = time.monotonic() + 1.5
    attempts = []

    def slow_the_second_time() -> None:
        attempts.append(DB.execute_sql("SELECT 1").fetchall())
        if len(attempts) > 1:
            time.sleep(until - time.monotonic() + 0.01)
        DB.execute_sql("SELECT 2").fetchall()

    with pytest.raises(OutcomeUnknown):
        run(slow_the_second_time, until)
    assert len(attempts) == 2
