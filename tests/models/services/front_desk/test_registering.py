"""Registering somebody who has no phone: once a form, told of before it is done twice, and gone when taken back."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from models.rules.access import Action
from models.rules.visits import SignIn
from models.services import fever, front_desk, submissions
from models.services.front_desk import Form, Kind, Registered, What
from models.services.front_desk.undoing import Undone
from models.tables.database import run
from models.tables.door import Flag
from models.tables.submissions import Submission
from tests.models.services.front_desk.counter import Counter, others
from tests.reading import inside, visits
from tests.staffed import at_once, refused

ELDER = SignIn("赵六", "110101199003074477", None, None, "social", "36.4")


def form(counter: Counter, who: str = "Guard", said: SignIn = ELDER, **other: Any) -> Form:
    post = counter.post(who)
    key = submissions.new_key(post.openid, post.hall_id, counter.clock())
    return Form(key, said, **{"door": 2, "is_told": True, **other})


def registers(counter: Counter, who: str = "Guard", said: SignIn = ELDER, **other: Any) -> Registered:
    return front_desk.register(counter.post(who), form(counter, who, said, **other), counter.clock())


def flags() -> list[tuple[str, int]]:
    return run(lambda: [(one.kind, one.visit_id) for one in Flag.select().order_by(Flag.id)])


def test_somebody_without_a_phone_is_inside_as_staff_wrote_it(counter: Counter) -> None:
    done = registers(counter, said=replace(ELDER, companions="王五"), remark=" 坐轮椅 ")
    lead, companion = visits()
    assert (done.what, done.companions, done.visit) == (What.DONE, 1, lead.public_id)
    assert (lead.name, lead.door, lead.how_in, lead.registered_by, lead.remark) == (
        "赵六", 2, "staff", "staff", "坐轮椅"
    )  # fmt: skip
    assert (lead.temperature_tenths, lead.temperature_source, lead.in_at) == (364, "guard", counter.clock())
    assert (lead.person_id, lead.open_key, lead.consent_version) == (None, None, counter.hall.notice_version)
    assert (companion.name, companion.lead_id, companion.how_in, companion.remark) == ("王五", lead.id, "staff", None)
    [noted] = map(json.loads, counter.noted("register_visitor"))
    assert noted == {"people": 2, "visit": lead.public_id}


def test_they_leave_by_the_desk_or_are_closed_when_due(counter: Counter) -> None:
    done = registers(counter)
    assert done.visit
    assert front_desk.sign_out(counter.post("Guard"), done.visit, counter.clock()).people == 1


def test_a_form_counts_once_however_often_it_is_sent(counter: Counter) -> None:
    sent = form(counter)
    first = front_desk.register(counter.post("Guard"), sent, counter.clock())
    counter.clock.goes_on(minutes=3)
    assert front_desk.register(counter.post("Guard"), sent, counter.clock()) == first
    assert len(visits()) == 1


def test_taken_back_nothing_is_left_of_them(counter: Counter) -> None:
    counter.scans_in("Wang")
    sent = replace(form(counter), despite=visits()[0].public_id, said=replace(ELDER, companions="王五\n李四"))
    done = front_desk.register(counter.post("Guard"), sent, counter.clock())
    assert done.act and len(flags()) == 1
    assert front_desk.undo(counter.post("Guard2"), done.act, counter.clock()) == Undone(Kind.REGISTERED, 3)
    assert ([one.name for one in visits()], flags()) == (["王小明"], [])
    assert [json.loads(one)["people"] for one in counter.noted("undo")] == [3]
    assert [(one.name, one.until) for one in counter.acts()] == [("", None)]
    assert front_desk.register(counter.post("Guard"), sent, counter.clock()) == done
    assert len(visits()) == 1


# --- the same person twice ---


def test_who_is_inside_with_that_number_is_told_of_before(counter: Counter) -> None:
    counter.scans_in("Wang")
    counter.clock.goes_on(minutes=12)
    done = registers(counter)
    assert (done.what, done.visit, done.act) == (What.TWIN, None, None)
    assert done.twin == (visits()[0].public_id, visits()[0].in_at, 1)
    assert (len(visits()), counter.acts()) == (1, [])


def test_registered_all_the_same_they_are_flagged(counter: Counter) -> None:
    counter.scans_in("Wang")
    assert registers(counter, despite=visits()[0].public_id).what is What.DONE
    assert flags() == [("same_number_inside", visits()[1].id)]
    assert len(inside()) == 2


def test_a_yes_to_another_visit_is_none(counter: Counter) -> None:
    counter.scans_in("Wang")
    assert registers(counter, despite="another").what is What.TWIN


def test_without_a_number_the_same_name_and_phone_are_the_same_person(counter: Counter) -> None:
    said = SignIn("赵六", None, "13900139000", None, "social", "36.4")
    registers(counter, said=said)
    other_phone, other_name = replace(said, phone="13700137000"), replace(said, name="王五")
    assert [registers(counter, said=one).what for one in (said, other_phone, other_name)] == [
        What.TWIN, What.DONE, What.DONE,
    ]  # fmt: skip
    assert registers(counter, said=said, despite=visits()[0].public_id).what is What.DONE
    assert flags() == [("same_name_inside", visits()[-1].id)]


def test_without_number_and_phone_nobody_is_taken_for_anybody(counter: Counter) -> None:
    said = SignIn("赵六", None, None, None, "social", "36.4")
    assert [registers(counter, said=said).what for _ in range(2)] == [What.DONE, What.DONE]


def test_who_left_or_is_overdue_or_elsewhere_is_no_twin(counter: Counter) -> None:
    counter.scans_in("Wang")
    counter.leaves("Wang")
    counter.scans_in("Wang", hall=counter.service.hall("政务分中心"))
    first = registers(counter)
    counter.clock.shows("14:00")
    assert (first.what, registers(counter).what) == (What.DONE, What.DONE)


def test_a_companion_inside_with_that_number_is_told_of(counter: Counter) -> None:
    counter.scans_in("Zhang", "王小明 110101199003074477")
    assert registers(counter).what is What.TWIN


# --- fever ---


def test_a_fever_that_is_measured_waits_for_release_and_is_no_visit(counter: Counter) -> None:
    done = registers(counter, said=replace(ELDER, temperature="38.1"))
    [waiting] = fever.queue(counter.hall, counter.hall.calendar.hall_day(counter.clock()))
    assert (done.what, done.visit, visits()) == (What.FEVER, None, [])
    assert (waiting.door, waiting.declared_tenths, waiting.name) == (2, 381, "赵六")


def test_released_and_measured_again_they_come_in(counter: Counter) -> None:
    registers(counter, said=replace(ELDER, temperature="38.1"))
    assert registers(counter).what is What.DONE
    assert flags() == [("fever_same_number", visits()[0].id)]


# --- refused ---


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"is_told": False}, "notice_not_told"), ({"door": 3}, "door_unknown"), ({"door": -1}, "door_unknown"),
        ({"said": replace(ELDER, companions="王五 110101199003074477")}, "companion_is_lead"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_the_form_still_good(counter: Counter, other: dict[str, Any], code: str) -> None:
    sent = form(counter)
    wrong = replace(sent, **other)
    assert refused(lambda: front_desk.register(counter.post("Guard"), wrong, counter.clock())) == code
    assert front_desk.register(counter.post("Guard"), sent, counter.clock()).what is What.DONE


@pytest.mark.parametrize("key", ["", "x", "a" * 5000, "\0", "\ud800", "1.2.3"])
def test_a_form_without_its_key_is_refused(counter: Counter, key: str) -> None:
    sent = replace(form(counter), key=key)
    assert refused(lambda: front_desk.register(counter.post("Guard"), sent, counter.clock())) == "form_stale"


def test_a_form_is_good_for_the_clerk_who_opened_it_and_for_two_hours(counter: Counter) -> None:
    sent = form(counter)
    assert refused(lambda: front_desk.register(counter.post("Guard2"), sent, counter.clock())) == "form_stale"
    counter.clock.goes_on(hours=2, seconds=1)
    assert refused(lambda: front_desk.register(counter.post("Guard"), sent, counter.clock())) == "form_stale"


def test_nobody_from_elsewhere_registers_anybody(counter: Counter) -> None:
    for who, post in others(counter).items():
        sent = form(counter, "Guard")
        code = refused(partial(front_desk.register, post, sent, counter.clock()))
        assert code == ("form_stale" if post.may(Action.DESK) else "not_yours"), who
    assert visits() == []


# --- at once ---


def test_of_two_clerks_with_the_same_person_at_once_one_registers_and_one_is_told(counter: Counter) -> None:
    works = [
        partial(front_desk.register, counter.post(who), form(counter, who), counter.clock())
        for who in ("Guard", "Guard2", "Guard3", "Admin")
    ]
    done = at_once(*works)
    assert sorted(one.what for one in done) == ["done", "twin", "twin", "twin"]
    assert len(visits()) == 1


def test_a_form_pressed_several_times_at_once_counts_once(counter: Counter) -> None:
    work = partial(front_desk.register, counter.post("Guard"), form(counter), counter.clock())
    done = at_once(*[work] * 5)
    assert {one.visit for one in done} == {visits()[0].public_id}
    assert (len(visits()), run(Submission.select().count)) == (1, 1)


def test_of_a_clerk_and_the_persons_own_scan_at_once_staff_see_a_flag_or_are_told(counter: Counter) -> None:
    done, _ = at_once(
        partial(front_desk.register, counter.post("Guard"), form(counter), counter.clock()),
        partial(counter.scans_in, "Wang"),
    )
    assert done.what in (What.DONE, What.TWIN)
    assert len(inside()) == (2 if done.what is What.DONE else 1)
    assert len([one for one in inside() if one.open_key]) == 1
