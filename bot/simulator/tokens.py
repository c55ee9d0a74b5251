"""The two families of access tokens, which know nothing of each other."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.quotas import day_of

LIFE_SECONDS = 7200
OVERLAP_SECONDS = 300
MOST_FORCED_A_DAY = 20
FORCED_APART_SECONDS = 30


class TooOftenForced(Exception):
    """A stable token was renewed by force more often than a day allows."""


@dataclass
class _Token:
    value: str
    ends_at: float


class Tokens:
    """Mints and checks access tokens. May be used from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends_at: dict[str, float] = {}
        self._ordinary: _Token | None = None
        self._stable: _Token | None = None
        self._forced: list[float] = []
        self._lock = threading.Lock()

    def ordinary(self) -> tuple[str, int]:
        """A new token of the old family and its life in seconds; the one before it ends in OVERLAP_SECONDS."""
        with self._lock:
            now = self._clock()
            if self._ordinary is not None:
                self._end(self._ordinary, now + OVERLAP_SECONDS)
            self._ordinary = self._minted(now)
            return self._ordinary.value, LIFE_SECONDS

    def stable(self, *, force: bool = False) -> tuple[str, int]:
        """The token of the stable family and what is left of its life in seconds, the same one until OVERLAP_SECONDS
        before its end. `force`: a new one, while the old one ends at once; FORCED_APART_SECONDS have to pass between
        two of these, or it is as without. TooOftenForced beyond MOST_FORCED_A_DAY."""
        with self._lock:
            now = self._clock()
            token = self._stable
            if force and self._may_force(now):
                if token is not None:
                    self._end(token, now)
                token = None
            if token is None or now >= token.ends_at - OVERLAP_SECONDS:
                token = self._stable = self._minted(now)
            return token.value, int(token.ends_at - now)

    def fault_of(self, value: str) -> int:
        """0 for a good token, 42001 for one whose life is over, 40001 for any other."""
        with self._lock:
            ends_at = self._ends_at.get(value)
            if ends_at is None:
                return 40001
            return 0 if self._clock() < ends_at else 42001

    def forget(self) -> None:
        """Makes every token that was given out invalid, as a change of the secret does."""
        with self._lock:
            self._ends_at.clear()
            self._ordinary = self._stable = None

    def _may_force(self, now: float) -> bool:
        today = [at for at in self._forced if day_of(at) == day_of(now)]
        if today and now - today[-1] < FORCED_APART_SECONDS:
            return False
        if len(today) >= MOST_FORCED_A_DAY:
            raise TooOftenForced
        self._forced = [*today, now]
        return True

    def _minted(self, now: float) -> _Token:
        # As long as the platform says a token may become, so that a column which is too short is found out.
        token = _Token(secrets.token_urlsafe(384), now + LIFE_SECONDS)
        self._ends_at = {value: ends_at for value, ends_at in self._ends_at.items() if ends_at > now - LIFE_SECONDS}
        self._ends_at[token.value] = token.ends_at
        return token

    def _end(self, token: _Token, at: float) -> None:
        if at <= self._clock():
            self._ends_at.pop(token.value, None)
        elif token.value in self._ends_at:
            self._ends_at[token.value] = min(at, self._ends_at[token.value])
