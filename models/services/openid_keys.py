"""A new key of openids. Newer data keys only encrypt the one that there is anew; this writes every openid anew, for
when somebody may have got hold of it.

It is done while nothing is served: what a process with the old key looks for, it would not find, and register again.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from models.tables import openids, receipts, rekeying
from models.tables.database import run
from models.tables.housekeeping import last_runs
from models.tables.vault import WrongKey

AT_ONCE = 500
MOST_SECONDS = 6 * 3600.0
SILENCE = timedelta(minutes=3)
"""Some job runs every minute wherever jobs are run."""


class StillServed(Exception):
    """Jobs ran a moment ago, or a delivery was answered, so the service is not stopped."""


def take_up() -> None:
    """Take the key of openids into the vault in use, as a process begins; where no openid stands anywhere yet, one is
    made. Raises WrongKey where it is gone, or does not open with the data keys that are here."""
    if not run(openids.has_key) and run(rekeying.holds_openids):
        raise WrongKey("the key of openids is gone")
    openids.make_ready()


def refuse_while_served(now: datetime) -> None:
    """Raise StillServed where some process runs jobs, or answers the platform."""
    answered = run(receipts.latest)
    moments = [*run(last_runs).values(), *([answered] if answered else [])]
    if any(at > now - SILENCE for at in moments):
        raise StillServed


def renew(now: datetime, tell: Callable[[str], None]) -> int:
    """Write every openid anew under a new key, in one unit of work: all of it or, where it ends in the middle, nothing;
    gives how many values were written, `tell` is given a line for each column. Raises StillServed."""
    refuse_while_served(now)
    written = run(lambda: _renewed(tell), time.monotonic() + MOST_SECONDS)
    openids.make_ready()
    return written


def _renewed(tell: Callable[[str], None]) -> int:
    before, after = openids.openid_cipher(openids.OpenidKey), openids.replace_key()
    # By no index would they be found one by one; whoever was about to sign in begins once more.
    rekeying.forget_sign_ins()
    written = 0
    for table, column in rekeying.openid_columns():
        done = _column(table, column, before, after)
        written += done
        if done:
            tell(f"{table}.{column}: {done} openids written anew")
    return written


def _column(table: str, column: str, before: AESSIV, after: AESSIV) -> int:
    written, last = 0, b""
    while values := rekeying.openids_after(table, column, last, AT_ONCE):
        for value in values:
            # One written anew a moment ago may come again further on; one that does not open stays as it is.
            if openids.opened(after, value) is None and (openid := openids.opened(before, value)) is not None:
                rekeying.replace_openid(table, column, value, openids.sealed(after, openid))
                written += 1
        last = values[-1]
    return written
