"""Signing in on pages: what was begun, and the sessions that came of it. Of secrets only hashes are kept."""

from datetime import datetime

import peewee

from models.tables.database import changed, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table, moment_out


class SignIn(Table):
    """A sign-in that was begun and lives minutes. kind scan: a desktop shows a code and a number, a phone says yes;
    link: from the chat, spent once; oauth: on the way to the platform and back. `spent_hash`: of the platform's code
    that it was finished with, since phones ask twice."""

    kind = AsciiField(8)
    token_hash = BytesField(32, unique=True)
    number_hash = BytesField(32, null=True)
    browser_hash = BytesField(32, null=True)
    state = AsciiField(12)
    openid = AsciiField(64, null=True)
    spent_hash = BytesField(32, null=True)
    target = peewee.CharField(max_length=200)
    device = peewee.CharField(max_length=80)
    made_at = MomentField()
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "sign_ins"
        indexes = ((("number_hash",), True),)


class Session(Table):
    """Somebody signed in on one browser. The cookie holds the secret, of which id_hash is the hash; public_id names
    the session on pages."""

    id_hash = BytesField(32, primary_key=True)
    public_id = AsciiField(16, unique=True)
    openid = AsciiField(64)
    place = AsciiField(16)
    device = peewee.CharField(max_length=80)
    begun_at = MomentField()
    seen_at = MomentField()
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "sessions"
        indexes = ((("openid", "seen_at"), False),)


_END = sql("DELETE FROM sessions WHERE openid = ?")
_FORGET = [sql(f"DELETE FROM {table} WHERE expires_at < ?") for table in ("sign_ins", "sessions")]


def end_sessions(openid: str) -> int:
    """Sign a person out everywhere; gives how many sessions that ends."""
    return changed(_END, openid.encode())


def forget(before: datetime) -> int:
    """Remove sign-ins and sessions that were over before then."""
    return sum(changed(statement, moment_out(before)) for statement in _FORGET)
