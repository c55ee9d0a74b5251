"""The account's callback, seen from the platform: deliveries go out signed and encrypted, answers are judged."""

import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from bot.simulator.deliveries import Delivery
from bot.simulator.envelope import signature
from bot.simulator.exchanges import Exchanges
from bot.simulator.faults import Faults
from bot.simulator.replies import Judge, Verdict
from bot.simulator.transports import Answer, NoAnswer, Transport


class Wire(NamedTuple):
    """One attempt as it goes out: the body and the signed query."""

    body: bytes
    query: dict[str, str]


class Callback:
    """One account's callback behind `transport`. `judge` knows the account, its token, mode and cipher; what went over
    the wire is kept in `exchanges`. May be used from several threads."""

    def __init__(
        self, transport: Transport, judge: Judge, clock: Callable[[], float], faults: Faults, exchanges: Exchanges
    ) -> None:
        self._transport = transport
        self._judge = judge
        self._clock = clock
        self._faults = faults
        self._exchanges = exchanges
        self._addressed = f"<ToUserName><![CDATA[{judge.account}]]></ToUserName>"

    def attempt(self, delivery: Delivery) -> Verdict:
        """Sends a delivery once, and judges what came."""
        wire = self.wire(delivery)
        begun = time.perf_counter()
        try:
            answer = self._answer_to(wire)
        except NoAnswer as nothing:
            took = time.perf_counter() - begun
            self._exchanges.delivered(delivery.title, delivery.xml, nothing.code, 0, took)
            return Verdict(None, (nothing.code,))
        took = time.perf_counter() - begun
        verdict = self._judge.judge(answer, delivery.openid, is_event=delivery.is_event)
        clear = verdict.clear.decode("utf-8", "replace")
        self._exchanges.delivered(delivery.title, delivery.xml, clear, answer.status, took)
        return verdict

    def _answer_to(self, wire: Wire) -> Answer:
        if self._faults.callback == "down":
            raise NoAnswer("connection_failed")
        answer = self.send(wire.body, wire.query)
        if self._faults.callback == "slow":
            # The service did its work; the platform has hung up before it was told.
            raise NoAnswer("no_answer_in_time")
        return answer

    def send(self, body: bytes, query: dict[str, str], content_type: str = "text/xml") -> Answer:
        """Sends any body with any query once and gives back what came, unjudged. NoAnswer if nothing came."""
        return self._transport.send("POST", query, body, content_type)

    def wire(self, delivery: Delivery) -> Wire:
        """A delivery as one attempt would carry it, to be bent before send."""
        query = {**self._signed(), "openid": delivery.openid}
        if self._judge.cipher is None:
            return Wire(delivery.xml.encode("utf-8"), query)
        encrypted = self._judge.cipher.encrypt(delivery.xml.encode("utf-8"))
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self._judge.token, query["timestamp"], query["nonce"], encrypted)
        if self._judge.mode == "compatible":
            body = delivery.xml.removesuffix("</xml>") + f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        else:
            body = f"<xml>{self._addressed}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return Wire(body.encode("utf-8"), query)

    def handshake(self) -> tuple[str, ...]:
        """Verifies the callback as the console does: the problems found, none if it is in order. Codes:
        no_answer_in_time, connection_failed, status_not_200, content_type_wrong, echo_wrong."""
        echo = str(secrets.randbits(62))
        try:
            answer = self._transport.send("GET", {**self._signed(), "echostr": echo})
        except NoAnswer as nothing:
            return (nothing.code,)
        checks = (
            ("status_not_200", answer.status == 200),
            ("content_type_wrong", answer.media_type == "text/plain"),
            ("echo_wrong", answer.body == echo.encode("ascii")),
        )
        return tuple(code for code, is_right in checks if not is_right)

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock())), str(secrets.randbits(33) + 1_000_000_000)
        return {"signature": signature(self._judge.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
