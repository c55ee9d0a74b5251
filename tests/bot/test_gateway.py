"""The gateway over WSGI: what it refuses, barely; what it answers; what it never tells."""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway import Gateway
from bot.wechat.envelope import Account
from bot.wechat.inbound import Delivery
from tests.bot.wechat import sender
from tests.bot.wechat.sender import Answered

SECRET = "金丝雀13911110001"


def render(delivery: Delivery, text: str) -> str:
    return (
        f"<xml><ToUserName>{delivery.openid}</ToUserName><FromUserName>{sender.ORIGINAL_ID}</FromUserName>"
        f"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content><![CDATA[{text}]]></Content></xml>"
    )


class Door:
    """A gateway before a service that says what it is told to, and remembers what it was asked."""

    def __init__(
        self,
        mode: str = "safe",
        says: str | None = "好的",
        fails: Exception | None = None,
        apologise: Callable[[Delivery, Exception], str] = lambda delivery, error: "没有登记上",
        render: Callable[[Delivery, str], str] = render,
        may_call: Callable[[str], bool] = lambda address: True,
    ) -> None:
        self.heard: list[Delivery] = []
        self._says, self._fails = says, fails
        account = Account(sender.APP_ID, sender.TOKEN, sender.AES_KEY, sender.ORIGINAL_ID, mode)
        clock = lambda: datetime.fromtimestamp(sender.SENT_AT, UTC)  # noqa: E731
        self._gateway = Gateway(account, self._receive, render, apologise, clock, may_call)

    def _receive(self, delivery: Delivery, arrived: float) -> str | None:
        self.heard.append(delivery)
        if self._fails:
            raise self._fails
        return self._says

    def send(self, body: bytes, query: dict[str, str] | str, method: str = "POST", **environ: Any) -> Answered:
        got: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            got.update(status=int(status.split()[0]), headers=dict(headers))

        text = query if isinstance(query, str) else urlencode(query)
        request = {
            "REQUEST_METHOD": method,
            "QUERY_STRING": text,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        return Answered(body=b"".join(self._gateway(request, start)), **got)

    def deliver(self, xml: bytes, **query: str | None) -> Answered:
        """Send this XML sealed, as the platform does in safe mode."""
        sealed = sender.seal(xml)
        return self.send(sender.outer(sealed), sender.query(sealed, **query))


def test_a_delivery_is_answered_in_its_envelope() -> None:
    assert Door().deliver(sender.message()).text() == "好的"


def test_nothing_to_say_is_said_in_clear() -> None:
    answer = Door(says=None).deliver(sender.message())
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (
        200, b"success", "text/plain; charset=utf-8",
    )  # fmt: skip


def test_the_handshake_gives_the_echo_back_as_plain_text() -> None:
    answer = Door().send(b"", sender.query(echostr="<b>5837291</b>"), "GET")
    assert (answer.status, answer.body) == (200, b"<b>5837291</b>")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("echo", [None, "", "x" * 300])
def test_a_handshake_without_a_fair_echo_is_refused(echo: str | None) -> None:
    assert Door().send(b"", sender.query(echostr=echo), "GET").refused == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"])
def test_another_method_is_refused(method: str) -> None:
    assert Door().send(b"", sender.query(), method).refused == 405


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"signature": "0" * 40}, 403),
        ({"signature": None}, 403),
        ({"signature": "签名"}, 403),
        ({"msg_signature": "0" * 40}, 403),
        ({"msg_signature": None}, 403),
        ({"encrypt_type": None}, 403),
        ({"encrypt_type": "raw"}, 403),
        ({"openid": "oSomebodyElse"}, 403),
    ],
)
def test_a_query_that_is_not_the_platforms_is_refused(changed: dict[str, str | None], status: int) -> None:
    door = Door()
    assert door.deliver(sender.message(), **changed).refused == status
    assert door.heard == []


@pytest.mark.parametrize("seconds", [-601, 601, -(10**9), 10**10])
def test_an_old_or_future_timestamp_is_refused(seconds: int) -> None:
    sealed = sender.seal(sender.message())
    query = sender.query(sealed, timestamp=sender.SENT_AT + seconds)
    assert Door().send(sender.outer(sealed), query).refused == 403


def test_ten_minutes_of_a_wrong_clock_are_borne() -> None:
    sealed = sender.seal(sender.message())
    query = sender.query(sealed, timestamp=sender.SENT_AT - 600)
    assert Door().send(sender.outer(sealed), query).text() == "好的"


def test_a_repeated_nonce_is_no_attack() -> None:
    door = Door()
    assert [door.deliver(sender.message()).status for _ in range(2)] == [200, 200]


def test_two_parameters_of_one_name_are_refused() -> None:
    sealed = sender.seal(sender.message())
    text = urlencode(sender.query(sealed)) + "&nonce=another"
    assert Door().send(sender.outer(sealed), text).refused == 400


def test_plaintext_is_refused_in_safe_mode() -> None:
    door = Door()
    assert door.send(sender.message(), sender.query()).refused == 403
    assert door.send(sender.message(), sender.query("")).refused == 403
    assert door.heard == []


def test_an_encrypted_body_is_refused_in_plain_mode() -> None:
    sealed = sender.seal(sender.message())
    assert Door("plain").send(sender.outer(sealed), sender.query(sealed)).refused == 400


