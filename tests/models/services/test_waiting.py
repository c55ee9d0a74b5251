"""What waits for staff: each thing is seen to once, and whoever is second is told who was first."""

from datetime import timedelta
from functools import partial

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import fever, help_requests, outbox, waiting
from models.services.posts import Post
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.door import Fever, Flag
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.waiting import Counts
from tests.bot.test_check_in import first_visit
from tests.reading import visits
from tests.service import MONDAY_9, Service
from tests.staffed import at_once, joins, openid, post, refused, registered

VISITOR = openid("Visitor")


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


@pytest.fixture
def guard(hall: HallFacts) -> Post:
    return joins(hall, "Guard", "李门岗")


def has_fever(hall: HallFacts, who: str = VISITOR, tenths: int = 378) -> int:
    return fever.declare(who, hall, 1, tenths, MONDAY_9, "张三", "13800138000")


def wait(hall: HallFacts) -> waiting.Waiting:
    return waiting.all_of(hall, MONDAY_9)


def test_in_a_hall_where_nothing_happened_nothing_waits(hall: HallFacts) -> None:
    assert wait(hall) == waiting.Waiting((), (), (), ())
    assert waiting.count(hall, MONDAY_9) == Counts(0, 0, 0, 0)


def test_fevers_calls_doubts_and_lost_messages_of_this_hall_wait_today(hall: HallFacts) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    for one in (hall, other):
        has_fever(one)
        help_requests.ask(one, 2, MONDAY_9)
    service = Service()
    first_visit(service, hall)
    lead = visits()[0]
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=lead.id, kind="same_number_inside", at=MONDAY_9))
    until = MONDAY_9 + timedelta(days=1)
    outbox.write("one", "remind", "oNobody", "您好", {}, MONDAY_9, until, hall_id=hall.id)
    run(lambda: Outgoing.update(state="given_up", reason="no_window").where(Outgoing.key == "one").execute())
    found = wait(hall)
    assert [(one.door, one.declared_tenths, one.name) for one in found.fevers] == [(1, 378, "张三")]
    assert [one.door for one in found.helps] == [2]
    assert [(one.kind, one.public_id) for one in found.flags] == [("same_number_inside", lead.public_id)]
    assert [(one.kind, one.reason, one.messages) for one in found.undelivered] == [("remind", "no_window", 1)]
    assert found.counts == waiting.count(hall, MONDAY_9) == Counts(1, 1, 1, 1)
    assert found.counts.total == 3
    tomorrow = MONDAY_9 + timedelta(days=1)
    assert waiting.all_of(hall, tomorrow).counts == waiting.count(hall, tomorrow) == Counts(0, 0, 0, 0)


def test_a_message_that_the_platform_says_did_not_arrive_is_lost_and_one_that_did_is_not(hall: HallFacts) -> None:
    for key, verdict in (("one", "user_block"), ("two", "delivered")):
        outbox.write(key, "remind", "oNobody", "您好", {}, MONDAY_9, MONDAY_9, hall_id=hall.id)
        run(
            lambda key=key, verdict=verdict: (
                Outgoing.update(state="sent", verdict=verdict).where(Outgoing.key == key).execute()
            )
        )
    assert [(one.reason, one.messages) for one in wait(hall).undelivered] == [("user_block", 1)]
    assert waiting.count(hall, MONDAY_9).undelivered == 1


def test_whoever_is_released_no_longer_waits_and_may_come_in_that_day(hall: HallFacts, guard: Post) -> None:
    has_fever(hall)
    waiting.release(guard, wait(hall).fevers[0].key, "复测正常，36.6", "36.6", MONDAY_9)
    assert wait(hall).fevers == ()
    assert not fever.waits(VISITOR, hall, hall.calendar.hall_day(MONDAY_9))
    kept = run(lambda: Fever.get())
    assert (kept.release_reason, kept.measured_tenths, kept.released_by) == ("复测正常，36.6", 366, Role.GUARD)
    noted = run(lambda: Audit.get(Audit.action == "release"))
    assert "张" not in noted.detail
    assert noted.hall_id == hall.id


