"""What goes wrong between the platform and a service on request, and what the platform then does."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.wrappers import Response

from bot.simulator import FAILURE_LINE, Clock, InProcess, Platform
from bot.simulator.deliveries import Writer
from tests.bot.simulator.tiny_service import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    NOW,
    OPENID,
    TOKEN,
    Heard,
    TinyService,
    echo,
    platform_of,
    text_xml,
)


def broken(heard: Heard) -> Response:
    return Response(status=500)


def writer() -> Writer:
    return Writer(ACCOUNT, OPENID, lambda: float(NOW))


def test_after_three_failed_deliveries_the_platform_rests_for_a_minute() -> None:
    clock, service = Clock(at=float(NOW)), TinyService(answers=broken)
    platform = platform_of(service, clock=clock)
    phone = platform.phone(OPENID, following=True)
    assert [phone.says("1").failure for _ in range(3)] == [FAILURE_LINE] * 3
    service.answers = echo
    shown = len(phone.bubbles)
    lost = phone.says("2")
    assert (lost.attempts, lost.failure, lost.problems) == (0, None, ("paused",))
    assert len(phone.bubbles) == shown + 1  # what they typed, and no line of failure
    clock.goes_on(59)
    assert phone.says("3").problems == ("paused",)
    clock.goes_on(1)
    assert phone.says("4").reply == "heard 4"
    assert [heard.get("Content") for heard in service.heard[12:]] == ["4"]


def test_a_delivery_that_is_answered_in_between_begins_the_count_anew() -> None:
    service = TinyService(answers=broken)
    platform = platform_of(service)
    for _ in range(2):
        platform.push(writer().text("1"))
    service.answers = echo
    platform.push(writer().text("1"))
    service.answers = broken
    assert [platform.push(writer().text("1")).attempts for _ in range(2)] == [4, 4]


def test_a_clock_that_is_set_back_ends_the_rest() -> None:
    clock = Clock(at=float(NOW))
    platform = platform_of(TinyService(answers=broken), clock=clock)
    for _ in range(3):
        platform.push(writer().text("1"))
    clock.goes_on(-3600)
    assert platform.push(writer().text("1")).attempts == 4


def test_the_rest_can_be_left_out() -> None:
    platform = Platform(
        InProcess(TinyService(answers=broken)), app_id=APP_ID, token=TOKEN, encoding_aes_key=AES_KEY, account=ACCOUNT,
        pauses=False,
    )  # fmt: skip
    assert [platform.push(writer().text("1")).attempts for _ in range(5)] == [4] * 5


def test_a_slow_service_does_its_work_and_hears_everything_again() -> None:
    service = TinyService()
    platform = platform_of(service)
    platform.faults.callback = "slow"
    delivered = platform.push(writer().text("1"))
    assert (delivered.attempts, delivered.failure) == (4, FAILURE_LINE)
    assert delivered.problems == ("no_answer_in_time",)
    assert len({heard["MsgId"] for heard in service.heard}) == 1
    assert len(service.heard) == 4


def test_a_service_that_is_down_hears_nothing() -> None:
    service = TinyService()
    platform = platform_of(service)
    platform.faults.callback = "down"
    assert platform.push(writer().text("1")).problems == ("connection_failed",)
    assert service.heard == []


def test_an_unknown_fault_of_the_callback_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="callback"):
        platform_of(TinyService()).faults.callback = "gone"


def test_everything_is_fine_again_once_cleared() -> None:
    platform = platform_of(TinyService())
    platform.faults.callback, platform.faults.duplicate = "down", True
    platform.faults.clear()
    assert platform.push(writer().text("1")).reply == "heard 1"


def test_duplicates_come_beside_and_after_the_delivery() -> None:
    service, together = TinyService(), threading.Barrier(2, timeout=60)

    def answers(heard: Heard) -> str:
        if len(service.heard) < 3:
            together.wait()  # broken, and so an error, unless two are inside at once
        return echo(heard)

    service.answers = answers
    platform = platform_of(service)
    platform.faults.duplicate = True
    delivered = platform.push(writer().text("1"))
    assert (delivered.attempts, delivered.reply, delivered.problems) == (1, "heard 1", ())
    assert len(service.heard) == 3
    assert len({heard["MsgId"] for heard in service.heard}) == 1


def test_a_copy_that_is_answered_otherwise_is_told() -> None:
    service = TinyService()
    service.answers = lambda heard: text_xml(heard, f"answer {len(service.heard)}")
    platform = platform_of(service)
    platform.faults.duplicate = True
    assert "repeat_answered_otherwise" in platform.push(writer().text("1")).problems


def test_a_duplicate_shows_one_reply() -> None:
    platform = platform_of(TinyService())
    platform.faults.duplicate = True
    phone = platform.phone(OPENID, following=True)
    phone.says("1")
    assert [bubble.side for bubble in phone.bubbles] == ["visitor", "account"]


@pytest.mark.parametrize(
    ("order", "heard"),
    [({}, ["3", "2", "1"]), ({"order": lambda held: [held[1], held[0], held[2]]}, ["2", "1", "3"])],
)
def test_held_deliveries_arrive_in_another_order(order: dict[str, Callable[..., Any]], heard: list[str]) -> None:
    service = TinyService()
    platform = platform_of(service)
    phone = platform.phone(OPENID, following=True)
    platform.hold()
    assert {phone.says(text).problems for text in "123"} == {("held",)}
    assert service.heard == []
    assert [delivered.attempts for delivered in platform.release(**order)] == [1, 1, 1]
    assert [one["Content"] for one in service.heard] == heard
    assert phone.bubbles[-1].parts == (f"heard {heard[-1]}",)
    assert phone.says("4").reply == "heard 4"


def test_deliveries_are_kept_for_developers_in_clear() -> None:
    platform = platform_of(TinyService())
    platform.push(writer().text("你好"))
    kept = list(platform.exchanges)[-1]
    assert (kept.number, kept.at, kept.kind, kept.title, kept.status) == (1, float(NOW), "delivery", "text", 200)
    assert "<![CDATA[你好]]>" in kept.request
    assert "heard 你好" in kept.response
    assert "Encrypt" not in kept.request + kept.response


def test_every_attempt_is_kept_and_so_is_what_did_not_come() -> None:
    platform = platform_of(TinyService(answers=broken))
    platform.push(writer().scan("h12.in"))
    platform.faults.callback = "down"
    platform.push(writer().scan("h12.in"))
    kept = list(platform.exchanges)
    assert [(one.title, one.status) for one in kept] == [("SCAN", 500)] * 4 + [("SCAN", 0)] * 4
    assert kept[-1].response == "connection_failed"


def test_the_last_three_hundred_are_kept() -> None:
    platform = platform_of(TinyService("plain"), "plain")
    for _ in range(301):
        platform.push(writer().text("1"))
    assert [one.number for one in platform.exchanges] == list(range(2, 302))


def test_what_follows_a_call_is_delivered_by_a_thread_of_its_own() -> None:
    came, ended = threading.Event(), threading.Event()

    def answers(heard: Heard) -> str:
        came.set()
        return echo(heard)

    platform = platform_of(TinyService(answers=answers))
    thread = threading.Thread(target=platform.due.keep_delivering, args=(ended,))
    thread.start()
    platform.due.add(writer().template_finished(1, "success"))
    assert came.wait(5)
    ended.set()
    thread.join(5)
    assert not thread.is_alive()
