"""Asking for exports, and taking copies of them."""

from datetime import date, timedelta

import peewee
import pytest

from models.rules.access import Role
from models.rules.wanted import Period, Wanted
from models.services import exporting
from models.tables import exports
from models.tables.database import run
from models.tables.exports import Export, ExportCopy, Kind, Status
from tests.exported import TODAY, a_visit, ready_export
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, operator, post, refused, registered

DAY = timedelta(days=1)
THIS_DAY = Wanted(Period(TODAY, TODAY))


def test_an_export_says_at_once_how_many_rows_it_will_have(database: peewee.Database) -> None:
    hall = registered()
    for at in (MONDAY_9, MONDAY_9 - DAY, MONDAY_9 - 2 * DAY):
        a_visit(hall, at)
    asked = exporting.ask(post(hall), Wanted(Period(TODAY - DAY, TODAY)), MONDAY_9)
    assert (asked.rows, asked.period) == (2, Period(TODAY - DAY, TODAY))
    row = exporting.own(post(hall), asked.public_id, MONDAY_9)
    assert row is not None and row.status is Status.WANTED


def test_days_without_a_visit_are_not_exported(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9 - DAY)
    assert refused(lambda: exporting.ask(post(hall), THIS_DAY, MONDAY_9)) == "export_nothing"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        pytest.param(TODAY + DAY, TODAY + 9 * DAY, "period_ahead", id="the future"),
        pytest.param(date(1626, 1, 1), date(1999, 1, 1), "period_not_kept", id="long ago"),
        pytest.param(date.min, date.min, "period_not_kept", id="the first day there is"),
        pytest.param(date.max, date.max, "period_ahead", id="the last day there is"),
    ],
)
def test_days_of_which_nothing_is_kept_are_not_exported(
    database: peewee.Database, first: date, last: date, code: str
) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    assert refused(lambda: exporting.ask(post(hall), Wanted(Period(first, last)), MONDAY_9)) == code


def test_of_four_hundred_years_the_days_that_are_kept_are_taken(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    asked = exporting.ask(post(hall), Wanted(Period(date.min, date.max)), MONDAY_9)
    assert asked.period == Period(TODAY - timedelta(days=hall.retention_days), TODAY)


def test_the_same_question_within_a_minute_is_the_same_export(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    first = exporting.ask(post(hall), THIS_DAY, MONDAY_9)
    assert exporting.ask(post(hall), THIS_DAY, MONDAY_9 + timedelta(seconds=59)) == first
    assert exporting.ask(post(hall), THIS_DAY, MONDAY_9 + timedelta(seconds=60)) != first


def test_two_questions_at_the_same_moment_are_one_export(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    one, other = at_once(*[lambda: exporting.ask(post(hall), THIS_DAY, MONDAY_9)] * 2)
    assert one == other
    assert run(Export.select().count) == 1


def test_a_fourth_export_has_to_wait_for_one_of_the_three(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    later = [MONDAY_9 + timedelta(minutes=2 * number) for number in range(4)]
    asked = [exporting.ask(post(hall), THIS_DAY, at) for at in later[:3]]
    assert refused(lambda: exporting.ask(post(hall), THIS_DAY, later[3])) == "export_too_many"
    exporting.cancel(post(hall), asked[0].public_id, later[3])
    assert exporting.ask(post(hall), THIS_DAY, later[3]).rows == 1


def test_an_export_is_of_its_own_hall(database: peewee.Database) -> None:
    hall, other = registered(), registered("陵城区政务服务大厅", "Other")
    a_visit(hall, MONDAY_9)
    assert refused(lambda: exporting.ask(post(other, "Other"), THIS_DAY, MONDAY_9)) == "export_nothing"


def test_a_guard_and_an_operator_export_nothing(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    for somebody in (joins(hall, "Guard", "门岗"), operator()):
        assert refused(lambda somebody=somebody: exporting.ask(somebody, THIS_DAY, MONDAY_9)) == "hall_not_yours"


def test_an_export_is_there_for_whoever_asked_only(database: peewee.Database) -> None:
    hall, other = registered(), registered("陵城区政务服务大厅", "Other")
    colleague = joins(hall, "Second", "李复核", Role.ADMIN)
    export = ready_export(hall)
    assert exporting.own(colleague, export.public_id, MONDAY_9) is None
    assert exporting.own(post(other, "Other"), export.public_id, MONDAY_9) is None
    assert refused(lambda: exporting.cancel(colleague, export.public_id, MONDAY_9)) == "export_unknown"
    assert refused(lambda: copy_of(colleague, export)) == "export_unknown"


def copy_of(somebody, export, kind=Kind.FULL, purpose="疫情排查", session="s1", now=MONDAY_9):
    return exporting.take_copy(somebody, export.public_id, kind, purpose, session, now)


def test_copies_of_an_export_are_numbered(database: peewee.Database) -> None:
    hall = registered()
    export = ready_export(hall)
    assert [copy_of(post(hall), export) for _ in range(3)] == [1, 2, 3]
    found = run(lambda: exports.copies(export.id))
    assert [(one.number, one.purpose, one.session_id) for one in found] == [(n, "疫情排查", "s1") for n in (3, 2, 1)]


def test_copies_that_are_taken_at_the_same_moment_have_numbers_of_their_own(database: peewee.Database) -> None:
    hall = registered()
    export = ready_export(hall)
    assert sorted(at_once(*[lambda: copy_of(post(hall), export)] * 3)) == [1, 2, 3]


@pytest.mark.parametrize("purpose", ["", "  ", "\u200b", "长" * 201])
def test_no_copy_is_taken_without_a_purpose(database: peewee.Database, purpose: str) -> None:
    hall = registered()
    export = ready_export(hall)
    code = refused(lambda: copy_of(post(hall), export, purpose=purpose))
    assert code in ("purpose_missing", "purpose_too_long")


def test_a_copy_is_open_to_its_session_for_ten_minutes(database: peewee.Database) -> None:
    hall = registered()
    export, admin = ready_export(hall), post(hall)
    number = copy_of(admin, export)
    end = MONDAY_9 + exporting.OPENED_FOR
    for at in (MONDAY_9, end - timedelta(seconds=1)):
        assert exporting.opened(admin, export.public_id, number, "s1", at)[1].number == number
    assert refused(lambda: exporting.opened(admin, export.public_id, number, "s1", end)) == "copy_over"
    assert refused(lambda: exporting.opened(admin, export.public_id, number, "s2", MONDAY_9)) == "export_unknown"
    assert refused(lambda: exporting.opened(admin, export.public_id, number + 1, "s1", MONDAY_9)) == "export_unknown"


def test_nothing_is_taken_of_an_export_that_is_not_ready_or_over(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, MONDAY_9)
    waiting = exporting.ask(post(hall), THIS_DAY, MONDAY_9)
    assert refused(lambda: copy_of(post(hall), waiting)) == "export_not_ready"
    export = ready_export(hall)
    late = MONDAY_9 + exporting.LASTS
    assert refused(lambda: copy_of(post(hall), export, now=late)) == "export_over"
    assert run(ExportCopy.select().count) == 0


def test_with_four_eyes_the_full_workbook_waits_and_the_masked_one_does_not(database: peewee.Database) -> None:
    hall = registered(four_eyes=True)
    joins(hall, "Second", "李复核", Role.ADMIN)
    export = ready_export(hall)
    assert copy_of(post(hall), export, Kind.MASKED) == 1
    assert copy_of(post(hall), export) is None
    assert copy_of(post(hall), export) is None
