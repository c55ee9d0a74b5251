"""全部签退: everybody at once, as an estimate, and taken back as one."""

import json
from datetime import timedelta
from functools import partial

import pytest

from models.services import check_out, closing, front_desk, people, sweeping
from models.services.front_desk import Kind, Swept, leaving, undoing
from models.services.front_desk.undoing import Undone
from models.tables.database import run
from models.tables.desk_acts import DeskAct
from models.tables.visits import Visit
from tests.models.services.front_desk.counter import Counter, others
from tests.reading import corrections, inside, visits
from tests.staffed import at_once, openid, refused


def swept(counter: Counter) -> str:
    done = front_desk.sweep(counter.post(), counter.clock())
    assert done.act is not None
    return done.act


# --- everybody out ---


def test_everybody_leaves_as_an_estimate_companions_too(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五\n赵六")
    counter.scans_in("Li")
    counter.clock.goes_on(minutes=20)
    done = front_desk.sweep(counter.post(), counter.clock())
    assert done.count == 4
    assert {(one.out_at, one.how_out, one.open_key) for one in visits()} == {(counter.clock(), "swept", None)}
    assert [json.loads(one) for one in counter.noted("sweep")] == [{"people": 4}]


def test_who_left_before_keeps_their_exit_and_other_halls_their_visitors(counter: Counter) -> None:
    counter.scans_in("Zhang")
    left_at = counter.clock()
    counter.leaves("Zhang")
    counter.scans_in("Li", hall=counter.service.hall("政务分中心"))
    counter.scans_in("Wang")
    counter.clock.goes_on(minutes=1)
    assert front_desk.sweep(counter.post(), counter.clock()).count == 1
    assert [(one.how_out, one.out_at) for one in visits()][:2] == [("chat", left_at), (None, None)]


def test_an_empty_hall_leaves_nothing_to_undo(counter: Counter) -> None:
    assert front_desk.sweep(counter.post(), counter.clock()) == Swept(0, None)
    assert (counter.acts(), counter.noted("sweep")) == ([], [])


def test_who_is_overdue_is_closed_as_due_and_not_swept(counter: Counter) -> None:
    counter.scans_in("Zhang")
    due_at = visits()[0].due_at
    counter.clock.shows("13:40")
    counter.scans_in("Li")
    assert front_desk.sweep(counter.post(), counter.clock()).count == 1
    closing.close_due(counter.clock())
    assert [(one.how_out, one.out_at) for one in visits()] == [("closing", due_at), ("swept", counter.clock())]


def test_nobody_leaves_before_they_came_where_clocks_differ(counter: Counter) -> None:
    counter.scans_in("Li")
    counter.scans_in("Zhang")
    counter.clock.goes_on(minutes=-5)
    act = swept(counter)
    assert {one.out_at for one in visits()} == {counter.clock() + timedelta(minutes=5)}
    assert front_desk.undo(counter.post(), act, counter.clock()).count == 2
    assert len(inside()) == 2


def test_a_guard_may_not_and_nobody_from_elsewhere(counter: Counter) -> None:
    counter.scans_in("Zhang")
    posts = {"a guard": counter.post("Guard"), **others(counter)}
    admin_elsewhere = posts.pop("an admin of another hall")
    for who, post in posts.items():
        assert refused(partial(front_desk.sweep, post, counter.clock())) == "not_yours", who
    assert front_desk.sweep(admin_elsewhere, counter.clock()).count == 0
    assert [one.hall_id for one in inside()] == [counter.hall.id]


def test_many_go_in_parts_and_come_back_as_one(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "BATCH", 3)
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    counter.fills(8)
    done = front_desk.sweep(counter.post(), counter.clock())
    [act] = counter.acts()
    assert (done, act.count, inside()) == (Swept(8, act.public_id), 8, [])
    assert front_desk.undo(counter.post(), act.public_id, counter.clock()).count == 8
    assert len(inside()) == 8


# --- all of them inside again ---


def test_undone_everybody_is_inside_as_before(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    counter.fills(1)
    before = visits()
    act = swept(counter)
    counter.clock.goes_on(minutes=10)
    assert front_desk.undo(counter.post("Guard"), act, counter.clock()) == Undone(Kind.SWEPT, 3)
    columns = ("out_at", "how_out", "open_key", "due_at")
    assert [[getattr(one, name) for name in columns] for one in visits()] == [
        [getattr(one, name) for name in columns] for one in before
    ]
    assert [json.loads(one) for one in counter.noted("undo")] == [{"people": 3, "undone": "swept"}]


def test_who_was_taken_back_inside_may_leave_as_anybody(counter: Counter) -> None:
    counter.scans_in("Zhang")
    front_desk.undo(counter.post(), swept(counter), counter.clock())
    counter.clock.goes_on(minutes=5)
    counter.leaves("Zhang")
    assert [(one.out_at, one.how_out) for one in visits()] == [(counter.clock(), "chat")]


def test_who_came_in_again_meanwhile_stays_in_that_visit_and_their_companions_out(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    counter.scans_in("Li")
    act = swept(counter)
    counter.clock.goes_on(minutes=2)
    counter.scans_in("Zhang")
    assert front_desk.undo(counter.post(), act, counter.clock()) == Undone(Kind.SWEPT, 1, came_back=2)
    assert sorted((one.name, one.how_out or "") for one in visits()) == sorted(
        [("张三", "swept"), ("王五", "swept"), ("李四", ""), ("张三", "")]
    )


def test_who_entered_another_hall_meanwhile_stays_there(counter: Counter) -> None:
    counter.scans_in("Zhang")
    act = swept(counter)
    counter.clock.goes_on(minutes=2)
    counter.scans_in("Zhang", hall=counter.service.hall("政务分中心"))
    assert front_desk.undo(counter.post(), act, counter.clock()) == Undone(Kind.SWEPT, 0, came_back=1)
    assert len(inside()) == 1


def test_who_scanned_out_after_it_keeps_the_scan(counter: Counter) -> None:
    known = counter.scans_in("Zhang")
    assert known.already is None
    act = swept(counter)
    counter.clock.goes_on(minutes=2)
    now = counter.clock()
    check_out.by_scan(people.found(openid("Zhang")), None, counter.hall, now, now)
    assert front_desk.undo(counter.post(), act, now) == Undone(Kind.SWEPT, 0, changed=1)
    assert [(one.out_at, one.how_out) for one in visits()] == [(now, "scan")]


def test_pressed_twice_counts_once(counter: Counter) -> None:
    counter.scans_in("Zhang")
    act = swept(counter)
    front_desk.undo(counter.post(), act, counter.clock())
    counter.leaves("Zhang")
    again = front_desk.undo(counter.post("Guard"), act, counter.clock())
    assert again == Undone(Kind.SWEPT, 0, already=True)
    assert (inside(), len(counter.noted("undo"))) == ([], 1)


def test_after_ten_minutes_it_stands(counter: Counter) -> None:
    counter.scans_in("Zhang")
    act = swept(counter)
    counter.clock.goes_on(minutes=10, seconds=1)
    assert refused(lambda: front_desk.undo(counter.post(), act, counter.clock())) == "undo_too_late"
    assert inside() == []


def test_nobody_from_elsewhere_takes_it_back_or_hears_of_it(counter: Counter) -> None:
    counter.scans_in("Zhang")
    act = swept(counter)
    for who, post in others(counter).items():
        assert refused(partial(front_desk.undo, post, act, counter.clock())) == "act_unknown", who
        assert front_desk.recent_acts(post, counter.clock()) == [], who
    assert inside() == []


@pytest.mark.parametrize("act", ["", "x", "a" * 12, "a" * 5000, "' OR 1=1 --", "张三", "\0", "\ud800"])
def test_what_is_no_act_is_refused(counter: Counter, act: str) -> None:
    counter.scans_in("Zhang")
    swept(counter)
    assert refused(lambda: front_desk.undo(counter.post(), act, counter.clock())) == "act_unknown"


def test_what_was_done_is_seen_for_ten_minutes_the_last_first(counter: Counter) -> None:
    counter.scans_in("Zhang")
    first = swept(counter)
    counter.clock.goes_on(minutes=6)
    counter.scans_in("Li")
    second = swept(counter)
    front_desk.undo(counter.post(), second, counter.clock())
    seen = counter.acts("Guard")
    assert [(one.public_id, one.count, one.kind) for one in seen] == [
        (second, 1, Kind.SWEPT), (first, 1, Kind.SWEPT)
    ]  # fmt: skip
    assert [one.until for one in seen] == [None, counter.clock() + timedelta(minutes=4)]
    counter.clock.goes_on(minutes=5)
    assert [one.public_id for one in counter.acts()] == [second]


# --- at once ---


def test_of_two_admins_at_once_everybody_is_signed_out_once(counter: Counter) -> None:
    counter.fills(20)
    now = counter.clock()
    done = at_once(*[partial(front_desk.sweep, counter.post(who), now) for who in ("Admin", "Admin")] * 2)
    assert sum(one.count for one in done) == 20
    assert inside() == []


def test_of_several_who_take_it_back_at_once_one_does(counter: Counter) -> None:
    counter.fills(5)
    act, now = swept(counter), counter.clock()
    done = at_once(*[partial(front_desk.undo, counter.post(f"Guard{one}"), act, now) for one in range(6)])
    assert sorted((one.count, one.already) for one in done) == [(0, True)] * 5 + [(5, False)]
    assert len(inside()) == 5


def test_of_taking_it_back_and_coming_in_again_at_once_nobody_is_inside_twice(counter: Counter) -> None:
    counter.scans_in("Zhang", "王五")
    act = swept(counter)
    counter.clock.goes_on(minutes=1)
    undone, entered = at_once(
        partial(front_desk.undo, counter.post(), act, counter.clock()), partial(counter.scans_in, "Zhang")
    )
    leads = [one for one in inside() if one.lead_id is None]
    assert [one.open_key for one in leads] == [leads[0].person_id]
    is_back = undone.came_back == 2
    assert (entered.already is None, undone.count) == (is_back, 0 if is_back else 2)


def test_of_signing_all_out_and_ones_own_exit_at_once_each_is_out_once(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.fills(4)
    counter.clock.goes_on(minutes=1)
    now = counter.clock()
    swept_out, _ = at_once(partial(front_desk.sweep, counter.post(), now), partial(counter.leaves, "Zhang"))
    [visit] = [one for one in visits() if one.person_id]
    # Their own word takes the place of the estimate where that came first.
    assert (visit.out_at, visit.how_out, inside()) == (now, "chat", [])
    assert swept_out.count == 5 - (not corrections())


# --- forgotten ---


def test_an_act_is_forgotten_after_a_day(counter: Counter) -> None:
    counter.scans_in("Zhang")
    swept(counter)
    sweeping.sweep(counter.clock() + front_desk.KEEP)
    assert run(DeskAct.select().count) == 1
    sweeping.sweep(counter.clock() + front_desk.KEEP + timedelta(seconds=1))
    assert run(DeskAct.select().count) == 0
    assert run(Visit.select().count) == 1
