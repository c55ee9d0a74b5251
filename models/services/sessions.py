"""Sessions: somebody is signed in on one browser, until they end it, leave it unused, or its days are over.

The browser holds a secret of 256 random bits and the table only its hash: whoever reads the table can sign in nowhere.
A session is an identity and nothing more. What its person may do is looked up each time, so that removing somebody
needs no session to be found.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from models.tables import signing_in
from models.tables.database import transaction
from models.tables.signing_in import SessionRow


class Place(StrEnum):
    """In which kind of browser a session lives, by which it ends."""

    WECHAT = "wechat"
    """The browser within WeChat, on a phone of one's own."""
    DESK = "desk"
    """Any other one: it may stand on a counter."""


IDLE = {Place.WECHAT: timedelta(hours=12), Place.DESK: timedelta(hours=2)}
"""Ends a session that nobody uses."""
LASTS = {Place.WECHAT: timedelta(days=7), Place.DESK: timedelta(hours=12)}
"""Ends one however much it is used."""
TOUCHED_EACH = timedelta(minutes=1)

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits for a cookie or a link, in 43 characters."""
    return secrets.token_urlsafe(32)


@transaction
def begin(openid: str, place: Place, device: str, now: datetime, *, former: str = "", secret: str | None = None) -> str:
    """Sign somebody in; gives the secret for the cookie, a new one each time, so that nobody can have planted it.

    former: what this browser's cookie held until now; that session ends. secret: given where the same sign-in may come
    to its end twice at once; the second time then finds the session of the first.
    """
    made = secret or new_secret()
    if former != made:
        end_this(former)
    if secret is None or signing_in.session(_hash_of(made)) is None:
        public_id = secrets.token_hex(8)
        row = SessionRow(public_id, openid, place, device, now, now, now + LASTS[place])
        signing_in.add_session(_hash_of(made), row)
    return made


@transaction
def of(secret: str, now: datetime) -> SessionRow | None:
    """The session of this secret, unless it has ended; one statement, and once a minute another that it is in use."""
    found = signing_in.session(_hash_of(secret)) if _SECRET.fullmatch(secret) else None
    if found is None or not _is_live(found, now):
        return None
    if found.seen_at < now - TOUCHED_EACH:
        signing_in.touch_session(_hash_of(secret), now, now - TOUCHED_EACH)
    return found


@transaction
def listed(openid: str, now: datetime) -> list[SessionRow]:
    """Where somebody is signed in, the session used last first."""
    return [row for row in signing_in.sessions(openid, now) if _is_live(row, now)]


@transaction
def end(public_id: str, by: str) -> bool:
    """End a session of one's own; False where it is none."""
    return public_id.isascii() and signing_in.end_session(public_id, by)


@transaction
def end_this(secret: str) -> None:
    """End the session of this secret, if there is one."""
    if _SECRET.fullmatch(secret):
        signing_in.end_session_of(_hash_of(secret))


@transaction
def end_others(openid: str, kept: str = "") -> int:
    """End all sessions of a person but the one with this public id; how many there were."""
    return signing_in.end_sessions(openid, kept)


def _is_live(row: SessionRow, now: datetime) -> bool:
    return now < row.expires_at and now - row.seen_at < IDLE[Place(row.place)]


def _hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
