"""What is kept of a visit goes when it was said to go, neither before nor after; and each row is counted once."""

from datetime import date, timedelta

import pytest

from models.rules.halls import HallFacts
from models.rules.retention import What
from models.rules.visits import HowOut
from models.rules.wanted import Period
from models.services import deletions, erasing, hall_settings, halls, retention, searching
from models.services.casework import case_work
from models.tables.amendments import Amendment
from models.tables.cases import CaseVisit
from models.tables.database import run
from models.tables.door import Fever, Flag
from models.tables.erasures import Erasure
from models.tables.fields import insert
from models.tables.visits import Correction, Visit
from tests.erased import TODAY, ago, came_ago, days_left, one_batch, purged, records
from tests.service import MONDAY_9
from tests.staffed import post, registered
from tests.traced import opened
from tests.visited import came, id_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def hall() -> HallFacts:
    return registered()


# --- when a visit goes ---


def test_a_visit_is_gone_the_day_after_its_thirtieth(hall: HallFacts) -> None:
    for days in (29, 30, 31, 32):
        came_ago(hall, days)
    assert purged() == 2
    assert days_left(hall) == [30, 29]


def test_what_is_still_kept_is_what_can_still_be_found(hall: HallFacts) -> None:
    for days in range(25, 36):
        came_ago(hall, days)
    purged()
    oldest = searching.kept_part(hall, None, MONDAY_9).first
    assert max(days_left(hall)) == (TODAY - oldest).days


def test_each_hall_keeps_its_visits_for_as_long_as_it_has_said() -> None:
    shorter, usual = registered("短存大厅", retention_days=14), registered("常存大厅")
    for one in (shorter, usual):
        came_ago(one, 15)
    purged()
    assert (days_left(shorter), days_left(usual)) == ([], [15])


def test_a_hall_day_ends_at_its_own_midnight(hall: HallFacts) -> None:
    came(hall, ago(30).replace(hour=15, minute=59, second=59), "张三", timedelta(seconds=0))
    came(hall, ago(30).replace(hour=16, minute=0, second=0), "李四", timedelta(minutes=1))
    late = MONDAY_9.replace(hour=15, minute=59, second=59)
    assert purged(late) == 0
    assert purged(late + timedelta(seconds=1)) == 1
    assert [row.name for row in run(lambda: list(Visit.select()))] == ["李四"]


def test_a_clock_that_goes_back_a_day_erases_nothing_too_early(hall: HallFacts) -> None:
    came_ago(hall, 30)
    came_ago(hall, 31)
    assert purged(MONDAY_9) == 1
    assert purged(MONDAY_9 - timedelta(days=1)) == 0
    assert purged(MONDAY_9 + timedelta(days=1)) == 1
    assert [row.day for row in records(hall)] == [TODAY - timedelta(days=days) for days in (31, 30)]
    assert deletions.verify(hall.id).fault is None


def test_a_visit_that_nobody_has_closed_is_never_erased(hall: HallFacts) -> None:
    came_ago(hall, 40, left=None)
    assert purged() == 0
    assert days_left(hall) == [40]


def test_a_hall_that_shortens_its_days_is_told_how_many_go_and_they_go_at_the_next_run(hall: HallFacts) -> None:
    for days in (10, 20, 25):
        came_ago(hall, days)
    assert purged() == 0
    saved = hall_settings.save(post(hall), hall.revision, {"retention_days": 14}, MONDAY_9).hall
    assert retention.due(saved, MONDAY_9) == 2
    assert purged() == 2
    assert days_left(hall) == [10]


def test_a_hall_that_keeps_its_days_for_longer_has_back_nothing_of_what_has_gone(hall: HallFacts) -> None:
    shorter = hall_settings.save(post(hall), hall.revision, {"retention_days": 14}, MONDAY_9).hall
    came_ago(hall, 15)
    came_ago(hall, 14)
    purged()
    hall_settings.save(post(hall), shorter.revision, {"retention_days": 30}, MONDAY_9)
    assert purged(MONDAY_9 + timedelta(days=10)) == 0
    assert days_left(hall) == [14]


