"""Notices to the contacts of a case: whom there is to tell, by what, and what became of what was sent."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.rules.notices import Told, fate
from models.tables.contacts import Notice
from models.tables.database import execute, one, sql
from models.tables.fields import insert, moment_in, moment_out
from models.tables.openids import openid_in

QUEUED = "queued"
"""The state of a notice of which the outbox has the rest."""
REPLACED = "replaced"
"""It failed, and another one was sent in its place."""


class ContactRow(NamedTuple):
    """A contact as far as telling them needs it."""

    id: int
    number: int
    visit_id: int
    state: str


class StayRow(NamedTuple):
    """A stay of a contact with the account that it was made by: its openid and the facts of its person, None where
    there is none. `has_phone`, `lead_has_phone`: whether a number was given, by them or by whoever they came with."""

    contact_id: int
    visit_id: int
    in_at: datetime
    out_at: datetime | None
    due_at: datetime
    how_out: str | None
    openid: str | None
    facts: str | None
    has_phone: bool
    lead_has_phone: bool


class NoticeRow(NamedTuple):
    """A notice as it stands: what the outbox knows of it, or what was kept when that was forgotten."""

    id: int
    contact_id: int
    key: str
    at: datetime
    state: str
    channel: str | None
    reason: str | None
    verdict: str | None


_CONTACTS = sql(
    "SELECT id, number, visit_id, state FROM contacts WHERE case_id = ? AND number > ? AND is_gone = ?"
    " ORDER BY number LIMIT ?"
)


def contacts(case_id: int, after: int, most: int) -> list[ContactRow]:
    """The contacts of a case whose numbers come after one, in their order; without those who are gone from it."""
    rows = execute(_CONTACTS, case_id, after, False, most).fetchall()
    return [ContactRow(row[0], row[1], row[2], _text(row[3])) for row in rows]


@functools.cache
def _stays(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(
        "SELECT c.contact_id, v.id, v.in_at, v.out_at, v.due_at, v.how_out, p.openid, p.facts, v.phone IS NOT NULL,"
        " l.phone IS NOT NULL FROM case_visits c JOIN visits v ON v.id = c.visit_id"
        " LEFT JOIN people p ON p.id = v.person_id LEFT JOIN visits l ON l.id = v.lead_id"
        f" WHERE c.case_id = ? AND c.contact_id IN ({places}) ORDER BY c.contact_id, v.in_at"
    )


def stays(case_id: int, contact_ids: Sequence[int]) -> list[StayRow]:
    """The stays of these contacts, each contact's in the order of entry; those that were erased are missing."""
    if not contact_ids:
        return []
    rows = execute(_stays(len(contact_ids)), case_id, *contact_ids).fetchall()
    return [
        StayRow(
            row[0], row[1], moment_in(row[2]), None if row[3] is None else moment_in(row[3]), moment_in(row[4]),
            _text_or_none(row[5]), None if row[6] is None else openid_in(row[6]), row[7], bool(row[8]), bool(row[9]),
        )
        for row in rows
    ]  # fmt: skip


_STANDING = (
    "SELECT n.id, n.contact_id, n.`key`, n.at, n.state, n.channel, n.reason, n.verdict,"
    " o.state, o.channel, o.reason, o.verdict FROM notices n LEFT JOIN outbox o ON o.`key` = n.`key`"
)


@functools.cache
def _of(count: int) -> Callable[[], str]:
    return sql(f"{_STANDING} WHERE n.case_id = ? AND n.contact_id IN ({', '.join('?' * count)}) ORDER BY n.id")


def of(case_id: int, contact_ids: Sequence[int]) -> list[NoticeRow]:
    """The notices to these contacts, the earliest first, but before all others those that surely did not arrive: of
    two contacts who turned out to be one person, what one of them was told counts."""
    if not contact_ids:
        return []
    rows = [_row(row) for row in execute(_of(len(contact_ids)), case_id, *contact_ids).fetchall()]
    return sorted(rows, key=lambda row: fate(row.state, row.reason, row.verdict).told is not Told.FAILED)


_COUNTS = sql(
    "SELECT n.state, n.channel, n.reason, n.verdict, o.state, o.channel, o.reason, o.verdict, COUNT(*)"
    " FROM notices n LEFT JOIN outbox o ON o.`key` = n.`key` WHERE n.case_id = ? AND n.state <> ?"
    " GROUP BY n.state, n.channel, n.reason, n.verdict, o.state, o.channel, o.reason, o.verdict"
)


def counts(case_id: int) -> list[tuple[str, str | None, str | None, str | None, int]]:
    """How many contacts' last notices stand how: (state, channel, reason, verdict, how many)."""
    rows = execute(_COUNTS, case_id, REPLACED.encode()).fetchall()
    return [(*_standing(row[:4], row[4:8]), row[8]) for row in rows]


_LAST = sql("SELECT MAX(id) FROM notices WHERE case_id = ?")


def last_id(case_id: int) -> int:
    """The id of the last notice of a case, 0 where none was sent."""
    row = one(_LAST, case_id)
    return int(row[0] or 0) if row else 0


def add(case_id: int, contact_id: int, key: str, by: str, now: datetime) -> None:
    """A notice that is in the outbox now; `key` must be new."""
    insert(Notice, case_id=case_id, contact_id=contact_id, key=key, by=by, at=now, state=QUEUED)


_KEEP = sql("UPDATE notices SET state = ?, channel = ?, reason = ?, verdict = ? WHERE id = ?")


def keep(row: NoticeRow, state: str) -> None:
    """Keep what is known of a notice with it, since its message will be forgotten."""
    execute(_KEEP, state.encode(), _bytes(row.channel), _bytes(row.reason), _bytes(row.verdict), row.id)


_OPEN = sql(f"{_STANDING} WHERE n.state = ? AND n.at < ? ORDER BY n.at LIMIT ?")


def unsettled(before: datetime, most: int) -> list[NoticeRow]:
    """Notices from before, of which only the outbox knows what became of them; the earliest first."""
    return [_row(row) for row in execute(_OPEN, QUEUED.encode(), moment_out(before), most).fetchall()]


_STATE = sql("SELECT state, channel, reason, verdict FROM outbox WHERE `key` = ?")


def message(key: str) -> tuple[str, str | None, str | None, str | None] | None:
    """How a message of the outbox stands: (state, channel, reason, verdict)."""
    row = one(_STATE, key.encode("utf-8", "replace"))
    return None if row is None else (_text(row[0]), *map(_text_or_none, row[1:]))  # type: ignore[return-value]


def _row(row: tuple[Any, ...]) -> NoticeRow:
    return NoticeRow(row[0], row[1], _text(row[2]), moment_in(row[3]), *_standing(row[4:8], row[8:12]))


def _standing(kept: Sequence[Any], queued: Sequence[Any]) -> tuple[str, str | None, str | None, str | None]:
    state = _text(kept[0])
    if state != QUEUED:
        return state, *map(_text_or_none, kept[1:])  # type: ignore[return-value]
    if queued[0] is None:
        # Its message is gone, which nobody expects: whether it arrived nobody knows.
        return "unknown", None, None, None
    return _text(queued[0]), *map(_text_or_none, queued[1:])  # type: ignore[return-value]


def _text(value: Any) -> str:
    return bytes(value).decode()


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else value.encode()
