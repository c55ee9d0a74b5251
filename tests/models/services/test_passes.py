"""Passes: whose stay is shown to whom, and one exit however many want it at once."""

import json
from functools import partial

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import check_out, closing, form_check_out, passes
from models.services.check_out import Leaving
from models.services.posts import Post
from models.tables.audit import Audit
from models.tables.database import run
from tests.bot.test_check_in import first_visit
from tests.reading import corrections, inside, visits
from tests.service import ONE_LINE, Service
from tests.staffed import at_once, refused

VISITOR = "oVisitor0000000000000000001"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def hall(service: Service) -> HallFacts:
    return service.hall()


def guard(hall: HallFacts, role: Role = Role.GUARD, who: str = "oGuard0000000000000000000001") -> Post:
    return Post(who, role, hall)


def comes_with(service: Service, hall: HallFacts, *companions: str) -> None:
    """Somebody checks in, with these people."""
    phone = service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    if companions:
        phone.says("同行人员")
        phone.says("\n".join(companions))
    phone.says("确认")


def public_id() -> str:
    return visits()[0].public_id


def noted() -> list[Audit]:
    return run(lambda: list(Audit.select().where(Audit.action == "sign_out")))


# --- one's own ---


def test_who_is_inside_has_a_pass(service: Service, hall: HallFacts) -> None:
    comes_with(service, hall, "李四", "王小明")
    found = passes.own(VISITOR, service.clock())
    assert found is not None
    assert (found.name, found.hall.id, found.door, found.companions) == ("张三", hall.id, 1, 2)
    assert (found.in_at, found.out_at, found.public_id) == (service.clock(), None, public_id())