@pytest.mark.parametrize(
    ("reason", "measured", "code"),
    [
        ("复测", "37.3", "measured_fever"),  # at the threshold
        ("复测", "38.9℃", "measured_fever"),
        ("复测", "正常", "temperature_reading_needed"),
        ("复测", "3.66", "temperature_one_decimal"),
        ("复测", "九", "temperature_unreadable"),
        ("", "36.5", "reason_missing"),
        ("\u200b \n", "36.5", "reason_missing"),
        ("长" * 201, "36.5", "reason_too_long"),
    ],
)
def test_a_release_that_cannot_be_leaves_them_waiting(
    hall: HallFacts, guard: Post, reason: str, measured: str, code: str
) -> None:
    has_fever(hall)
    key = wait(hall).fevers[0].key
    assert refused(lambda: waiting.release(guard, key, reason, measured, MONDAY_9)) == code
    assert len(wait(hall).fevers) == 1


def test_without_a_thermometer_a_reason_is_enough(hall: HallFacts, guard: Post) -> None:
    has_fever(hall)
    waiting.release(guard, wait(hall).fevers[0].key, "填错了", "", MONDAY_9)
    assert wait(hall).fevers == ()


def test_nothing_of_another_hall_of_yesterday_or_unheard_of_is_seen_to(hall: HallFacts, guard: Post) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    has_fever(other)
    help_requests.ask(other, 1, MONDAY_9)
    help_requests.ask(hall, 1, MONDAY_9)
    elsewhere = wait(other)
    tomorrow = MONDAY_9 + timedelta(days=1)
    own = wait(hall).helps[0].key
    for work in (
        partial(waiting.release, guard, elsewhere.fevers[0].key, "复测", "36.5", MONDAY_9),
        partial(waiting.help_done, guard, elsewhere.helps[0].key, MONDAY_9),
        partial(waiting.help_done, guard, own, tomorrow),
        partial(waiting.flag_seen, guard, own, MONDAY_9),
        partial(waiting.help_done, guard, "", MONDAY_9),
        partial(waiting.help_done, guard, "' OR 1=1", MONDAY_9),
    ):
        assert refused(work) == "waiting_unknown"


def test_a_call_for_help_is_answered_once_and_the_second_is_told_who_did(hall: HallFacts, guard: Post) -> None:
    help_requests.ask(hall, 2, MONDAY_9)
    key = wait(hall).helps[0].key
    waiting.help_done(guard, key, MONDAY_9)
    assert wait(hall).helps == ()
    assert refused(lambda: waiting.help_done(post(hall), key, MONDAY_9)) == "waiting_done"
    assert refused(lambda: waiting.help_done(guard, key, MONDAY_9)) == "waiting_done_before"


def test_whoever_took_a_fever_back_themselves_needs_no_release(hall: HallFacts, guard: Post) -> None:
    row = has_fever(hall)
    key = wait(hall).fevers[0].key
    fever.correct(row, hall, 366, MONDAY_9)
    assert wait(hall).fevers == ()
    assert refused(lambda: waiting.release(guard, key, "复测", "", MONDAY_9)) == "waiting_cleared"


@pytest.mark.parametrize("what", ["fever", "help", "flag"])
def test_of_two_who_press_at_the_same_moment_one_does_it(hall: HallFacts, guard: Post, what: str) -> None:
    has_fever(hall)
    help_requests.ask(hall, 1, MONDAY_9)
    service = Service()
    first_visit(service, hall)
    lead = visits()[0]
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=lead.id, kind="same_number_inside", at=MONDAY_9))
    found = wait(hall)
    admin = post(hall)
    works = {
        "fever": lambda who: waiting.release(who, found.fevers[0].key, "复测正常", "36.5", MONDAY_9),
        "help": lambda who: waiting.help_done(who, found.helps[0].key, MONDAY_9),
        "flag": lambda who: waiting.flag_seen(who, found.flags[0].key, MONDAY_9),
    }
    came_of_it = at_once(*(partial(works[what], who) for who in (guard, admin) * 3))
    assert came_of_it.count(None) == 1
    assert set(came_of_it) - {None} <= {"waiting_done", "waiting_done_before"}
    assert run(lambda: Audit.select().where(Audit.action.in_(["release", "help_done", "flag_seen"])).count()) == 1


def test_a_name_that_does_not_open_hides_nothing_else_that_waits(hall: HallFacts, database: peewee.Database) -> None:
    has_fever(hall)
    first_visit(Service(), hall)
    lead = visits()[0]
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=lead.id, kind="same_number_inside", at=MONDAY_9))
    for table in ("fevers", "visits"):
        run(lambda table=table: database.execute_sql(f"UPDATE {table} SET name = {database.param}", (b"damaged",)))
    found = wait(hall)
    assert ([one.name for one in found.fevers], [one.name for one in found.flags]) == ([None], [""])
