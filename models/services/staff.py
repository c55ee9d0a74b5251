"""Staff: posts, invites by a one-time code, binding, removal. Nobody has a password."""

import itertools
from datetime import datetime, timedelta

from models.rules.access import Role
from models.rules.contact import name_for_matching, person_name
from models.rules.refusal import Refused
from models.rules.spelling import half_width
from models.services import audit, halls, limits, staff_menus, staff_notices
from models.services.audit import COMMAND_LINE
from models.services.posts import Post, posts
from models.tables import signing_in, staff, turns, vault
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.staff import NO_HALL, Invite, InviteRow, Member, MemberRow

CODE_LENGTH = 8
INVITE_LASTS = timedelta(hours=2)
OPERATOR_INVITE_LASTS = timedelta(minutes=10)
KEEP_INVITES = timedelta(days=1)
"""Somebody who comes late with a code is told that it is over, not that there is none."""
MOST_MEMBERS = 100
MOST_INVITES = 10


@transaction
def choose(openid: str, hall_id: int, now: datetime) -> None:
    """切换大厅. Refused with hall_not_yours."""
    if not staff.choose(openid, hall_id, now):
        raise Refused("hall_not_yours")


@transaction
def invite(by: Post, role: Role, name: str, now: datetime) -> str:
    """A one-time code for somebody of this name (given back as a text to say) to become staff of the hall of `by`.

    An earlier open invite of the same name is withdrawn. The name of a guard is taken for the one who is to be an
    admin. Refused with what person_name refuses, hall_not_yours (by now), member_there, members_too_many,
    invites_too_many.
    """
    if by.hall is None or role is Role.OPERATOR:
        raise ValueError("an operator is invited by another command")
    name = person_name(name)
    there = _colleagues(by)
    namesake = _of_name(there, name)
    if namesake and not (role is Role.ADMIN and namesake.role == Role.GUARD):
        raise Refused("member_there", name=name)
    if len(there) >= MOST_MEMBERS:
        raise Refused("members_too_many", most=MOST_MEMBERS)
    waiting = staff.open_invites(by.hall.id, now)
    withdrawn = [old for old in waiting if _is_named(old.name, name)]
    if len(waiting) - len(withdrawn) >= MOST_INVITES:
        raise Refused("invites_too_many", most=MOST_INVITES)
    _withdraw(withdrawn, now)
    audit.note(by.actor, "invite", by.hall.id, now, role=role)
    return _new_invite(by.hall.id, role, name, by.openid, now, now + INVITE_LASTS)


@transaction
def invite_operator(name: str, now: datetime) -> str:
    """A one-time code with which whoever sends it becomes an operator. A name that another operator or an open invite
    has gets a number, since operators are removed by name. Refused with what person_name refuses."""
    name = person_name(name)
    turns.take(NO_HALL)
    taken = [one.name for one in staff.members(NO_HALL)] + [one.name for one in staff.open_invites(NO_HALL, now)]
    numbered = (name if number == 1 else f"{name}{number}" for number in itertools.count(1))
    free = next(one for one in numbered if not any(_is_named(one, other) for other in taken))
    audit.note(COMMAND_LINE, "invite", NO_HALL, now, role=Role.OPERATOR)
    return _new_invite(NO_HALL, Role.OPERATOR, free, None, now, now + OPERATOR_INVITE_LASTS)


def _colleagues(by: Post) -> list[MemberRow]:
    """Who is bound to the same hall (or is an operator too), as of now; what changes that happens one after another.
    Refused with hall_not_yours where `by` has lost the post meanwhile: two admins may remove each other at once."""
    turns.take(by.hall_id)
    there = staff.members(by.hall_id)
    if not any(one.openid == by.openid and one.role == by.role for one in there):
        raise Refused("hall_not_yours")
    return there


def _new_invite(hall_id: int, role: Role, name: str, by: str | None, now: datetime, expires_at: datetime) -> str:
    code = halls.new_code(CODE_LENGTH)
    insert(
        Invite, code_hash=_hashes_of(code)[0], hall_id=hall_id, role=role, name=name, made_by=by, made_at=now,
        expires_at=expires_at,
    )  # fmt: skip
    return code


def _hashes_of(code: str) -> tuple[bytes, ...]:
    return vault.current().hashes(b"invite", half_width(code).replace(" ", "").casefold())


def _invited(code: str) -> InviteRow | None:
    return next((found for key in _hashes_of(code) if (found := staff.invite(key))), None)


