"""Messages that are not replies, what the platform said became of them, and consents to notices."""

import functools
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.rules.notices import KIND
from models.tables import vault
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table, insert, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class Outgoing(Table):
    """A message to one person, sent by a job. `key` says what it is about, so that it is written once; `content` is
    JSON of its text and values, and of the code to draw where it has one; `closed` names the channels that cannot reach
    the person, joined by commas."""

    key = AsciiField(64, unique=True)
    kind = AsciiField(16)
    hall_id = peewee.IntegerField(null=True)
    visit_id = peewee.IntegerField(null=True, index=True)
    openid = OpenidField(64)
    content = SecretField(6000)
    state = AsciiField(12)
    channel = AsciiField(16, null=True)
    closed = AsciiField(64)
    tries = peewee.IntegerField()
    created_at = MomentField()
    due_at = MomentField()
    expires_at = MomentField()
    unsure_since = MomentField(null=True)
    claimed_at = MomentField(null=True)
    sent_at = MomentField(null=True)
    reason = AsciiField(24, null=True)
    msgid = AsciiField(32, null=True)
    verdict = AsciiField(24, null=True)

    class Meta:
        table_name = "outbox"
        indexes = (
            (("state", "due_at"), False),  # what is due
            (("openid", "sent_at"), False),  # what a window has been used for
            (("msgid",), False),  # whose verdict it is
            (("created_at",), False),  # purge
            (("hall_id", "created_at", "state", "verdict"), False),  # what did not reach the people of a hall
        )


class Verdict(Table):
    """What the platform told later of a message that it had taken; it may come before we have kept the id."""

    msgid = AsciiField(32, primary_key=True)
    outcome = AsciiField(24)
    at = MomentField(index=True)

    class Meta:
        table_name = "verdicts"


class Grant(Table):
    """A person's consents to the notices of a template: how many are left of one-time ones; a refusal leaves none."""

    openid = OpenidField(64)
    template_id = AsciiField(64)
    left = peewee.IntegerField()
    at = MomentField(index=True)

    class Meta:
        table_name = "grants"
        indexes = ((("openid", "template_id"), True),)


class Claimed(NamedTuple):
    """A message that is this process's to send now."""

    id: int
    key: str
    kind: str
    openid: str
    content: str
    channel: str
    closed: tuple[str, ...]
    tries: int
    unsure_since: datetime | None


class Waiting(NamedTuple):
    """A message that is due, before it is claimed."""

    id: int
    key: str
    kind: str
    openid: str
    content: bytes
    closed: tuple[str, ...]
    tries: int
    expires_at: datetime
    unsure_since: datetime | None
    reason: str | None
    visit_is_over: bool
    hall_id: int | None


# Codes are kept as bytes, so they stand in statements as values, never as quoted texts.
_WAITING, _SENDING, _SENT = b"waiting", b"sending", b"sent"

_DUE = {
    of_cases: sql(
        f"SELECT id FROM outbox WHERE state = ? AND due_at <= ? AND kind {'=' if of_cases else '<>'} ?"
        " ORDER BY due_at, id LIMIT ?"
    )
    for of_cases in (False, True)
}
_READ = sql(
    "SELECT o.id, o.`key`, o.kind, o.openid, o.content, o.closed, o.tries, o.expires_at, o.unsure_since, o.reason,"
    " v.out_at IS NOT NULL, o.hall_id FROM outbox o LEFT JOIN visits v ON v.id = o.visit_id"
    " WHERE o.id = ? AND o.state = ?"
)
_FORERUNNER = sql(
    "SELECT due_at FROM outbox WHERE openid = ? AND kind = ? AND id < ? AND state IN (?, ?) ORDER BY id DESC LIMIT 1"
)
_CLAIM = sql(
    "UPDATE outbox SET state = ?, channel = ?, tries = tries + 1, claimed_at = ?"
    " WHERE id = ? AND state = ? AND tries = ?"
)
_SETTLE = sql(
    "UPDATE outbox SET state = ?, due_at = ?, reason = ?, closed = ?, msgid = ?, sent_at = ?, unsure_since = ?"
    " WHERE id = ? AND state = ? AND tries = ?"
)
_END = sql("UPDATE outbox SET state = ?, reason = ? WHERE id = ? AND state = ?")
_LOST = sql("SELECT id, channel, tries, unsure_since, closed FROM outbox WHERE state = ? AND claimed_at < ? LIMIT ?")
_JUDGED = sql(
    "SELECT v.msgid, v.outcome, o.id FROM verdicts v JOIN outbox o ON o.msgid = v.msgid WHERE v.at > ? LIMIT ?"
)
_HEARD = sql("DELETE FROM verdicts WHERE msgid = ?")
_HOLD = sql("UPDATE outbox SET due_at = ? WHERE state = ? AND due_at <= ?")
_POSTPONE = sql("UPDATE outbox SET due_at = ? WHERE id = ? AND state = ?")
_FORGET = sql(
    "UPDATE outbox SET content = ? WHERE kind = ? AND created_at >= ? AND created_at < ? AND state NOT IN (?, ?)"
    " AND LENGTH(content) > ?"
)
_NOTICE = sql(
    "SELECT id FROM outbox WHERE openid = ? AND channel = ? AND state IN (?, ?) AND verdict IS NULL ORDER BY id LIMIT 1"
)
_JUDGE = sql("UPDATE outbox SET verdict = ? WHERE id = ? AND verdict IS NULL")
_PURGE = (
    # A notice of a case keeps what became of it, so its message stays until that has been written there.
    sql(
        "DELETE FROM outbox WHERE created_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM notices WHERE notices.`key` = outbox.`key` AND notices.state = ?)"
    ),
    sql("DELETE FROM verdicts WHERE at < ?"),
)
_TROUBLES = sql(
    "SELECT COALESCE(reason, verdict), COUNT(*) FROM outbox WHERE created_at > ?"
    " AND (state IN (?, ?) OR (verdict IS NOT NULL AND verdict <> ?))"
    " GROUP BY COALESCE(reason, verdict) ORDER BY 2 DESC"
)


