"""Signing in on pages: what was begun, and the sessions that came of it. Of secrets only hashes are kept."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, insert, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class SignIn(Table):
    """A sign-in that was begun and lives minutes. kind scan: a desktop shows a code and a number, a phone says yes;
    link: from the chat, spent once; oauth: on the way to the platform and back. `spent_hash`: of the platform's code
    that it was finished with, since phones ask twice. `device`: as models.rules.devices names it. A number is only kept
    while it works, so that it is free again."""

    kind = AsciiField(8)
    token_hash = BytesField(32, unique=True)
    number_hash = BytesField(32, null=True)
    browser_hash = BytesField(32, null=True)
    state = AsciiField(12)
    openid = OpenidField(64, null=True)
    spent_hash = BytesField(32, null=True)
    target = SecretField(300)
    device = peewee.CharField(max_length=80)
    made_at = MomentField()
    expires_at = MomentField()

    class Meta:
        table_name = "sign_ins"
        indexes = (
            (("number_hash",), True),
            (("kind", "expires_at"), False),
        )


class Session(Table):
    """Somebody signed in on one browser. The cookie holds the secret, of which id_hash is the hash; public_id names
    the session on pages."""

    id_hash = BytesField(32, primary_key=True)
    public_id = AsciiField(16, unique=True)
    openid = OpenidField(64)
    place = AsciiField(16)
    device = peewee.CharField(max_length=80)
    begun_at = MomentField()
    seen_at = MomentField()
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "sessions"
        indexes = ((("openid", "seen_at"), False),)


class SignInRow(NamedTuple):
    """A sign-in as it stands."""

    id: int
    kind: str
    browser_hash: bytes | None
    state: str
    openid: str | None
    spent_hash: bytes | None
    target: str
    device: str
    made_at: datetime
    expires_at: datetime


class SessionRow(NamedTuple):
    """A session as pages show it; its secret is not known here."""

    public_id: str
    openid: str
    place: str
    device: str
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


NOWHERE = "/me"
"""Where a sign-in leads of which that cannot be read any more."""

KINDS = (b"scan", b"link", b"oauth")

_SIGN_IN = "SELECT id, kind, browser_hash, state, openid, spent_hash, target, device, made_at, expires_at FROM sign_ins"
_BY_TOKEN = sql(f"{_SIGN_IN} WHERE token_hash = ? AND kind = ? AND expires_at > ?")
_BY_NUMBER = sql(f"{_SIGN_IN} WHERE number_hash = ? AND expires_at > ?")
_MOVE = sql("UPDATE sign_ins SET state = ? WHERE id = ? AND state = ? AND expires_at > ?")
_ANSWER = sql(
    "UPDATE sign_ins SET state = ?, openid = ?, number_hash = NULL, expires_at = ?"
    " WHERE id = ? AND state = ? AND expires_at > ?"
)
_CLAIM = sql("UPDATE sign_ins SET state = ?, spent_hash = ? WHERE id = ? AND state = ?")
_SETTLE = sql("UPDATE sign_ins SET state = ?, openid = ? WHERE id = ?")
_FREE_NUMBER = sql("UPDATE sign_ins SET number_hash = NULL WHERE number_hash = ? AND expires_at <= ?")
_LIVE = sql("SELECT COUNT(*) FROM sign_ins WHERE kind = ? AND expires_at > ?")
_FORGET_SIGN_INS = sql("DELETE FROM sign_ins WHERE kind IN (?, ?, ?) AND expires_at < ?")

_SESSION = "SELECT public_id, openid, place, device, begun_at, seen_at, expires_at FROM sessions"
_BY_ID = sql(f"{_SESSION} WHERE id_hash = ?")
_OF_PERSON = sql(f"{_SESSION} WHERE openid = ? AND expires_at > ? ORDER BY seen_at DESC LIMIT 100")
_TOUCH = sql("UPDATE sessions SET seen_at = ? WHERE id_hash = ? AND seen_at < ?")
_END = sql("DELETE FROM sessions WHERE public_id = ? AND openid = ?")
_END_BY_ID = sql("DELETE FROM sessions WHERE id_hash = ?")
_END_OTHERS = sql("DELETE FROM sessions WHERE openid = ? AND public_id <> ?")
_FORGET_SESSIONS = sql("DELETE FROM sessions WHERE expires_at < ?")


def sign_in_by_token(token_hash: bytes, kind: str, now: datetime) -> SignInRow | None:
    """The live sign-in with this token (of kind oauth: this state)."""
    row = one(_BY_TOKEN, token_hash, kind.encode(), moment_out(now))
    return _sign_in(row) if row else None


def sign_in_by_number(number_hash: bytes, now: datetime) -> SignInRow | None:
    """The live sign-in whose page shows this number."""
    row = one(_BY_NUMBER, number_hash, moment_out(now))
    return _sign_in(row) if row else None


def move(sign_in_id: int, old: str, new: str, now: datetime) -> bool:
    """Lead a live sign-in from one state to the next; False where somebody was quicker."""
    return changed(_MOVE, new.encode(), sign_in_id, old.encode(), moment_out(now)) == 1


def answer(sign_in_id: int, old: str, new: str, openid: str | None, now: datetime, until: datetime) -> bool:
    """The same, with who answered and until when the answer counts; its number works no more."""
    values = (new.encode(), openid_out(openid) if openid else None, moment_out(until))
    return changed(_ANSWER, *values, sign_in_id, old.encode(), moment_out(now)) == 1


def claim_exchange(sign_in_id: int, old: str, new: str, spent_hash: bytes) -> bool:
    """Make the exchange of a platform's code ours; False where another request does it, or has done it."""
    return changed(_CLAIM, new.encode(), spent_hash, sign_in_id, old.encode()) == 1


