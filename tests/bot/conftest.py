"""The service on each database, and what tests say about it."""

from collections.abc import Iterator

import peewee
import pytest

from tests.bot.photographing import Studio
from tests.platform_api import PlatformApi
from tests.service import Service


@pytest.fixture
def service(database: peewee.Database) -> Service:
    """The whole service, its clock at Monday 09:00."""
    return Service()


@pytest.fixture
def api(service: Service) -> Iterator[PlatformApi]:
    """The platform's API, served on a port."""
    with PlatformApi(service.platform) as served:
        yield served


@pytest.fixture
def studio(database: peewee.Database) -> Iterator[Studio]:
    """The service with a platform that keeps photos, and a reader that says what it is told to."""
    with Studio() as made:
        yield made
