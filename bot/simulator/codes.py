"""Parametric QR codes: tickets and addresses for scenes, temporary or permanent."""

import base64
import heapq
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_PERMANENT = 100_000
LONGEST_LIFE_SECONDS = 2_592_000
LIFE_UNLESS_SAID_SECONDS = 60

TEMPORARY = frozenset({"QR_SCENE", "QR_STR_SCENE"})
PERMANENT = frozenset({"QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"})
BY_NUMBER = frozenset({"QR_SCENE", "QR_LIMIT_SCENE"})
KINDS = TEMPORARY | PERMANENT
ADDRESS = "http://weixin.qq.com/q/"


class CodesUsedUp(Exception):
    """The account has all the permanent codes it can have; none can be deleted."""


@dataclass(frozen=True)
class Code:
    """One code. `kind` is its action_name; `scene` is what events carry, numbers too as text; `expires_at`: seconds
    since 1970, None for a permanent one."""

    ticket: str
    url: str
    scene: str
    kind: str
    expires_at: float | None

    @property
    def is_by_number(self) -> bool:
        """Whether the scene is a number, so that user/info gives it as qr_scene and not as qr_scene_str."""
        return self.kind in BY_NUMBER


class Codes:
    """All codes of one account. `most_permanent` bounds the permanent ones; where `are_refused`, the API makes none and
    gives none out again, and those there are can be scanned. May be used from several threads."""

    def __init__(self, clock: Callable[[], float], most_permanent: int = MOST_PERMANENT) -> None:
        self.most_permanent = most_permanent
        self.are_refused = False
        self._clock = clock
        self._by_ticket: dict[str, Code] = {}
        self._by_url: dict[str, Code] = {}
        self._permanent: dict[tuple[str, str], Code] = {}
        self._ending: list[tuple[float, str]] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Code]:
        """Those that can be scanned now, the oldest first."""
        with self._lock:
            codes = tuple(self._by_ticket.values())
        return (code for code in codes if self.is_live(code))

    def create(self, kind: str, scene: str, life_seconds: float = LIFE_UNLESS_SAID_SECONDS) -> Code:
        """A new code; for a permanent scene that has one, that one. CodesUsedUp if there can be no more."""
        with self._lock:
            self._forget_expired()
            if kind not in PERMANENT:
                return self._made(kind, scene, self._clock() + life_seconds)
            known = self._permanent.get((kind, scene))
            if known is not None:
                return known
            if len(self._permanent) >= self.most_permanent:
                raise CodesUsedUp
            code = self._permanent[kind, scene] = self._made(kind, scene, None)
            return code

    def keep(self, scene: str, ticket: str, url: str) -> None:
        """A permanent code that the account was given earlier, before this platform began: posters carry it."""
        code = Code(ticket, url, scene, "QR_LIMIT_STR_SCENE", None)
        with self._lock:
            self._by_ticket[ticket] = self._by_url[url] = self._permanent[code.kind, scene] = code

    def by_ticket(self, ticket: str) -> Code | None:
        """The code of this ticket, unless it has expired."""
        return self._live(self._by_ticket.get(ticket))

    def by_url(self, url: str) -> Code | None:
        """The code whose picture holds this address, unless it has expired."""
        return self._live(self._by_url.get(url))

    def is_live(self, code: Code) -> bool:
        """Whether it can be scanned now."""
        return code.expires_at is None or self._clock() < code.expires_at

    def _live(self, code: Code | None) -> Code | None:
        return code if code is not None and self.is_live(code) else None

    def _made(self, kind: str, scene: str, expires_at: float | None) -> Code:
        # As the platform's own it may hold + and /, so that a service which forgets to quote it is found out.
        ticket = "gQ" + base64.b64encode(secrets.token_bytes(70)).decode("ascii")
        code = Code(ticket, ADDRESS + secrets.token_urlsafe(17), scene, kind, expires_at)
        self._by_ticket[ticket] = self._by_url[code.url] = code
        if expires_at is not None:
            heapq.heappush(self._ending, (expires_at, ticket))
        return code

    def _forget_expired(self) -> None:
        """A day late, so that a clock that is set back a little finds them again."""
        while self._ending and self._ending[0][0] + 86400 < self._clock():
            code = self._by_ticket.pop(heapq.heappop(self._ending)[1])
            del self._by_url[code.url]
