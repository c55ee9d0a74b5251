"""The one clock of a simulated platform: whoever shows it to people may move it."""

import threading
import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970, when called. `Clock()` runs with real time; `Clock(at=seconds)` stands until it is moved.

    `offset`: by how many seconds it was moved so far. May be used from several threads."""

    def __init__(self, at: float | None = None) -> None:
        self._base: Callable[[], float] = time.time if at is None else lambda: at
        self._lock = threading.Lock()
        self.offset = 0.0

    def __call__(self) -> float:
        return self._base() + self.offset

    def goes_on(self, seconds: float) -> None:
        """Moves it by so many seconds; backwards if negative."""
        with self._lock:
            self.offset += seconds

    def shows(self, at: float) -> None:
        """Moves it to this moment; from there it runs or stands as before."""
        with self._lock:
            self.offset = at - self._base()
