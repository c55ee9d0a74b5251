"""When more comes than can be answered: check-ins before queries, one sentence in time for everybody."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admission import (
    PATIENCE_SECONDS,
    QUERIES_AT_ONCE,
    QUERIES_IN_HAND,
    QUERY_PATIENCE_SECONDS,
    SCAN_PATIENCE_SECONDS,
    Admission,
    is_query,
)
from bot.robot import TOLD
from bot.wechat.inbound import Delivery
from models.phrases import say
from tests.filled import everything
from tests.reading import tells, visits
from tests.service import ONE_LINE, Service

TOO_LONG = PATIENCE_SECONDS + 1
QUERIES = (
    "今日",
    "昨日",
    "在厅",
    "待处理",
    "查询 今日",
    "更多",
    "导出 本月",
    "密接 13800138000",
    "我的记录",
    "谁看过我",
)
CHECK_INS = ("签到", "签退", "确认", "同意", ONE_LINE, "更正", "人工帮忙", "登录 123456", "全部签退")


def delivery(kind: str = "text", text: str = "", event: str = "", event_key: str = "") -> Delivery:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return Delivery("oVisitor", kind, event, text, event_key, "", "", at, b"key", {})


def a_text(said: str) -> Delivery:
    return delivery(text=said)


def a_click(word: str) -> Delivery:
    return delivery("event", event="click", event_key=word)


def a_scan(event: str = "scan") -> Delivery:
    return delivery("event", event=event, event_key="a code")


def answering(_delivery: Delivery, _arrived: float) -> str:
    return "好的"


def said(what: str) -> str:
    return "\n".join(say(language, f"busy.{what}") for language in ("zh", "en"))


def after(seconds: float, one: Delivery, receive: Callable[[Delivery, float], str | None] = answering) -> str | None:
    """What somebody is answered whose delivery waited so long for a thread."""
    return Admission(receive).receive(one, time.monotonic() - seconds)


@pytest.mark.parametrize("word", QUERIES)
def test_what_only_asks_is_a_query_typed_or_tapped(word: str) -> None:
    assert is_query(a_text(word))
    assert is_query(a_click(word))


@pytest.mark.parametrize("word", CHECK_INS)
def test_what_brings_somebody_in_or_out_is_none(word: str) -> None:
    assert not is_query(a_text(word))
    assert not is_query(a_click(word))


@pytest.mark.parametrize("one", [a_scan(), a_scan("subscribe"), a_text("签退"), a_click("签到"), delivery("image")])
def test_a_check_in_that_waited_a_second_is_answered(one: Delivery) -> None:
    assert after(1.0, one) == "好的"


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (a_scan(), "scan"),
        (a_scan("subscribe"), "scan"),
        (a_text("确认"), "message"),
        (a_click("签退"), "message"),
        (delivery("image"), "message"),
        (delivery("voice"), "message"),
    ],
)
def test_who_waited_too_long_is_asked_to_come_again_in_one_sentence(one: Delivery, what: str) -> None:
    assert after(TOO_LONG, one) == said(what)


def test_a_query_is_put_off_while_check_ins_are_still_answered() -> None:
    waited = QUERY_PATIENCE_SECONDS + 0.5
    assert after(waited, a_text("查询 今日")) == said("query")
    assert after(waited, a_text("确认")) == "好的"


def test_who_has_begun_a_check_in_gets_to_its_end_while_others_are_asked_to_scan_later() -> None:
    waited = SCAN_PATIENCE_SECONDS + 0.1
    assert after(waited, a_scan()) == said("scan")
    assert after(waited, a_text("确认")) == "好的"


@pytest.mark.parametrize("event", TOLD)
def test_what_the_platform_tells_by_itself_is_never_put_off(event: str) -> None:
    assert after(TOO_LONG, delivery("event", event=event)) == "好的"


class Hall:
    """Queries that stay at work until they are let go."""

    def __init__(self) -> None:
        self.at_work = threading.Semaphore(0)
        self.most_at_work = 0
        self._now_at_work = 0
        self._lock = threading.Lock()
        self.may_end = threading.Event()
        self.admission = Admission(self._receive)
        self.replies: list[str | None] = []
        self.threads: list[threading.Thread] = []

    def asks(self) -> None:
        """Somebody asks, in a thread of their own."""
        one = threading.Thread(
            target=lambda: self.replies.append(self.admission.receive(a_text("今日"), time.monotonic()))
        )
        one.start()
        self.threads.append(one)

    def ends(self) -> None:
        self.may_end.set()
        for one in self.threads:
            one.join()

    def _receive(self, one: Delivery, _arrived: float) -> str:
        if is_query(one):
            with self._lock:
                self._now_at_work += 1
                self.most_at_work = max(self.most_at_work, self._now_at_work)
            self.at_work.release()
            self.may_end.wait(60)
            with self._lock:
                self._now_at_work -= 1
        return "好的"


def test_while_queries_fill_their_places_the_next_is_put_off_and_a_check_in_is_not() -> None:
    hall = Hall()
    for _ in range(QUERIES_AT_ONCE):
        hall.asks()
    for _ in range(QUERIES_AT_ONCE):
        hall.at_work.acquire()
    try:
        assert hall.admission.receive(a_text("今日"), time.monotonic()) == said("query")
        assert hall.admission.receive(a_scan(), time.monotonic()) == "好的"
    finally:
        hall.ends()
    assert hall.replies == ["好的"] * QUERIES_AT_ONCE
    assert hall.admission.receive(a_text("今日"), time.monotonic()) == "好的"


def test_however_many_ask_at_once_few_are_at_work_and_everybody_is_answered() -> None:
    hall = Hall()
    for _ in range(3 * QUERIES_IN_HAND):
        hall.asks()
    hall.ends()
    assert hall.most_at_work <= QUERIES_AT_ONCE
    assert set(hall.replies) <= {"好的", said("query")}
    assert len(hall.replies) == 3 * QUERIES_IN_HAND


def test_a_query_that_fails_gives_its_place_back() -> None:
    def failing(_delivery: Delivery, _arrived: float) -> str:
        raise LookupError("no")

    admission = Admission(failing)
    for _ in range(QUERIES_IN_HAND + 1):
        with pytest.raises(LookupError):
            admission.receive(a_text("今日"), time.monotonic())


def test_the_log_says_once_a_minute_how_many_were_put_off_and_of_nobody_who(caplog: pytest.LogCaptureFixture) -> None:
    admission = Admission(answering)
    for _ in range(50):
        admission.receive(a_text(ONE_LINE), time.monotonic() - TOO_LONG)
    [record] = [record for record in caplog.records if record.name == "hallpass.admission"]
    assert "13800138000" not in record.getMessage()
    assert "oVisitor" not in record.getMessage()


@given(
    text=st.text(max_size=80),
    kind=st.sampled_from(("text", "event", "image", "voice", "location", "")),
    event=st.sampled_from(("", "click", "scan", "subscribe", "view", *TOLD)),
    waited=st.floats(-5, 600),
)
def test_whatever_comes_and_however_late_it_is_answered(text: str, kind: str, event: str, waited: float) -> None:
    one = delivery(kind, text=text, event=event, event_key=text)
    assert after(waited, one) in {"好的", said("scan"), said("message"), said("query")}


def test_somebody_put_off_leaves_nothing_and_is_checked_in_when_they_come_again(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(ONE_LINE)
    before = everything()
    service.waited = TOO_LONG
    assert (phone.says("确认").reply or "") == said("message")
    assert everything() == before
    service.waited = 0.0
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    assert len(visits()) == 1


def test_a_repeat_of_what_was_answered_is_told_nothing_untrue_when_it_is_put_off(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(ONE_LINE)
    confirmation = phone.writes.text("确认")
    service.platform.push(confirmation)
    service.waited = TOO_LONG
    put_off = service.platform.push(confirmation).reply or ""
    assert put_off == said("message")
    assert not any(say("zh", f"failure.{key}") in put_off for key in ("message", "scan"))
    assert len(visits()) == 1
