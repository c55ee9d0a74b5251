"""Pictures of codes in the outbox: one after another, in the order in which they were written."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import peewee
import pytest

from models.rules.sending import Channel, Outcome, Result, State
from models.services import outbox
from models.services.desk import CodeToSend
from models.tables.database import run, thread_is_done
from models.tables.outbox import Outgoing
from tests.models.services.test_outbox import OPENID, Killed, Post, dies, has_texted, writes
from tests.service import Clock

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post() -> Post:
    return Post()


def writes_code(clock: Clock, number: int, openid: str = OPENID) -> None:
    outbox.write(
        f"code:{openid[-4:]}:{number}", "code", openid, "东门 · 进厅", {}, clock(), clock() + timedelta(hours=1),
        code_url=f"http://weixin.qq.com/q/{number}", caption=f"{number} 号门 · 进厅",
    )  # fmt: skip


def order(post: Post) -> list[str]:
    return [sent.code.url[-1] for _, sent in post.taken if sent.code is not None]


def test_a_code_is_handed_over_with_the_words_under_it(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes_code(clock, 1)
    outbox.send_due(clock(), post.desk())
    [(channel, sent)] = post.taken
    assert (channel, sent.code) == (Channel.CUSTOM, CodeToSend("http://weixin.qq.com/q/1", "1 号门 · 进厅"))


def test_a_message_without_a_code_is_none_of_a_picture(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    outbox.send_due(clock(), post.desk())
    assert post.taken[0][1].code is None


def test_codes_of_one_person_go_in_the_order_in_which_they_were_written(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in (3, 1, 2, 5, 4):
        writes_code(clock, number)
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["3", "1", "2", "5", "4"]


def test_a_code_that_has_to_wait_keeps_those_after_it_waiting_and_nobody_else(clock: Clock, post: Post) -> None:
    other = "oVisitor0000000000000000002"
    has_texted(clock)
    has_texted(clock, other)
    writes_code(clock, 1)
    writes_code(clock, 2)
    writes_code(clock, 7, other)
    writes(clock)
    post.answers = [Outcome(Result.AGAIN, "busy")]
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["1", "7"]
    assert len(post.taken) == 3  # what is no code waits for none
    clock.goes_on(seconds=5)
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["1", "7", "1", "2"]


def test_a_code_that_nobody_can_be_sent_keeps_none_waiting(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes_code(clock, 1)
    writes_code(clock, 2)
    post.answers = [Outcome(Result.CLOSED, "content")]
    outbox.send_due(clock(), post.desk())
    clock.goes_on(seconds=5)
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["1", "2"]


def test_a_code_waits_while_another_process_sends_the_one_before_it(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes_code(clock, 1)
    writes_code(clock, 2)
    beside = Post()
    post.on_send = lambda: outbox.send_due(clock(), beside.desk()) and None
    outbox.send_due(clock(), post.desk())
    assert (order(post), order(beside)) == (["1", "2"], [])


def test_several_processes_send_each_code_once_and_in_order(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(5):
        writes_code(clock, number)
    together = threading.Barrier(3)

    def process(_: int) -> None:
        together.wait()
        try:
            outbox.send_due(clock(), post.desk())
        finally:
            thread_is_done()

    for _ in range(10):
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(process, range(3)))
        clock.goes_on(seconds=1)
    assert order(post) == ["0", "1", "2", "3", "4"]


def test_a_day_of_pictures_that_is_used_up_stops_no_text(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes_code(clock, 1)
    writes(clock)
    post.answers = [Outcome(Result.AGAIN, "daily_quota", pause="until_day")]
    outbox.send_due(clock(), post.desk())
    assert [sent.key for _, sent in post.taken] == ["code:0001:1", "remind:1"]


def test_codes_that_no_window_is_left_for_are_given_up_and_the_reason_kept(clock: Clock, post: Post) -> None:
    has_texted(clock, opens="click")
    for number in range(5):
        writes_code(clock, number)
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["0", "1", "2"]
    ended = run(lambda: [(row.state, row.reason) for row in Outgoing.select().order_by(Outgoing.id)])
    assert ended[3:] == [(State.GIVEN_UP, "no_window")] * 2


def test_a_sender_that_dies_lets_the_next_code_go(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes_code(clock, 1)
    writes_code(clock, 2)
    post.on_send = dies
    with pytest.raises(Killed):
        outbox.send_due(clock(), post.desk())
    post.on_send = lambda: None
    clock.goes_on(minutes=4)
    outbox.free_lost(clock())
    outbox.send_due(clock(), post.desk())
    assert order(post) == ["1", "2"]


def test_no_address_of_a_code_can_be_read_in_the_table(clock: Clock, database: peewee.Database) -> None:
    writes_code(clock, 1)
    [row] = run(lambda: database.execute_sql("SELECT content FROM outbox").fetchall())
    assert b"weixin" not in bytes(row[0])
