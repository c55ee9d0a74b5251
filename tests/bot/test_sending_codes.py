"""Codes as pictures: from the outbox over our client to a phone, and from the phone's pixels back to the door."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from bot.simulator import Phone
from jobs.schedule import JOBS
from models.rules.sending import State
from models.services import outbox
from models.services.desk import Made
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.platform_api import PlatformApi
from tests.service import Service

CUSTOM = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"


@pytest.fixture
def phone(service: Service) -> Phone:
    """Somebody who has just written."""
    found = service.visitor()
    found.says("帮助")
    return found


def writes(service: Service, key: str = "code:1", url: str = "http://weixin.qq.com/q/02a") -> None:
    at = service.clock()
    openid = service.visitor().openid
    outbox.write(key, "code", openid, "东门", {}, at, at + timedelta(hours=1), code_url=url, caption="东门 · 进厅")


def sends(service: Service, api: PlatformApi, times: int = 1) -> None:
    desk = api.desk(service.clock)
    for _ in range(times):
        JOBS["outbox"].run_once(service.clock(), desk)


def message() -> Outgoing:
    return run(lambda: Outgoing.get())


def read(service: Service, phone: Phone) -> str:
    """What stands in the picture that came last."""
    bubble = phone.bubbles[-1]
    assert (bubble.side, bubble.kind) == ("account", "image")
    kept = service.platform.media.find(bubble.media_id)
    assert kept is not None
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(kept.data)))
    return found.text


def test_a_door_is_entered_by_the_picture_that_came_in_the_chat(
    service: Service, api: PlatformApi, phone: Phone
) -> None:
    made = api.desk(service.clock).create_code(service.code(service.hall()))
    assert isinstance(made, Made)
    writes(service, url=made.url)
    sends(service, api)
    visitor = service.visitor("oAnother0000000000000000001")
    assert "东门" in (visitor.scan_code(read(service, phone)).reply or "")


def test_several_doors_come_one_after_another_as_a_picture_each(
    service: Service, api: PlatformApi, phone: Phone
) -> None:
    before = len(phone.bubbles)
    for number in range(4):
        writes(service, f"code:{number}", f"http://weixin.qq.com/q/{number}")
    sends(service, api)
    shown = [service.platform.media.find(bubble.media_id) for bubble in list(phone.bubbles)[before:]]
    texts = [zxingcpp.read_barcodes(Image.open(io.BytesIO(one.data)))[0].text for one in shown if one]
    assert texts == [f"http://weixin.qq.com/q/{number}" for number in range(4)]


@pytest.mark.parametrize("fault", ["busy", "html", "reset"])
@pytest.mark.parametrize("after", [False, True])
def test_an_upload_that_failed_is_made_again_and_the_picture_sent_once(
    service: Service, api: PlatformApi, phone: Phone, fault: str, after: bool
) -> None:
    before = len(phone.bubbles)
    service.platform.faults.next(UPLOAD, fault, after=after)
    writes(service)
    sends(service, api)
    assert (message().state, message().reason, api.calls(CUSTOM)) == (State.WAITING, "busy", 0)
    service.clock.goes_on(seconds=5)
    sends(service, api)
    assert (message().state, len(phone.bubbles) - before) == (State.SENT, 1)


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (40004, State.GIVEN_UP, "content"),
        (40009, State.GIVEN_UP, "content"),
        (48001, State.GIVEN_UP, "unauthorized"),
        (45009, State.WAITING, "daily_quota"),
        (45011, State.WAITING, "minute_quota"),
        (50002, State.WAITING, "banned"),
        (40243, State.WAITING, "account"),
        (99999, State.GIVEN_UP, "bug"),
    ],
)
def test_a_refused_upload_is_no_message_and_says_why(
    service: Service, api: PlatformApi, phone: Phone, code: int, state: State, reason: str
) -> None:
    service.platform.faults.next(UPLOAD, code)
    writes(service)
    sends(service, api, 2)
    assert (message().state, message().reason, api.calls(CUSTOM)) == (state, reason, 0)


@pytest.mark.parametrize(("fault", "shown"), [("busy", 0), ("html", 1), ("reset", 1)])
def test_a_picture_whose_fate_is_unknown_is_not_sent_again(
    service: Service, api: PlatformApi, phone: Phone, fault: str, shown: int
) -> None:
    before = len(phone.bubbles)
    service.platform.faults.next(CUSTOM, fault, after=fault != "busy")
    writes(service)
    sends(service, api)
    service.clock.goes_on(minutes=30)
    sends(service, api)
    assert (message().state, len(phone.bubbles) - before) == (State.UNKNOWN, shown)


def test_without_a_window_no_picture_is_even_drawn(service: Service, api: PlatformApi) -> None:
    writes(service)
    sends(service, api)
    assert (message().state, message().reason, api.calls(UPLOAD)) == (State.GIVEN_UP, "no_window", 0)


def test_a_text_that_no_code_can_hold_stops_no_other(
    service: Service, api: PlatformApi, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    writes(service, "code:1", "x" * 2000)
    writes(service, "code:2")
    sends(service, api)
    assert read(service, phone) == "http://weixin.qq.com/q/02a"
    assert "xxx" not in caplog.text
