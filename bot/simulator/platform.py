"""The platform's server: signs, encrypts and pushes deliveries, sends them again, judges what comes back."""

import secrets
import string
import threading
import time
from collections.abc import Callable, Container, Iterable, MutableSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.simulator.books import Books
from bot.simulator.callback import Callback, Wire
from bot.simulator.deliveries import Delivery, Writer
from bot.simulator.due import Due
from bot.simulator.envelope import Cipher
from bot.simulator.pauses import Pause
from bot.simulator.phones import Delivered, Phone
from bot.simulator.replies import Judge, Verdict
from bot.simulator.transports import Answer, Transport

# What WeChat itself shows in place of a reply when a service fails.
FAILURE_LINE = "该公众号提供的服务出现故障，请稍后再试"
MODES = ("plain", "compatible", "safe")
MOST_ATTEMPTS = 4  # the first push and three more

PAUSED = Delivered(attempts=0, reply=None, failure=None, problems=("paused",))
HELD = Delivered(attempts=0, reply=None, failure=None, problems=("held",))

_OPENID_CHARACTERS = string.ascii_letters + string.digits + "-_"


class Platform(Books):
    """Pushes to one account's callback through `transport`, and keeps all that the platform knows of the account.

    account: the account's original id (gh_…). mode: plain, compatible or safe; encoding_aes_key is used in the latter
    two only. clock: seconds since 1970, for everything that has a time. app_secret: what the API asks for a token.
    callers: the addresses that may ask for one, None for any. domain: where pages may have people sign in, None for
    anywhere. pauses: whether it rests after repeated failures. followers: the openids of those who follow, in place of
    a set of its own; whoever is in it from the start followed in an earlier life of the platform, and their phone says
    that the chat was not kept. May be used from several threads."""

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
        app_secret: str = "",
        callers: Container[str] | None = None,
        domain: str | None = None,
        pauses: bool = True,
        followers: MutableSet[str] | None = None,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        super().__init__(clock)
        self.account = account
        self.app_id = app_id
        self.app_secret = app_secret
        self.callers = callers
        self.domain = domain
        self.due = Due(self.push)
        self._pause = Pause(clock, is_used=pauses)
        cipher = None if mode == "plain" else Cipher(app_id, encoding_aes_key)
        self._callback = Callback(transport, Judge(account, mode, token, cipher), clock, self.faults, self.exchanges)
        self._phones: dict[str, Phone] = {}
        self._followers: MutableSet[str] = set() if followers is None else followers
        self._held: list[Delivery] | None = None
        self._lock = threading.Lock()
        for openid in tuple(self._followers):
            self.phone(openid).shows_that_it_began_anew()

    def phone(self, openid: str, *, following: bool = False) -> Phone:
        """The phone of this openid, the same one every time. `following`: a phone seen for the first time has
        followed the account earlier, so that no event is sent for it."""
        with self._lock:
            if openid not in self._phones:
                writer = Writer(self.account, openid, self.clock)
                phone = Phone(openid, writer, self.push, self.clock, self.codes, self.templates, self._followers)
                if following:
                    self._followers.add(openid)
                self._phones[openid] = phone
            return self._phones[openid]

    def known(self, openid: str) -> Phone | None:
        """The phone of this openid, if there has been one."""
        return self._phones.get(openid)

    def phones(self) -> tuple[Phone, ...]:
        """All phones, in the order in which they were first seen."""
        with self._lock:
            return tuple(self._phones.values())

    def forget_phones(self) -> None:
        """Forgets every phone, and with it who follows; a phone of a known openid then begins anew."""
        with self._lock:
            self._phones.clear()
            self._followers.clear()

    def fresh_openid(self) -> str:
        """An openid that nobody had before: 28 characters, as the platform's are."""
        return "o" + "".join(secrets.choice(_OPENID_CHARACTERS) for _ in range(27))

    def push(self, delivery: Delivery) -> Delivered:
        """Sends a delivery until it is answered validly, at most MOST_ATTEMPTS times: the same XML under a fresh
        timestamp, nonce and signature each time. Nothing is sent while the platform rests or holds deliveries back."""
        if self._is_kept_back(delivery):
            return HELD
        if self._pause.is_on():
            return PAUSED
        pushed = self._pushed_with_copies(delivery) if self.faults.duplicate else self._pushed(delivery)
        self._pause.counts(failed=pushed.failure is not None)
        return pushed

    def hold(self) -> None:
        """Keeps deliveries back from now on."""
        with self._lock:
            self._held = self._held or []

    def release(self, order: Callable[[list[Delivery]], Iterable[Delivery]] = reversed) -> tuple[Delivered, ...]:
        """Delivers what was kept back in another order, the last first unless given; then all goes as before."""
        with self._lock:
            held, self._held = self._held or [], None
        return tuple(self.phone(delivery.openid).sends(delivery) for delivery in order(held))

    def deliver_due(self) -> tuple[Delivered, ...]:
        """Delivers what the platform has to tell after calls, and gives what became of it."""
        return self.due.deliver()

    def _is_kept_back(self, delivery: Delivery) -> bool:
        if self._held is None:
            return False
        with self._lock:
            if self._held is None:
                return False
            self._held.append(delivery)
        return True

    def _pushed(self, delivery: Delivery) -> Delivered:
        problems: list[str] = []
        for attempt in range(1, MOST_ATTEMPTS + 1):
            verdict = self._callback.attempt(delivery)
            problems += verdict.problems
            if not verdict.problems:
                return _delivered(attempt, verdict, problems)
        return Delivered(MOST_ATTEMPTS, None, FAILURE_LINE, tuple(dict.fromkeys(problems)))

    def _pushed_with_copies(self, delivery: Delivery) -> Delivered:
        """As _pushed, with one copy beside it and one after it."""
        with ThreadPoolExecutor(1) as beside:
            copied = beside.submit(self._pushed, delivery)
            pushed = self._pushed(delivery)
        copies = copied.result(), self._pushed(delivery)
        if all((copy.message, copy.failure) == (pushed.message, pushed.failure) for copy in copies):
            return pushed
        return replace(pushed, problems=(*pushed.problems, "repeat_answered_otherwise"))

    def push_copies(self, delivery: Delivery, copies: int = 4, *, parallel: bool = True) -> tuple[Delivered, ...]:
        """Sends the same delivery several times, at the same moment or one after another; each copy is one attempt
        and no phone shows anything. `failure` stays None: no person waits for a single attempt."""
        together = threading.Barrier(copies if parallel else 1)

        def copy(_number: int) -> Delivered:
            together.wait()
            verdict = self._callback.attempt(delivery)
            return _delivered(1, verdict, list(verdict.problems))

        with ThreadPoolExecutor(copies if parallel else 1) as threads:
            return tuple(threads.map(copy, range(copies)))

    def push_raw(self, body: bytes, query: dict[str, str], content_type: str = "text/xml") -> Answer:
        """Sends any body with any query once and gives back what came, unjudged. NoAnswer if nothing came."""
        return self._callback.send(body, query, content_type)

    def wire(self, delivery: Delivery) -> Wire:
        """A delivery as one attempt would carry it, to be bent before push_raw."""
        return self._callback.wire(delivery)

    def handshake(self) -> tuple[str, ...]:
        """Verifies the callback as the console does: the problems found, none if it is in order. Codes:
        no_answer_in_time, connection_failed, status_not_200, content_type_wrong, echo_wrong."""
        return self._callback.handshake()


def _delivered(attempts: int, verdict: Verdict, problems: list[str]) -> Delivered:
    message = verdict.reply
    text = message.text if message is not None and message.kind == "text" else None
    return Delivered(attempts, text, None, tuple(dict.fromkeys(problems)), message)
