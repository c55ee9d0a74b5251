"""Every statement of a case can be read by MySQL 8."""

from datetime import timedelta

import peewee
import pytest

from models.rules.wanted import By, Who
from models.services.casework import cases, tracing
from models.tables import case_lists
from models.tables import cases as case_rows
from models.tables.contacts import Contact, ContactNote
from models.tables.database import run
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.architecture.test_sql import faults
from tests.service import NOBODY
from tests.staffed import openid, post, registered
from tests.traced import NOON, at, row_of, there
from tests.visited import PHONE, came


def somebody_is_a_case() -> None:
    """Opened, described, traced again and by the job; of two contacts one is another by then, and one is gone."""
    hall = registered()
    admin = post(hall)
    came(hall, at(0), left=timedelta(minutes=40))
    there(hall, "李四", 10, 20)
    there(hall, "王五", 10, 20)
    (suspect,) = cases.suspects(admin, Who(By.PHONE, PHONE), NOON)
    opened = cases.open_case(admin, suspect.public_id, None, None, NOON)
    cases.open_case(admin, suspect.public_id, None, None, NOON)
    cases.describe(admin, opened.public_id, "疾控要求", "疾控中心", NOON)
    cases.step(admin, opened.public_id, 1, NOON)
    cases.by_number(admin, opened.number)
    cases.of_hall(admin, NOON)
    of_it = Contact.case_id == row_of(opened).id
    one, other = run(lambda: list(Contact.select().where(of_it)))
    told = {"case_id": one.case_id, "contact_id": one.id, "at": NOON, "by": openid("Admin"), "kind": "note"}
    run(lambda: insert(ContactNote, **told))
    run(lambda: Visit.update(name_hash=b"-", phone_hash=b"-").where(Visit.id == other.visit_id).execute())
    run(lambda: Visit.update(name_hash=b"-", phone_hash=b"-").where(Visit.id == one.visit_id).execute())
    cases.trace_again(admin, opened.public_id, NOON)
    run(lambda: Visit.update(in_at=at(90), out_at=at(91)).where(Visit.id_hash.is_null()).execute())
    cases.trace_again(admin, opened.public_id, NOON)
    run(lambda: case_rows.again(one.case_id, NOON, hall.tracing))
    tracing.trace_due(NOON, NOBODY)
    run(lambda: case_rows.leave(one.case_id, 1, NOON))
    run(lambda: case_lists.drop(one.id))


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_a_case_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        somebody_is_a_case()
    finally:
        database.query_hooks.pop()
    assert len([text for text in seen if "cases" in text]) > 12
    assert len([text for text in seen if "contact" in text or "case_visits" in text]) > 12
    assert faults(seen) == {}
