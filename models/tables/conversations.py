"""Conversations: what somebody has said so far in the talk they are in."""

from datetime import datetime

import peewee

from models.tables import vault
from models.tables.database import changed, execute, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table, moment_out


class Conversation(Table):
    """One row a person while they talk; `state` is the text of a talk. Deleted at its end, expires in minutes."""

    openid = AsciiField(64, primary_key=True)
    hall_id = peewee.IntegerField(null=True)
    revision = peewee.IntegerField()
    state = SecretField(8000)
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "conversations"


_PLACE = b"conversations.state"
_INSERT = sql("INSERT INTO conversations (openid, hall_id, revision, state, expires_at) VALUES (?, ?, 1, ?, ?)")
_UPDATE = sql(
    "UPDATE conversations SET hall_id = ?, revision = revision + 1, state = ?, expires_at = ?"
    " WHERE openid = ? AND revision = ?"
)
_DELETE = sql("DELETE FROM conversations WHERE openid = ? AND revision = ?")
_EXPIRED = sql("DELETE FROM conversations WHERE expires_at <= ?")


def begin(openid: str, hall_id: int | None, state: str, expires_at: datetime) -> None:
    """Keep a new talk; a duplicate key means that another delivery began one at the same moment."""
    execute(_INSERT, openid.encode(), hall_id, vault.current().close(state, _PLACE), moment_out(expires_at))


def go_on(openid: str, revision: int, hall_id: int | None, state: str, expires_at: datetime) -> bool:
    """Keep what a talk has come to; False when another delivery was quicker."""
    sealed = vault.current().close(state, _PLACE)
    return changed(_UPDATE, hall_id, sealed, moment_out(expires_at), openid.encode(), revision) == 1


def end(openid: str, revision: int) -> bool:
    """Forget a talk; False when another delivery was quicker."""
    return changed(_DELETE, openid.encode(), revision) == 1


def forget_expired(now: datetime) -> int:
    """Delete talks whose time is over."""
    return changed(_EXPIRED, moment_out(now))


def open_state(state: bytes) -> str:
    """The text of a stored state."""
    return vault.current().open(bytes(state), _PLACE)