def due(now: datetime, most: int, *, of_cases: bool = False) -> list[int]:
    """The ids of messages whose time has come, the longest due first, and of one time the first written; notices of
    cases, which come by the thousand, apart from all others."""
    return [row[0] for row in execute(_DUE[of_cases], _WAITING, moment_out(now), KIND.encode(), most).fetchall()]


def waiting(row_id: int) -> Waiting | None:
    """A message that still waits; None when another process was quicker."""
    row: Any = one(_READ, row_id, _WAITING)
    if row is None:
        return None
    return Waiting(
        row[0], _text(row[1]), _text(row[2]), openid_in(row[3]), bytes(row[4]), _names(row[5]), row[6],
        moment_in(row[7]), None if row[8] is None else moment_in(row[8]), None if row[9] is None else _text(row[9]),
        bool(row[10]), row[11],
    )  # fmt: skip


def content_of(message: Waiting) -> str:
    """Its text and values, decrypted."""
    return vault.current().open(message.content, b"outbox.content")


def forerunner_due(message: Waiting) -> datetime | None:
    """When the message of the same kind that was written to this person before is due; None where none is waiting or
    being sent any more."""
    row = one(_FORERUNNER, openid_out(message.openid), message.kind.encode(), message.id, _WAITING, _SENDING)
    return None if row is None else moment_in(row[0])


def claim(message: Waiting, content: str, channel: str, now: datetime) -> Claimed | None:
    """Make a message ours to send by this channel; None when another process was quicker."""
    at = moment_out(now)
    if changed(_CLAIM, _SENDING, channel.encode(), at, message.id, _WAITING, message.tries) != 1:
        return None
    return Claimed(
        message.id,
        message.key,
        message.kind,
        message.openid,
        content,
        channel,
        message.closed,
        message.tries + 1,
        message.unsure_since,
    )


def settle(
    row_id: int, tries: int, state: str, due_at: datetime, reason: str, closed: tuple[str, ...], msgid: str = "",
    sent_at: datetime | None = None, unsure_since: datetime | None = None,
) -> bool:  # fmt: skip
    """Keep what came of try number `tries`; False when the claim had been taken back."""
    kept = changed(
        _SETTLE, state.encode(), moment_out(due_at), reason.encode() or None, ",".join(closed).encode(),
        msgid.encode() or None, None if sent_at is None else moment_out(sent_at),
        None if unsure_since is None else moment_out(unsure_since), row_id, _SENDING, tries,
    )  # fmt: skip
    return kept == 1


def end(row_id: int, state: str, reason: str) -> bool:
    """End a message that waits and is not sent, and say why."""
    return changed(_END, state.encode(), reason.encode(), row_id, _WAITING) == 1


def lost(claimed_before: datetime, most: int) -> list[tuple[int, str, int, datetime | None, tuple[str, ...]]]:
    """Claims that nobody settled: (id, channel, tries, unsure since, closed channels)."""
    rows = execute(_LOST, _SENDING, moment_out(claimed_before), most).fetchall()
    return [(row[0], _text(row[1]), row[2], row[3] and moment_in(row[3]), _names(row[4])) for row in rows]


