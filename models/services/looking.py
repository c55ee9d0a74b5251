"""One record of a hall: masked until somebody says why they need it whole, then whole for some minutes, for them alone.

What opens a record is the row of the audit that tells of it: nobody sees more than is noted.
"""

import json
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.plain_words import holds_long_number, plain_words
from models.rules.refusal import Refused
from models.rules.wanted import By, Wanted, Who
from models.services import audit, limits, looked, searching
from models.services.check_out import as_due
from models.services.posts import Post
from models.services.searching import hall_of, kept_part, masked, masked_field
from models.tables import amendments, door, erasures, found_visits, visits
from models.tables.amendments import Replaced
from models.tables.database import transaction
from models.tables.found_visits import UNREADABLE, FoundVisit, Sought
from models.tables.visits import Earlier

OPEN_FOR = timedelta(minutes=10)
OTHER = "other"
WHY = ("visitor", "correct", "lost", "complaint", "authority", OTHER)
"""What a record is needed whole for; OTHER is said in words."""
LONGEST_REASON = 60
MOST_OTHERS = 20
MOST_OPEN = 500
"""More records than a hall opens within OPEN_FOR."""


@dataclass(frozen=True)
class Record:
    """A stay with all that is known of it. `visit`: whole until `until`, where that is not None, else masked;
    `replaced`: what stood in its fields before, masked as `visit` is; everybody else on it masked. `others`: further
    stays in this hall of the same account or the same ID number, the latest first, at most MOST_OTHERS. `flags`: the
    kinds of what staff should see of it."""

    visit: FoundVisit
    until: datetime | None
    earlier: list[Earlier]
    replaced: list[Replaced]
    flags: list[str]
    lead: FoundVisit | None
    companions: list[FoundVisit]
    others: list[FoundVisit]


@transaction
def record(post: Post, public_id: str, session: str, now: datetime) -> Record | None:
    """The record as somebody sees it in this session; None where this hall keeps no such one. Refused with
    not_yours."""
    row = _kept(post, public_id, now)
    if row is None:
        return None
    until = _open_until(post, public_id, session, now)
    lead = found_visits.with_id(row.hall_id, row.lead_id) if row.lead_id else None
    with_them = found_visits.companions_of(row.id) if row.companions else []
    return Record(
        row if until else masked(row),
        until,
        visits.earlier_exits(row.id),
        [one if until else _masked_value(one) for one in amendments.replaced(row.id)],
        door.flags_of(row.hall_id, row.id, row.in_at),
        _shown(lead, now) if lead else None,
        [_shown(one, now) for one in with_them],
        [_shown(one, now) for one in _others(post, row, now)],
    )


@transaction
def look(post: Post, public_id: str, session: str, why: str, words: str, now: datetime) -> bool:
    """Open a record for OPEN_FOR in this session, and note who, which, what for and when; the visitor is told of it
    too, by `looked`. `why`: one of WHY, `words` for OTHER. False where this hall keeps no such record; one that is open
    already stays as it is.

    The visitor's name in the reason is left out: a refusal would tell whoever guesses at it that they are right,
    and nobody that they did. Refused with not_yours, reason_missing, reason_length (most), reason_personal (the reason
    holds a long number), too_many (minutes), and as plain_words; nothing is noted then.
    """
    row = _kept(post, public_id, now)
    if row is None:
        return False
    said = reason_from(why, words, WHY, row.name)
    if _open_until(post, public_id, session, now) is None:
        limits.count(limits.LOOKS, post.openid, now)
        audit.note(post.actor, "look", post.hall_id, now, visit=public_id, why=why, reason=said, session=session)
        looked.note(post, looked.What.RECORD, why, now, words=said, visit_id=row.id)
    return True


def reason_from(why: str, words: str, choices: Container[str], name: str) -> str:
    """What was said in words of why something is needed whole; empty where `why` is another one of the choices.
    Refused as `look`; `name`: of whom the words may not speak, and which is left out of them."""
    if why not in choices:
        raise Refused("reason_missing")
    if why != OTHER:
        return ""
    said = plain_words(words)
    if not 2 <= len(said) <= LONGEST_REASON:
        raise Refused("reason_length", most=LONGEST_REASON)
    if holds_long_number(said):
        raise Refused("reason_personal")
    return said.replace(name, "***") if len(name) > 1 else said


def _kept(post: Post, public_id: str, now: datetime) -> FoundVisit | None:
    hall = hall_of(post)
    row = found_visits.with_public_id(hall.id, public_id)
    if row is None or hall.calendar.hall_day(row.in_at) < kept_part(hall, None, now).first:
        return None
    return as_due(row, now)


def _open_until(post: Post, public_id: str, session: str, now: datetime) -> datetime | None:
    rows = audit.latest(post.hall_id, now, 2**31 - 1, MOST_OPEN, action="look", since=now - OPEN_FOR)
    mine = audit.hashes_of(post.openid)
    for row in rows:
        detail = json.loads(row.detail)
        is_mine = row.actor in mine and detail.get("session") == session
        if is_mine and detail.get("visit") == public_id and now < row.at + OPEN_FOR:
            return row.at + OPEN_FOR
    return None


def _others(post: Post, row: FoundVisit, now: datetime) -> list[FoundVisit]:
    found = [
        one
        for look_up in (_by_number(post, row, now), _by_account(post, row, now))
        if look_up
        for one in found_visits.page(look_up, MOST_OTHERS + 1)
    ]
    theirs = {one.id: one for one in found if one.id != row.id}
    return sorted(theirs.values(), key=lambda one: (one.in_at, one.id), reverse=True)[:MOST_OTHERS]


def _by_number(post: Post, row: FoundVisit, now: datetime) -> Sought | None:
    if not row.id_number or row.id_number == UNREADABLE:
        return None
    try:
        return searching.sought(hall_of(post), Wanted(who=Who(By.ID_NUMBER, row.id_number)), now)
    except Refused:
        # Rules grow stricter than what was once accepted.
        return None


def _by_account(post: Post, row: FoundVisit, now: datetime) -> Sought | None:
    if not row.person_id or erasures.is_going(row.person_id):
        return None
    return searching.sought(hall_of(post), Wanted(), now)._replace(column="person_id", hashes=(row.person_id,))


def _masked_value(one: Replaced) -> Replaced:
    return one._replace(earlier=masked_field(one.field, one.earlier))


def _shown(visit: FoundVisit, now: datetime) -> FoundVisit:
    return masked(as_due(visit, now))
