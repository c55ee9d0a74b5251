"""Signing in within WeChat by web authorization: to the platform with a state, and back with the state and a code.

The state is bound to the browser that was sent out with it, so that nobody is signed in by a link that somebody else
began. Phones sometimes ask for the callback twice, at once or one after the other, and the platform takes its code
once: the second request waits for what the first one learnt.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from models.rules.refusal import Refused
from models.services import limits, tickets
from models.services.tickets import OAUTH
from models.tables import signing_in, vault
from models.tables.database import run, transaction
from models.tables.signing_in import SignInRow

LASTS = timedelta(minutes=5)
WAIT_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.05

NEW, ASKING, DONE = "new", "asking", "done"
_ENDED = {"snapshot": "sign_in_snapshot", "down": "sign_in_down", "refused": "sign_in_refused"}
"""States without anybody signed in, and what is said of each."""

_CODE = re.compile(r"[!-~]{1,512}")


class Identity(NamedTuple):
    """Who came with a code. In a snapshot the openid is made up by the platform and stands for nobody."""

    openid: str
    is_snapshot: bool


class ExchangeFailed(Exception):
    """The platform changed no code for an identity. `is_final`: it does not take this code; else it did not answer."""

    def __init__(self, *, is_final: bool) -> None:
        super().__init__(is_final)
        self.is_final = is_final


Exchange = Callable[[str], Identity]
"""Asks the platform who came with a code; raises ExchangeFailed. Never called twice with one code."""


class Entered(NamedTuple):
    """Who was signed in, where that leads, and the secret for their session: the same one for both requests."""

    openid: str
    target: str
    secret: str


@transaction
def begin(target: str, browser: str, device: str, now: datetime) -> str:
    """A state of 64 letters and digits for the browser with this secret. Refused with too_many, sign_ins_too_many."""
    limits.count(limits.SIGNING_IN, browser, now)
    state = secrets.token_hex(32)
    tickets.add(OAUTH, state, target, device, now, LASTS, browser=browser)
    return state


def target_of(state: str, browser: str, now: datetime) -> str | None:
    """Where a sign-in of this browser was to lead, for a way to begin it anew."""
    row = _row(state, browser, now)
    return row.target if row else None


def finish(state: str, code: str, browser: str, exchange: Exchange, now: datetime) -> Entered:
    """Who came back. Runs units of work of its own, the exchange between them.

    Refused with sign_in_state (forged, over, of another browser, or with another code than before), sign_in_declined
    (no code: the person said no), sign_in_snapshot, sign_in_refused (not a code that the platform takes), sign_in_down
    (the platform does not answer, or not in time).
    """
    row = _row(state, browser, now)
    if row is None:
        raise Refused("sign_in_state")
    if not code:
        raise Refused("sign_in_declined")
    if not _CODE.fullmatch(code):
        raise Refused("sign_in_state")
    spent = tickets.hash_of(code)
    if row.state == NEW and run(lambda: signing_in.claim_exchange(row.id, NEW, ASKING, spent)):
        openid = _exchanged(row.id, code, exchange)
    else:
        openid = _learnt_by_the_other(state, browser, spent, now)
    return Entered(openid, row.target, _secret(state, browser))


def _exchanged(sign_in_id: int, code: str, exchange: Exchange) -> str:
    """Ask the platform, and keep what it says for a second request. Of a snapshot nothing is kept."""
    end = "down"
    openid = None
    try:
        identity = exchange(code)
        end = "snapshot" if identity.is_snapshot else DONE
        openid = None if identity.is_snapshot else identity.openid
    except ExchangeFailed as failed:
        end = "refused" if failed.is_final else "down"
    finally:
        run(lambda: signing_in.settle_exchange(sign_in_id, end, openid))
    if openid is None:
        raise Refused(_ENDED[end])
    return openid


def _learnt_by_the_other(state: str, browser: str, spent: bytes, now: datetime) -> str:
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        row = _row(state, browser, now)
        if row is None or not hmac.compare_digest(row.spent_hash or b"", spent):
            raise Refused("sign_in_state")
        if row.state == DONE and row.openid:
            return row.openid
        if row.state in _ENDED:
            raise Refused(_ENDED[row.state])
        if time.monotonic() > patience:
            raise Refused("sign_in_down")
        time.sleep(LOOK_AGAIN_SECONDS)


def _row(state: str, browser: str, now: datetime) -> SignInRow | None:
    return run(lambda: tickets.found_by(browser, OAUTH, state, now))


def _secret(state: str, browser: str) -> str:
    """Made of what this sign-in and this browser are, so that both answers carry the same cookie and there is one
    session, whichever comes last. Keyed, so that it does not follow from a browser's secret that somebody planted."""
    keyed = vault.current().hash(b"session", f"{state} {browser}")
    return base64.urlsafe_b64encode(hashlib.sha256(keyed).digest()).decode().rstrip("=")
