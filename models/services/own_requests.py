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
from models.services import audit, hashing, limits, looked
from models.services.check_out import as_due
from models.services.looked import Seen
from models.services.posts import Post
from models.services.searching import hall_of, kept_part
from models.services.stays import PUBLIC_ID_BYTES
from models.tables import amendments, erasures, found_visits, own_requests, visits
from models.tables.amendments import Replaced
from models.tables.database import transaction
from models.tables.erasures import VISIT
from models.tables.fields import insert
from models.tables.found_visits import FoundVisit
from models.tables.own_requests import OwnFever, OwnRequest, OwnRequestRow
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
    fevers: list[OwnFever]
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
    fevers = _fevers(hall, name, number, phone, now)
    audit.note(
        post.actor, "counter_look", hall.id, now, asker=asked.asker, document=asked.document, count=len(same),
        **({"fevers": len(fevers)} if fevers else {}),
    )  # fmt: skip
    if not same and not fevers:
        return None
    for visit_id in same:
        looked.note(post, looked.What.RECORD, WHY, now, visit_id=visit_id)
    public_id = secrets.token_urlsafe(PUBLIC_ID_BYTES)
    insert(
        OwnRequest, public_id=public_id, hall_id=hall.id, at=now, session=session, asker=asked.asker,
        document=asked.document, visits=json.dumps(same), fevers=json.dumps(fevers), unlike=unlike,
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


def _fevers(
    hall: HallFacts, name: str, number: identity.IdNumber | None, phone: str | None, now: datetime
) -> list[int]:
    """The fevers that this person declared, the latest first, by the same as visits; no index leads to them, as they
    are few."""
    period = kept_part(hall, None, now)
    names, numbers = hashing.name_hashes(name), hashing.id_hashes(number) if number else ()
    return [
        one.id
        for one in own_requests.fevers_of_days(hall.id, period.first, period.last, _LOOKED_AT)
        if one.name
        and hashing.name_hash(one.name) in names
        and (one.id_hash in numbers if one.id_hash else bool(phone) and one.phone == phone)
    ][:MOST]


@transaction
def kept(post: Post, public_id: str, session: str, now: datetime) -> Kept | None:
    """What a request shows to whoever asked in this session; None where there is no such one of this hall and session,
    or its time is over. A visit that was due and that nobody has closed is given as closed then. Refused with
    not_yours."""
    row = opened(post, public_id, session, now)
    if row is None:
        return None
    fevers = own_requests.fevers_with(row.fevers)
    return Kept(row, row.at + OPEN_FOR, _own(post, row, now), fevers, looked.of_visits(row.visits, now))


@transaction
def note_copy(post: Post, public_id: str, session: str, now: datetime) -> bool:
    """Note that it is printed for whoever asks; once is enough. False as `kept` gives None. Refused with not_yours."""
    row = opened(post, public_id, session, now)
    if row is None:
        return False
    if own_requests.set_copied(row.id, now):
        audit.note(post.actor, "counter_copy", post.hall_id, now, count=len(row.visits))
    return True


def forget(now: datetime) -> int:
    """Remove requests whose paper nobody prints again; gives how many. Part of a unit of work."""
    return own_requests.forget(now - KEEP)


def opened(post: Post, public_id: str, session: str, now: datetime) -> OwnRequestRow | None:
    """A request that is still open to whoever asked in this session. Part of a unit of work. Refused with not_yours."""
    row = own_requests.with_public_id(hall_of(post).id, public_id)
    return row if row and row.session == session and row.at <= now < row.at + OPEN_FOR else None


def _own(post: Post, row: OwnRequestRow, now: datetime) -> list[Own]:
    hall = hall_of(post)
    held = erasures.held(row.visits, hall.calendar.hall_day(now))
    waiting = own_requests.wait_to_be_erased(VISIT, row.visits)
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
