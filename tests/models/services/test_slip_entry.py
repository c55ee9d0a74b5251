"""Entering slips: the times that are written, once, and nobody's stay twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn
from models.services import closing, slip_entry, slips, waiting
from models.services.posts import Post
from models.services.slip_entry import ANOTHER, Entered, Form, What
from models.tables import visits as visit_rows
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.turns import Turn
from models.tables.visits import Visit
from tests.reading import corrections, visits
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, operator, post, refused, registered
from tests.visited import NUMBER, PHONE, came

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""12:00 by the hall's clocks."""
AT_912 = datetime(2026, 3, 2, 1, 12, tzinfo=UTC)
AT_1005 = datetime(2026, 3, 2, 2, 5, tzinfo=UTC)
ZHANG = SignIn(name="张三", id_number=NUMBER, phone=PHONE, matter="social", temperature="36.5")


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    made = registered()
    slips.print_sheet(post(made), 2, MONDAY_9)
    return made


@pytest.fixture
def guard(hall: HallFacts) -> Post:
    return joins(hall, "Guard", "李门岗")


def written(hall: HallFacts, number: int = 1, said: SignIn = ZHANG, **changes: Any) -> Form:
    """A slip from 09:12 to 10:05, unless told otherwise."""
    form = Form(str(slips.slip(hall, number)), said, 1, MONDAY, time(9, 12), time(10, 5))
    return replace(form, **changes)


def enter(post: Post, form: Form, now: datetime = NOON) -> Entered:
    return slip_entry.enter(post, form, now)


# --- what is stored ---


def test_a_slip_is_a_visit_with_the_times_that_are_written(hall: HallFacts, guard: Post) -> None:
    done = enter(guard, written(hall, said=replace(ZHANG, companions="李四；王小明"), remark="停电"))
    assert (done.what, done.number) == (What.SAVED, 1)
    lead, *others = visits()
    assert (lead.slip, lead.how_in, lead.how_out) == ("000001", HowIn.SLIP, HowOut.STATED)
    assert (lead.in_at, lead.out_at, lead.hall_day) == (AT_912, AT_1005, MONDAY)
    assert (lead.name, lead.id_number, lead.phone, lead.remark) == ("张三", NUMBER, PHONE, "停电")
    assert (lead.temperature_tenths, lead.temperature_source, lead.registered_by) == (365, "guard", "staff")
    assert lead.open_key is None
    assert [(one.name, one.slip, one.lead_id, one.in_at, one.out_at) for one in others] == [
        (name, None, lead.id, AT_912, AT_1005) for name in ("李四", "王小明")
    ]
    noted = run(lambda: Audit.get(Audit.action == "slip"))
    assert "张" not in noted.detail


def test_without_an_exit_it_ends_as_due_and_is_an_estimate(hall: HallFacts, guard: Post) -> None:
    enter(guard, written(hall, left=None), NOON + timedelta(hours=2))
    (visit,) = visits()
    # 12:00 and a quarter of an hour of grace.
    assert (visit.out_at, visit.how_out) == (NOON + timedelta(minutes=15), HowOut.CLOSING)


def test_whoever_may_still_be_inside_is_inside_until_due(hall: HallFacts, guard: Post) -> None:
    enter(guard, written(hall, left=None), AT_1005)
    (visit,) = visits()
    assert (visit.out_at, visit.how_out) == (None, None)
    assert closing.close_due(NOON + timedelta(hours=1)) == 1


def test_an_admin_enters_yesterdays_slip_and_a_guard_only_todays(hall: HallFacts, guard: Post) -> None:
    tomorrow = NOON + timedelta(days=1)
    assert refused(lambda: enter(guard, written(hall), tomorrow), but=(Turn,)) == "slip_day_today"
    assert enter(post(hall), written(hall), tomorrow).what is What.SAVED
    assert visits()[0].hall_day == MONDAY


