"""When and how often an account may write to one person of its own accord."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

# What a person does: how many messages that allows, and for how many seconds.
ALLOWED = {"message": (5, 48 * 3600), "menu": (3, 60), "follow": (3, 60), "scan": (3, 60)}


class NoWindow(Exception):
    """No message can be sent now; `errcode`: 45015 (no window is open) or 45047 (all that are open are used up)."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass(frozen=True)
class Window:
    """`trigger`: message, menu, follow or scan; `remaining` messages can be sent until `expires_at` (since 1970)."""

    trigger: str
    remaining: int
    expires_at: float


class Windows:
    """The windows of one person. May be used from several threads: the last message of one is given out once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, Window] = {}
        self._opened_by: dict[str, str] = {}
        self._lock = threading.Lock()
        self.last_at: float | None = None
        """When the person last did something, seconds since 1970."""

    def opens(self, trigger: str, deed: str) -> None:
        """Opens a window anew. `deed` names what was done: the same one repeated, as a resent delivery does, opens
        nothing."""
        most, seconds = ALLOWED[trigger]
        with self._lock:
            if self._opened_by.get(trigger) == deed:
                return
            self._opened_by[trigger] = deed
            self.last_at = self._clock()
            self._windows[trigger] = Window(trigger, most, self.last_at + seconds)

    def shut(self) -> None:
        """Closes all, as the end of following does."""
        with self._lock:
            self._windows.clear()
            self.last_at = None

    def open_now(self) -> tuple[Window, ...]:
        """Those that have not expired, the first to expire first; used up ones too, with 0 remaining."""
        now = self._clock()
        with self._lock:
            windows = tuple(self._windows.values())
        return tuple(sorted((one for one in windows if now < one.expires_at), key=lambda one: one.expires_at))

    def take(self) -> None:
        """Uses up one message, of the window that expires first. NoWindow if there is none to use."""
        with self._lock:
            now = self._clock()
            is_open = [one for one in self._windows.values() if now < one.expires_at]
            if not is_open:
                raise NoWindow(45015)
            usable = [one for one in is_open if one.remaining]
            if not usable:
                raise NoWindow(45047)
            one = min(usable, key=lambda window: window.expires_at)
            self._windows[one.trigger] = Window(one.trigger, one.remaining - 1, one.expires_at)
