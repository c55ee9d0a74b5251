"""Receipts: which deliveries were answered, and with what. The unique key is the lock."""

import functools
from collections.abc import Callable, Collection
from datetime import datetime

import peewee

from models.tables import vault
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, moment_in, moment_out


class Receipt(Table):
    """`delivery` is a hash of what makes a delivery that one; `reply` the text it was answered with, null for none.
    `sender` is a keyed hash of the openid, and `opens` the window for messages that the delivery opened: so the
    windows cost no statement of their own."""

    delivery = BytesField(32, primary_key=True)
    at = MomentField(index=True)
    reply = SecretField(4000, null=True)
    sender = BytesField(32, null=True)
    opens = AsciiField(8, null=True)

    class Meta:
        table_name = "receipts"
        indexes = ((("sender", "at"), False),)


_PLACE = b"receipts.reply"
_CLAIM = sql("INSERT INTO receipts (delivery, at, sender, opens) VALUES (?, ?, ?, ?)")
_KEEP = sql("UPDATE receipts SET reply = ? WHERE delivery = ?")
_READ = sql("SELECT reply FROM receipts WHERE delivery = ?")
_CLAIMED_AT = sql("SELECT at FROM receipts WHERE delivery = ?")
_CLEAR = sql("UPDATE receipts SET reply = NULL WHERE at >= ? AND at < ? AND reply IS NOT NULL")
_LATEST = sql("SELECT MAX(at) FROM receipts")
_OLD = sql("DELETE FROM receipts WHERE at < ?")


class AlreadyClaimed(Exception):
    """The delivery was answered before, or another worker was answering it and has just finished."""


def claim(delivery: bytes, at: datetime, openid: str, opens: str | None) -> None:
    """Make this delivery ours; waits while another unit of work holds it, and raises AlreadyClaimed if that one
    was stored. Must leave the unit: nothing may be caught inside."""
    try:
        execute(_CLAIM, delivery, moment_out(at), sender_of(openid), None if opens is None else opens.encode())
    except peewee.IntegrityError:
        raise AlreadyClaimed from None


def keep(delivery: bytes, reply: str) -> None:
    """Keep what a claimed delivery was answered with."""
    execute(_KEEP, vault.current().close(reply, _PLACE), delivery)


def kept(delivery: bytes) -> tuple[bool, str | None]:
    """Whether the delivery has a receipt, and the reply it holds, if that opens."""
    row = one(_READ, delivery)
    if row is None:
        return False, None
    return True, Receipt.reply.opened(row[0])


def claimed_at(delivery: bytes) -> datetime | None:
    """When the delivery was claimed."""
    row = one(_CLAIMED_AT, delivery)
    return moment_in(row[0]) if row else None


@functools.cache
def _openings(count: int) -> Callable[[], str]:
    return sql(
        f"SELECT sender, opens, MAX(at) FROM receipts WHERE sender IN ({', '.join('?' * count)}) AND at > ?"
        " AND opens IS NOT NULL GROUP BY sender, opens"
    )


def openings(openids: Collection[str], since: datetime) -> dict[str, dict[str, datetime]]:
    """The last time that each kind of window was opened by each of these people (at least one)."""
    senders = {key: openid for openid in openids for key in vault.current().hashes(b"openid", openid)}
    found: dict[str, dict[str, datetime]] = {openid: {} for openid in openids}
    for sender, opens, at in execute(_openings(len(senders)), *senders, moment_out(since)).fetchall():
        of_one, kind, moment = found[senders[bytes(sender)]], bytes(opens).decode(), moment_in(at)
        of_one[kind] = max(moment, of_one.get(kind, moment))
    return found


def latest() -> datetime | None:
    """When the last delivery came."""
    row = one(_LATEST)
    return moment_in(row[0]) if row and row[0] is not None else None


def sender_of(openid: str) -> bytes:
    """By what the deliveries of one person are known."""
    return vault.current().hash(b"openid", openid)


def forget_replies(since: datetime, before: datetime) -> int:
    """Forget what was answered to deliveries claimed in this time, not that they were."""
    return changed(_CLEAR, moment_out(since), moment_out(before))


def forget_before(at: datetime) -> int:
    """Delete receipts older than any repeat can be."""
    return changed(_OLD, moment_out(at))