@pytest.mark.parametrize(("days", "tenths"), [(14, 366), (15, None)])
def test_of_a_day_whose_temperatures_are_gone_a_slip_brings_none(
    hall: HallFacts, days: int, tenths: int | None
) -> None:
    form = written(hall, said=replace(ZHANG, temperature="36.6"), day=NOON.date() - timedelta(days=days))
    [visit] = enter(post(hall), form).visits
    assert visit.temperature_tenths == tenths


def test_a_high_temperature_on_a_slip_is_shown_to_staff(hall: HallFacts, guard: Post) -> None:
    enter(guard, written(hall, said=replace(ZHANG, temperature="37.8")))
    assert [one.kind for one in waiting.all_of(hall, NOON).flags] == ["slip_fever"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slip": "1 BBBBB"}, "slip_letters"),
        ({"slip": ""}, "slip_unreadable"),
        ({"door": 9}, "door_unknown"),
        ({"day": date(2026, 3, 3)}, "slip_in_future"),
        ({"day": date(9999, 12, 31)}, "slip_in_future"),
        ({"entered": time(12, 1)}, "slip_in_future"),
        ({"left": time(12, 30)}, "exit_in_future"),
        ({"left": time(9, 11)}, "exit_before_entry"),
        ({"day": date(2026, 1, 31)}, "slip_too_old"),  # 30 days are kept
        ({"day": date(1, 1, 1)}, "slip_too_old"),
        ({"remark": "长" * 201}, "remark_too_long"),
        ({"said": replace(ZHANG, companions=f"李四 {NUMBER}")}, "companion_is_lead"),
    ],
)
def test_a_slip_that_cannot_be_leaves_nothing(hall: HallFacts, changes: dict[str, Any], code: str) -> None:
    assert refused(lambda: enter(post(hall), written(hall, **changes))) == code


def test_a_slip_is_entered_in_the_hall_that_printed_it_by_those_who_may(hall: HallFacts) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    slips.print_sheet(post(other, "Other"), 1, MONDAY_9)
    assert refused(lambda: enter(post(other, "Other"), written(hall))) == "slip_letters"
    waits = replace(post(hall), hall=replace(hall, status="waiting"))
    for nobody in (operator(), waits):
        assert refused(partial(enter, nobody, written(hall))) == "not_yours"
        assert refused(partial(slip_entry.correct, nobody, 1, time(9), None, NOON)) == "not_yours"


# --- the same slip ---


def test_the_same_slip_again_changes_nothing_and_says_whose_it_is(hall: HallFacts, guard: Post) -> None:
    enter(guard, written(hall))
    again = enter(post(hall), written(hall, said=replace(ZHANG, name="李四"), entered=time(9, 30)))
    assert again.what is What.THERE
    assert [(one.name, one.in_at, one.out_at) for one in again.visits] == [("张三", AT_912, AT_1005)]
    assert len(visits()) == 1


def test_of_several_who_enter_the_same_slip_at_once_one_does(hall: HallFacts, guard: Post) -> None:
    came_of_it = at_once(*(partial(enter, who, written(hall)) for who in (guard, post(hall)) * 3))
    assert sorted(one.what for one in came_of_it) == ["saved", *["there"] * 5]
    assert len(visits()) == 1


def test_two_slips_of_one_person_at_once_are_not_two_stays_unasked(hall: HallFacts, guard: Post) -> None:
    came_of_it = at_once(*(partial(enter, guard, written(hall, number)) for number in (1, 2, 3, 4)))
    assert sorted(one.what for one in came_of_it) == ["alike", "alike", "alike", "saved"]
    assert len(visits()) == 1


def test_times_that_were_typed_wrong_are_put_right_and_the_earlier_ones_kept(hall: HallFacts, guard: Post) -> None:
    enter(guard, written(hall, said=replace(ZHANG, companions="李四")))
    corrected = slip_entry.correct(guard, 1, time(9, 2), time(10, 15), NOON)
    assert (corrected.in_at, corrected.out_at) == (AT_912 - timedelta(minutes=10), AT_1005 + timedelta(minutes=10))
    assert [(one.in_at, one.out_at) for one in visits()] == [(corrected.in_at, corrected.out_at)] * 2
    assert [one.earlier_out_at for one in corrections()] == [AT_1005] * 2
    assert "09:12" in run(lambda: Audit.get(Audit.action == "slip_corrected")).detail


