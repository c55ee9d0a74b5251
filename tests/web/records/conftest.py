"""An office whose hall has been visited."""

import peewee
import pytest

from models.rules.access import Role
from tests.staffed import registered
from tests.web.admin.desk import Office


@pytest.fixture
def office(database: peewee.Database) -> Office:
    """Its clock shows 11:00 of the Monday."""
    office = Office()
    office.clock.goes_on(hours=2)
    office.joins("Guard", Role.GUARD)
    office.operator()
    registered("高新区政务大厅", who="Elsewhere")
    return office
