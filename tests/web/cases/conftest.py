"""An office in whose hall somebody was this morning who is ill."""

import peewee
import pytest

from models.rules.access import Role
from tests.staffed import registered
from tests.web.admin.desk import Office
from tests.web.cases.morning import Morning


@pytest.fixture
def office(database: peewee.Database) -> Office:
    """Its clock shows 12:00 of the Monday."""
    office = Office(calendar={"weekly": [["09:00-17:00"]] * 5 + [[], []]})
    office.clock.goes_on(hours=3)
    office.joins("Guard", Role.GUARD)
    office.operator()
    registered("高新区政务大厅", who="Elsewhere")
    return office


@pytest.fixture
def morning(office: Office) -> Morning:
    """The visits of this morning."""
    return Morning(office)
