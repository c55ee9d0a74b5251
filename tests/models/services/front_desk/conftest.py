"""A counter for every test."""

import peewee
import pytest

from tests.models.services.front_desk.counter import Counter


@pytest.fixture
def counter(database: peewee.Database) -> Counter:
    return Counter()
