"""A hall registers itself; an operator approves it or not, and may suspend it at any time."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING
from models.rules.contact import person_name
from models.rules.hall_names import hall_name, name_key
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.spelling import half_width, readable
from models.services import audit, codes, halls, limits, staff, staff_notices
from models.services.audit import Actor
from models.services.posts import Post
from models.tables import halls as hall_rows
from models.tables.database import transaction
from models.tables.halls import Listed

LONGEST_REASON = 200
MOST_WAITING = 200
MOST_LIKE_NAMED = 10
PAGE = 20
MOST_PAGES = 100_000


class Found(NamedTuple):
    """One page of halls, and how many there are on all pages."""

    halls: list[Listed]
    total: int


@transaction
def register(
    openid: str, admin_name: str, name: str, facts: Mapping[str, Any], actor: Actor, now: datetime, *, approval: bool
) -> HallFacts:
    """Add a hall of this person, who becomes its admin; it waits for an operator where `approval` says so, else its
    codes are wanted at once.

    Refused with hall_double where there is one of this name in this region, too_many, and what the names (by hall_name
    and person_name) and `facts` cannot be. Two people at once: the unique key makes the second one's unit start again,
    and it sees the first one's hall.
    """
    name, admin_name = hall_name(name), person_name(admin_name)
    check_double(name, facts)
    halls.check(name, facts)
    limits.count(limits.REGISTERING, openid, now)
    hall = _hall(halls.register(name, facts, WAITING if approval else OPEN, now, double_key(name, facts)))
    staff.first_admin(openid, hall.id, admin_name, now)
    audit.note(actor, "register", hall.id, now, name=name, region=hall.region_name, facts=dict(facts))
    if approval:
        staff_notices.hall_waits(hall, now)
    else:
        codes.want(hall, now)
    return hall


@transaction
def check_double(name: str, facts: Mapping[str, Any]) -> None:
    """Refused with hall_double where a hall of this region has a name that looks like this one."""
    if hall_rows.with_double_key(double_key(name, facts)) is not None:
        raise Refused("hall_double")


def double_key(name: str, facts: Mapping[str, Any]) -> bytes:
    """By which two halls are one: what the names of hall and region look like. The region's code is no part of it, as
    somebody may write a region of the table in their own words."""
    region = name_key(facts.get("region_name", ""))
    return hashlib.blake2b(f"{region}\0{name_key(name)}".encode(), digest_size=16).digest()


@transaction
def waiting() -> list[Listed]:
    """The halls that wait for an operator, the longest waiting first."""
    return hall_rows.in_state(WAITING, MOST_WAITING)


@transaction
def listed(search: str = "", status: str | None = None, page: int = 1) -> Found:
    """Halls by a part of their name or code, in one state or any, the newest first; pages count from 1."""
    skipped = (min(max(page, 1), MOST_PAGES) - 1) * PAGE
    return Found(*hall_rows.search(half_width(search), status, PAGE, skipped))


@transaction
def as_listed(hall: HallFacts) -> Listed:
    """One hall as it stands in the list."""
    found = hall_rows.listed(hall.code)
    if found is None:
        raise Refused("hall_unknown")
    return found


@transaction
def names(hall_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The code and the name of each of these halls, by its id."""
    return hall_rows.names(hall_ids)


@transaction
def like_named(hall: HallFacts) -> list[Listed]:
    """Halls elsewhere whose names look like this one's: whoever looks at a new hall asks if it only poses as one."""
    return hall_rows.like_named(hall.name, hall.id, MOST_LIKE_NAMED)


@transaction
def approve(by: Post, code: str, now: datetime, seen: int | None = None) -> HallFacts:
    """批准: visitors may come, and the hall's codes are wanted. `seen`: the revision of the hall that was looked at, as
    one that waits may still take another name. Refused with hall_unknown, hall_not_waiting, hall_changed."""
    hall = _hall(code)
    if hall.status == WAITING and seen not in (None, hall.revision):
        raise Refused("hall_changed")
    return _decided(by, hall, {WAITING: OPEN}, "approve", "", now, "hall_not_waiting")


@transaction
def reject(by: Post, code: str, reason: str, now: datetime) -> HallFacts:
    """驳回, with a reason, which its admins are told; another hall may then take its name.

    Refused with hall_unknown, hall_not_waiting, reason_missing, reason_too_long (most)."""
    hall = _decided(by, _hall(code), {WAITING: REJECTED}, "reject", _reason(reason), now, "hall_not_waiting")
    hall_rows.set_double_key(hall.id, None)
    return hall


@transaction
def suspend(by: Post, code: str, reason: str, now: datetime) -> HallFacts:
    """停用, with a reason: nobody checks in, staff see nothing any more.

    Refused with hall_unknown, hall_not_open_now, reason_missing, reason_too_long (most)."""
    return _decided(by, _hall(code), {OPEN: SUSPENDED}, "suspend", _reason(reason), now, "hall_not_open_now")


@transaction
def resume(by: Post, code: str, now: datetime) -> HallFacts:
    """恢复: a suspended hall goes on; a rejected one waits again, unless another has taken its name.

    Refused with hall_unknown, hall_not_suspended, hall_double."""
    hall = _hall(code)
    if hall.status != REJECTED:
        return _decided(by, hall, {SUSPENDED: OPEN}, "resume", "", now, "hall_not_suspended")
    place = {"region": hall.region, "region_name": hall.region_name}
    check_double(hall.name, place)
    later = _decided(by, hall, {REJECTED: WAITING}, "wait", "", now, "hall_not_suspended")
    hall_rows.set_double_key(hall.id, double_key(hall.name, place))
    return later


def _decided(
    by: Post, hall: HallFacts, moves: Mapping[str, str], what: str, reason: str, now: datetime, otherwise: str
) -> HallFacts:
    """Move a hall as one of `moves` says; of two operators at once one does it. Nothing is written before it is sure
    that it will be."""
    after = moves.get(hall.status)
    if after is None or not hall_rows.decide(hall.id, hall.status, after, reason, halls.new_revision()):
        raise Refused(otherwise)
    audit.note(by.actor, what, hall.id, now, before=hall.status, after=after, reason=reason)
    later = _hall(hall.code)
    if later.is_open_for_visitors:
        codes.want(later, now)
    staff_notices.decided(later, what, reason, now)
    return later


def _hall(code: str) -> HallFacts:
    hall = halls.by_code(half_width(code).lower())
    if hall is None:
        raise Refused("hall_unknown")
    return hall


def _reason(text: str) -> str:
    reason = readable(text)
    if not reason:
        raise Refused("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise Refused("reason_too_long", most=LONGEST_REASON)
    return reason
