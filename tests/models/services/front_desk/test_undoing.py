"""Undoing while somebody else is at the same visit: what was found out since is never lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from functools import partial

import peewee
import pytest

from models.rules.refusal import Refused
from models.rules.visits import SignIn
from models.services import closing, front_desk, slip_entry, slips, submissions
from models.services.front_desk import Registered
from models.tables.amendments import Amendment
from models.tables.database import run
from models.tables.desk_acts import DeskAct
from models.tables.visits import Visit
from tests.models.services.front_desk.counter import Counter
from tests.reading import corrections, inside, visits
from tests.staffed import at_once, refused

ELDER = SignIn("赵六", "110101199003074477", None, None, "social", "36.4", "王五")
ROUNDS = range(4)
"""Who is quicker is told by nobody."""
WAITING = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"


def registers(counter: Counter) -> Registered:
    guard = counter.post("Guard")
    key = submissions.new_key(guard.openid, guard.hall_id, counter.clock())
    done = front_desk.register(guard, front_desk.Form(key, ELDER, 1, True), counter.clock())
    counter.clock.goes_on(minutes=2)
    return done


def undo(counter: Counter, act: str | None, who: str = "Admin") -> Callable[[], front_desk.Undone]:
    assert act is not None
    return partial(front_desk.undo, counter.post(who), act, counter.clock())


def visit_of(name: str) -> str:
    return next(one.public_id for one in visits() if one.name == name)


Change = Callable[[], object]


def merge(counter: Counter) -> Change:
    """A slip of the same person, of the same time, is put to their visit."""
    slips.print_sheet(counter.post(), 1, counter.clock())
    at = (counter.hall.calendar.hall_day(counter.clock()), time(9, 0), None)
    number = next(one for one in range(1, 99) if slips.unentered(counter.hall, one))
    form = slip_entry.Form(str(slips.slip(counter.hall, number)), replace(ELDER, companions=None), 1, *at)
    return partial(slip_entry.enter, counter.post(), replace(form, same=visit_of("赵六")), counter.clock())


def correct(field: str, text: str) -> Callable[[Counter], Change]:
    return lambda counter: partial(front_desk.correct, counter.post(), visit_of("赵六"), field, text, counter.clock())


def out(name: str) -> Callable[[Counter], Callable[[], front_desk.SeenOut]]:
    return lambda counter: partial(front_desk.sign_out, counter.post("Guard"), visit_of(name), counter.clock())


CHANGES: dict[str, Callable[[Counter], Change]] = {
    "signed out": out("赵六"),
    "a companion signed out": out("王五"),
    "all signed out": lambda counter: partial(front_desk.sweep, counter.post(), counter.clock()),
    "an exit stated": correct("exit", "9:01"),
    "measured": correct("temperature", "36.9"),
    "amended": correct("phone", "13900139000"),
    "joined with a slip": merge,
}
"""What is made ready beforehand and done then."""


@pytest.mark.parametrize("change", CHANGES)
def test_who_was_registered_stays_once_more_is_known_of_them(counter: Counter, change: str) -> None:
    done = registers(counter)
    CHANGES[change](counter)()
    assert refused(undo(counter, done.act)) == "undo_touched"
    assert [one.name for one in visits()] == ["赵六", "王五"]


def test_who_was_signed_out_and_taken_back_or_closed_as_due_may_still_be_removed(counter: Counter) -> None:
    done = registers(counter)
    undo(counter, out("赵六")(counter)().act)()
    run(lambda: Visit.update(due_at=counter.clock()).execute())
    closing.close_due(counter.clock())
    assert undo(counter, done.act)().count == 2
    assert visits() == []


@pytest.mark.parametrize("change", CHANGES)
def test_of_undoing_a_registration_and_a_change_at_once_one_is_done(counter: Counter, change: str) -> None:
    for _ in ROUNDS:
        run(lambda: Visit.delete().execute())
        run(lambda: DeskAct.delete().execute())
        counter.clock.shows("09:00")
        done = registers(counter)
        undone, _changed = at_once(undo(counter, done.act), CHANGES[change](counter))
        if undone == "undo_touched":
            assert [one.name for one in visits()] == ["赵六", "王五"]
        else:
            # A slip whose visit is gone is a visit of its own.
            assert undone.count == 2
            assert [one.slip for one in visits()] == ["000001"] * (change == "joined with a slip")


def test_of_undoing_an_amendment_and_a_newer_one_at_once_the_newer_one_stands(counter: Counter) -> None:
    counter.scans_in("Zhang")
    visit = visit_of("张三")
    for round_ in range(12):
        counter.clock.goes_on(seconds=1)
        correct = partial(front_desk.correct, counter.post(), visit, "phone")
        first = correct(f"139001390{round_:02}", counter.clock())
        newer = f"137001370{round_:02}"
        at_once(undo(counter, first.act), partial(correct, newer, counter.clock()))
        assert visits()[0].phone == newer


def test_of_several_who_state_an_exit_at_once_one_stands_and_the_others_are_kept(counter: Counter) -> None:
    counter.scans_in("Zhang")
    counter.clock.shows("10:00")
    correct = partial(front_desk.correct, public_id=visit_of("张三"), field="exit", now=counter.clock())
    works = {"Admin": "9:10", "Guard": "9:20", "Guard2": "9:30"}
    at_once(*[partial(correct, counter.post(who), text=text) for who, text in works.items()])
    known = [visits()[0].out_at, *(one.earlier_out_at for one in corrections())]
    assert sorted(counter.hall.calendar.clock(at) for at in known if at) == ["09:10", "09:20", "09:30"]


def test_of_several_who_measure_at_once_each_knows_what_stood_there(counter: Counter) -> None:
    counter.scans_in("Zhang")
    correct = partial(front_desk.correct, public_id=visit_of("张三"), field="temperature", now=counter.clock())
    works = {"Admin": "36.7", "Guard": "36.8", "Guard2": "36.9"}
    at_once(*[partial(correct, counter.post(who), text=text) for who, text in works.items()])
    earlier = run(lambda: [one.earlier for one in Amendment.select()])
    assert sorted([*earlier, f"{visits()[0].temperature_tenths / 10} guard"]) == [
        "36.5 declared", "36.7 guard", "36.8 guard", "36.9 guard",
    ]  # fmt: skip


def test_of_signing_all_out_again_and_taking_it_back_at_once_nobody_is_lost(counter: Counter) -> None:
    counter.fills(12)
    first = front_desk.sweep(counter.post(), counter.clock())
    counter.clock.goes_on(minutes=1)
    sweep = partial(front_desk.sweep, counter.post(), counter.clock())
    undone, *swept = at_once(undo(counter, first.act), sweep, sweep)
    assert undone.count == 12
    assert sum(one.count for one in swept) + len(inside()) == 12
    for one in swept:
        if one.act:
            undo(counter, one.act)()
    assert len(inside()) == 12


def test_of_a_slip_put_to_a_visit_and_its_exit_taken_back_at_once_the_written_exit_is_known(counter: Counter) -> None:
    registers(counter)
    left = out("赵六")(counter)()
    undone, _ = at_once(undo(counter, left.act), merge(counter))
    lead = visits()[0]
    assert (lead.slip, undone.count) == ("000001", 2)


def test_what_was_damaged_cannot_be_put_back_and_that_is_said(counter: Counter, database: peewee.Database) -> None:
    counter.scans_in("Zhang")
    done = front_desk.correct(counter.post(), visit_of("张三"), "phone", "13900139000", counter.clock())
    run(lambda: database.execute_sql(f"UPDATE amendments SET earlier = {database.param}", (b"damaged",)))
    with pytest.raises(Refused, match="undo_unreadable"):
        undo(counter, done.act)()
    assert visits()[0].phone == "13900139000"
    assert [one.until is not None for one in counter.acts()] == [True]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_an_amendment_that_comes_while_an_earlier_one_is_taken_back_stands(
    counter: Counter, database: peewee.Database
) -> None:
    counter.scans_in("Zhang")
    visit = visit_of("张三")
    first = front_desk.correct(counter.post(), visit, "phone", "13900139000", counter.clock())
    is_held, may_go_on = threading.Event(), threading.Event()

    def holds() -> None:
        run(lambda: [DeskAct.update(count=1).execute(), is_held.set(), may_go_on.wait(3)])

    def amends() -> None:
        # The server looks anew only where nobody has asked for a tenth of a second.
        while not run(lambda: database.execute_sql(WAITING).fetchone())[0]:
            assert not may_go_on.wait(0.15)
        front_desk.correct(counter.post(), visit, "phone", "13700137000", counter.clock())
        may_go_on.set()

    def takes_back() -> front_desk.Undone:
        # By then it has read that nothing was amended since.
        is_held.wait(3)
        return undo(counter, first.act)()

    _, undone, _ = at_once(holds, takes_back, amends)
    assert (undone.count, undone.changed, visits()[0].phone) == (0, 1, "13700137000")