def test_an_exit_that_was_forgotten_is_put_in_place_of_the_estimate(hall: HallFacts, guard: Post) -> None:
    later = NOON + timedelta(hours=2)
    enter(guard, written(hall, left=None), later)
    slip_entry.correct(guard, 1, time(9, 12), time(10, 5), later)
    (visit,) = visits()
    assert (visit.out_at, visit.how_out) == (AT_1005, HowOut.STATED)
    assert [one.earlier_how_out for one in corrections()] == [HowOut.CLOSING]


def test_times_stay_where_they_are_known_better(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912)
    enter(guard, written(hall, same=public_id))
    assert refused(lambda: slip_entry.correct(guard, 1, time(9, 0), None, NOON)) == "slip_merged_times"
    enter(guard, written(hall, 2, SignIn(name="李四")))
    run(lambda: Visit.update(how_out=HowOut.CORRECTED).where(Visit.slip == "000002").execute())
    assert refused(lambda: slip_entry.correct(guard, 2, time(9, 0), None, NOON)) == "slip_exit_kept"
    assert refused(lambda: slip_entry.correct(guard, 3, time(9, 0), None, NOON)) == "slip_not_entered"
    tomorrow = NOON + timedelta(days=1)
    assert refused(lambda: slip_entry.correct(guard, 2, time(9, 0), None, tomorrow)) == "slip_day_today"


# --- the same person ---


def test_a_stay_of_the_same_number_that_overlaps_is_shown_first(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912 - timedelta(minutes=5))
    asked = enter(guard, written(hall))
    assert (asked.what, [one.public_id for one in asked.visits]) == (What.ALIKE, [public_id])
    assert len(visits()) == 1


@pytest.mark.parametrize(
    ("there", "said", "is_alike"),
    [
        ({}, replace(ZHANG, name="张山"), True),  # the number decides
        ({}, replace(ZHANG, id_number=None), True),  # name and phone
        ({"number": None}, ZHANG, True),
        ({}, SignIn(name="张三"), False),  # a name alone is many people's
        ({}, SignIn(name="李四", phone=PHONE), False),  # one phone of a family
        ({"number": "110105194912310038"}, ZHANG, False),  # another number
        ({"at": AT_1005 + timedelta(minutes=2)}, ZHANG, False),  # came back later
        ({"at": AT_912 - timedelta(hours=1), "left": timedelta(minutes=30)}, ZHANG, False),  # left before
        ({"at": AT_912 - timedelta(hours=1), "left": timedelta(hours=1)}, ZHANG, True),  # within the same minute
        ({"at": AT_912 - timedelta(minutes=9), "left": None}, ZHANG, True),  # still inside
    ],
)
def test_who_counts_as_the_same_person_at_the_same_time(
    hall: HallFacts, guard: Post, there: dict[str, Any], said: SignIn, is_alike: bool
) -> None:
    came(hall, **{"at": AT_912, **there})
    assert (enter(guard, written(hall, said=said)).what is What.ALIKE) == is_alike


def test_merged_it_is_one_stay_with_the_number_and_remark_of_the_slip(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912, remark="轮椅")
    done = enter(guard, written(hall, same=public_id, remark="停电", said=replace(ZHANG, companions="李四")))
    (visit,) = visits()
    assert done.what is What.MERGED
    assert (visit.slip, visit.remark) == ("000001", "轮椅；停电；李四")
    assert (visit.how_in, visit.how_out, visit.in_at) == (HowIn.SCAN, HowOut.SCAN, AT_912)
    assert visit.out_at == AT_912 + timedelta(minutes=40), "a scan is surer than a slip"


