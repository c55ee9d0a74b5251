"""What stands under an openid in the tables, and goes when its person asks for that."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from models.rules.notices import KIND
from models.tables import vault
from models.tables.database import changed, execute, one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.openids import openid_in, openid_out
from models.tables.signing_in import KINDS as SIGN_INS

_PERSON = sql("DELETE FROM people WHERE id = ? AND openid = ?")
_WITH_ID = sql("SELECT openid, seen_at FROM people WHERE id = ?")
_STAYS = sql("SELECT id FROM visits WHERE person_id = ? ORDER BY in_at DESC LIMIT ?")
_CONTACTS = sql("UPDATE contacts SET person_id = NULL WHERE person_id = ?")
_MESSAGES = sql("SELECT `key`, state, channel, reason, verdict FROM outbox WHERE openid = ? AND kind = ?")
_NOTICE = sql("UPDATE notices SET state = ?, channel = ?, reason = ?, verdict = ? WHERE `key` = ? AND state = ?")
_SENT = sql("SELECT msgid FROM outbox WHERE openid = ? AND msgid IS NOT NULL")
_VERDICT = sql("DELETE FROM verdicts WHERE msgid = ?")
_ALL_MESSAGES = sql("DELETE FROM outbox WHERE openid = ?")
_OWN_MESSAGES = sql("DELETE FROM outbox WHERE openid = ? AND kind IN (?, ?, ?)")
_ERASED = "erased"
_TO_VISITORS = (b"remind", b"photo", KIND.encode())
_REPLIES = sql("UPDATE receipts SET reply = NULL WHERE sender = ? AND reply IS NOT NULL")
_TALK = sql("DELETE FROM conversations WHERE openid = ?")
_SIGN_INS = sql("DELETE FROM sign_ins WHERE kind IN (?, ?, ?) AND expires_at > ? AND openid = ?")
_GRANTS = sql("DELETE FROM grants WHERE openid = ?")
_OTHERS = (
    _GRANTS,
    sql("DELETE FROM photos WHERE openid = ?"),
    sql("DELETE FROM sessions WHERE openid = ?"),
)


def remove_person(person_id: int, openid: str) -> bool:
    """Forget whom this row is of; False where they are gone. From here on nobody comes in by it, since a check-in
    writes to the row."""
    return changed(_PERSON, person_id, openid_out(openid)) == 1


def person_with_id(person_id: int) -> tuple[str, datetime] | None:
    """The openid of the person with this id, and when they were last here."""
    row = one(_WITH_ID, person_id)
    return None if row is None else (openid_in(row[0]), moment_in(row[1]))


def stays(person_id: int, most: int) -> list[int]:
    """The ids of an account's stays, the latest so many."""
    return [row[0] for row in execute(_STAYS, person_id, most).fetchall()]


class Counted(NamedTuple):
    """The stays of an account in one hall, and the day of the last one."""

    hall_id: int
    visits: int
    last: date


_IN_HALLS = sql("SELECT hall_id, COUNT(*), MAX(hall_day) FROM visits WHERE person_id = ? GROUP BY hall_id")


def stays_in_halls(person_id: int) -> list[Counted]:
    """In which halls an account has been, as far as that is kept."""
    rows = execute(_IN_HALLS, person_id).fetchall()
    return [Counted(row[0], row[1], row[2] if isinstance(row[2], date) else date.fromisoformat(row[2])) for row in rows]


def leave_cases(person_id: int) -> None:
    """Let no contact of a case be this account."""
    changed(_CONTACTS, person_id)


def remove_talk(openid: str) -> None:
    """Forget the conversation somebody is in."""
    changed(_TALK, openid_out(openid))


def remove_grants(openid: str) -> None:
    """The person has agreed to no notices."""
    changed(_GRANTS, openid_out(openid))


def remove_messages(openid: str, *, is_staff: bool) -> None:
    """Forget the messages to somebody, those that still wait too, but what they are told as staff; of notices of a case
    it is kept what became of them: one that was not sent is given up."""
    own = openid_out(openid)
    for key, state, channel, reason, verdict in execute(_MESSAGES, own, KIND.encode()).fetchall():
        stands = _given_up(state, channel, reason, verdict)
        changed(_NOTICE, *stands, key, b"queued")
    for (msgid,) in execute(_SENT, own).fetchall():
        changed(_VERDICT, bytes(msgid))
    if is_staff:
        changed(_OWN_MESSAGES, own, *_TO_VISITORS)
    else:
        changed(_ALL_MESSAGES, own)


def _given_up(state: bytes, *rest: bytes | None) -> tuple[bytes | None, ...]:
    if bytes(state) == b"waiting":
        return b"given_up", None, _ERASED.encode(), None
    # One that is just being sent may arrive.
    return (b"unknown" if bytes(state) == b"sending" else state, *rest)


def remove_rest(openid: str, sign_ins_since: datetime) -> None:
    """Forget what was answered to somebody, photos that are still to be read, where they are signed in, and consents
    to notices."""
    for sender in _senders(openid):
        changed(_REPLIES, sender)
    for statement in _OTHERS:
        changed(statement, openid_out(openid))
    changed(_SIGN_INS, *SIGN_INS, moment_out(sign_ins_since), openid_out(openid))


def _senders(openid: str) -> Sequence[bytes]:
    return vault.current().hashes(b"openid", openid)
