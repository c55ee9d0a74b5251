"""Halls as conversations and pages get them."""

from collections.abc import Iterator

import pytest

from models.rules.halls import AS_SHIPPED, Defaults
from models.services import halls
from models.tables.database import run
from models.tables.halls import Hall
from tests.service import Service
from tests.staffed import registered

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


def test_the_most_days_of_any_hall_are_those_for_which_a_backup_is_kept() -> None:
    assert halls.longest_kept() == 30
    for name, days in (("一号大厅", 14), ("二号大厅", 20)):
        registered(name, retention_days=days)
    assert halls.longest_kept() == 20
    run(lambda: Hall.update(facts="{").where(Hall.name == "一号大厅").execute())
    assert halls.longest_kept() == 30