def settle_exchange(sign_in_id: int, new: str, openid: str | None) -> None:
    """Keep what came of an exchange that was ours."""
    changed(_SETTLE, new.encode(), openid_out(openid) if openid else None, sign_in_id)


def free_number(number_hash: bytes, now: datetime) -> None:
    """Take a number off a sign-in that is over."""
    changed(_FREE_NUMBER, number_hash, moment_out(now))


def live_sign_ins(kind: str, now: datetime) -> int:
    """How many of this kind are under way."""
    row = one(_LIVE, kind.encode(), moment_out(now))
    return row[0] if row else 0


def forget(before: datetime) -> int:
    """Remove sign-ins and sessions that were over before then."""
    return changed(_FORGET_SIGN_INS, *KINDS, moment_out(before)) + changed(_FORGET_SESSIONS, moment_out(before))


def add_session(id_hash: bytes, row: SessionRow) -> None:
    """Keep a new session."""
    insert(Session, id_hash=id_hash, **row._asdict())


def session(id_hash: bytes) -> SessionRow | None:
    """The session of this secret, whether it has ended or not."""
    row = one(_BY_ID, id_hash)
    return _session(row) if row else None


def sessions(openid: str, now: datetime) -> list[SessionRow]:
    """The sessions of a person, the one used last first."""
    return [_session(row) for row in execute(_OF_PERSON, openid_out(openid), moment_out(now)).fetchall()]


def touch_session(id_hash: bytes, now: datetime, before: datetime) -> None:
    """Note that it is in use, unless that was noted since `before`."""
    changed(_TOUCH, moment_out(now), id_hash, moment_out(before))


def end_session(public_id: str, openid: str) -> bool:
    """End this session of this person; False where it is none of theirs."""
    return changed(_END, public_id.encode(), openid_out(openid)) == 1


def end_session_of(id_hash: bytes) -> bool:
    """End the session of this secret."""
    return changed(_END_BY_ID, id_hash) == 1


def end_sessions(openid: str, kept: str = "") -> int:
    """Sign a person out everywhere but in the session with this public id; how many sessions that ends."""
    return changed(_END_OTHERS, openid_out(openid), kept.encode())


def _sign_in(row: tuple[Any, ...]) -> SignInRow:
    identity, kind, browser_hash, state, openid, spent_hash, target, device, made_at, expires_at = row
    return SignInRow(
        identity,
        bytes(kind).decode(),
        bytes(browser_hash) if browser_hash is not None else None,
        bytes(state).decode(),
        openid_in(openid) if openid is not None else None,
        bytes(spent_hash) if spent_hash is not None else None,
        SignIn.target.opened(target) or NOWHERE,
        device,
        moment_in(made_at),
        moment_in(expires_at),
    )


def _session(row: tuple[Any, ...]) -> SessionRow:
    public_id, openid, place, device, begun_at, seen_at, expires_at = row
    return SessionRow(
        bytes(public_id).decode(),
        openid_in(openid),
        bytes(place).decode(),
        device,
        moment_in(begun_at),
        moment_in(seen_at),
        moment_in(expires_at),
    )
