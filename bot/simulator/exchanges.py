"""What went over the wire lately, for developers to read."""

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

MOST_KEPT = 300

_SECRET = re.compile(
    r"((?:access_token|refresh_token|secret|appsecret)(?:=|\"\s*:\s*\"))([^&\"\s]{0,6})[^&\"\s]*", re.IGNORECASE
)


class Exchange(NamedTuple):
    """One request and its answer. `kind`: delivery (the platform calls the service; XML in clear) or call (the service
    calls the platform; method, path and body). `status`: of HTTP, 0 if nothing came; `seconds`: how long it took."""

    number: int
    at: float
    kind: str
    title: str
    request: str
    response: str
    status: int
    seconds: float


class Exchanges:
    """The last MOST_KEPT exchanges. Tokens and secrets in calls are shortened. May be used from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        # Plain tuples, made into what they are when somebody reads them: every delivery passes here.
        self._kept: deque[tuple[int, float, str, str, str, str, int, float]] = deque(maxlen=MOST_KEPT)
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Exchange]:
        """The oldest first."""
        with self._lock:
            kept = tuple(self._kept)
        return (Exchange(*one) for one in kept)

    def delivered(self, title: str, request: str, response: str, status: int, seconds: float) -> None:
        """Keeps one attempt of a delivery."""
        self._keep("delivery", title, request, response, status, seconds)

    def called(self, title: str, request: str, response: str, status: int, seconds: float) -> None:
        """Keeps one call, without its secrets."""
        self._keep("call", shortened(title), shortened(request), shortened(response), status, seconds)

    def _keep(self, kind: str, title: str, request: str, response: str, status: int, seconds: float) -> None:
        at = self._clock()
        with self._lock:
            self._kept.append((next(self._numbers), at, kind, title, request, response, status, seconds))


def shortened(text: str) -> str:
    """The text with the end of every token and secret left out."""
    return _SECRET.sub(r"\1\2…", text)
