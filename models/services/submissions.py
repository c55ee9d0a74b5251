"""The key of a form that is to count once: made with the page, good for one person at one hall for some hours.

It says itself when and for whom it was made, so that pages that nobody sends leave nothing behind.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from models.rules.refusal import Refused
from models.tables import vault

LASTS = timedelta(hours=2)
KEEP = timedelta(days=1)
"""A form that is sent again is known by its key as long as that holds, and for clocks that are moved."""

_KEY = re.compile(r"([0-9]{9,11})\.[A-Za-z0-9_-]{22}\.([A-Za-z0-9_-]{16,100})")


def new_key(openid: str, hall_id: int, now: datetime) -> str:
    """A key of at most 150 letters, digits, - _ and full stops."""
    made = f"{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{made}.{_signatures(made, openid, hall_id)[0]}"


def row_key(key: str, openid: str, hall_id: int, now: datetime) -> bytes:
    """What a form with this key is stored under. Refused with form_stale where it was made for somebody else, for
    another hall, or too long ago, and where it is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise Refused("form_stale")
    made, _, signature = key.rpartition(".")
    age = now.timestamp() - int(found[1])
    is_ours = any(hmac.compare_digest(signature, one) for one in _signatures(made, openid, hall_id))
    if not is_ours or age > LASTS.total_seconds():
        raise Refused("form_stale")
    return hashlib.sha256(key.encode()).digest()


def _signatures(made: str, openid: str, hall_id: int) -> list[str]:
    signed = vault.current().hashes(b"form", f"{made} {hall_id} {openid}")
    return [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in signed]
