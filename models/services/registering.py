"""A hall registers itself; an operator approves it or not, and may suspend it at any time."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING
from models.rules.hall_names import name_key
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import audit, codes, halls, limits, staff, staff_notices
from models.services.audit import Actor
from models.services.posts import Post
from models.tables import halls as hall_rows
from models.tables.database import transaction
from models.tables.halls import Listed

LONGEST_REASON = 200
MOST_WAITING = 200


@transaction
def register(
    openid: str, admin_name: str, name: str, facts: Mapping[str, Any], actor: Actor, now: datetime, *, approval: bool
) -> HallFacts:
    """Add a hall of this person, who becomes its admin; it waits for an operator where `approval` says so, else its
    codes are wanted at once.

    Refused with hall_double where there is one of this name in this region, too_many, and what `facts` cannot be. Two
    people at once: the unique key makes the second one's unit start again, and it sees the first one's hall.
    """
    check_double(name, facts)
    limits.count(limits.REGISTERING, openid, now)
    code = halls.register(name, facts, WAITING if approval else OPEN, now)
    hall = _hall(code)
    hall_rows.set_double_key(hall.id, double_key(name, facts))
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
    """By which two halls are one: the region, and what the name looks like."""
    region = facts.get("region") or facts.get("region_name", "")
    return hashlib.blake2b(f"{region}\0{name_key(name)}".encode(), digest_size=16).digest()


@transaction
def waiting() -> list[Listed]:
    """The halls that wait for an operator, the longest waiting first."""
    return hall_rows.in_state(WAITING, MOST_WAITING)


@transaction
def approve(by: Post, code: str, now: datetime) -> HallFacts:
    """批准: visitors may come, and the hall's codes are wanted. Refused with hall_unknown, hall_not_waiting."""
    hall = _decided(by, code, {WAITING: OPEN}, "approve", "", now, "hall_not_waiting")
    codes.want(hall, now)
    return hall


@transaction
def reject(by: Post, code: str, reason: str, now: datetime) -> HallFacts:
    """驳回, with a reason, which its admin is told; another hall may then take its name.

    Refused with hall_unknown, hall_not_waiting, reason_missing."""
    hall = _decided(by, code, {WAITING: REJECTED}, "reject", _reason(reason), now, "hall_not_waiting")
    hall_rows.set_double_key(hall.id, None)
    return hall


@transaction
def suspend(by: Post, code: str, reason: str, now: datetime) -> HallFacts:
    """停用, with a reason: nobody checks in, staff see nothing any more. Refused with hall_unknown, hall_not_open,
    reason_missing."""
    return _decided(by, code, {OPEN: SUSPENDED}, "suspend", _reason(reason), now, "hall_not_open_now")


@transaction
def resume(by: Post, code: str, now: datetime) -> HallFacts:
    """恢复: a suspended hall goes on; a rejected one waits again, unless another has taken its name.

    Refused with hall_unknown, hall_not_suspended, hall_double."""
    hall = _decided(by, code, {SUSPENDED: OPEN, REJECTED: WAITING}, "resume", "", now, "hall_not_suspended")
    if hall.status == WAITING:
        facts = {"region": hall.region, "region_name": hall.region_name}
        check_double(hall.name, facts)
        hall_rows.set_double_key(hall.id, double_key(hall.name, facts))
    return hall


def _decided(
    by: Post, code: str, moves: Mapping[str, str], what: str, reason: str, now: datetime, otherwise: str
) -> HallFacts:
    """Move a hall as one of `moves` says; of two operators at once one does it."""
    hall = _hall(code)
    after = moves.get(hall.status)
    if after is None or not hall_rows.decide(hall.id, hall.status, after, reason):
        raise Refused(otherwise)
    audit.note(by.actor, what, hall.id, now, before=hall.status, after=after, reason=reason)
    later = _hall(code)
    staff_notices.decided(later, what, reason, now)
    return later


def _hall(code: str) -> HallFacts:
    hall = halls.by_code(code)
    if hall is None:
        raise Refused("hall_unknown")
    return hall


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:LONGEST_REASON]
    if not reason:
        raise Refused("reason_missing")
    return reason
