"""A run that comes to its end before the round of the halls does: the next one goes on there, so that nobody waits for
good behind a hall with very much to erase."""

from datetime import timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.services import retention
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.people import Person
from tests.erased import came_ago, days_left, purged
from tests.looks import a_person
from tests.service import MONDAY_9
from tests.staffed import registered

NIGHT = MONDAY_9 + timedelta(days=60)


class Clock:
    """A clock that goes on with each batch, by the pause after it."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def pauses(self, _seconds: float) -> None:
        self.at += 100.0


def a_run(**how: object) -> int:
    """One that comes to three batches, which take a hundred seconds each."""
    clock = Clock()
    return purged(NIGHT, seconds=retention.RUN_SECONDS, clock=clock, sleep=clock.pauses, **how)


@pytest.fixture
def halls(database: peewee.Database) -> list[HallFacts]:
    """One with a batch on each of eight days, and two with one."""
    made = [registered(name) for name in ("一号大厅", "二号大厅", "三号大厅")]
    for days in range(8):
        came_ago(made[0], days)
    for hall in made[1:]:
        came_ago(hall, 0)
    a_person("M")
    return made


def left(halls: list[HallFacts]) -> list[int]:
    return [len(days_left(hall)) for hall in halls]


def people() -> int:
    return run(lambda: Person.select().count())


def test_the_next_run_goes_on_behind_the_hall_that_took_all_the_time(halls: list[HallFacts]) -> None:
    assert a_run() == 3
    assert (left(halls), people()) == ([5, 1, 1], 1)
    assert a_run() == 3
    assert (left(halls), people()) == ([5, 0, 0], 0)
    assert a_run() == 3
    assert left(halls) == [2, 0, 0]
    assert a_run() == 2
    assert left(halls) == [0, 0, 0]


def test_a_run_with_time_to_spare_goes_all_the_way_round(halls: list[HallFacts]) -> None:
    a_run()
    purged(NIGHT)
    assert (left(halls), people()) == ([0, 0, 0], 0)


def test_a_run_that_is_stopped_before_it_begins_leaves_the_round_where_it_was(halls: list[HallFacts]) -> None:
    a_run()
    assert a_run(is_stopping=lambda: True) == 0
    a_run()
    assert (left(halls), people()) == ([5, 0, 0], 0)


def test_a_hall_that_cannot_be_read_holds_no_round_up(halls: list[HallFacts]) -> None:
    run(lambda: Hall.update(facts="{").where(Hall.id == halls[1].id).execute())
    for _ in range(6):
        a_run()
    assert (left(halls), people()) == ([0, 1, 0], 0)


def test_before_a_restored_backup_is_served_everything_goes_wherever_the_round_is(halls: list[HallFacts]) -> None:
    a_run()
    retention.purge_all(NIGHT)
    assert (left(halls), people()) == ([0, 0, 0], 0)
