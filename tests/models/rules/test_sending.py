"""Who can be written to, by which way, and what follows when it goes wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.sending import (
    BACKOFF,
    Channel,
    NoticeTemplate,
    Opening,
    Outcome,
    Result,
    State,
    after,
    fitting,
    has_window,
    opening_of,
    pause_ends,
)

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Monday 2 March 2026, 12:00 in Shanghai."""


def ago(**time: float) -> datetime:
    return NOON - timedelta(**time)


@pytest.mark.parametrize(
    ("kind", "event", "opens"),
    [
        ("text", "", Opening.TEXT),
        ("image", "", Opening.TEXT),  # any message of one's own
        ("voice", "", Opening.TEXT),
        ("event", "scan", Opening.SCAN),
        ("event", "subscribe", Opening.FOLLOW),
        ("event", "click", Opening.CLICK),
        ("event", "unsubscribe", Opening.LEFT),
        ("event", "view", None),  # a link in the menu opens nothing
        ("event", "location", None),
        ("event", "templatesendjobfinish", None),
    ],
)
def test_what_a_person_does_opens_a_window_or_not(kind: str, event: str, opens: Opening | None) -> None:
    assert opening_of(kind, event) is opens


@pytest.mark.parametrize(
    ("openings", "sent", "open_"),
    [
        ({}, [], False),
        ({Opening.TEXT: ago(hours=47)}, [], True),
        ({Opening.TEXT: ago(hours=48)}, [], False),
        ({Opening.TEXT: ago(hours=48) + timedelta(seconds=5)}, [], False),  # so near the end the platform may say no
        ({Opening.TEXT: ago(hours=3)}, [ago(hours=2)] * 4, True),
        ({Opening.TEXT: ago(hours=3)}, [ago(hours=2)] * 5, False),
        ({Opening.TEXT: ago(hours=3)}, [ago(hours=4)] * 5, True),  # those were sent in an earlier window
        ({Opening.SCAN: ago(seconds=40)}, [], True),
        ({Opening.SCAN: ago(seconds=60)}, [], False),
        ({Opening.SCAN: ago(seconds=40)}, [ago(seconds=20)] * 3, False),
        ({Opening.CLICK: ago(seconds=40), Opening.TEXT: ago(hours=1)}, [ago(seconds=20)] * 3, True),
        ({Opening.TEXT: ago(hours=1), Opening.LEFT: ago(minutes=1)}, [], False),  # does not follow any more
        ({Opening.FOLLOW: ago(seconds=5), Opening.LEFT: ago(minutes=1)}, [], True),  # follows again
    ],
)
def test_a_message_may_be_sent_within_an_open_window_only(
    openings: dict[Opening, datetime], sent: list[datetime], open_: bool
) -> None:
    assert has_window(openings, sent, NOON) is open_


def become(
    outcome: Outcome, channel: Channel = Channel.CUSTOM, tries: int = 1, unsure: datetime | None = None
) -> State:
    return after(outcome, channel, tries=tries, unsure_since=unsure, closed=(), now=NOON).state


def test_what_was_taken_is_sent() -> None:
    assert become(Outcome(Result.SENT)) is State.SENT


def test_a_channel_that_does_not_reach_the_person_is_closed_and_the_next_is_tried_at_once() -> None:
    refused = Outcome(Result.CLOSED, "window_closed")
    then = after(refused, Channel.CUSTOM, tries=1, unsure_since=None, closed=("template",), now=NOON)
    assert then == (State.WAITING, NOON, "window_closed", ("template", "custom"), None)


def test_each_failure_waits_longer_than_the_one_before() -> None:
    waits = [
        after(Outcome(Result.AGAIN, "busy"), Channel.CUSTOM, tries=tries, unsure_since=None, closed=(), now=NOON).due_at
        for tries in range(1, 9)
    ]
    assert waits[: len(BACKOFF)] == [NOON + pause for pause in BACKOFF]
    assert set(waits[len(BACKOFF) :]) == {NOON + BACKOFF[-1]}


def test_what_may_have_been_sent_is_not_sent_again() -> None:
    assert become(Outcome(Result.UNKNOWN)) is State.UNKNOWN


def test_a_template_message_may_be_sent_again_while_the_platform_knows_its_id() -> None:
    assert become(Outcome(Result.UNKNOWN), Channel.TEMPLATE) is State.WAITING
    assert become(Outcome(Result.UNKNOWN), Channel.TEMPLATE, tries=4, unsure=ago(minutes=9)) is State.UNKNOWN


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Result.AGAIN, "busy"),
        Outcome(Result.AGAIN, "daily_quota", pause="until_day"),
        Outcome(Result.AGAIN, "minute_quota", pause="until_minute"),
        Outcome(Result.HELD, "account"),
        Outcome(Result.CLOSED, "refused"),
        Outcome(Result.UNKNOWN),
    ],
)
def test_a_message_that_may_have_arrived_is_not_sent_once_the_platform_has_forgotten_its_id(outcome: Outcome) -> None:
    assert become(outcome, Channel.TEMPLATE, tries=5, unsure=ago(minutes=8, seconds=59)) is State.UNKNOWN


def test_a_day_of_the_platform_ends_at_midnight_in_shanghai() -> None:
    assert pause_ends("until_day", NOON) == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert pause_ends("until_minute", NOON) == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("thing1", "市民中心", "市民中心"),
        ("thing12", "济南市济阳区市民中心政务服务大厅东门二号楼", "济南市济阳区市民中心政务服务大厅东门二…"),
        ("phrase3", "政务服务大厅", "政务服务…"),
        ("time2", "2026-03-02 17:30", "2026-03-02 17:30"),
        ("unheard_of", "x" * 100, "x" * 100),
    ],
)
def test_a_value_is_cut_to_what_its_field_holds(field: str, value: str, fits: str) -> None:
    assert fitting(field, value) == fits


@given(st.text(), st.sampled_from(["thing1", "phrase2", "name3", "character_string4"]))
def test_no_value_is_longer_than_its_field(value: str, field: str) -> None:
    longest = {"thing1": 20, "phrase2": 5, "name3": 10, "character_string4": 32}[field]
    assert len(fitting(field, value)) <= longest


def test_a_template_is_read_as_the_operator_wrote_it() -> None:
    read = NoticeTemplate.from_text("abcdefghijk long thing1=hall time2=closing")
    assert read == NoticeTemplate("abcdefghijk", {"thing1": "hall", "time2": "closing"}, long_term=True)
    assert read.filled({"hall": "市民中心", "closing": "17:30"}) == {"thing1": "市民中心", "time2": "17:30"}
