"""A case that is held at the very moment in which its stays are erased: they are kept, or whoever holds it is told."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import peewee
import pymysql
import pytest

from models.rules.halls import HallFacts
from models.rules.wanted import Period
from models.services import erasing
from models.services.casework import case_work
from models.services.casework.cases import Opened
from models.tables.cases import Case
from models.tables.database import run, thread_is_done
from models.tables.visits import Visit
from tests.erased import TODAY, came_ago, purged
from tests.mariadb import MariaDB
from tests.service import MONDAY_9
from tests.staffed import at_once, post, registered
from tests.traced import opened
from tests.visited import id_of

DAY_AFTER = MONDAY_9 + timedelta(days=20)
"""When what came 20 days before Monday has had its time."""
PATIENCE = 30.0
FRESH = 0.12
"""The server looks anew at who waits only when nobody has asked for a tenth of a second."""

on_mariadb = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


@pytest.fixture
def stay(hall: HallFacts) -> str:
    return came_ago(hall, 20)


@pytest.fixture
def case(hall: HallFacts, stay: str) -> Opened:
    return opened(hall, stay, Period(TODAY - timedelta(days=20), TODAY))


def hold(hall: HallFacts, case: Opened) -> int:
    return case_work.hold(post(hall), case.public_id, DAY_AFTER.date(), "疾控中心要求", DAY_AFTER)


def names() -> list[str]:
    return [row.name for row in run(lambda: list(Visit.select().order_by(Visit.id)))]


class Elsewhere:
    """Another connection, which keeps rows for itself, and sees who waits for any."""

    def __init__(self, server: MariaDB) -> None:
        self._own, self._sees = (self._connected(server) for _ in range(2))
        self._sees.autocommit(True)

    @staticmethod
    def _connected(server: MariaDB) -> Any:
        return pymysql.connect(host="127.0.0.1", port=server.port, user="root", database="hallpass")

    def keeps(self, statement: str, row_id: int) -> None:
        with self._own.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s FOR UPDATE", (row_id,))

    def lets_go(self) -> None:
        self._own.rollback()

    def sees_waiting(self, least: int, others: "list[Future[Any]]") -> None:
        """Until so many wait, or these have come to their end."""
        nothing = threading.Event()
        for _ in range(int(PATIENCE / FRESH)):
            with self._sees.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
                [[count]] = cursor.fetchall()
            if count >= least or (others and all(one.done() for one in others)):
                return
            nothing.wait(FRESH)
        pytest.fail("nobody waits")

    def close(self) -> None:
        self._own.close()
        self._sees.close()


@pytest.fixture
def elsewhere(mariadb: MariaDB) -> Iterator[Elsewhere]:
    made = Elsewhere(mariadb)
    yield made
    made.close()


@contextlib.contextmanager
def threads() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """To begin something beside this."""

    def ended(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            thread_is_done()

    with ThreadPoolExecutor(2) as pool:
        yield lambda work: pool.submit(ended, work)


ERASING: dict[str, Callable[[str], object]] = {
    "its time is over": lambda stay: purged(DAY_AFTER),
    "its person has it erased": lambda stay: erasing.erase_visits([id_of(stay)], DAY_AFTER),
}


@on_mariadb
@pytest.mark.parametrize("how", ERASING)
def test_who_holds_what_is_just_being_erased_is_told_that_it_is_gone(
    hall: HallFacts, stay: str, case: Opened, elsewhere: Elsewhere, how: str
) -> None:
    row_id = id_of(stay)
    elsewhere.keeps("SELECT id FROM visits", row_id)
    with threads() as begin:
        erased = begin(lambda: ERASING[how](stay))
        elsewhere.sees_waiting(1, [erased])
        held = begin(lambda: hold(hall, case))
        elsewhere.sees_waiting(2, [held])
        elsewhere.lets_go()
        erased.result(PATIENCE)
        assert held.result(PATIENCE) == 1
    assert [name for name in names() if name] == []


@on_mariadb
@pytest.mark.parametrize("how", ERASING)
def test_what_is_just_being_held_is_not_erased(
    hall: HallFacts, stay: str, case: Opened, elsewhere: Elsewhere, how: str
) -> None:
    elsewhere.keeps("SELECT id FROM cases", run(lambda: Case.get(Case.public_id == case.public_id)).id)
    with threads() as begin:
        held = begin(lambda: hold(hall, case))
        elsewhere.sees_waiting(1, [held])
        erased = begin(lambda: ERASING[how](stay))
        elsewhere.sees_waiting(2, [erased])
        elsewhere.lets_go()
        assert held.result(PATIENCE) == 0
        erased.result(PATIENCE)
    assert names() == ["张三"]


@pytest.mark.parametrize("how", ERASING)
def test_at_the_same_moment_either_it_is_kept_or_its_holder_is_told(
    hall: HallFacts, stay: str, case: Opened, how: str
) -> None:
    _, gone = at_once(lambda: ERASING[how](stay), lambda: hold(hall, case))
    assert gone == (0 if names() == ["张三"] else 1)


def test_who_holds_what_is_there_is_told_of_nothing(hall: HallFacts, case: Opened) -> None:
    assert hold(hall, case) == 0


def test_who_holds_what_went_long_ago_is_told_how_much(hall: HallFacts, case: Opened) -> None:
    purged(DAY_AFTER)
    assert hold(hall, case) == 1