@transaction
def bind(openid: str, code: str, now: datetime) -> Post:
    """绑定 CODE: spend the invite and give the post. Refused with too_many, invite_unknown, invite_over, invite_used,
    invite_own, already_bound, member_there, members_too_many; each wrong code counts, so whoever catches that must
    let this unit of work end well. An admin stays one, whatever they bind."""
    if limits.is_over(limits.BINDING, openid, now):
        limits.count(limits.BINDING, openid, now)
    found = _invited(code)
    if found is None:
        limits.count(limits.BINDING, openid, now)
        raise Refused("invite_unknown")
    turns.take(found.hall_id)
    # As of now: somebody may have spent or withdrawn it while the turn was waited for.
    found = _invited(code) or found
    _check_invite(found, openid, now)
    there = staff.members(found.hall_id)
    held = next((one for one in there if one.openid == openid), None)
    _check_place(found, held, there)
    if not staff.use_invite(found.id, now):
        raise Refused("invite_used")
    if held:
        Member.update(role=found.role, name=found.name, chosen_at=now).where(Member.id == held.id).execute()
    else:
        _bind(openid, found.hall_id, Role(found.role), found.name, now)
    post = Post(openid, Role(found.role), halls.by_id(found.hall_id, None) if found.hall_id else None)
    audit.note(post.actor, "bind", found.hall_id, now, role=found.role)
    staff_notices.bound(post, found.name, now)
    return post


def _check_invite(found: InviteRow, openid: str, now: datetime) -> None:
    if found.used_at is not None:
        raise Refused("invite_used")
    if found.expires_at <= now:
        raise Refused("invite_over")
    if found.made_by == openid:
        raise Refused("invite_own")


def _check_place(found: InviteRow, held: MemberRow | None, there: list[MemberRow]) -> None:
    if held and (held.role == found.role or held.role == Role.ADMIN):
        raise Refused("already_bound")
    if any(_is_named(one.name, found.name) for one in there if one is not held):
        raise Refused("member_there", name=found.name)
    if held is None and len(there) >= MOST_MEMBERS:
        raise Refused("members_too_many", most=MOST_MEMBERS)


def _bind(openid: str, hall_id: int, role: Role, name: str, now: datetime) -> None:
    insert(Member, openid=openid, hall_id=hall_id, role=role, name=name, bound_at=now, chosen_at=now)
    staff_menus.want(openid, now)


@transaction
def first_admin(openid: str, hall_id: int, name: str, now: datetime) -> None:
    """Whoever registers a hall is its first admin; part of that unit of work."""
    _bind(openid, hall_id, Role.ADMIN, name, now)


@transaction
def members(*hall_ids: int) -> list[MemberRow]:
    """Who is bound to one of these halls (NO_HALL: the operators), the oldest first."""
    return staff.members(*hall_ids)


@transaction
def open_invites(hall_id: int, now: datetime) -> list[InviteRow]:
    """Invites that can still be used."""
    return staff.open_invites(hall_id, now)


@transaction
def remove(by: Post, name: str, now: datetime) -> MemberRow | None:
    """移除 NAME: unbind the member of this name, and withdraw the open invites of it and those that the member has
    made; None where only an invite was. An operator removes operators so.

    Refused with hall_not_yours (by now), member_unknown, last_admin; operator_unknown, last_operator.
    """
    there = _colleagues(by)
    found = _of_name(there, name)
    withdrawn = [
        one
        for one in staff.open_invites(by.hall_id, now)
        if _is_named(one.name, name) or (found and one.made_by == found.openid)
    ]
    if found is None and not withdrawn:
        raise Refused("member_unknown") if by.hall else Refused("operator_unknown")
    if found and found.role != Role.GUARD and sum(one.role == found.role for one in there) == 1:
        raise Refused("last_admin") if by.hall else Refused("last_operator")
    _withdraw(withdrawn, now)
    if found:
        staff.remove(found.id, by.hall_id)
        staff_menus.want(found.openid, now)
        if found.openid != by.openid:
            staff_notices.removed(by.hall, found.openid, now)
    audit.note(by.actor, "remove", by.hall_id, now, role=found.role if found else "invite")
    return found


def key_of(row: MemberRow | InviteRow) -> str:
    """By which a page names a member or an open invite of a hall; tells nobody else anything."""
    whose = row.openid if isinstance(row, MemberRow) else row.name
    return vault.current().hash(b"staff", whose).hex()[-16:]


@transaction
def withdraw(by: Post, key: str, now: datetime) -> str:
    """Take back the open invite with this key; gives the name that it was for. Refused with hall_not_yours (by now),
    and with invite_over where it is used, over or taken back already."""
    _colleagues(by)
    found = next((one for one in staff.open_invites(by.hall_id, now) if key_of(one) == key), None)
    if found is None:
        raise Refused("invite_over")
    _withdraw([found], now)
    audit.note(by.actor, "remove", by.hall_id, now, role="invite")
    return found.name


def _withdraw(invites: list[InviteRow], now: datetime) -> None:
    for one in invites:
        staff.use_invite(one.id, now)


@transaction
def unfollowed(openid: str, now: datetime) -> None:
    """Somebody has left the account: they are signed out everywhere. Their posts stay, since they may come back, and
    the other admins are told."""
    signing_in.end_sessions(openid)
    for post in posts(openid):
        staff_notices.unfollowed(post, now)


def _of_name(there: list[MemberRow], name: str) -> MemberRow | None:
    return next((one for one in there if _is_named(one.name, name)), None)


def _is_named(one: str, other: str) -> bool:
    return name_for_matching(one) == name_for_matching(other)


def forget(now: datetime) -> int:
    """Remove invites that were over long ago; part of a unit of work."""
    return staff.forget_invites(now - KEEP_INVITES)
