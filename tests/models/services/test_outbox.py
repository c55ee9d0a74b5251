"""Messages that are not replies: each is sent once, by the best way there is, or it is said why not."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import peewee
import pytest

from models.rules.sending import Channel, NoticeTemplate, Outcome, Result, State
from models.services import outbox, verdicts
from models.services.desk import Desk, Message
from models.tables import outbox as table
from models.tables import receipts
from models.tables.database import run, thread_is_done
from models.tables.outbox import Grant, Outgoing
from tests.service import Clock

OPENID = "oVisitor0000000000000000001"
SENT = Outcome(Result.SENT)
REMINDER = NoticeTemplate("template0001", {"thing1": "hall"})
NOTICE = NoticeTemplate("subscription1", {"thing1": "hall"})

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Post:
    """A desk that notes what it is given and answers as told, in order; then with SENT."""

    answers: list[Outcome] = field(default_factory=list)
    taken: list[tuple[Channel, Message]] = field(default_factory=list)
    on_send: Callable[[], None] = lambda: None

    def __call__(self, channel: Channel, message: Message) -> Outcome:
        self.taken.append((channel, message))
        self.on_send()
        return self.answers.pop(0) if self.answers else SENT

    @property
    def channels(self) -> list[Channel]:
        return [channel for channel, _ in self.taken]

    def desk(self, **templates: NoticeTemplate) -> Desk:
        return Desk(self, {("remind", Channel(name)): template for name, template in templates.items()})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post() -> Post:
    return Post()


def writes(clock: Clock, key: str = "remind:1", openid: str = OPENID) -> None:
    outbox.write(key, "remind", openid, "您离开了吗？", {"hall": "市民中心"}, clock(), clock() + timedelta(hours=1))


def has_texted(clock: Clock, openid: str = OPENID, opens: str = "text") -> None:
    key = f"{openid}{opens}{clock()}".encode()[-32:]
    run(lambda: receipts.claim(key, clock(), openid, opens))


def message() -> Outgoing:
    [row] = run(lambda: list(Outgoing.select()))
    return row


def test_who_has_written_lately_is_written_to_in_the_chat(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    assert outbox.send_due(clock(), post.desk(template=REMINDER)) == 1
    [(channel, sent)] = post.taken
    assert (channel, sent.openid, sent.text) == (Channel.CUSTOM, OPENID, "您离开了吗？")
    assert (message().state, message().channel, message().sent_at) == (State.SENT, "custom", clock())


def test_who_has_only_scanned_gets_a_template_message_where_there_is_one(clock: Clock, post: Post) -> None:
    has_texted(clock, opens="scan")
    clock.goes_on(minutes=5)
    writes(clock)
    outbox.send_due(clock(), post.desk(template=REMINDER))
    [(channel, sent)] = post.taken
    assert (channel, sent.template, sent.key) == (Channel.TEMPLATE, REMINDER, "remind:1")


def test_with_no_way_left_it_is_given_up_and_the_reason_kept(clock: Clock, post: Post) -> None:
    writes(clock)
    outbox.send_due(clock(), post.desk())
    assert (post.taken, message().state, message().reason) == ([], State.GIVEN_UP, "no_window")
    assert run(lambda: table.troubles(clock() - timedelta(hours=1))) == {"no_window": 1}


def test_a_window_that_is_used_up_is_not_used(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(6):
        clock.goes_on(seconds=1)
        writes(clock, f"remind:{number}")
        outbox.send_due(clock(), post.desk())
    assert post.channels == [Channel.CUSTOM] * 5


def test_where_the_platform_says_that_a_window_is_closed_the_next_way_is_taken(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    post.answers = [Outcome(Result.CLOSED, "window_closed")]
    desk = post.desk(template=REMINDER)
    outbox.send_due(clock(), desk)
    outbox.send_due(clock(), desk)
    assert post.channels == [Channel.CUSTOM, Channel.TEMPLATE]
    assert message().state == State.SENT


def test_a_consent_is_used_before_a_template_and_once(clock: Clock, post: Post) -> None:
    verdicts.consent(OPENID, NOTICE.template_id, True, clock())
    for number in (1, 2):
        writes(clock, f"remind:{number}")
    outbox.send_due(clock(), post.desk(subscription=NOTICE, template=REMINDER))
    assert post.channels == [Channel.SUBSCRIPTION, Channel.TEMPLATE]


def test_a_long_term_consent_is_good_for_more(clock: Clock, post: Post) -> None:
    verdicts.consent(OPENID, NOTICE.template_id, True, clock())
    for number in (1, 2):
        writes(clock, f"remind:{number}")
    lasting = NoticeTemplate(NOTICE.template_id, NOTICE.fields, long_term=True)
    outbox.send_due(clock(), post.desk(subscription=lasting))
    assert post.channels == [Channel.SUBSCRIPTION] * 2


def test_a_refused_notice_ends_the_consents(clock: Clock, post: Post) -> None:
    for _ in range(3):
        verdicts.consent(OPENID, NOTICE.template_id, True, clock())
    writes(clock)
    post.answers = [Outcome(Result.CLOSED, "refused")]
    outbox.send_due(clock(), post.desk(subscription=NOTICE))
    assert run(lambda: Grant.get().left) == 0


def test_somebody_who_withdraws_consent_is_not_sent_notices(clock: Clock, post: Post) -> None:
    verdicts.consent(OPENID, NOTICE.template_id, True, clock())
    verdicts.consent(OPENID, NOTICE.template_id, False, clock())
    writes(clock)
    outbox.send_due(clock(), post.desk(subscription=NOTICE))
    assert post.taken == []


def test_a_failure_that_did_no_harm_is_tried_again_later(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    post.answers = [Outcome(Result.AGAIN, "busy")]
    outbox.send_due(clock(), post.desk())
    assert outbox.send_due(clock(), post.desk()) == 0
    clock.goes_on(seconds=5)
    assert outbox.send_due(clock(), post.desk()) == 1
    assert (message().state, message().tries) == (State.SENT, 2)


def test_what_may_have_arrived_is_never_sent_again(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    post.answers = [Outcome(Result.UNKNOWN, "busy")]
    outbox.send_due(clock(), post.desk())
    clock.goes_on(minutes=30)
    outbox.send_due(clock(), post.desk())
    assert (len(post.taken), message().state, message().reason) == (1, State.UNKNOWN, "outcome_unknown")


def test_a_fault_of_the_account_stops_the_run_and_loses_nothing(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    post.answers = [Outcome(Result.HELD, "account")]
    outbox.send_due(clock(), post.desk())
    assert len(post.taken) == 1
    clock.goes_on(minutes=10)
    outbox.send_due(clock(), post.desk())
    assert run(lambda: Outgoing.select().where(Outgoing.state == State.SENT).count()) == 3


def test_a_used_up_day_of_the_platform_is_noticed_once_and_waited_for(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(3):
        writes(clock, f"remind:{number}")
    post.answers = [Outcome(Result.AGAIN, "daily_quota", pause="until_day")]
    outbox.send_due(clock(), post.desk())
    assert len(post.taken) == 1
    due = {row.due_at for row in run(lambda: list(Outgoing.select()))}
    assert {at.hour for at in due} == {16}  # midnight in Shanghai


def test_what_has_come_too_late_is_given_up(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    clock.goes_on(hours=1)
    outbox.send_due(clock(), post.desk())
    assert (post.taken, message().state, message().reason) == ([], State.GIVEN_UP, "expired")


def test_the_same_message_is_not_written_twice(clock: Clock) -> None:
    writes(clock)
    with pytest.raises(peewee.IntegrityError):
        writes(clock)


def test_several_processes_send_each_message_once(clock: Clock, post: Post) -> None:
    has_texted(clock)
    for number in range(5):
        writes(clock, f"remind:{number}")
    together = threading.Barrier(4)

    def process(_: int) -> None:
        together.wait()
        try:
            outbox.send_due(clock(), post.desk())
        finally:
            thread_is_done()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(process, range(4)))
    assert sorted(sent.key for _, sent in post.taken) == [f"remind:{number}" for number in range(5)]


class Killed(BaseException):
    """A process dies here."""


def dies() -> None:
    raise Killed


def test_a_process_that_dies_while_sending_leaves_a_message_that_nobody_sends_again(clock: Clock, post: Post) -> None:
    has_texted(clock)
    writes(clock)
    post.on_send = dies
    with pytest.raises(Killed):
        outbox.send_due(clock(), post.desk())
    post.on_send = lambda: None
    clock.goes_on(minutes=4)
    assert outbox.free_lost(clock()) == 1
    outbox.send_due(clock(), post.desk())
    assert (len(post.taken), message().state) == (1, State.UNKNOWN)


def test_a_template_message_whose_sender_died_is_sent_again_under_the_same_id(clock: Clock, post: Post) -> None:
    writes(clock)
    post.on_send = dies
    with pytest.raises(Killed):
        outbox.send_due(clock(), post.desk(template=REMINDER))
    post.on_send = lambda: None
    clock.goes_on(minutes=4)
    outbox.free_lost(clock())
    clock.goes_on(minutes=1)
    outbox.send_due(clock(), post.desk(template=REMINDER))
    assert [sent.key for _, sent in post.taken] == ["remind:1", "remind:1"]
    assert message().state == State.SENT


@pytest.mark.parametrize("first", ["verdict", "settling"])
def test_the_platforms_verdict_finds_its_message_whichever_comes_first(clock: Clock, post: Post, first: str) -> None:
    writes(clock)
    post.answers = [Outcome(Result.SENT, msgid="400")]
    if first == "verdict":
        verdicts.tell("400", "user_block", clock())
    outbox.send_due(clock(), post.desk(template=REMINDER))
    if first == "settling":
        verdicts.tell("400", "user_block", clock())
    verdicts.tell("400", "delivered", clock())  # told once more, otherwise: the first word stands
    assert outbox.judge(clock()) == 1
    assert message().verdict == "user_block"
    assert run(lambda: table.troubles(clock() - timedelta(hours=1))) == {"user_block": 1}
