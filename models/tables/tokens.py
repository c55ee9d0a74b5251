"""The platform's access token, shared by every process of every machine."""

from datetime import datetime
from typing import NamedTuple

import peewee

from models.tables import vault
from models.tables.database import changed, one, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table, insert, moment_in, moment_out


class AccessToken(Table):
    """`app_id` is the account's, or for the ticket of its pages that and what it is of.
    `revision` grows with each token; `claimed_until` is set while one process fetches the next."""

    app_id = AsciiField(32, primary_key=True)
    revision = peewee.IntegerField()
    token = SecretField(1200, null=True)
    expires_at = MomentField(null=True)
    claimed_until = MomentField(null=True)

    class Meta:
        table_name = "access_tokens"


class Kept(NamedTuple):
    """The token in use and until when; revision 0: there was never one."""

    revision: int
    token: str
    expires_at: datetime | None


_PLACE = b"access_tokens.token"
_READ = sql("SELECT revision, token, expires_at FROM access_tokens WHERE app_id = ?")
_CLAIM = sql(
    "UPDATE access_tokens SET claimed_until = ? WHERE app_id = ? AND revision = ?"
    " AND (claimed_until IS NULL OR claimed_until < ?)"
)
_STORE = sql(
    "UPDATE access_tokens SET revision = revision + 1, token = ?, expires_at = ?, claimed_until = NULL"
    " WHERE app_id = ? AND revision = ?"
)
_RELEASE = sql("UPDATE access_tokens SET claimed_until = NULL WHERE app_id = ? AND revision = ?")


def kept(app_id: str) -> Kept:
    """The token as every process sees it; makes the row where there is none."""
    row = one(_READ, app_id.encode())
    if row is None:
        insert(AccessToken, app_id=app_id, revision=0)
        return Kept(0, "", None)
    token = AccessToken.token.opened(row[1])
    # One that does not open is none: another is fetched.
    return Kept(row[0], "", None) if token is None else Kept(row[0], token, moment_in(row[2]))


def claim(app_id: str, revision: int, now: datetime, until: datetime) -> bool:
    """Make the fetching of the next token ours; False while another process does it, or has done it."""
    return changed(_CLAIM, moment_out(until), app_id.encode(), revision, moment_out(now)) == 1


def store(app_id: str, revision: int, token: str, expires_at: datetime) -> None:
    """Keep the next token."""
    changed(_STORE, vault.current().close(token, _PLACE), moment_out(expires_at), app_id.encode(), revision)


def release(app_id: str, revision: int) -> None:
    """Let another process try to fetch it."""
    changed(_RELEASE, app_id.encode(), revision)