@functools.cache
def _sent_to(count: int) -> Callable[[], str]:
    return sql(
        f"SELECT openid, sent_at FROM outbox WHERE openid IN ({', '.join('?' * count)}) AND sent_at > ? AND channel = ?"
    )


def sent_to(openids: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """When each of these people (at least one) was sent custom messages."""
    found: dict[str, list[datetime]] = {openid: [] for openid in openids}
    names = [openid_out(openid) for openid in found]
    for openid, at in execute(_sent_to(len(names)), *names, moment_out(since), b"custom").fetchall():
        found[openid_in(openid)].append(moment_in(at))
    return found


def judge(told_after: datetime, most: int) -> int:
    """Put the verdicts that have come to their messages; gives how many. Others, of messages that somebody else sends
    in the account's name, stay until they are purged."""
    rows = execute(_JUDGED, moment_out(told_after), most).fetchall()
    for msgid, outcome, row_id in rows:
        changed(_JUDGE, bytes(outcome), row_id)
        changed(_HEARD, bytes(msgid))
    return len(rows)


def hold(until: datetime, now: datetime) -> None:
    """Let everything that is due wait."""
    changed(_HOLD, moment_out(until), _WAITING, moment_out(now))


def postpone(row_id: int, due_at: datetime) -> None:
    """Let a message wait longer."""
    changed(_POSTPONE, moment_out(due_at), row_id, _WAITING)


def judge_notice(openid: str, outcome: str) -> None:
    """Put a verdict to the longest unjudged subscription notice of this person."""
    row = one(_NOTICE, openid_out(openid), b"subscription", _SENDING, _SENT)
    if row is not None:
        changed(_JUDGE, outcome.encode(), row[0])


def forget_texts(kind: str, since: datetime, before: datetime) -> int:
    """Forget what the messages of a kind that were written in this time said, not that they were sent; gives how many.
    Those that still wait keep it, and what was forgotten before is not touched."""
    nothing = vault.current().close("{}", b"outbox.content")
    return changed(
        _FORGET, nothing, kind.encode(), moment_out(since), moment_out(before), _WAITING, _SENDING, len(nothing)
    )


def purge(before: datetime) -> int:
    """Forget messages and verdicts from before."""
    at = moment_out(before)
    return changed(_PURGE[0], at, b"queued") + changed(_PURGE[1], at)


def troubles(since: datetime) -> dict[str, int]:
    """Why messages did not arrive, and how often, the most frequent first."""
    return {
        _text(row[0]): row[1]
        for row in execute(_TROUBLES, moment_out(since), b"given_up", b"unknown", b"delivered").fetchall()
    }


_SPEND = sql("UPDATE grants SET `left` = `left` - 1 WHERE openid = ? AND template_id = ? AND `left` > 0")
_REFUSE = sql("UPDATE grants SET `left` = 0, at = ? WHERE openid = ? AND template_id = ?")
_ACCEPT = sql("UPDATE grants SET `left` = `left` + 1, at = ? WHERE openid = ? AND template_id = ?")


@functools.cache
def _grants(count: int) -> Callable[[], str]:
    return sql(f"SELECT openid, template_id, `left` FROM grants WHERE openid IN ({', '.join('?' * count)})")


def grants(openids: Collection[str]) -> dict[str, dict[str, int]]:
    """How many notices of each template each of these people (at least one) still agrees to."""
    found: dict[str, dict[str, int]] = {openid: {} for openid in openids}
    for openid, template_id, left in execute(_grants(len(found)), *(openid_out(name) for name in found)).fetchall():
        found[openid_in(openid)][_text(template_id)] = left
    return found


def spend_grant(openid: str, template_id: str) -> None:
    """Use up one consent."""
    changed(_SPEND, openid_out(openid), template_id.encode())


def refuse_grants(openid: str, template_id: str, at: datetime) -> None:
    """The person agrees to none any more."""
    changed(_REFUSE, moment_out(at), openid_out(openid), template_id.encode())


def accept_grant(openid: str, template_id: str, at: datetime) -> None:
    """One consent more."""
    if changed(_ACCEPT, moment_out(at), openid_out(openid), template_id.encode()) == 0:
        insert(Grant, openid=openid, template_id=template_id, left=1, at=at)


def _text(value: Any) -> str:
    return bytes(value).decode()


def _names(value: Any) -> tuple[str, ...]:
    return tuple(name for name in _text(value).split(",") if name)


_BACKLOG = sql("SELECT COUNT(*), MIN(created_at) FROM outbox WHERE state = ?")


def backlog() -> tuple[int, datetime | None]:
    """How many messages wait, and since when the oldest does."""
    row: Any = one(_BACKLOG, _WAITING)
    return row[0], None if row[1] is None else moment_in(row[1])
