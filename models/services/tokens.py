"""One access token, and one ticket for pages, for all processes of all machines: fetched by one of them, kept in the
database."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from models.tables import tokens
from models.tables.database import run
from models.tables.tokens import Kept

RENEW_BEFORE = timedelta(minutes=2)
"""The platform rotates a token five minutes before its end, and takes both meanwhile."""
FETCH_LASTS = timedelta(seconds=20)
"""A process that has not come back with a token after this is taken for dead; a call is bounded below it."""
WAIT_SECONDS = 12.0
LOOK_AGAIN_SECONDS = 0.1


class NoToken(Exception):
    """Another process is fetching a token and does not come back with one."""


class Tokens:
    """Gives the account's access token, or whatever else of the kind has this name. `fetch` asks the platform for one:
    (token, seconds that it lives); what it raises is passed on. `now`: the clock. Safe to use from several threads."""

    def __init__(self, name: str, fetch: Callable[[], tuple[str, int]], now: Callable[[], datetime]) -> None:
        self._name = name
        self._fetch = fetch
        self._now = now
        self._kept = Kept(0, "", None)

    def __call__(self, stale: str | None = None) -> str:
        """A token that is not `stale`, unless the platform itself gives that one again. Raises NoToken, what `fetch`
        raises, and Unavailable where the database cannot be had."""
        kept = self._kept
        if self._is_good(kept, stale):
            return kept.token
        patience = time.monotonic() + WAIT_SECONDS
        while True:
            kept = run(lambda: tokens.kept(self._name))
            if self._is_good(kept, stale):
                self._kept = kept
                return kept.token
            if self._claim(kept.revision):
                return self._fetched(kept.revision)
            if time.monotonic() > patience:
                raise NoToken("another process is fetching a token")
            time.sleep(LOOK_AGAIN_SECONDS)

    def _is_good(self, kept: Kept, stale: str | None) -> bool:
        lives = kept.expires_at is not None and self._now() < kept.expires_at - RENEW_BEFORE
        return lives and kept.token != stale

    def _claim(self, revision: int) -> bool:
        now = self._now()
        return run(lambda: tokens.claim(self._name, revision, now, now + FETCH_LASTS))

    def _fetched(self, revision: int) -> str:
        """Ask the platform, outside of any transaction, and keep what it gives."""
        try:
            token, seconds = self._fetch()
        except Exception:
            run(lambda: tokens.release(self._name, revision))
            raise
        expires_at = self._now() + timedelta(seconds=seconds)
        run(lambda: tokens.store(self._name, revision, token, expires_at))
        self._kept = Kept(revision + 1, token, expires_at)
        return token
