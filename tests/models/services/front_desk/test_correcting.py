"""Putting a visit right: what may be changed by whom, what is kept of what stood there, and the way back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.wanted import By, Wanted, Who
from models.services import closing, front_desk, searching, waiting
from models.services.front_desk import Kind
from models.tables.amendments import Amendment
from models.tables.database import run
from tests.models.services.front_desk.counter import Counter, others
from tests.reading import corrections, inside, visits
from tests.staffed import at_once, refused


def change(
    counter: Counter, field: str, text: str, who: str = "Admin", name: str = "张三"
) -> Callable[[], front_desk.Corrected]:
    """What puts this right; the visit is looked for beforehand."""
    visit = next(one.public_id for one in visits() if one.name == name)
    return partial(front_desk.correct, counter.post(who), visit, field, text, counter.clock())


def corrects(counter: Counter, field: str, text: str, who: str = "Admin", name: str = "张三") -> front_desk.Corrected:
    return change(counter, field, text, who, name)()


def undoes(counter: Counter, done: front_desk.Corrected, who: str = "Admin") -> int:
    return front_desk.undo(counter.post(who), done.act, counter.clock()).count


def amended() -> list[tuple[str, str | None]]:
    return run(lambda: [(one.field, one.earlier) for one in Amendment.select().order_by(Amendment.id)])


def at(clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime(2026, 3, 2, hours - 8, minutes, tzinfo=UTC)


# --- exits ---


def test_an_exit_is_put_right_and_the_earlier_one_kept(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    counter.clock.shows("09:50")
    counter.leaves("Zhang")
    counter.clock.shows("10:00")
    done = corrects(counter, "exit", "9:30", who="Guard")
    assert {(one.out_at, one.how_out) for one in visits()} == {(at("09:30"), "corrected")}
    assert {(one.earlier_out_at, one.earlier_how_out, one.by) for one in corrections()} == {
        (at("09:50"), "chat", "staff")
    }
    [noted] = map(json.loads, counter.noted("correct_visit"))
    assert noted == {"visit": visits()[0].public_id, "field": "exit"}
    assert undoes(counter, done, "Guard") == 2
    assert {(one.out_at, one.how_out) for one in visits()} == {(at("09:50"), "chat")}


def test_who_is_still_inside_has_left_then_and_may_come_back(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    counter.clock.shows("10:00")
    done = corrects(counter, "exit", "9点半", who="Guard")
    assert {(one.out_at, one.how_out) for one in visits()} == {(at("09:30"), "corrected")}
    assert undoes(counter, done) == 2
    assert [one.open_key for one in inside()] == [visits()[0].person_id, None]


def test_the_exit_of_somebody_overdue_takes_the_place_of_the_estimate(counter: Counter) -> None:
    counter.scans_in("Zhang")
    due_at = visits()[0].due_at
    counter.clock.shows("14:00")
    done = corrects(counter, "exit", "11:20")
    assert [(one.earlier_out_at, one.earlier_how_out) for one in corrections()] == [(due_at, "closing")]
    assert undoes(counter, done) == 1
    assert (visits()[0].out_at, visits()[0].how_out) == (due_at, "closing")


def test_a_companion_who_left_earlier_is_put_right_alone(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    counter.clock.shows("10:00")
    corrects(counter, "exit", "9:30", name="王五")
    assert [one.name for one in inside()] == ["张三"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8:00", "exit_before_entry"), ("10:30", "exit_in_future"), ("", "time_unreadable"),
        ("25:00", "time_unreadable"), ("昨天", "time_unreadable"), ("'; --", "time_unreadable"),
        ("9" * 3000, "time_unreadable"), ("\0", "time_unreadable"), ("\ud800", "time_unreadable"),
    ],
)  # fmt: skip
def test_an_exit_that_cannot_be_is_refused(counter: Counter, text: str, code: str) -> None:
    counter.scans_in("Zhang")
    counter.clock.shows("10:00")
    assert refused(change(counter, "exit", text)) == code


def test_nobody_left_after_they_came_in_again(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.shows("09:20")
    counter.leaves("Zhang")
    counter.clock.shows("09:40")
    counter.scans_in("Zhang")
    counter.clock.shows("10:00")
    first = visits()[0].public_id
    change = partial(front_desk.correct, counter.post(), first, "exit")
    assert refused(lambda: change("9:50", counter.clock())) == "exit_after_next"
    change("9:35", counter.clock())
    assert visits()[0].out_at == at("09:35")


# --- a temperature that was measured ---


def test_a_temperature_is_measured_and_what_was_declared_is_kept(counter: Counter) -> None:
    counter.scans_in("Zhang")
    done = corrects(counter, "temperature", "36度8", who="Guard")
    assert (visits()[0].temperature_tenths, visits()[0].temperature_source) == (368, "guard")
    assert (amended(), done.is_fever) == ([("temperature", "36.5 declared")], False)
    assert undoes(counter, done, "Guard") == 1
    assert (visits()[0].temperature_tenths, visits()[0].temperature_source) == (365, "declared")


def test_a_fever_that_is_measured_is_told_and_waits_for_staff(counter: Counter) -> None:
    counter.scans_in("Zhang")
    corrects(counter, "temperature", "36.9", who="Guard")
    assert corrects(counter, "temperature", "37.3", who="Guard").is_fever
    flags = waiting.all_of(counter.hall, counter.clock()).flags
    assert [(one.kind, one.name) for one in flags] == [("fever_inside", "张三")]


def test_a_fever_of_somebody_who_has_left_waits_for_nobody(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.leaves("Zhang")
    assert corrects(counter, "temperature", "37.3", who="Guard").is_fever
    assert waiting.all_of(counter.hall, counter.clock()).flags == ()


@pytest.mark.parametrize("text", ["", "正常", "99", "38.55", "发烧", "\0"])
def test_what_is_no_reading_is_refused(counter: Counter, text: str) -> None:
    counter.scans_in("Zhang")
    assert (refused(change(counter, "temperature", text)) or "").startswith(("temperature", "value"))


# --- who it is of ---


def test_who_it_is_of_is_put_right_found_by_that_and_taken_back(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.goes_on(minutes=1)
    before = visits()[0].__data__
    changes = {
        "name": ("张三丰", "张三"), "id_number": ("320106197505230021", "11010519491231002X"),
        "phone": ("139 0013 9000", "13800138000"), "address": ("德州市幸福路9号", None), "matter": ("fund", "social"),
        "remark": ("轮椅", None),
    }  # fmt: skip
    done = []
    for field, (text, _) in changes.items():
        done.append(corrects(counter, field, text, name=visits()[0].name))
    assert amended() == [(field, earlier) for field, (_, earlier) in changes.items()]
    wanted = (Who(By.NAME, "张三丰"), Who(By.ID_NUMBER, "320106197505230021"), Who(By.TAIL, "9000"))
    for who in wanted:
        assert searching.find(counter.post(), Wanted(who=who), counter.clock(), 10).total == 1, who
    for one in reversed(done):
        assert undoes(counter, one) == 1
    assert visits()[0].__data__ == before


def test_a_value_may_be_removed_but_for_a_name(counter: Counter) -> None:
    counter.scans_in("Zhang")
    for field in ("id_number", "phone", "matter"):
        corrects(counter, field, " ")
    row = visits()[0]
    assert (row.id_number, row.id_kind, row.id_hash, row.phone, row.phone_tail_hash, row.matter) == (None,) * 6
    assert refused(change(counter, "name", " ")) == "value_missing"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", "张3", "name_digits"), ("phone", "123", "phone"),
        ("id_number", "110105194912310021", "id_checksum"),
        ("matter", "nothing", "choice_unknown"), ("remark", "字" * 201, "remark_too_long"),
        ("address", "不", "address"),
        ("name", "a" * 5000, "name"), ("in_at", "9:00", "not_yours"), ("id", "1", "not_yours"), ("", "x", "not_yours"),
        ("remark", "\ud800", None), ("name", "\ud800", "name"), ("public_id", "x", "not_yours"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused(counter: Counter, field: str, text: str, code: str | None) -> None:
    counter.scans_in("Zhang")
    found = refused(change(counter, field, text), but=(Amendment,))
    assert (found or "").startswith(code) if code else found is None


@pytest.mark.parametrize(
    ("field", "text"), [("name", "张三"), ("id_number", "11010519491231002X"), ("phone", "138 0013 8000")]
)
def test_whoever_types_what_stands_there_changes_nothing_and_that_is_noted(
    counter: Counter, field: str, text: str
) -> None:
    counter.scans_in("Zhang")
    before = visits()[0].__data__
    assert corrects(counter, field, text).act is None
    assert (visits()[0].__data__, amended(), counter.acts()) == (before, [], [])
    [noted] = map(json.loads, counter.noted("correct_visit"))
    assert noted == {"visit": visits()[0].public_id, "field": field, "same": True}


def test_a_remark_is_one_line_without_what_nobody_can_see(counter: Counter) -> None:
    counter.scans_in("Zhang")
    corrects(counter, "remark", "坐\n轮椅\u202e，\0陪同 <b>")
    assert visits()[0].remark == "坐 轮椅，陪同 <b>"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(field=st.sampled_from(front_desk.FIELDS), text=st.text(max_size=300))
def test_whatever_is_typed_is_taken_or_refused(counter: Counter, field: str, text: str) -> None:
    if not visits():
        counter.scans_in("Zhang")
        counter.clock.goes_on(minutes=30)
    name = visits()[0].name
    try:
        done = corrects(counter, field, text, name=name)
    except Refused:
        return
    assert done.act is None or undoes(counter, done) == 1
    assert visits()[0].name == "张三"


# --- who may ---


def test_a_guard_puts_right_times_and_temperatures_of_today_alone(counter: Counter) -> None:
    counter.scans_in("Zhang")
    for field in set(front_desk.FIELDS) - set(front_desk.FOR_GUARDS):
        assert refused(change(counter, field, "x", "Guard")) == "not_yours", field
    counter.clock.shows("09:00", days=1)
    closing.close_due(counter.clock())
    for field in front_desk.FIELDS:
        assert refused(change(counter, field, "9:30", "Guard")) == "visit_unknown", field
    corrects(counter, "exit", "9:30")
    assert visits()[0].out_at == at("09:30")


def test_what_an_admin_amended_a_guard_neither_sees_nor_undoes(counter: Counter) -> None:
    counter.scans_in("Zhang")
    done = corrects(counter, "phone", "13900139000")
    assert counter.acts("Guard") == []
    assert [one.kind for one in counter.acts()] == [Kind.AMENDED]
    assert refused(lambda: undoes(counter, done, "Guard")) == "act_unknown"


def test_nobody_from_elsewhere_puts_anything_right(counter: Counter) -> None:
    counter.scans_in("Zhang")
    visit = visits()[0].public_id
    for who, post in others(counter).items():
        assert refused(partial(front_desk.correct, post, visit, "remark", "x", counter.clock())) == "visit_unknown", who


# --- at once, and one after the other ---


def test_what_was_amended_again_since_stands(counter: Counter) -> None:
    counter.scans_in("Zhang")
    first = corrects(counter, "phone", "13900139000")
    corrects(counter, "phone", "13700137000")
    undone = front_desk.undo(counter.post(), first.act, counter.clock())
    assert (undone.count, undone.changed, visits()[0].phone) == (0, 1, "13700137000")


def test_of_several_amendments_at_once_each_knows_what_stood_there(counter: Counter) -> None:
    counter.scans_in("Zhang")
    phones = [f"1390013900{one}" for one in range(4)]
    at_once(*[change(counter, "phone", phone) for phone in phones])
    assert sorted([*(earlier for _, earlier in amended()), visits()[0].phone]) == sorted(["13800138000", *phones])


def test_of_a_correction_and_the_visitors_own_exit_at_once_one_stands_and_both_are_known(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.shows("10:00")
    at_once(change(counter, "exit", "9:30", "Guard"), partial(counter.leaves, "Zhang"))
    [visit] = visits()
    assert visit.how_out == "corrected"
    assert [one.earlier_how_out for one in corrections()] in ([], ["chat"])
