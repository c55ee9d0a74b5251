"""A town on each of the two databases."""

import peewee
import pytest

from tests.web.visitor.filling import Town


@pytest.fixture
def town(database: peewee.Database) -> Town:
    return Town()
