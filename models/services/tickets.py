"""What all ways of signing in have in common: a ticket that lives minutes, of whose secrets only hashes are kept."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from models.rules.own_paths import own_path
from models.rules.refusal import Refused
from models.tables import signing_in
from models.tables.fields import insert
from models.tables.signing_in import SignIn, SignInRow

SCAN, LINK, OAUTH = "scan", "link", "oauth"
MOST_LIVE = {SCAN: 20_000, LINK: 20_000, OAUTH: 20_000}
"""Of each kind at once, for everybody together: whoever begins them by the thousand fills no table, and of the million
numbers of six digits few are ever good."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = re.compile(r"[0-9a-f]{64}")


def hash_of(secret: str) -> bytes:
    """The hash of at least 128 random bits, from which nobody finds them."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def add(
    kind: str, token: str, target: str, device: str, now: datetime, lasts: timedelta, *,
    openid: str | None = None, browser: str | None = None, number_hash: bytes | None = None,
) -> None:  # fmt: skip
    """Keep a new ticket; part of a unit of work. Refused with sign_ins_too_many. ValueError for a target that is no
    page of ours."""
    if own_path(target) is None:
        raise ValueError("signing in leads to pages of ours only")
    if signing_in.live_sign_ins(kind, now) >= MOST_LIVE[kind]:
        raise Refused("sign_ins_too_many")
    insert(
        SignIn, kind=kind, token_hash=hash_of(token), number_hash=number_hash,
        browser_hash=hash_of(browser) if browser else None, state="new", openid=openid, target=target, device=device,
        made_at=now, expires_at=now + lasts,
    )  # fmt: skip


def found(kind: str, token: str, now: datetime) -> SignInRow | None:
    """The live ticket with this token; nothing is asked of the database for what cannot be one."""
    shape = _STATE if kind == OAUTH else _TOKEN
    return signing_in.sign_in_by_token(hash_of(token), kind, now) if shape.fullmatch(token) else None


def found_by(browser: str, kind: str, token: str, now: datetime) -> SignInRow | None:
    """The same, if it was begun by the browser with this secret."""
    row = found(kind, token, now)
    return row if row and browser and hmac.compare_digest(row.browser_hash or b"", hash_of(browser)) else None
