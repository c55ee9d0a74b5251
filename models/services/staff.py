"""Staff: posts, invites by a one-time code, binding, removal. Nobody has a password."""

import secrets
from datetime import datetime, timedelta

from models.rules.access import Role
from models.rules.contact import name_for_matching, person_name
from models.rules.refusal import Refused
from models.rules.scenes import HALL_CODE_ALPHABET
from models.services import audit, halls, limits, staff_notices
from models.services.audit import COMMAND_LINE
from models.services.posts import Post, posts
from models.tables import halls as hall_rows
from models.tables import staff, vault
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

    An earlier open invite of the same name is withdrawn. Refused with what person_name refuses, member_there,
    members_too_many, invites_too_many.
    """
    if by.hall is None or role is Role.OPERATOR:
        raise ValueError("an operator is invited by another command")
    name = person_name(name)
    there = staff.members(by.hall.id)
    if any(_is_named(member.name, name) for member in there):
        raise Refused("member_there", name=name)
    if len(there) >= MOST_MEMBERS:
        raise Refused("members_too_many", most=MOST_MEMBERS)
    waiting = staff.open_invites(by.hall.id, now)
    for old in waiting:
        if _is_named(old.name, name):
            staff.use_invite(old.id, now)
    if len(waiting) >= MOST_INVITES:
        raise Refused("invites_too_many", most=MOST_INVITES)
    audit.note(by.actor, "invite", by.hall.id, now, role=role)
    return _new_invite(by.hall.id, role, name, by.openid, now, now + INVITE_LASTS)


@transaction
def invite_operator(name: str, now: datetime) -> str:
    """A one-time code with which whoever sends it becomes an operator."""
    audit.note(COMMAND_LINE, "invite", NO_HALL, now, role=Role.OPERATOR)
    return _new_invite(NO_HALL, Role.OPERATOR, name, None, now, now + OPERATOR_INVITE_LASTS)


def _new_invite(hall_id: int, role: Role, name: str, by: str | None, now: datetime, expires_at: datetime) -> str:
    code = new_code(CODE_LENGTH)
    insert(
        Invite, code_hash=_hash_of(code), hall_id=hall_id, role=role, name=name, made_by=by, made_at=now,
        expires_at=expires_at,
    )  # fmt: skip
    return code


def new_code(length: int) -> str:
    """A code that nobody guesses, with a letter in it, since one of digits alone would pass for a number."""
    while True:
        code = "".join(secrets.choice(HALL_CODE_ALPHABET) for _ in range(length))
        if not code.isdigit():
            return code


def _hash_of(code: str) -> bytes:
    return vault.current().hash(b"invite", code.lower())


@transaction
def bind(openid: str, code: str, now: datetime) -> Post:
    """绑定 CODE: spend the invite and give the post. Refused with too_many, invite_unknown, invite_over, invite_used,
    invite_own, already_bound; each wrong code counts, so whoever refuses must let this unit of work end well."""
    if limits.is_over(limits.BINDING, openid, now):
        limits.count(limits.BINDING, openid, now)
    found = staff.invite(_hash_of(code))
    if found is None:
        limits.count(limits.BINDING, openid, now)
        raise Refused("invite_unknown")
    _check_invite(found, openid, now)
    held = next((post for post in staff.posts(openid) if post.hall_id == found.hall_id), None)
    if held and (held.role == found.role or held.role == Role.ADMIN):
        raise Refused("already_bound")
    if not staff.use_invite(found.id, now):
        raise Refused("invite_used")
    if held:
        Member.update(role=found.role, name=found.name, chosen_at=now).where(
            Member.openid == openid, Member.hall_id == found.hall_id
        ).execute()
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


def _bind(openid: str, hall_id: int, role: Role, name: str, now: datetime) -> None:
    insert(Member, openid=openid, hall_id=hall_id, role=role, name=name, bound_at=now, chosen_at=now)


@transaction
def first_admin(openid: str, hall_id: int, name: str, now: datetime) -> None:
    """Whoever registers a hall is its first admin; part of that unit of work."""
    _bind(openid, hall_id, Role.ADMIN, name, now)


@transaction
def members(hall_id: int) -> list[MemberRow]:
    """Who is bound to a hall (NO_HALL: the operators), the oldest first."""
    return staff.members(hall_id)


@transaction
def open_invites(hall_id: int, now: datetime) -> list[InviteRow]:
    """Invites that can still be used."""
    return staff.open_invites(hall_id, now)


@transaction
def remove(by: Post, name: str, now: datetime) -> MemberRow | None:
    """移除 NAME: unbind the member of this name and withdraw open invites of it; None where only an invite was.

    Refused with member_unknown, last_admin.
    """
    if by.hall is None:
        raise ValueError("operators are not removed so")
    # Two admins who remove each other at once wait for each other here, also on two nodes.
    hall_rows.touch(by.hall.id)
    withdrawn = [one for one in staff.open_invites(by.hall.id, now) if _is_named(one.name, name)]
    for one in withdrawn:
        staff.use_invite(one.id, now)
    there = staff.members(by.hall.id)
    found = next((member for member in there if _is_named(member.name, name)), None)
    if found is None and not withdrawn:
        raise Refused("member_unknown")
    if found is not None:
        if found.role == Role.ADMIN and sum(member.role == Role.ADMIN for member in there) == 1:
            raise Refused("last_admin")
        staff.remove(found.id, by.hall.id)
        staff_notices.removed(by.hall, found.openid, by.openid, now)
    audit.note(by.actor, "remove", by.hall.id, now, role=found.role if found else "invite")
    return found


@transaction
def unfollowed(openid: str, now: datetime) -> None:
    """A bound person has left the account: the post stays, since they may come back, and the other admins are told."""
    for post in posts(openid):
        staff_notices.unfollowed(post, now)


def _is_named(one: str, other: str) -> bool:
    return name_for_matching(one) == name_for_matching(other)


def forget(now: datetime) -> int:
    """Remove invites that were over long ago; part of a unit of work."""
    return staff.forget_invites(now - KEEP_INVITES)
