"""Exports of the audit: an operator asks for what a page shows, which is noted, and fetches it within ten minutes."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import audit
from models.services.posts import Post
from models.tables import audit as rows
from models.tables.audit import AuditRow
from models.tables.database import transaction
from models.tables.staff import NO_HALL

MOST = 10_000
"""Rows of one export."""
OPENED_FOR = timedelta(minutes=10)
_AT_ONCE = 500
_MOST_OPEN = 200
_DID = "audit_export"


@dataclass(frozen=True)
class Chosen:
    """Which rows: of a hall (None: of all, and of the account), of one action, of one role ("": any), from a moment on
    and before another one."""

    hall_id: int | None
    action: str
    role: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Opened:
    """An export that was asked for: which rows, and when it was."""

    chosen: Chosen
    made_at: datetime


@transaction
def ask(post: Post, chosen: Chosen, days: tuple[str, str], session: str, now: datetime) -> str:
    """Open an export to this session, and note that, with the first and last day as people call them; gives its mark.
    What was done later is not in it. Refused with not_yours, audit_nothing (there are no such rows) and audit_too_many
    (most)."""
    if not post.may(Action.AUDIT):
        raise Refused("not_yours")
    until = min(chosen.until, now + timedelta(microseconds=1))
    count = rows.count(chosen.hall_id, chosen.action or None, chosen.role or None, chosen.since, until, MOST + 1)
    if not count:
        raise Refused("audit_nothing")
    if count > MOST:
        raise Refused("audit_too_many", most=MOST)
    mark = secrets.token_hex(8)
    asked = {"hall_id": chosen.hall_id, "action": chosen.action, "role": chosen.role,
             "since": chosen.since.isoformat(), "until": until.isoformat()}  # fmt: skip
    audit.note(
        post.actor, _DID, chosen.hall_id or NO_HALL, now, rows=count, first=days[0], last=days[1], role=chosen.role,
        asked=asked, session=session, mark=mark,
    )  # fmt: skip
    return mark


@transaction
def opened(post: Post, mark: str, session: str, now: datetime) -> Opened | None:
    """The export with this mark, while it is open to this session."""
    mine = audit.hashes_of(post.openid)
    for row in audit.latest(None, now, 2**31 - 1, _MOST_OPEN, action=_DID, since=now - OPENED_FOR):
        detail = json.loads(row.detail)
        if row.actor in mine and (detail.get("mark"), detail.get("session")) == (mark, session):
            asked = detail["asked"]
            since, until = (datetime.fromisoformat(asked.pop(name)) for name in ("since", "until"))
            return Opened(Chosen(**asked, since=since, until=until), row.at)
    return None


def read(found: Opened) -> Iterator[AuditRow]:
    """The rows of an export, the latest first."""
    chosen = found.chosen
    before, before_id, left = chosen.until - timedelta(microseconds=1), 2**31 - 1, MOST
    while left > 0:
        page = audit.latest(
            chosen.hall_id, before, before_id, min(left, _AT_ONCE), action=chosen.action or None,
            role=chosen.role or None, since=chosen.since,
        )  # fmt: skip
        # Of the moment at which it was asked for there may be more by now, its own note to begin with.
        yield from (row for row in page if row.action != _DID or row.at < found.made_at)
        if len(page) < min(left, _AT_ONCE):
            return
        left -= len(page)
        before, before_id = page[-1].at, page[-1].id
