"""The platform's rest after repeated failures: it sends nothing to a callback that never answers."""

import threading
from collections.abc import Callable

FAILURES_IN_A_ROW = 3
PAUSE_SECONDS = 60.0


class Pause:
    """Begins after FAILURES_IN_A_ROW deliveries of which every attempt failed, and lasts PAUSE_SECONDS; what is done
    meanwhile is lost. `is_used`: False if it shall never begin. May be used from several threads."""

    def __init__(self, clock: Callable[[], float], *, is_used: bool) -> None:
        self._clock = clock
        self._is_used = is_used
        self._failures = 0
        self._since: float | None = None
        self._lock = threading.Lock()

    def is_on(self) -> bool:
        """Whether it lasts now."""
        since = self._since
        # A clock that was set back before its beginning ends it too.
        return since is not None and 0 <= self._clock() - since < PAUSE_SECONDS

    def counts(self, *, failed: bool) -> None:
        """Counts what became of a delivery."""
        if not failed:
            self._failures = 0
            return
        with self._lock:
            self._failures += 1
            if self._is_used and self._failures >= FAILURES_IN_A_ROW:
                self._failures, self._since = 0, self._clock()
