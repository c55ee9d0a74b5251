"""Exports are built in pieces: by one job, which may be killed, and kept for a day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import peewee

from models.adapters.sheets import Sheets
from models.services import building, exporting
from models.services.building import MOST_FAILURES
from models.tables.database import run
from models.tables.exports import PART_BYTES, Export, ExportChunk, ExportCopy, Kind, Status
from models.tables.visits import Visit
from tests.exported import DESK, TODAY, a_visit, as_it_stands, asked_for, built, rows_of
from tests.models.services.test_building import MINUTE, a_known_visit, copy_of
from tests.service import MONDAY_9
from tests.staffed import at_once, post, registered

# --- pieces ---


def test_a_large_workbook_is_kept_in_pieces_of_less_than_a_megabyte(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)

    class Incompressible(Sheets):
        """A workbook that takes up two pieces and a half."""

        def close(self) -> bytes:
            self._out.give(b"x" * (2 * PART_BYTES + PART_BYTES // 2))
            return super().close()

    building.build_due(MONDAY_9, replace(DESK, new_sheets=Incompressible))
    export = as_it_stands(hall, asked.public_id)
    rows = run(lambda: list(ExportChunk.select(ExportChunk.part, ExportChunk.data).where(ExportChunk.kind == "full")))
    assert sorted(row.part for row in rows) == [0, 1, 2, 3]
    assert max(len(row.data) for row in rows) < 1_000_000
    assert export.full_bytes > 2 * PART_BYTES


def test_nothing_that_is_stored_can_be_read_without_the_keys(database: peewee.Database) -> None:
    hall = registered()
    a_known_visit(hall)
    built(hall)
    for row in run(lambda: list(ExportChunk.select())):
        for trace in (b"PK\x01\x02", b"PK\x03\x04", b"worksheet", "欧阳".encode(), b"13800138000"):
            assert trace not in bytes(row.data)


# --- who builds it ---


def test_of_several_jobs_at_once_one_builds(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    assert sorted(at_once(*[lambda: building.build_due(MONDAY_9, DESK)] * 3)) == [0, 0, 1]
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.tries, len(rows_of(export))) == (Status.READY, 1, 1)


class Stumbling:
    """Workbooks of which the first so many break, or during which something happens."""

    def __init__(self, failures: int = 0, happens: Any = None) -> None:
        self.failures = failures
        self.happens = happens

    def __call__(self, *about: Any) -> Sheets:
        outer = self

        class Book(Sheets):
            def append(self, cells: Any) -> None:
                if outer.failures > 0:
                    outer.failures -= 1
                    raise OSError(28, "No space left on device")
                if outer.happens:
                    happens, outer.happens = outer.happens, None
                    happens()
                super().append(cells)

        return Book(*about)


def test_a_try_that_fails_is_made_again(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    desk = replace(DESK, new_sheets=Stumbling(failures=MOST_FAILURES - 1))
    for minutes in range(MOST_FAILURES):
        building.build_due(MONDAY_9 + minutes * 5 * MINUTE, desk)
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.failures, len(rows_of(export))) == (Status.READY, MOST_FAILURES - 1, 1)


def test_after_three_tries_it_is_given_up_and_nothing_of_it_is_left(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    desk = replace(DESK, new_sheets=Stumbling(failures=99))
    for minutes in range(MOST_FAILURES + 2):
        building.build_due(MONDAY_9 + minutes * 5 * MINUTE, desk)
    assert as_it_stands(hall, asked.public_id).status is Status.FAILED
    assert run(ExportChunk.select().count) == 0


def test_one_that_fails_does_not_hold_up_another(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    bad = asked_for(hall)
    good = asked_for(hall, now=MONDAY_9 + 2 * MINUTE)
    building.build_due(MONDAY_9 + 2 * MINUTE, replace(DESK, new_sheets=Stumbling(failures=1)))
    assert as_it_stands(hall, bad.public_id).status is Status.WANTED
    assert as_it_stands(hall, good.public_id).status is Status.READY


def test_one_that_is_cancelled_while_it_is_built_stops_and_leaves_nothing(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    cancels = Stumbling(happens=lambda: exporting.cancel(post(hall), asked.public_id, MONDAY_9))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=cancels))
    assert as_it_stands(hall, asked.public_id).status is Status.CANCELLED
    assert run(ExportChunk.select().count) == 0


def test_whoever_was_taken_for_dead_adds_nothing_to_the_work_of_the_next(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    later = MONDAY_9 + 3 * MINUTE
    slow = Stumbling(happens=lambda: building.build_due(later, DESK))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=slow))
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.tries) == (Status.READY, 2)
    assert len(rows_of(export)) == len(rows_of(export, Kind.MASKED)) == 1
    assert run(ExportChunk.select().count) == 4


def test_a_process_that_is_to_end_gives_its_work_back_at_once(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    stops = iter([False, True])
    building.build_due(MONDAY_9, replace(DESK, is_stopping=lambda: next(stops)))
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.failures) == (Status.WANTED, 0)
    assert building.build_due(MONDAY_9 + MINUTE, DESK) == 1


def test_visits_that_are_erased_meanwhile_are_no_failure(database: peewee.Database) -> None:
    hall = registered()
    for _ in range(3):
        last = a_visit(hall)
    asked = asked_for(hall)
    erases = Stumbling(happens=lambda: run(lambda: Visit.delete().where(Visit.id == last).execute()))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=erases))
    assert as_it_stands(hall, asked.public_id).status is Status.READY


def test_visits_that_come_meanwhile_are_of_the_next_export(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    building.build_due(MONDAY_9, replace(DESK, new_sheets=Stumbling(happens=lambda: a_visit(hall))))
    export = as_it_stands(hall, asked.public_id)
    assert (export.rows_done, export.rows_expected) == (1, 1)


# --- how long it is kept ---


def test_a_day_later_the_workbooks_are_dropped_and_the_copies_are_still_known(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    export = built(hall)
    copy_of(export)
    almost = MONDAY_9 + exporting.LASTS - timedelta(seconds=1)
    assert building.drop_over(almost) == 0
    assert building.drop_over(almost + timedelta(seconds=1)) == 1
    assert run(ExportChunk.select().count) == 0
    assert (run(Export.select().count), run(ExportCopy.select().count)) == (1, 1)
    assert as_it_stands(hall, export.public_id).status is Status.EXPIRED
    assert building.drop_over(almost + timedelta(days=9)) == 0


def test_one_that_nobody_has_built_in_time_is_not_built_any_more(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked_for(hall)
    late = MONDAY_9 + exporting.LASTS
    assert building.build_due(late, DESK) == 0
    assert building.drop_over(late) == 1


def test_today_is_the_day_of_these_tests() -> None:
    assert MONDAY_9.date() == TODAY
