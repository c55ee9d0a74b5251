"""本人申请: somebody without the chat asks at a counter for what a hall keeps of them; staff see their papers first.

What is typed to find them is stored nowhere; what is found is open for a while, in the browser in which it was asked.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules import contact, identity
from models.rules.halls import HallFacts
from models.rules.own_requests import Asker, Document, check_asker
from models.rules.refusal import Refused
from models.services import audit, erasing, hashing, limits, looked
from models.services.check_out import as_due
from models.services.erasing import Erased
from models.services.front_desk.correcting import EXIT
from models.services.looked import Seen
from models.services.posts import Post
from models.services.searching import hall_of, kept_part
from models.services.stays import PUBLIC_ID_BYTES
from models.tables import amendments, erasures, found_visits, own_requests, visits
from models.tables.amendments import Replaced
from models.tables.database import Raced, transaction
from models.tables.fields import insert
from models.tables.found_visits import FoundVisit
from models.tables.own_requests import OwnRequest, OwnRequestRow
from models.tables.visits import Earlier

OPEN_FOR = timedelta(minutes=20)
KEEP = timedelta(days=1)
"""So long the paper that tells what was done can be printed again."""
MOST = 200
"""Visits of one person that are found at once; who has more is found again once these are done with."""
WHY = "own_request"
_LOOKED_AT = 1000
"""Visits with a number or a phone, which a family may share."""


@dataclass(frozen=True)
class Asked:
    """What a clerk fills in: who asks, which paper of whom it is about was seen, and what stands on it. Without a
    number, the phone that was given with the name."""

    asker: Asker
    document: Document
    has_seen: bool
    name: str
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Own:
    """A visit of whoever asks, whole. `hall_day`; `until`: the last hall day on which it is kept; `held`: the one until
    which a case keeps it, None where none does; `is_waiting`: it is emptied once none does; what stood in its fields,
    and in place of its exit, before."""

    visit: FoundVisit
    hall_day: date
    until: date
    held: date | None
    is_waiting: bool
    replaced: list[Replaced]
    earlier: list[Earlier]

    @property
    def is_erased(self) -> bool:
        """Whether it was emptied of all that tells whose it is."""
        return not self.visit.name


@dataclass(frozen=True)
class Kept:
    """What is kept of whoever asks, the latest first, shown until `until`. `unlike`: visits with their number and
    another name; `is_cut`: there may be more. `looks`: who looked at it."""

    request: OwnRequestRow
    until: datetime
    visits: list[Own]
    looks: list[Seen]

    @property
    def is_cut(self) -> bool:
        return len(self.request.visits) == MOST

    @property
    def has_account(self) -> bool:
        """Whether some of it was registered by an account, which keeps more than this hall does."""
        return any(one.visit.person_id for one in self.visits)


@transaction
def ask(post: Post, asked: Asked, session: str, now: datetime) -> str | None:
    """Look for what this hall keeps of somebody, and note that; gives the request by which it is shown in this session
    for OPEN_FOR, None where nothing is kept. Each visit that is found is told of by `looked`.

    Found are visits with the number and the name, and those without a number with the phone and the name: a number that
    somebody mistyped, or made up, opens nobody's visits to its owner.

    Refused with not_yours, own_not_seen (the papers), own_no_clue (neither number nor phone), own_child, as a name, a
    number and a phone are read, and with too_many.
    """
    hall = hall_of(post)
    today = hall.calendar.hall_day(now)
    name = contact.person_name(asked.name)
    number = identity.id_number(asked.id_number, today=today) if asked.id_number.strip() else None
    phone = contact.mobile(asked.phone) if asked.phone.strip() else None
    if not asked.has_seen:
        raise Refused("own_not_seen")
    if number is None and phone is None:
        raise Refused("own_no_clue")
    check_asker(asked.asker, number, today)
    limits.count(limits.OWN_REQUESTS, post.openid, now)
    same, unlike = _found(hall, name, number, phone, now)
    audit.note(
        post.actor, "counter_look", hall.id, now, asker=asked.asker, document=asked.document, count=len(same)
    )  # fmt: skip
    if not same:
        return None
    for visit_id in same:
        looked.note(post, looked.What.RECORD, WHY, now, visit_id=visit_id)
    public_id = secrets.token_urlsafe(PUBLIC_ID_BYTES)
    insert(
        OwnRequest, public_id=public_id, hall_id=hall.id, at=now, session=session, asker=asked.asker,
        document=asked.document, visits=json.dumps(same), unlike=unlike,
    )  # fmt: skip
    return public_id


def _found(
    hall: HallFacts, name: str, number: identity.IdNumber | None, phone: str | None, now: datetime
) -> tuple[list[int], int]:
    """The visits of this person, the latest first; and how many have the number and another name."""
    period = kept_part(hall, None, now)
    begin, end = hall.calendar.span(period.first, period.last)
    names = hashing.name_hashes(name)
    hashes = hashing.id_hashes(number) if number else ()
    numbered = [one for each in hashes for one in own_requests.by_number(hall.id, each, begin, end, _LOOKED_AT)]
    phones = hashing.phone_hashes(phone) if phone else ()
    by_phone = [one for each in phones for one in own_requests.by_phone(hall.id, each, begin, end, _LOOKED_AT)]
    # One with a number is whose the number is.
    found = numbered + [one for one in by_phone if not one.has_number]
    same = sorted((one for one in found if one.name_hash in names), key=lambda one: (one.in_at, one.id), reverse=True)
    return [one.id for one in same[:MOST]], sum(one.name_hash not in names for one in numbered)


@transaction
def kept(post: Post, public_id: str, session: str, now: datetime) -> Kept | None:
    """What a request shows to whoever asked in this session; None where there is no such one of this hall and session,
    or its time is over. A visit that was due and that nobody has closed is given as closed then. Refused with
    not_yours."""
    row = _open(post, public_id, session, now)
    if row is None:
        return None
    return Kept(row, row.at + OPEN_FOR, _own(post, row, now), looked.of_visits(row.visits, now))


@transaction
def note_copy(post: Post, public_id: str, session: str, now: datetime) -> bool:
    """Note that it is printed for whoever asks; once is enough. False as `kept` gives None. Refused with not_yours."""
    row = _open(post, public_id, session, now)
    if row is None:
        return False
    if own_requests.set_copied(row.id, now):
        audit.note(post.actor, "counter_copy", post.hall_id, now, count=len(row.visits))
    return True


@transaction
def to_erase(post: Post, public_id: str, session: str, now: datetime) -> Erased | None:
    """What `erase` would come to; None as `kept`. Refused as `erase`."""
    row = _open(post, public_id, session, now)
    return erasing.preview(_left(row), now) if row else None


@transaction
def erase(post: Post, public_id: str, session: str, now: datetime) -> Erased | None:
    """Take out of the visits of a request, and of those who came along with them, who it was (erasing.erase_visits); it
    cannot be undone, and is noted. Of two clerks at once one does it, and the other has nothing left to erase; a
    request that was answered so already is told what came of it then. None as `kept`.

    Refused with not_yours, and with erase_inside where one of them is still inside.
    """
    row = _open(post, public_id, session, now)
    if row is None:
        return None
    if row.outcome is not None:
        return _read(row.outcome)
    erasing.preview(_left(row), now)
    own_requests.hold(row.visits)
    # Read once they are held, so that what another clerk just erased is seen.
    done = erasing.erase_visits(_left(row), now)
    if not own_requests.set_erased(row.id, now, _written(done)):
        raise Raced
    audit.note(post.actor, "counter_erase", post.hall_id, now, count=done.emptied + done.later, held=done.held)
    return done


@dataclass(frozen=True)
class Receipt:
    """What was done for whoever asked: without who it was. `corrected`: which fields, and when (EXIT too)."""

    request: OwnRequestRow
    count: int
    corrected: list[tuple[str, datetime]]
    erased: Erased | None


@transaction
def receipt(post: Post, public_id: str, now: datetime) -> Receipt | None:
    """What came of a request of this hall; None where there is none that is kept. Refused with not_yours."""
    row = own_requests.with_public_id(hall_of(post).id, public_id)
    if row is None or now >= row.at + KEEP:
        return None
    fields = [
        (one.field, one.at) for visit_id in row.visits for one in amendments.replaced(visit_id) if one.at >= row.at
    ]
    exits = [
        (EXIT, one.at)
        for visit_id in row.visits
        for one in visits.earlier_exits(visit_id)
        if one.at >= row.at and one.by == "staff"
    ]
    corrected = sorted(fields + exits, key=lambda one: one[1])
    return Receipt(row, len(row.visits), corrected, _read(row.outcome) if row.outcome is not None else None)


def _left(row: OwnRequestRow) -> list[int]:
    """The visits that are not erased yet, nor wait for it."""
    gone = erasures.emptied(row.visits) | own_requests.wait_to_be_erased(row.visits)
    return [visit_id for visit_id in row.visits if visit_id not in gone]


def _written(done: Erased) -> str:
    days = (one.isoformat() if one else None for one in (done.held_until, done.gone_on))
    return json.dumps([done.emptied, done.later, done.held, *days])


def _read(outcome: str) -> Erased:
    *counts, held_until, gone_on = json.loads(outcome)
    return Erased(*counts, *(date.fromisoformat(one) if one else None for one in (held_until, gone_on)))


def forget(now: datetime) -> int:
    """Remove requests whose paper nobody prints again; gives how many. Part of a unit of work."""
    return own_requests.forget(now - KEEP)


def _open(post: Post, public_id: str, session: str, now: datetime) -> OwnRequestRow | None:
    row = own_requests.with_public_id(hall_of(post).id, public_id)
    return row if row and row.session == session and row.at <= now < row.at + OPEN_FOR else None


def _own(post: Post, row: OwnRequestRow, now: datetime) -> list[Own]:
    hall = hall_of(post)
    held = erasures.held(row.visits, hall.calendar.hall_day(now))
    waiting = own_requests.wait_to_be_erased(row.visits)
    return [
        Own(
            as_due(visit, now),
            hall.calendar.hall_day(visit.in_at),
            hall.calendar.hall_day(visit.in_at) + timedelta(days=hall.retention_days),
            held.get(visit.id),
            visit.id in waiting,
            amendments.replaced(visit.id),
            visits.earlier_exits(visit.id),
        )
        for visit in sorted(
            found_visits.with_ids(hall.id, row.visits), key=lambda one: (one.in_at, one.id), reverse=True
        )
    ]
