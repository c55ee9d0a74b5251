"""Signing one visitor out at the desk, with those who came along or a companion alone, and taking it back."""

import json
from functools import partial

import peewee
import pytest

from models.services import closing, form_check_out, front_desk, passes
from models.services.check_out import Leaving
from models.services.front_desk import Kind
from models.services.front_desk.undoing import Undone
from models.tables.database import run
from tests.models.services.front_desk.counter import Counter, others
from tests.reading import corrections, inside, visits
from tests.staffed import at_once, openid, refused


def visit_of(name: str) -> str:
    return next(one.public_id for one in visits() if one.name == name)


def signs_out(counter: Counter, name: str = "张三", who: str = "Guard") -> front_desk.SeenOut:
    return front_desk.sign_out(counter.post(who), visit_of(name), counter.clock())


def test_a_lead_leaves_with_their_companions_and_that_is_certain(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五\n赵六")
    counter.clock.goes_on(minutes=20)
    done = signs_out(counter)
    assert (done.what, done.people, done.out_at) == (Leaving.CLOSED, 3, counter.clock())
    assert {(one.out_at, one.how_out) for one in visits()} == {(counter.clock(), "staff")}
    assert [json.loads(one) for one in counter.noted("sign_out_visitor")] == [{"people": 3, "visit": visit_of("张三")}]


def test_a_companion_may_leave_alone_and_comes_back_alone(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五\n赵六")
    done = signs_out(counter, "王五")
    assert (done.people, [one.name for one in inside()]) == (1, ["张三", "赵六"])
    counter.clock.goes_on(minutes=1)
    assert signs_out(counter).people == 2
    assert done.act and front_desk.undo(counter.post(), done.act, counter.clock()).count == 1
    assert [one.name for one in inside()] == ["王五"]


def test_taken_back_the_visitor_is_inside_as_before(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    done = signs_out(counter)
    assert done.act
    assert front_desk.undo(counter.post("Guard2"), done.act, counter.clock()) == Undone(Kind.SIGNED_OUT, 2)
    assert [one.open_key for one in inside()] == [visits()[0].person_id, None]
    assert counter.scans_in("Zhang").already is not None


def test_what_was_done_names_whom_it_was_about(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    signs_out(counter)
    [act] = counter.acts("Guard2")
    assert (act.name, act.count, act.kind) == ("张三", 2, Kind.SIGNED_OUT)


def test_who_left_before_is_told_when_and_nothing_is_done(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.leaves("Zhang")
    left_at = counter.clock()
    counter.clock.goes_on(minutes=1)
    done = signs_out(counter)
    assert (done.what, done.out_at, done.act) == (Leaving.ALREADY_OUT, left_at, None)
    assert (counter.acts(), counter.noted("sign_out_visitor")) == ([], [])


@pytest.mark.parametrize("is_closed", [True, False])
def test_who_is_seen_after_the_hall_closed_them_left_when_seen_and_undone_as_closed(
    counter: Counter, is_closed: bool
) -> None:
    counter.scans_in("Zhang", "王五")
    due_at = visits()[0].due_at
    counter.clock.shows("12:20")
    if is_closed:
        closing.close_due(counter.clock())
    done = signs_out(counter)
    assert (done.what, {(one.out_at, one.how_out) for one in visits()}) == (
        Leaving.REPLACED, {(counter.clock(), "staff")}
    )  # fmt: skip
    assert done.act and front_desk.undo(counter.post(), done.act, counter.clock()).count == 2
    assert {(one.out_at, one.how_out) for one in visits()} == {(due_at, "closing")}
    assert [one.how_out for one in corrections()] == ["staff"] * 2 + ["closing"] * 2


def test_an_estimate_of_another_day_stands(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.shows("09:00", days=1)
    assert signs_out(counter, who="Admin").what is Leaving.ALREADY_OUT
    assert visits()[0].how_out == "closing"


def test_who_showed_a_pass_may_be_taken_back_too(counter: Counter) -> None:
    counter.scans_in("Zhang")
    passes.sign_out(counter.post("Guard"), visit_of("张三"), counter.clock())
    [act] = counter.acts()
    assert front_desk.undo(counter.post(), act.public_id, counter.clock()).count == 1
    assert len(inside()) == 1


def test_nobody_from_elsewhere_signs_anybody_out(counter: Counter) -> None:
    counter.scans_in("Zhang")
    for who, post in others(counter).items():
        assert refused(partial(front_desk.sign_out, post, visit_of("张三"), counter.clock())) == "visit_unknown", who
    assert len(inside()) == 1


@pytest.mark.parametrize("visit", ["", "x", "a" * 5000, "' OR 1=1 --", "张三", "\0", "\ud800", "%", "1"])
def test_what_is_no_visit_is_refused(counter: Counter, visit: str) -> None:
    counter.scans_in("Zhang")
    assert refused(lambda: front_desk.sign_out(counter.post(), visit, counter.clock())) == "visit_unknown"


# --- at once ---


def test_of_two_clerks_at_once_one_signs_out(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    visit, now = visit_of("张三"), counter.clock()
    done = at_once(*[partial(front_desk.sign_out, counter.post(f"Guard{one}"), visit, now) for one in range(6)])
    assert sorted(one.what for one in done) == ["already_out"] * 5 + ["closed"]
    assert (inside(), len(counter.acts())) == ([], 1)


def test_of_a_clerk_and_the_visitor_at_once_one_exit_stands(counter: Counter) -> None:
    counter.scans_in("Zhang")
    visit, now = visit_of("张三"), counter.clock()
    seen, own = at_once(
        partial(front_desk.sign_out, counter.post("Guard"), visit, now),
        partial(form_check_out.leave, openid("Zhang"), counter.hall, now),
    )
    assert sorted((seen.what, own.what)) == [Leaving.ALREADY_OUT, Leaving.CLOSED]
    assert visits()[0].how_out == ("staff" if seen.act else "chat")
    assert corrections() == []


def test_of_lead_and_companion_signed_out_at_once_each_is_out_and_comes_back(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    lead, companion, now = visit_of("张三"), visit_of("王五"), counter.clock()
    done = at_once(
        partial(front_desk.sign_out, counter.post("Guard"), lead, now),
        partial(front_desk.sign_out, counter.post("Guard2"), companion, now),
    )
    assert inside() == []
    for one in done:
        if one.act:
            front_desk.undo(counter.post(), one.act, now)
    assert len(inside()) == 2


def test_of_taking_it_back_and_the_visitors_coming_in_at_once_nobody_is_inside_twice(counter: Counter) -> None:
    counter.scans_in("Zhang")
    done = signs_out(counter)
    assert done.act
    counter.clock.goes_on(minutes=1)
    undone, entered = at_once(
        partial(front_desk.undo, counter.post(), done.act, counter.clock()), partial(counter.scans_in, "Zhang")
    )
    assert len(inside()) == 1
    assert (undone.count, undone.came_back) == ((0, 1) if entered.already is None else (1, 0))


def test_a_name_that_does_not_open_keeps_nobody_from_taking_it_back(
    counter: Counter, database: peewee.Database
) -> None:
    counter.scans_in("Zhang")
    done = signs_out(counter)
    run(lambda: database.execute_sql(f"UPDATE visits SET name = {database.param}", (b"damaged",)))
    [act] = counter.acts()
    assert act.name == ""
    assert done.act and front_desk.undo(counter.post(), done.act, counter.clock()).count == 1


def test_a_guard_is_not_told_when_somebody_left_on_an_earlier_day(counter: Counter) -> None:
    counter.scans_in("Zhang")
    signs_out(counter)
    counter.clock.goes_on(days=1)
    visit = visit_of("张三")
    assert refused(lambda: front_desk.sign_out(counter.post("Guard"), visit, counter.clock())) == "visit_unknown"
    assert signs_out(counter, who="Admin").what is Leaving.ALREADY_OUT


def test_a_guard_is_not_told_of_an_earlier_day_that_nobody_has_closed_yet(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.goes_on(days=1)
    visit = visit_of("张三")
    assert refused(lambda: front_desk.sign_out(counter.post("Guard"), visit, counter.clock())) == "visit_unknown"
