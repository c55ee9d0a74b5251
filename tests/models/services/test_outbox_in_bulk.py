"""The outbox with much to send: runs that end, a platform that is down, and notices by the thousand."""

from datetime import timedelta

import peewee
import pytest

from models.rules.sending import Channel, Outcome, Result, State
from models.services import outbox, verdicts
from models.services.desk import Desk
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.models.services.test_outbox import OPENID, REMINDER, Post, has_texted, message, writes
from tests.service import Clock

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post() -> Post:
    return Post()


def test_what_was_sent_long_ago_is_forgotten(clock: Clock, post: Post) -> None:
    writes(clock)
    clock.goes_on(days=8)
    assert outbox.sweep(clock()) == 1


def test_no_text_can_be_read_in_the_table(clock: Clock, database: peewee.Database) -> None:
    writes(clock)
    [row] = run(lambda: database.execute_sql("SELECT content FROM outbox").fetchall())
    assert "市民中心".encode() not in bytes(row[0])


def test_a_message_that_cannot_be_read_stops_no_other(clock: Clock, post: Post, database: peewee.Database) -> None:
    has_texted(clock)
    for number in (1, 2):
        writes(clock, f"remind:{number}")
    first = run(lambda: Outgoing.select(Outgoing.id).order_by(Outgoing.id).scalar())
    damage = f"UPDATE outbox SET content = {database.param} WHERE id = {database.param}"
    run(lambda: database.execute_sql(damage, (b"\x00damaged", first)))
    outbox.send_due(clock(), post.desk())
    assert [sent.key for _, sent in post.taken] == ["remind:2"]
    assert outbox.send_due(clock(), post.desk()) == 0


def test_a_verdict_of_a_message_that_somebody_else_sent_does_no_harm(clock: Clock) -> None:
    verdicts.tell("999", "user_block", clock())
    assert outbox.judge(clock()) == 0
    clock.goes_on(days=8)
    assert outbox.sweep(clock()) == 1


def test_when_the_platform_is_down_a_run_ends_after_three_failures_and_the_rest_waits(clock: Clock, post: Post) -> None:
    for number in range(6):
        has_texted(clock, f"oVisitor000000000000000000{number}")
        writes(clock, f"remind:{number}", f"oVisitor000000000000000000{number}")
    post.answers = [Outcome(Result.AGAIN, "busy")] * 6
    outbox.send_due(clock(), post.desk())
    assert len(post.taken) == 3


def test_a_fault_of_the_account_holds_everything_that_is_due(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    post.answers = [Outcome(Result.HELD, "account")]
    desk = post.desk()
    for _ in range(10):
        outbox.send_due(clock(), desk)
        clock.goes_on(seconds=5)
    assert len(post.taken) == 1


def test_a_used_up_minute_is_noticed_once(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    post.answers = [Outcome(Result.AGAIN, "minute_quota", pause="until_minute")]
    outbox.send_due(clock(), post.desk())
    assert len(post.taken) == 1


def test_a_process_that_is_to_stop_sends_nothing_more(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    desk = Desk(post, is_stopping=lambda: len(post.taken) == 1)
    assert outbox.send_due(clock(), desk) == 1


def test_a_long_run_ends_and_leaves_the_rest_to_the_next(
    clock: Clock, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    monkeypatch.setattr(outbox, "RUN_SECONDS", -1.0)
    assert outbox.send_due(clock(), post.desk()) == 0
    monkeypatch.setattr(outbox, "RUN_SECONDS", 45.0)
    assert outbox.send_due(clock(), post.desk()) == 3


def test_who_does_not_follow_any_more_is_not_sent_a_template_message(clock: Clock, post: Post) -> None:
    has_texted(clock)
    clock.goes_on(minutes=1)
    has_texted(clock, opens="left")
    writes(clock)
    outbox.send_due(clock(), post.desk(template=REMINDER))
    assert (post.taken, message().reason) == ([], "no_window")


# --- notices of cases, by the thousand ---


def in_bulk(clock: Clock, number: int) -> None:
    lasts = clock() + timedelta(hours=1)
    outbox.write(f"notice:{number}:1", "contact", f"oContact{number:020}", "请留意身体情况", {}, clock(), lasts)


def test_a_reminder_does_not_wait_behind_the_notices_of_a_case(clock: Clock, post: Post) -> None:
    for number in range(30):
        in_bulk(clock, number)
        has_texted(clock, f"oContact{number:020}")
    clock.goes_on(seconds=1)
    has_texted(clock)
    writes(clock)
    assert outbox.send_due(clock(), post.desk()) == 31
    assert post.taken[0][1].openid == OPENID


def test_a_run_goes_on_with_notices_for_its_part_of_the_time_only(
    clock: Clock, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BULK_SECONDS", -1.0)
    for number in range(50):
        in_bulk(clock, number)
    handled = [outbox.send_due(clock(), post.desk()) for _ in range(4)]
    assert handled == [20, 20, 10, 0]


# --- what may have been sent by a template is repeated as that alone, and in time ---


def test_a_repeat_of_a_template_message_is_never_a_message_in_the_chat(clock: Clock, post: Post) -> None:
    writes(clock)
    post.answers = [Outcome(Result.UNKNOWN, "busy")]
    desk = post.desk(template=REMINDER)
    outbox.send_due(clock(), desk)
    has_texted(clock)
    clock.goes_on(seconds=5)
    outbox.send_due(clock(), desk)
    assert post.channels == [Channel.TEMPLATE] * 2
    assert message().state == State.SENT


@pytest.mark.parametrize("minutes", [10, 70])
def test_a_repeat_for_which_it_is_too_late_is_told_as_unknown(clock: Clock, post: Post, minutes: int) -> None:
    writes(clock)
    post.answers = [Outcome(Result.UNKNOWN, "busy")]
    desk = post.desk(template=REMINDER)
    outbox.send_due(clock(), desk)
    clock.goes_on(minutes=minutes)
    outbox.send_due(clock(), desk)
    assert (post.channels, message().state, message().reason) == (
        [Channel.TEMPLATE], State.UNKNOWN, "outcome_unknown",
    )  # fmt: skip