def test_another_app_or_account_is_refused() -> None:
    sealed = sender.seal(sender.message(), app_id="wxffffffffffffffff")
    assert Door().send(sender.outer(sealed), sender.query(sealed)).refused == 403
    assert Door().deliver(sender.message(ToUserName="gh_another")).refused == 403
    good = sender.seal(sender.message())
    assert Door().send(sender.outer(good, "gh_another"), sender.query(good)).refused == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><ToUserName>&a;</ToUserName></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b"<xml>" + b"<a>" * 20_000,
        b"\xff\xfe<xml/>",
    ],
    ids=["empty", "text", "bare", "entity", "external", "deep", "not_utf8"],
)
def test_a_body_that_is_no_delivery_is_refused_in_either_layer(body: bytes) -> None:
    assert Door().send(body, sender.query("")).refused in (400, 403)
    assert Door().deliver(body).refused in (400, 403, 413)
    assert Door("plain").send(body, sender.query()).refused in (400, 403)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 5_000_000])
def test_a_body_too_large_is_refused_unread(size: int) -> None:
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    answer = Door().send(b"", sender.query(""), CONTENT_LENGTH=str(size), **{"wsgi.input": Unread()})
    assert answer.refused == 413


@pytest.mark.parametrize("length", ["", "-1", "abc", "１２", " 5", "9" * 30])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    answer = Door().send(b"<xml/>", sender.query(""), CONTENT_LENGTH=length)
    assert answer.refused in (400, 413)


def test_a_body_shorter_than_it_says_is_refused() -> None:
    sealed = sender.seal(sender.message())
    answer = Door().send(sender.outer(sealed)[:-20], sender.query(sealed), CONTENT_LENGTH="900")
    assert answer.refused == 400


@pytest.mark.parametrize("said", ["a]]>b", "控\x1d制", "😀‮反", "<a>&amp;"])
def test_whatever_is_said_fits_the_envelope(said: str) -> None:
    text = Door(says=said).deliver(sender.message()).text()
    assert "]]>" not in text


@pytest.mark.parametrize("said", ["\ud800", "\x00\ufffe"])
def test_a_reply_of_which_nothing_can_be_shown_is_none(said: str) -> None:
    assert Door(says=said).deliver(sender.message()).body == b"success"


def test_a_long_reply_is_cut_to_what_the_platform_shows() -> None:
    text = Door(says="很长的一行\n" * 1000).deliver(sender.message()).text()
    assert len(text.encode()) <= 2047
    assert text.endswith("很长的一行")


def test_a_failure_is_one_sentence_and_its_log_holds_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    door = Door(fails=ValueError(f"cannot store {SECRET}"))
    assert door.deliver(sender.message(Content=SECRET)).text() == "没有登记上"
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def cannot(delivery: Delivery, _: object) -> str:
    raise RuntimeError(f"nor this: {SECRET} {delivery.openid}")


@pytest.mark.parametrize(
    "door",
    [
        Door(fails=ValueError(SECRET), apologise=cannot),
        Door(fails=ValueError(SECRET), apologise=lambda delivery, error: ""),  # would pass as a success
        Door(render=cannot),
    ],
    ids=["apology_fails", "apology_empty", "render_fails"],
)
def test_where_no_reply_can_be_formed_the_platform_is_made_to_ask_again(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = door.deliver(sender.message(Content=SECRET))
    assert (answer.status, answer.body) == (500, b"")
    assert SECRET not in caplog.text
    assert sender.OPENID not in caplog.text


def test_a_body_that_breaks_off_is_refused() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    answer = Door().send(b"", sender.query(""), CONTENT_LENGTH="900", **{"wsgi.input": Broken()})
    assert answer.refused == 400


def test_a_refusal_echoes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = Door().deliver(sender.message(Content=SECRET, CreateTime="x" + SECRET))
    assert answer.refused == 400
    assert SECRET not in caplog.text
    assert sender.OPENID not in caplog.text


@given(body=st.binary(max_size=300), query=st.text(max_size=80))
def test_no_bytes_and_no_query_do_more_than_be_refused(body: bytes, query: str) -> None:
    assert Door().send(body, query).refused in (400, 403)
    assert Door().send(body, sender.query("")).refused in (400, 403)
    assert Door("plain").send(body, sender.query()).refused in (400, 403)


@given(place=st.integers(0, 400), change=st.binary(min_size=0, max_size=4))
def test_no_change_of_a_delivery_brings_the_service_down(place: int, change: bytes) -> None:
    xml = sender.message()
    spoilt = xml[:place] + change + xml[place + len(change) :]
    assert Door().deliver(spoilt).status in (200, 400, 403)


def test_a_delivery_from_where_the_platform_does_not_call_is_refused_unheard() -> None:
    door = Door(may_call=lambda address: address == "192.0.2.7")
    sealed = sender.seal(sender.message())
    for elsewhere in ({}, {"REMOTE_ADDR": "203.0.113.66"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}):
        assert door.send(sender.outer(sealed), sender.query(sealed), **elsewhere).refused == 403
    assert door.heard == []
    assert door.send(sender.outer(sealed), sender.query(sealed), REMOTE_ADDR="192.0.2.7").status == 200


def test_whose_token_it_is_may_be_asked_from_everywhere() -> None:
    door = Door(may_call=lambda address: False)
    assert door.send(b"", sender.query(echostr="123"), "GET").status == 200
