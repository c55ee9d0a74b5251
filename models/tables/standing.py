"""Where somebody stands when a delivery of theirs comes: one statement for talk, person and hall together."""

from datetime import datetime
from typing import Any, NamedTuple

from models.tables.conversations import open_state
from models.tables.database import one, sql
from models.tables.fields import moment_in


class TalkRow(NamedTuple):
    """The conversation somebody is in."""

    id: int
    revision: int
    hall_id: int | None
    state: str
    expires_at: datetime
    hall_revision: int | None


class PersonRow(NamedTuple):
    """The person as kept; `profile` is the cipher text, opened only where it is needed."""

    id: int
    language: str
    profile: bytes
    consents: str
    matters: str
    last_hall_id: int | None


# The derived table gives a row also for somebody who is neither talking nor known.
_STANDING = sql(
    "SELECT c.id, c.revision, c.hall_id, c.state, c.expires_at, h.revision,"
    " p.id, p.language, p.profile, p.consents, p.matters, p.last_hall_id"
    " FROM (SELECT 1 AS one) k"
    " LEFT JOIN conversations c ON c.openid = ?"
    " LEFT JOIN people p ON p.openid = ?"
    " LEFT JOIN halls h ON h.id = c.hall_id"
)


def standing(openid: str) -> tuple[TalkRow | None, PersonRow | None]:
    """The talk and the person behind an openid, each None if there is none."""
    key = openid.encode()
    row: Any = one(_STANDING, key, key)
    talk = person = None
    if row[0] is not None:
        talk = TalkRow(row[0], row[1], row[2], open_state(row[3]), moment_in(row[4]), row[5])
    if row[6] is not None:
        person = PersonRow(row[6], bytes(row[7]).decode(), bytes(row[8]), row[9], row[10], row[11])
    return talk, person
