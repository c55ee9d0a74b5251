"""Every statement of slips and of what waits for staff can be read by MySQL 8."""

from dataclasses import replace
from datetime import time, timedelta

import peewee
import pytest

from models.rules.visits import SignIn
from models.services import fever, help_requests, slip_entry, slips, waiting
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from tests.architecture.test_sql import faults
from tests.service import MONDAY_9
from tests.staffed import openid, post, registered
from tests.visited import NUMBER, PHONE, came, id_of

NOON = MONDAY_9 + timedelta(hours=3)


def after_a_power_cut() -> None:
    """What was written is entered, merged and put right; then somebody sees to what waits."""
    hall = registered()
    admin = post(hall)
    slips.print_sheet(admin, 1, MONDAY_9)
    said = SignIn(name="张三", id_number=NUMBER, phone=PHONE, companions="李四")
    day = hall.calendar.hall_day(NOON)
    form = slip_entry.Form(str(slips.slip(hall, 1)), said, 1, day, time(9, 12), time(10, 5))
    slip_entry.enter(admin, form, NOON)
    slip_entry.enter(admin, form, NOON)
    slip_entry.correct(admin, 1, time(9, 2), None, NOON)
    lead = came(hall, MONDAY_9, "王五", left=None, number=None)
    other = replace(form, slip=str(slips.slip(hall, 2)), said=SignIn(name="王五", phone=PHONE), same=lead)
    slip_entry.enter(admin, other, NOON)
    slips.sheets(hall)
    fever.declare(openid("Visitor"), hall, 1, 378, NOON, "赵六", None)
    help_requests.ask(hall, 1, NOON)
    visit_id = id_of(lead)
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=visit_id, kind="slip_fever", at=NOON))
    found = waiting.all_of(hall, NOON)
    waiting.count(hall, NOON)
    waiting.release(admin, found.fevers[0].key, "复测正常", "36.5", NOON)
    waiting.help_done(admin, found.helps[0].key, NOON)
    waiting.flag_seen(admin, found.flags[0].key, NOON)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_slips_and_of_what_waits_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        after_a_power_cut()
    finally:
        database.query_hooks.pop()
    assert len([text for text in seen if "slip" in text]) > 7
    assert len([text for text in seen if "flags" in text or "help_requests" in text]) > 4
    assert faults(seen) == {}
