"""The ticket with which pages sign their use of the JS-SDK."""

import secrets
import threading
from collections.abc import Callable

LIFE_SECONDS = 7200


class Tickets:
    """One ticket at a time. May be used from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._value = ""
        self._ends_at = 0.0
        self._lock = threading.Lock()

    def current(self) -> tuple[str, int]:
        """The ticket and what is left of its life in seconds; a new one when that is over."""
        with self._lock:
            now = self._clock()
            if not now < self._ends_at <= now + LIFE_SECONDS:
                self._value, self._ends_at = secrets.token_urlsafe(64), now + LIFE_SECONDS
            return self._value, int(self._ends_at - now)
