"""Faults on request: what can go wrong between a service and the platform, switched on by whoever tries it."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

CALLBACK = ("", "slow", "down")
CODES = {"busy": -1, "stale": 40001, "quota": 45009, "minute_quota": 45011}
NAMES = (*CODES, "never", "reset", "html")
ANY_PATH = "*"


@dataclass(frozen=True)
class Slow:
    """An answer that comes so many real seconds late."""

    seconds: float


@dataclass(frozen=True)
class Fault:
    """One fault of a call: an errcode, Slow, or one of never, reset and html. `after`: the work was done before it."""

    kind: int | str | Slow
    after: bool = False


@dataclass
class Faults:
    """What goes wrong now; nothing, until it is asked for. May be used from several threads.

    callback: "" (fine), slow (every answer of the service comes too late, though it does its work) or down (it cannot
    be reached). duplicate: every delivery is sent three times, once in parallel and once after. job_status: the Status
    of coming *JOBFINISH events; empty for the true one."""

    callback: str = ""
    duplicate: bool = False
    job_status: str = ""
    _coming: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "callback" and value not in CALLBACK:
            raise ValueError(f"callback is one of {CALLBACK}")
        super().__setattr__(name, value)

    def next(self, path: str, fault: int | str | Slow, times: int = 1, *, after: bool = False) -> None:
        """The next calls of this path ("*": of any) go wrong: an errcode, busy (-1), stale (40001 once though the token
        is good), quota (45009), minute_quota (45011), html (502 and a page), reset (the connection breaks off), never
        (no answer until `clear`), Slow(seconds). `after`: the platform does the work first, and its answer is lost."""
        if isinstance(fault, str) and fault not in NAMES:
            raise ValueError(f"fault is an errcode, Slow or one of {NAMES}")
        kind = CODES.get(fault, fault) if isinstance(fault, str) else fault
        with self._lock:
            self._coming[path] += [Fault(kind, after)] * times

    def take(self, path: str) -> Fault | None:
        """The fault that this call of `path` gets, and none other."""
        with self._lock:
            for key in (path, ANY_PATH):
                if self._coming.get(key):
                    return self._coming[key].popleft()
        return None

    def wait(self, seconds: float) -> None:
        """Waits so long, or until `clear`."""
        self._over.wait(seconds)

    def clear(self) -> None:
        """Everything is fine again; who waits for nothing waits no longer."""
        self.callback, self.duplicate, self.job_status = "", False, ""
        with self._lock:
            self._coming.clear()
            over, self._over = self._over, threading.Event()
        over.set()