def test_what_was_half_erased_is_signed_when_the_hall_keeps_its_days_for_longer(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    shorter = hall_settings.save(post(hall), hall.revision, {"retention_days": 14}, MONDAY_9).hall
    for _ in range(5):
        came_ago(hall, 20)
    one_batch()
    assert [(row.erased, row.number) for row in records(hall)] == [(2, None)]
    hall_settings.save(post(hall), shorter.revision, {"retention_days": 30}, MONDAY_9)
    assert purged() == 0
    assert [(row.erased, row.left, row.number) for row in records(hall)] == [(2, 3, 1)]


# --- what hangs on a visit ---


def test_with_a_visit_goes_all_that_hangs_on_it_and_nothing_of_others(hall: HallFacts) -> None:
    for days in (31, 30):
        row = id_of(came_ago(hall, days))
        at, out = ago(days), ago(days) + timedelta(minutes=40)
        run(lambda row=row, at=at: insert(Flag, hall_id=hall.id, visit_id=row, kind="same_number", at=at))  # type: ignore[misc]
        run(
            lambda row=row, at=at, out=out: insert(  # type: ignore[misc]
                Correction, visit_id=row, at=at, by="staff", out_at=out, how_out=HowOut.CORRECTED
            )
        )
        run(
            lambda row=row, at=at: insert(  # type: ignore[misc]
                Amendment, visit_id=row, at=at, actor=b"a", field="name", earlier="张山"
            )
        )
    purged()
    [left] = run(lambda: list(Visit.select()))
    for table in (Flag, Correction, Amendment):
        assert [row.visit_id for row in run(lambda table=table: list(table.select()))] == [left.id]  # type: ignore[misc]


def test_a_companion_goes_with_the_day_as_the_lead_does(hall: HallFacts) -> None:
    lead = id_of(came_ago(hall, 31, companions=1))
    came_ago(hall, 31, "王小明", lead_id=lead, number=None, phone=None)
    assert purged() == 2


# --- temperatures ---


def temperatures(hall: HallFacts) -> list[tuple[int, int | None, str | None]]:
    rows = run(lambda: list(Visit.select().where(Visit.hall_id == hall.id).order_by(Visit.in_at)))
    return [((TODAY - row.hall_day).days, row.temperature_tenths, row.temperature_source) for row in rows]


def test_a_temperature_is_gone_the_day_after_its_fourteenth_and_its_visit_stays(hall: HallFacts) -> None:
    for days in (14, 15):
        came_ago(hall, days, temperature_tenths=365, temperature_source="declared")
    came_ago(hall, 16, temperature_source="normal")
    assert purged() == 2
    assert temperatures(hall) == [(16, None, None), (15, None, None), (14, 365, "declared")]


def test_an_earlier_temperature_goes_with_the_one_that_took_its_place(hall: HallFacts) -> None:
    row = id_of(came_ago(hall, 15, temperature_tenths=365, temperature_source="guard"))
    for field in ("temperature", "name"):
        run(
            lambda field=field: insert(  # type: ignore[misc]
                Amendment, visit_id=row, at=ago(15), actor=b"a", field=field, earlier="36.9 declared"
            )
        )
    purged()
    assert [one.field for one in run(lambda: list(Amendment.select()))] == ["name"]


def test_who_declared_a_fever_is_forgotten_after_as_long_as_temperatures(hall: HallFacts) -> None:
    for days in (14, 15, 40):
        run(
            lambda days=days: insert(  # type: ignore[misc]
                Fever, hall_id=hall.id, hall_day=TODAY - timedelta(days=days), door=1, openid="oHot",
                declared_tenths=381, declared_at=ago(days), name="张三", phone="13800138000",
            )
        )  # fmt: skip
    assert purged() == 2
    assert [row.hall_day for row in run(lambda: list(Fever.select()))] == [TODAY - timedelta(days=14)]


def test_a_hall_may_keep_temperatures_for_fewer_days() -> None:
    hall = registered(temperature_days=3)
    for days in (3, 4):
        came_ago(hall, days, temperature_tenths=365, temperature_source="declared")
    purged()
    assert temperatures(hall) == [(4, None, None), (3, 365, "declared")]


def test_no_hall_keeps_temperatures_for_longer_than_the_operator_allows() -> None:
    assert registered(temperature_days=60).temperature_days == halls.defaults().temperature_days == 14


def test_a_day_whose_temperatures_are_gone_is_not_looked_at_again(hall: HallFacts) -> None:
    came_ago(hall, 15, temperature_tenths=365, temperature_source="declared")
    came_ago(hall, 16)
    purged()
    before = records(hall, What.TEMPERATURES)
    assert [(row.erased, row.left) for row in before] == [(0, 0), (1, 0)]
    purged()
    assert [row.id for row in records(hall, What.TEMPERATURES)] == [row.id for row in before]


# --- a case holds ---


def held(hall: HallFacts, suspect: str, until: date) -> str:
    case = opened(hall, suspect, Period(TODAY - timedelta(days=20), TODAY))
    case_work.hold(post(hall), case.public_id, until, "疾控中心要求", MONDAY_9)
    return case.public_id


def test_what_a_case_holds_stays_until_the_hold_is_over(hall: HallFacts) -> None:
    case = came_ago(hall, 20, "张三", temperature_tenths=365, temperature_source="declared")
    came_ago(hall, 20, "李四", number=None, phone=None)
    came_ago(hall, 20, "王五", left=timedelta(0), number=None, phone=None)
    came(hall, ago(20) + timedelta(hours=6), "赵六", number=None, phone=None)
    held(hall, case, TODAY + timedelta(days=30))
    assert purged(MONDAY_9 + timedelta(days=30)) == 1
    names = [row.name for row in run(lambda: list(Visit.select().order_by(Visit.id)))]
    assert names == ["张三", "李四", "王五"]
    assert temperatures(hall)[0][1] == 365
    assert purged(MONDAY_9 + timedelta(days=31)) == 3


def test_a_hold_keeps_the_visit_by_which_the_person_of_the_case_is_known(hall: HallFacts) -> None:
    case = opened(hall, came_ago(hall, 20), Period(TODAY - timedelta(days=5), TODAY))
    came_ago(hall, 20, "李四", number=None, phone=None)
    case_work.hold(post(hall), case.public_id, TODAY + timedelta(days=30), "疾控中心要求", MONDAY_9)
    assert purged(MONDAY_9 + timedelta(days=20)) == 1
    assert [row.name for row in run(lambda: list(Visit.select()))] == ["张三"]


def test_a_hold_keeps_whom_tracing_again_did_not_find_any_more_and_something_was_noted_of(hall: HallFacts) -> None:
    case = came_ago(hall, 20, "张三")
    contact = id_of(came_ago(hall, 20, "李四", number=None, phone=None))
    public_id = held(hall, case, TODAY + timedelta(days=30))
    run(lambda: CaseVisit.delete().where(CaseVisit.visit_id == contact).execute())
    assert purged(MONDAY_9 + timedelta(days=20)) == 0
    case_work.release(post(hall), public_id, MONDAY_9 + timedelta(days=20))
    assert purged(MONDAY_9 + timedelta(days=20)) == 2


def test_temperatures_of_visits_that_a_case_held_go_once_the_hold_is_over(hall: HallFacts) -> None:
    case = held(hall, came_ago(hall, 20, temperature_tenths=365, temperature_source="declared"), TODAY)
    purged()
    assert temperatures(hall)[0][1] == 365
    case_work.release(post(hall), case, MONDAY_9)
    purged()
    assert temperatures(hall)[0][1] is None
    assert [(row.part, row.erased, row.left) for row in records(hall, What.TEMPERATURES)] == [(1, 0, 1), (2, 1, 0)]


def test_a_hold_that_is_taken_back_keeps_nothing(hall: HallFacts) -> None:
    case = held(hall, came_ago(hall, 20), TODAY + timedelta(days=90))
    later = MONDAY_9 + timedelta(days=20)
    assert purged(later) == 0
    case_work.release(post(hall), case, later)
    assert purged(later) == 1


def test_what_was_held_and_goes_later_is_a_further_record_of_the_same_day(hall: HallFacts) -> None:
    suspect = came_ago(hall, 20)
    came(hall, ago(20) + timedelta(hours=6), "赵六", number=None, phone=None)
    held(hall, suspect, TODAY + timedelta(days=20))
    for later in (11, 21):
        purged(MONDAY_9 + timedelta(days=later))
    assert [(row.part, row.erased, row.left, row.number is not None) for row in records(hall)] == [
        (1, 1, 1, True),
        (2, 1, 0, True),
    ]
    assert deletions.verify(hall.id).fault is None


def test_what_waited_to_be_emptied_waits_no_more_once_its_visit_is_gone(hall: HallFacts) -> None:
    """Databases may give its number to the next visit."""
    suspect = id_of(came_ago(hall, 20))
    held(hall, run(lambda: Visit.get_by_id(suspect)).public_id, TODAY + timedelta(days=20))
    assert erasing.erase_visits([suspect], MONDAY_9).held == 1
    purged(MONDAY_9 + timedelta(days=21))
    assert run(Visit.select().count) == 0
    assert run(Erasure.select().count) == 0
