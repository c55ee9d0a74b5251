"""What the account had the platform send: ids, and what must not be sent twice or too often."""

import itertools
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Hashable

from bot.simulator.quotas import month_of

MOST_MASS_A_MONTH = 4


class Sent:
    """Ids of what is sent, and a memory of the account's own ids. May be used from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # Beyond 2**53, as the ids of messages are.
        self._ids = itertools.count(2**61 + secrets.randbits(48))
        self._known: dict[Hashable, tuple[int, float]] = {}
        self._mass: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def once(self, key: Hashable | None, within_seconds: float) -> tuple[int, bool]:
        """The id of what is sent under this key, and whether it is new: under None always, else unless it was sent
        within so many seconds before."""
        with self._lock:
            now = self._clock()
            self._known = {one: (msgid, ends_at) for one, (msgid, ends_at) in self._known.items() if now < ends_at}
            if key in self._known:
                return self._known[key][0], False
            msgid = next(self._ids)
            if key is not None:
                self._known[key] = msgid, now + within_seconds
            return msgid, True

    def may_reach(self, openid: str) -> bool:
        """Whether one more mass message reaches this person, which is counted: MOST_MASS_A_MONTH do, by the calendar
        of Shanghai."""
        key = openid, month_of(self._clock())
        with self._lock:
            if self._mass[key] >= MOST_MASS_A_MONTH:
                return False
            self._mass[key] += 1
            return True
