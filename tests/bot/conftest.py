"""The service on each database, and what tests say about it."""

import peewee
import pytest

from tests.service import Service


@pytest.fixture
def service(database: peewee.Database) -> Service:
    """The whole service, its clock at Monday 09:00."""
    return Service()
