"""Who works for a hall, who is invited to, and who runs the account."""

import functools
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out

NO_HALL = 0
"""The hall of an operator: none, or all."""


class Member(Table):
    """Somebody bound to a hall (an operator: to NO_HALL). The post chosen last is the one their words are about."""

    openid = OpenidField(64)
    hall_id = peewee.IntegerField()
    role = AsciiField(16)
    name = SecretField(200)
    bound_at = MomentField()
    chosen_at = MomentField()

    class Meta:
        table_name = "members"
        indexes = (
            (("openid", "hall_id"), True),
            (("hall_id", "id"), False),
        )


class Invite(Table):
    """A one-time code by which somebody becomes staff; only its hash is kept. `made_by` is None for one from the
    command line."""

    code_hash = BytesField(32, unique=True)
    hall_id = peewee.IntegerField()
    role = AsciiField(16)
    name = SecretField(200)
    made_by = OpenidField(64, null=True)
    made_at = MomentField()
    expires_at = MomentField(index=True)
    used_at = MomentField(null=True)

    class Meta:
        table_name = "invites"
        indexes = ((("hall_id", "expires_at"), False),)


class PostRow(NamedTuple):
    """One post of a person: the hall and its revision (None for an operator's), the role."""

    hall_id: int
    hall_revision: int | None
    role: str


class MemberRow(NamedTuple):
    """One member of a hall, the name opened."""

    id: int
    openid: str
    role: str
    name: str
    bound_at: datetime


class InviteRow(NamedTuple):
    """An invite as it was made, the name opened."""

    id: int
    hall_id: int
    role: str
    name: str
    made_by: str | None
    expires_at: datetime
    used_at: datetime | None


_POSTS = sql(
    "SELECT m.hall_id, h.revision, m.role FROM members m LEFT JOIN halls h ON h.id = m.hall_id"
    " WHERE m.openid = ? ORDER BY m.chosen_at DESC, m.id DESC"
)


@functools.cache
def _members(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(f"SELECT id, openid, role, name, bound_at, hall_id FROM members WHERE hall_id IN ({places}) ORDER BY id")


_CHOOSE = sql("UPDATE members SET chosen_at = ? WHERE openid = ? AND hall_id = ?")
_REMOVE = sql("DELETE FROM members WHERE id = ? AND hall_id = ?")
_INVITE = sql(
    "SELECT id, hall_id, role, name, made_by, expires_at, used_at FROM invites WHERE code_hash = ? ORDER BY id DESC"
)
_OPEN_INVITES = sql(
    "SELECT id, hall_id, role, name, made_by, expires_at, used_at FROM invites"
    " WHERE hall_id = ? AND expires_at > ? AND used_at IS NULL ORDER BY id"
)
_USE = sql("UPDATE invites SET used_at = ? WHERE id = ? AND used_at IS NULL")
_FORGET = sql("DELETE FROM invites WHERE expires_at < ?")


def posts(openid: str) -> list[PostRow]:
    """All posts of a person, the one chosen last first."""
    rows = execute(_POSTS, openid_out(openid)).fetchall()
    return [PostRow(row[0], row[1], bytes(row[2]).decode()) for row in rows]


def members(*hall_ids: int) -> list[MemberRow]:
    """Who is bound to a hall, or to one of several, the oldest first."""
    return [_member(row) for row in execute(_members(len(hall_ids)), *hall_ids).fetchall()]


def _member(row: tuple[Any, ...]) -> MemberRow:
    return MemberRow(row[0], openid_in(row[1]), bytes(row[2]).decode(), Member.name.shown(row[3]), moment_in(row[4]))


def members_by_hall(hall_ids: Collection[int]) -> dict[int, list[MemberRow]]:
    """Who is bound to each of these halls, the oldest first."""
    found: dict[int, list[MemberRow]] = {one: [] for one in hall_ids}
    for row in execute(_members(len(found)), *found).fetchall() if found else ():
        found[row[5]].append(_member(row))
    return found


def choose(openid: str, hall_id: int, now: datetime) -> bool:
    """Make this the post that the person's words are about; False where it is none of theirs."""
    return changed(_CHOOSE, moment_out(now), openid_out(openid), hall_id) == 1


def remove(member_id: int, hall_id: int) -> bool:
    """Unbind a member; False where that was done already."""
    return changed(_REMOVE, member_id, hall_id) == 1


def invite(code_hash: bytes) -> InviteRow | None:
    """The invite with this code, used or not."""
    row = one(_INVITE, code_hash)
    return _invite(row) if row else None


def open_invites(hall_id: int, now: datetime) -> list[InviteRow]:
    """What is neither used nor over."""
    return [_invite(row) for row in execute(_OPEN_INVITES, hall_id, moment_out(now)).fetchall()]


def use_invite(invite_id: int, now: datetime) -> bool:
    """Spend an invite (or withdraw it); False where somebody was quicker."""
    return changed(_USE, moment_out(now), invite_id) == 1


def forget_invites(before: datetime) -> int:
    """Remove what was over before then."""
    return changed(_FORGET, moment_out(before))


def _invite(row: tuple) -> InviteRow:  # type: ignore[type-arg]
    return InviteRow(
        row[0],
        row[1],
        bytes(row[2]).decode(),
        Invite.name.shown(row[3]),
        openid_in(row[4]) if row[4] is not None else None,
        moment_in(row[5]),
        moment_in(row[6]) if row[6] is not None else None,
    )
