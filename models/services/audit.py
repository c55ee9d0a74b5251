"""What staff and operators did is noted: who, in which role, what, and what was before and after."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from models.phrases import say
from models.rules.access import Role
from models.tables import audit, books_of_keys, vault
from models.tables.audit import Audit, AuditRow
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.staff import MemberRow

PAGE = 50
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


VISITOR: Final = "visitor"
"""In place of a role: whoever does something about their own data."""


@dataclass(frozen=True)
class Actor:
    """Who does something, in which role. Without an openid: whoever has the command line."""

    openid: str | None
    role: Role | Literal["visitor"]


COMMAND_LINE = Actor(None, Role.OPERATOR)


def hash_of(openid: str) -> bytes:
    """By which the rows of one person are found, and from which nobody finds the person."""
    return vault.current().hash(b"actor", openid)


@transaction
def hashes_of(openid: str) -> tuple[bytes, ...]:
    """The same under every key that rows may still carry, also of keys that are gone."""
    return tuple(by_hash([openid]))


@transaction
def by_hash(openids: Sequence[str]) -> dict[bytes, str]:
    """These people by every hash under which what they did may be noted."""
    known = {key: openid for openid in openids for key in vault.current().hashes(b"actor", openid)}
    earlier = books_of_keys.earlier(list(known))
    return {**known, **{key: known[newest] for key, newest in earlier.items()}}


def keep_earlier(openids: Iterable[str]) -> None:
    """Keep who these people are under every hash key but the newest, for when those are gone. Part of a unit of
    work."""
    for openid in openids:
        newest, *older = vault.current().hashes(b"actor", openid)
        for was in older:
            books_of_keys.add_alias(was, newest)


@transaction
def note(actor: Actor, action: str, hall_id: int, now: datetime, **detail: Any) -> None:
    """Add a row; part of the unit of work that does what it tells. `detail` goes in as JSON and holds nothing of
    visitors; values are cut nowhere, so callers give what a page can show."""
    insert(
        Audit,
        at=now,
        hall_id=hall_id,
        actor=hash_of(actor.openid) if actor.openid else None,
        role=actor.role,
        action=action,
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs between two sets of facts: {name: [before, after]}."""
    names = sorted(before.keys() | after.keys())
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


@transaction
def latest(
    hall_id: int | None, before: datetime, before_id: int = 0, most: int = PAGE, *,
    action: str | None = None, since: datetime = BEFORE_ALL,
    role: str | None = None,
) -> list[AuditRow]:  # fmt: skip
    """The latest rows of a hall (None: of everything) before a moment; of one action, of one role, and from a moment
    on, where that is asked. A further page: before the moment and the id of the last row that was shown."""
    return audit.latest(hall_id, action, since, before, before_id, most, role)


def named(rows: Iterable[AuditRow], members: Iterable[MemberRow], language: str) -> list[tuple[AuditRow, str]]:
    """The rows with who did it: the name of the member whose hash, under any key, stands there; in words, that it was
    somebody who is not staff any more, or the command line; of visitors nothing."""
    names_of = {member.openid: member.name for member in members}
    names = {key: names_of[openid] for key, openid in by_hash(list(names_of)).items()}
    unnamed = say(language, "audit.has_left")
    command_line = say(language, "audit.command_line")
    return [
        (row, "" if row.role == VISITOR else command_line if row.actor is None else names.get(row.actor, unnamed))
        for row in rows
    ]
