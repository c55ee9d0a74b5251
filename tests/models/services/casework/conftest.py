"""A case of this morning, and the day after it."""

import peewee
import pytest

from models.rules.halls import HallFacts
from models.tables.cases import Case
from tests.notified import case
from tests.service import Clock
from tests.staffed import registered


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.goes_on(days=1)
    return clock


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


@pytest.fixture
def found(hall: HallFacts) -> Case:
    return case(hall)
