"""The platform's server: signs, encrypts and pushes deliveries, sends them again, judges what comes back."""

import secrets
import string
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.simulator.deliveries import Delivery, Writer, xml_of
from bot.simulator.envelope import Cipher, signature
from bot.simulator.phones import Delivered, Phone
from bot.simulator.replies import Judge, Verdict
from bot.simulator.transports import Answer, NoAnswer, Transport

# What WeChat itself shows in place of a reply when a service fails.
FAILURE_LINE = "该公众号提供的服务出现故障，请稍后再试"
MODES = ("plain", "compatible", "safe")
MOST_ATTEMPTS = 4  # the first push and three more

_OPENID_CHARACTERS = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True)
class Wire:
    """One attempt as it goes out: the body and the signed query."""

    body: bytes
    query: dict[str, str]


class Platform:
    """Pushes to one account's callback through `transport`.

    account: the account's original id (gh_…). mode: plain, compatible or safe; encoding_aes_key is used in the latter
    two only. clock: seconds since 1970, for CreateTime, timestamps and bubbles. May be used from several threads."""

    def __init__(
        self,
        transport: Transport,
        *,
        app_id: str,
        token: str,
        account: str,
        encoding_aes_key: str = "",
        mode: str = "safe",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        self.account = account
        self._transport = transport
        self._token = token
        self._mode = mode
        self._clock = clock
        self._cipher = None if mode == "plain" else Cipher(app_id, encoding_aes_key)
        self._judge = Judge(account, mode, token, self._cipher)
        self._phones: dict[str, Phone] = {}
        self._lock = threading.Lock()

    def phone(self, openid: str, *, following: bool = False) -> Phone:
        """The phone of this openid, the same one every time. `following`: a phone seen for the first time has
        followed the account earlier, so that no event is sent for it."""
        with self._lock:
            if openid not in self._phones:
                writer = Writer(self.account, openid, self._clock)
                phone = Phone(openid, writer, self.push, self._clock)
                phone.is_following = following
                self._phones[openid] = phone
            return self._phones[openid]

    def fresh_openid(self) -> str:
        """An openid that nobody had before: 28 characters, as the platform's are."""
        return "o" + "".join(secrets.choice(_OPENID_CHARACTERS) for _ in range(27))

    def push(self, delivery: Delivery) -> Delivered:
        """Sends a delivery until it is answered validly, at most MOST_ATTEMPTS times: the same XML under a fresh
        timestamp, nonce and signature each time."""
        problems: list[str] = []
        for attempt in range(1, MOST_ATTEMPTS + 1):
            verdict = self._attempt(delivery)
            problems += verdict.problems
            if not verdict.problems:
                return _delivered(attempt, verdict, problems)
        return Delivered(MOST_ATTEMPTS, None, FAILURE_LINE, tuple(dict.fromkeys(problems)))

    def push_copies(self, delivery: Delivery, copies: int = 4, *, parallel: bool = True) -> tuple[Delivered, ...]:
        """Sends the same delivery several times, at the same moment or one after another; each copy is one attempt
        and no phone shows anything. `failure` stays None: no person waits for a single attempt."""
        together = threading.Barrier(copies if parallel else 1)

        def copy(_number: int) -> Delivered:
            together.wait()
            verdict = self._attempt(delivery)
            return _delivered(1, verdict, list(verdict.problems))

        with ThreadPoolExecutor(copies if parallel else 1) as threads:
            return tuple(threads.map(copy, range(copies)))

    def push_raw(self, body: bytes, query: dict[str, str], content_type: str = "text/xml") -> Answer:
        """Sends any body with any query once and gives back what came, unjudged. NoAnswer if nothing came."""
        return self._transport.send("POST", query, body, content_type)

    def wire(self, delivery: Delivery) -> Wire:
        """A delivery as one attempt would carry it, to be bent before push_raw."""
        query = {**self._signed(), "openid": delivery.openid}
        if self._cipher is None:
            return Wire(delivery.xml.encode("utf-8"), query)
        encrypted = self._cipher.encrypt(delivery.xml.encode("utf-8"))
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self._token, query["timestamp"], query["nonce"], encrypted)
        if self._mode == "compatible":
            body = delivery.xml.removesuffix("</xml>") + f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        else:
            body = xml_of({"ToUserName": self.account, "Encrypt": encrypted})
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
        timestamp, nonce = str(int(self._clock())), str(secrets.randbelow(9_000_000_000) + 1_000_000_000)
        return {"signature": signature(self._token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    def _attempt(self, delivery: Delivery) -> Verdict:
        wire = self.wire(delivery)
        try:
            answer = self.push_raw(wire.body, wire.query)
        except NoAnswer as nothing:
            return Verdict(None, (nothing.code,))
        return self._judge.judge(answer, delivery.openid, is_event=delivery.is_event)


def _delivered(attempts: int, verdict: Verdict, problems: list[str]) -> Delivered:
    message = verdict.reply
    text = message.text if message is not None and message.kind == "text" else None
    return Delivered(attempts, text, None, tuple(dict.fromkeys(problems)), message)
