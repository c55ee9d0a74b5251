"""A hall at whose counter somebody has come without the chat."""

import peewee
import pytest

from tests.web.own_requests.counter import Counter


@pytest.fixture
def counter(database: peewee.Database) -> Counter:
    return Counter()
