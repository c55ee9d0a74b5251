"""What the platform remembers of calls by their rid, for whoever asks about one that was refused."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST_KEPT = 300


@dataclass(frozen=True)
class Refused:
    """One refused call. `at`: seconds since 1970; `took_seconds`: real ones; texts without secrets."""

    at: float
    took_seconds: float
    url: str
    request_body: str
    response_body: str
    caller: str


class Rids:
    """The last MOST_KEPT refused calls. May be used from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Refused] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, rid: str, refused: Refused) -> None:
        """Remembers a call."""
        with self._lock:
            self._kept[rid] = refused
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def find(self, rid: str) -> Refused | None:
        """The call of this rid."""
        return self._kept.get(rid)
