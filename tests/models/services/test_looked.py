"""谁看过我: what is noted when staff open somebody's data."""

from datetime import date
from typing import Any

import peewee
import pytest

from models.rules.access import Role
from models.services import exporting, looked, looking
from models.services.looked import What
from models.tables.database import run
from models.tables.exports import Kind
from models.tables.looks import Look
from tests.exported import TODAY, ready_export
from tests.service import MONDAY_9
from tests.staffed import post, refused, registered
from tests.visited import came, id_of


def looks() -> list[Look]:
    return run(lambda: list(Look.select().order_by(Look.id)))


def test_a_record_that_is_opened_is_one_look_with_its_reason(database: peewee.Database) -> None:
    hall = registered()
    visit = came(hall)
    for _ in range(2):
        looking.look(post(hall), visit, "session", "other", "物业报修核对", MONDAY_9)
    [noted] = looks()
    assert (noted.what, noted.why, noted.words) == (What.RECORD, "other", "物业报修核对")
    assert (noted.hall_id, noted.role, noted.at) == (hall.id, Role.ADMIN, MONDAY_9)
    assert noted.visit_id == id_of(visit)
    assert noted.case_id is noted.first is noted.last is None


def test_a_record_that_is_seen_masked_is_no_look(database: peewee.Database) -> None:
    hall = registered()
    visit = came(hall)
    assert looking.record(post(hall), visit, "session", MONDAY_9) is not None
    words = "找13800138000"
    assert refused(lambda: looking.look(post(hall), visit, "session", "other", words, MONDAY_9)) == "reason_personal"
    assert looks() == []


def test_a_full_copy_is_a_look_at_the_days_that_it_holds(database: peewee.Database) -> None:
    hall = registered()
    row = ready_export(hall)
    exporting.take_copy(post(hall), row.public_id, Kind.FULL, "区卫健局要求", "session", MONDAY_9)
    [noted] = looks()
    assert (noted.what, noted.words, noted.visit_id) == (What.COPY, "区卫健局要求", None)
    assert (noted.first, noted.last) == (TODAY, TODAY)


def test_a_masked_copy_is_no_look(database: peewee.Database) -> None:
    hall = registered()
    row = ready_export(hall)
    exporting.take_copy(post(hall), row.public_id, Kind.MASKED, "统计", "session", MONDAY_9)
    assert looks() == []


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="at nothing"),
        pytest.param({"visit_id": 1, "case_id": 1}, id="at two things"),
        pytest.param({"first": date(2026, 3, 2)}, id="at days without an end"),
        pytest.param({"what": "glance", "visit_id": 1}, id="of no known kind"),
    ],
)
def test_a_look_of_which_nobody_could_be_told_is_not_noted(database: peewee.Database, given: dict[str, Any]) -> None:
    what = {"what": What.RECORD, **given}
    with pytest.raises(ValueError):
        looked.note(post(registered()), why="other", now=MONDAY_9, **what)
    assert looks() == []