def test_who_never_came_has_none(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    assert passes.own("oSomebodyElse", service.clock()) is None


def test_a_pass_tells_of_the_exit_for_half_an_hour(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    form_check_out.leave(VISITOR, hall, service.clock())
    left_at = service.clock()
    service.clock.goes_on(minutes=30)
    found = passes.own(VISITOR, service.clock())
    assert found is not None
    assert (found.out_at, found.is_estimated) == (left_at, False)
    service.clock.goes_on(seconds=1)
    assert passes.own(VISITOR, service.clock()) is None


def test_a_stay_that_was_due_is_over_and_told_as_an_estimate_whether_closed_or_not(
    service: Service, hall: HallFacts
) -> None:
    first_visit(service, hall)
    service.clock.shows("12:20")
    before = passes.own(VISITOR, service.clock())
    closing.close_due(service.clock())
    assert before == passes.own(VISITOR, service.clock())
    assert before is not None
    assert (before.out_at, before.is_estimated) == (visits()[0].due_at, True)


def test_the_stay_one_is_in_comes_before_one_that_is_over(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    form_check_out.leave(VISITOR, hall, service.clock())
    service.clock.goes_on(minutes=1)
    first_visit(service, other := service.hall("政务分中心"))
    found = passes.own(VISITOR, service.clock())
    assert found is not None
    assert (found.hall.id, found.out_at) == (other.id, None)


# --- to whom it is shown ---


def test_a_guard_of_the_hall_sees_it(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    for role in (Role.GUARD, Role.ADMIN):
        looked = passes.shown(public_id(), [guard(hall, role)], service.clock())
        assert looked is not None
        assert (looked[0].name, looked[1].role) == ("张三", role)


def test_nobody_else_does(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    elsewhere = guard(service.hall("政务分中心"))
    suspended = guard(service.hall("停用大厅", "suspended"))
    operator = Post("oOperator", Role.OPERATOR)
    for held in ([], [elsewhere], [suspended], [operator], [elsewhere, suspended, operator]):
        assert passes.shown(public_id(), held, service.clock()) is None


def test_a_companion_goes_with_their_lead_and_has_no_pass(service: Service, hall: HallFacts) -> None:
    comes_with(service, hall, "李四")
    companion = visits()[1].public_id
    assert passes.shown(companion, [guard(hall)], service.clock()) is None
    assert refused(lambda: passes.sign_out(guard(hall), companion, service.clock())) == "pass_unknown"


# --- signing out by it ---


def test_a_guard_signs_out_the_whole_party_and_that_is_certain_and_noted(service: Service, hall: HallFacts) -> None:
    comes_with(service, hall, "李四", "王小明")
    service.clock.goes_on(minutes=20)
    done = passes.sign_out(guard(hall), public_id(), service.clock())
    assert (done.what, done.in_at, done.out_at) == (Leaving.CLOSED, visits()[0].in_at, service.clock())
    assert {(one.out_at, one.how_out) for one in visits()} == {(service.clock(), "pass")}
    [row] = noted()
    assert (row.hall_id, row.role, json.loads(row.detail)) == (hall.id, "guard", {"people": 3, "visit": public_id()})


def test_who_has_left_is_not_signed_out_anew(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    left_at = service.clock()
    form_check_out.leave(VISITOR, hall, left_at)
    service.clock.goes_on(minutes=1)
    done = passes.sign_out(guard(hall), public_id(), service.clock())
    assert (done.what, done.out_at) == (Leaving.ALREADY_OUT, left_at)
    assert (visits()[0].out_at, noted()) == (left_at, [])


@pytest.mark.parametrize("is_closed", [True, False])
def test_who_is_seen_after_the_hall_closed_them_left_when_they_were_seen(
    service: Service, hall: HallFacts, is_closed: bool
) -> None:
    comes_with(service, hall, "李四")
    due_at = visits()[0].due_at
    service.clock.shows("12:20")
    if is_closed:
        closing.close_due(service.clock())
    assert passes.sign_out(guard(hall), public_id(), service.clock()).what is Leaving.REPLACED
    assert {(one.out_at, one.how_out) for one in visits()} == {(service.clock(), "pass")}
    assert {(one.earlier_out_at, one.earlier_how_out, one.by) for one in corrections()} == {
        (due_at, "closing", "staff")
    }
    assert len(noted()) == 1


def test_on_another_day_an_estimate_stands(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    service.clock.shows("09:00", days=1)
    done = passes.sign_out(guard(hall), public_id(), service.clock())
    assert (done.what, done.out_at, visits()[0].how_out) == (Leaving.ALREADY_OUT, visits()[0].due_at, "closing")
    assert noted() == []


def test_who_has_entered_another_hall_keeps_that_entry(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    service.clock.goes_on(minutes=5)
    first_visit(service, service.hall("政务分中心"))
    service.clock.goes_on(minutes=5)
    assert passes.sign_out(guard(hall), public_id(), service.clock()).what is Leaving.ALREADY_OUT
    assert (visits()[0].how_out, len(inside())) == ("moved", 1)


def test_who_may_not_signs_nobody_out(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    visit = public_id()
    others = [
        guard(service.hall("政务分中心")), guard(service.hall("停用大厅", "suspended")),
        Post("oOperator", Role.OPERATOR),
    ]  # fmt: skip
    for post in others:
        assert refused(partial(passes.sign_out, post, visit, service.clock())) == "pass_unknown"
    assert len(inside()) == 1


@pytest.mark.parametrize("visit", ["", "x", "a" * 12, "a" * 5000, "' OR 1=1 --", "张三", "\0", "\ud800"])
def test_what_is_no_visit_is_refused(service: Service, hall: HallFacts, visit: str) -> None:
    first_visit(service, hall)
    assert refused(lambda: passes.sign_out(guard(hall), visit, service.clock())) == "pass_unknown"
    assert passes.shown(visit, [guard(hall)], service.clock()) is None


# --- at once ---


def test_of_several_guards_at_once_one_signs_out(service: Service, hall: HallFacts) -> None:
    comes_with(service, hall, "李四")
    now = service.clock()
    done = at_once(*[partial(passes.sign_out, guard(hall, who=f"oGuard{one}"), public_id(), now) for one in range(8)])
    assert sorted(one.what for one in done) == ["already_out"] * 7 + ["closed"]
    assert {one.out_at for one in done} == {now}
    assert len(noted()) == 1


def test_of_a_guard_and_the_visitor_at_once_one_signs_out(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    now = service.clock()
    works = [
        partial(passes.sign_out, guard(hall), public_id(), now),
        partial(form_check_out.leave, VISITOR, hall, now),
    ] * 3
    done = at_once(*works)
    assert [one.what for one in done].count(Leaving.CLOSED) == 1
    [visit] = visits()
    assert visit.how_out == ("pass" if noted() else "chat")
    assert corrections() == []


def test_of_a_guard_and_the_job_at_once_the_guards_word_stands(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall)
    service.clock.shows("12:20")
    now = service.clock()
    at_once(
        partial(closing.close_due, now), partial(passes.sign_out, guard(hall), public_id(), now),
        partial(closing.close_due, now), partial(check_out.by_word, None, now),
    )  # fmt: skip
    [visit] = visits()
    assert (visit.out_at, visit.how_out) == (now, "pass")
    assert len(corrections()) == 1
