"""Halls as conversations and pages get them."""

from collections.abc import Iterator

import pytest

from models.rules.halls import AS_SHIPPED, Defaults
from models.services import halls
from tests.service import Service

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def twenty_days() -> Iterator[None]:
    halls.use(Defaults(retention_days=20))
    yield
    halls.use(AS_SHIPPED)


@pytest.mark.usefixtures("twenty_days")
def test_the_days_that_the_operator_set_are_those_that_people_are_told() -> None:
    service = Service()
    hall = service.hall()
    assert "20 天" in (service.visitor().scan(service.code(hall)).reply or "")