def test_a_remark_that_does_not_open_is_not_written_over(hall: HallFacts, database: peewee.Database) -> None:
    public_id = came(hall, AT_912, remark="轮椅")
    damage = f"UPDATE visits SET remark = {database.param}"
    run(lambda: database.execute_sql(damage, (b"damaged",)))
    form = written(hall, same=public_id, remark="停电")
    for one in (form, replace(form, remark="", said=replace(ZHANG, companions="李四"))):
        with pytest.raises(Refused, match="slip_remark_damaged"):
            enter(post(hall), one)
    assert enter(post(hall), replace(form, remark="")).what is What.MERGED
    stored = run(lambda: database.execute_sql("SELECT slip, remark FROM visits").fetchone())
    assert [bytes(one) for one in stored] == [b"000001", b"damaged"]


@pytest.mark.parametrize("how_out", [HowOut.CLOSING, HowOut.SWEPT, HowOut.UNKNOWN])
def test_merged_an_estimated_exit_gives_way_to_the_one_written(hall: HallFacts, guard: Post, how_out: HowOut) -> None:
    public_id = came(hall, AT_912, left=timedelta(hours=2), how_out=how_out)
    enter(guard, written(hall, same=public_id))
    (visit,) = visits()
    assert (visit.out_at, visit.how_out) == (AT_1005, HowOut.STATED)
    assert [one.earlier_how_out for one in corrections()] == [how_out]


@pytest.mark.parametrize("now", [AT_1005, NOON, NOON + timedelta(hours=3)])
def test_merged_somebody_who_was_never_signed_out_left_when_the_slip_says(
    hall: HallFacts, guard: Post, now: datetime
) -> None:
    public_id = came(hall, AT_912, left=None, person_id=7, open_key=7)
    enter(guard, written(hall, same=public_id), now)
    (visit,) = visits()
    assert (visit.out_at, visit.how_out, visit.open_key) == (AT_1005, HowOut.STATED, None)


def test_merged_whoever_went_on_to_another_hall_left_by_then(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912, left=timedelta(minutes=20), how_out=HowOut.MOVED)
    enter(guard, written(hall, same=public_id))
    assert (visits()[0].how_out, visits()[0].out_at) == (HowOut.MOVED, AT_912 + timedelta(minutes=20))


def test_another_stay_of_the_same_person_is_entered_where_staff_say_so(hall: HallFacts, guard: Post) -> None:
    came(hall, AT_912)
    assert enter(guard, written(hall, same=ANOTHER)).what is What.SAVED
    assert len(visits()) == 2


@pytest.mark.parametrize("same", ["", "nothing", "' OR ''='", "\ud800", "A" * 5000])
def test_a_stay_that_was_not_shown_is_merged_with_nothing(hall: HallFacts, guard: Post, same: str) -> None:
    came(hall, AT_912)
    theirs = came(registered("禹城市政务服务大厅", "Other"), AT_912)
    for one in (same, theirs):
        assert enter(guard, written(hall, same=one)).what is What.ALIKE
    assert [one.slip for one in visits()] == [None, None]


def test_two_slips_are_not_merged_into_one_stay(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912)
    came_of_it = at_once(*(partial(enter, guard, written(hall, number, same=public_id)) for number in (1, 2, 3)))
    assert sorted(one.what for one in came_of_it) == ["alike", "alike", "merged"]
    assert len(visits()) == 1


def test_merged_while_they_scan_out_whoever_is_first_gives_the_exit(hall: HallFacts, guard: Post) -> None:
    public_id = came(hall, AT_912, left=None, person_id=7, open_key=7)
    row_id = visits()[0].id
    scans = partial(visit_rows.close, row_id, 0, NOON, HowOut.SCAN)
    merged, is_first = at_once(partial(enter, guard, written(hall, same=public_id)), lambda: run(scans))
    (visit,) = visits()
    assert (merged.what, visit.slip, visit.open_key) == (What.MERGED, "000001", None)
    assert (visit.how_out, visit.out_at) == ((HowOut.SCAN, NOON) if is_first else (HowOut.STATED, AT_1005))
