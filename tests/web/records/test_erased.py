"""How a stay that was emptied stands in a hall's pages and workbooks: without a name, and said to be so."""

from datetime import timedelta

import peewee
import pytest

from models.services import erasing
from tests.service import MONDAY_9
from tests.visited import NUMBER, PHONE, came, id_of
from tests.web.desk.door import Door


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def test_staff_read_that_it_was_erased_wherever_the_name_stood(door: Door) -> None:
    visit = came(door.hall, MONDAY_9 - timedelta(days=1), "黎明洛")
    erasing.erase_visits([id_of(visit)], MONDAY_9)
    admin = door.browser("Admin")
    for path in ("/records?days=yesterday", f"/records/{visit}", f"/desk/visit/{visit}"):
        page = admin.get(path).text
        assert "已删除" in page, path
        assert not any(one in page for one in ("黎", NUMBER, PHONE)), path
