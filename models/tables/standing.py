"""Where somebody stands when a delivery of theirs comes: one statement for all that is needed to answer it."""

from datetime import date, datetime
from typing import Any, NamedTuple

from models.tables.conversations import open_state
from models.tables.database import one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.openids import openid_out
from models.tables.receipts import sender_of
from models.tables.visits import OpenVisit, open_visit


class TalkRow(NamedTuple):
    """The conversation somebody is in, and the revision of the hall it is about."""

    revision: int
    state: str
    expires_at: datetime
    hall_revision: int | None


class PersonRow(NamedTuple):
    """The person as kept; `profile` is the cipher text, opened only where it is needed."""

    id: int
    facts: str
    profile: bytes


class AtDoor(NamedTuple):
    """What a scan of a hall's code needs besides: the hall as of now, the visit the person is in, and the last hall
    day on which they declared a fever there that nobody has cleared."""

    hall_id: int
    hall_revision: int
    inside: OpenVisit | None
    fever_day: date | None


class Recent(NamedTuple):
    """Deliveries since this moment, counted up to `most`."""

    since: datetime
    most: int


# The derived table gives a row also for somebody who is neither talking nor known.
_TALK_AND_PERSON = "SELECT c.revision, c.state, c.expires_at, h.revision, p.id, p.facts, p.profile"
_FROM = (
    " FROM (SELECT 1 AS one) k"
    " LEFT JOIN conversations c ON c.openid = ?"
    " LEFT JOIN people p ON p.openid = ?"
    " LEFT JOIN halls h ON h.id = c.hall_id"
)
# The index alone answers it, and from whoever floods no more is read than it takes to know.
_TURNS = ", (SELECT COUNT(*) FROM (SELECT 1 AS one FROM receipts WHERE sender = ? AND at > ? LIMIT ?) t) AS turns"
# A column without a name of its own is called after its text, with the openid in it, and is another one each time.
_STANDING = sql(_TALK_AND_PERSON + _FROM)
_STANDING_IN_CHAT = sql(_TALK_AND_PERSON + _TURNS + _FROM)
_AT_DOOR = sql(
    _TALK_AND_PERSON + _TURNS + ", d.id, d.revision,"
    " (SELECT MAX(f.hall_day) FROM fevers f WHERE f.openid = ? AND f.hall_id = d.id"
    " AND f.released_at IS NULL AND f.cleared_at IS NULL) AS fever_day,"
    " v.id, v.hall_id, v.in_at, v.due_at, v.companions"
    + _FROM
    + " LEFT JOIN halls d ON d.code = ? LEFT JOIN visits v ON v.open_key = p.id"
)


def standing(openid: str) -> tuple[TalkRow | None, PersonRow | None]:
    """The talk and the person behind an openid, each None if there is none."""
    key = openid_out(openid)
    return _talk_and_person(one(_STANDING, key, key))


def standing_in_chat(openid: str, recent: Recent) -> tuple[TalkRow | None, PersonRow | None, int]:
    """The same, and how many of their deliveries were claimed lately."""
    key = openid_out(openid)
    row: Any = one(_STANDING_IN_CHAT, *_turns(openid, recent), key, key)
    return *_talk_and_person(row), row[7]


def standing_at_door(
    openid: str, code: str, recent: Recent
) -> tuple[TalkRow | None, PersonRow | None, int, AtDoor | None]:
    """The same for somebody who scanned a code of the hall `code`; no AtDoor where there is no such hall."""
    key = openid_out(openid)
    row: Any = one(_AT_DOOR, *_turns(openid, recent), key, key, key, code.encode())
    return *_talk_and_person(row), row[7], _at_door(row[8:])


def _turns(openid: str, recent: Recent) -> tuple[bytes, str, int]:
    return sender_of(openid), moment_out(recent.since), recent.most


def _talk_and_person(row: Any) -> tuple[TalkRow | None, PersonRow | None]:
    talk = person = None
    if row[0] is not None:
        talk = TalkRow(row[0], open_state(row[1]), moment_in(row[2]), row[3])
    if row[4] is not None:
        person = PersonRow(row[4], row[5], bytes(row[6]))
    return talk, person


def _at_door(row: Any) -> AtDoor | None:
    if row[0] is None:
        return None
    fever_day = date.fromisoformat(row[2]) if isinstance(row[2], str) else row[2]
    return AtDoor(row[0], row[1], open_visit(row[3:]), fever_day)
