"""Conversations: what somebody has said so far in the talk they are in."""

from datetime import datetime
from typing import NamedTuple

import peewee

from models.tables import vault
from models.tables.database import changed, execute, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class Conversation(Table):
    """One row a person while they talk; `state` is the text of a talk. Deleted at its end, expires in minutes.

    `hall_id` is null for a talk about no hall, and NO_HALL once the talk has expired and its answers were forgotten;
    `asks` names the flow it is of, null where nothing is asked: a board counts by it without opening a talk."""

    openid = OpenidField(64, primary_key=True)
    hall_id = peewee.IntegerField(null=True)
    revision = peewee.IntegerField()
    state = SecretField(8000)
    expires_at = MomentField(index=True)
    asks = AsciiField(24, null=True)

    class Meta:
        table_name = "conversations"
        indexes = ((("hall_id", "expires_at"), False),)  # who has begun something at a hall


NO_HALL = 0
"""The hall of a talk of which only that it was there is left."""

_PLACE = b"conversations.state"
_INSERT = sql(
    "INSERT INTO conversations (openid, hall_id, asks, revision, state, expires_at) VALUES (?, ?, ?, 1, ?, ?)"
)
_UPDATE = sql(
    "UPDATE conversations SET hall_id = ?, asks = ?, revision = revision + 1, state = ?, expires_at = ?"
    " WHERE openid = ? AND revision = ?"
)
_DELETE = sql("DELETE FROM conversations WHERE openid = ? AND revision = ?")
_EXPIRED = sql(
    "SELECT openid, revision, state FROM conversations"
    f" WHERE expires_at <= ? AND (hall_id IS NULL OR hall_id <> {NO_HALL}) ORDER BY expires_at LIMIT ?"
)
_SPEND = sql(
    f"UPDATE conversations SET hall_id = {NO_HALL}, asks = NULL, revision = revision + 1, state = ?"
    " WHERE openid = ? AND revision = ?"
)
_LONG_OVER = sql("DELETE FROM conversations WHERE expires_at <= ?")


class About(NamedTuple):
    """What may be known of a talk without opening it: its hall, and the flow of which something is asked ("": none)."""

    hall_id: int | None
    asks: str


def begin(openid: str, about: About, state: str, expires_at: datetime) -> None:
    """Keep a new talk; a duplicate key means that another delivery began one at the same moment."""
    sealed = vault.current().close(state, _PLACE)
    execute(_INSERT, openid_out(openid), about.hall_id, about.asks.encode() or None, sealed, moment_out(expires_at))


def go_on(openid: str, revision: int, about: About, state: str, expires_at: datetime) -> bool:
    """Keep what a talk has come to; False when another delivery was quicker."""
    sealed = vault.current().close(state, _PLACE)
    values = (about.hall_id, about.asks.encode() or None, sealed, moment_out(expires_at))
    return changed(_UPDATE, *values, openid_out(openid), revision) == 1


def end(openid: str, revision: int) -> bool:
    """Forget a talk; False when another delivery was quicker."""
    return changed(_DELETE, openid_out(openid), revision) == 1


def expired(now: datetime, most: int) -> list[tuple[str, int, bytes]]:
    """Talks whose time is over and whose answers are still there, the oldest first: (openid, revision, state)."""
    rows = execute(_EXPIRED, moment_out(now), most).fetchall()
    return [(openid_in(row[0]), row[1], bytes(row[2])) for row in rows]


def spend(openid: str, revision: int, state: str) -> bool:
    """Leave only this of a talk that has expired; False when a delivery was quicker."""
    return changed(_SPEND, vault.current().close(state, _PLACE), openid_out(openid), revision) == 1


def forget_over_since(moment: datetime) -> int:
    """Delete talks whose time was over at this moment."""
    return changed(_LONG_OVER, moment_out(moment))


def open_state(state: bytes) -> str:
    """The text of a stored state; "" where it does not open, which is no talk."""
    return Conversation.state.opened(state) or ""
