"""The database has no room left: whoever comes is told that they are not registered, and nothing is half there."""

import peewee
import pytest

from models.tables.database import DB, open_database, run, thread_is_done
from tests.bot.trouble import at_the_review
from tests.filled import everything
from tests.mariadb import MariaDB
from tests.reading import tells, visits
from tests.service import Service
from tests.wire import Wire

NO_ROOM = [1021, 1114]
"""What MariaDB says of a disk and of a table that is full."""


def _may_have(pages: int) -> None:
    run(lambda: DB.execute_sql(f"PRAGMA max_page_count = {pages}"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_on_a_full_disk_a_visitor_is_told_so_and_is_registered_when_there_is_room(service: Service) -> None:
    hall = service.hall()
    phones = [at_the_review(service, hall, f"oVisitor{number:020}") for number in range(40)]
    [[pages]] = run(lambda: list(DB.execute_sql("PRAGMA page_count").fetchall()))
    _may_have(pages)
    try:
        replies = [phone.says("确认") for phone in phones]
    finally:
        _may_have(2**30)
    refused = [number for number, one in enumerate(replies) if tells(one, "failure.message")]
    told = [one for one in replies if tells(one, "check_in.done", time="09:00", hall=hall.name)]
    # SQLite fills the room that its pages have left before it asks for more.
    assert refused
    assert len(refused) + len(told) == len(phones)
    assert len(visits()) == len(told)
    again = phones[refused[0]].says("确认")
    assert tells(again, "check_in.done", time="09:00", hall=hall.name)
    assert len(visits()) == len(told) + 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
@pytest.mark.parametrize("code", NO_ROOM)
@pytest.mark.parametrize("statement", ["INSERT INTO receipts", "INSERT INTO visits", "UPDATE receipts"])
def test_a_table_that_is_full_undoes_the_whole_delivery(
    service: Service, database: peewee.Database, mariadb: MariaDB, statement: str, code: int
) -> None:
    hall = service.hall()
    phone = at_the_review(service, hall)
    before = everything()
    with Wire(mariadb.port) as wire:
        behind = open_database(wire.url)
        wire.answer(statement, code)
        refused = phone.says("确认")
        again = phone.says("确认")
        thread_is_done()
        behind.close()
    DB.initialize(database)
    assert tells(refused, "failure.message")
    assert tells(again, "check_in.done", time="09:00", hall=hall.name)
    assert len(everything()["Visit"]) == len(before["Visit"]) + 1
