"""Rows of the audit are sealed, a hall's day at a time.

A seal holds what the rows came to (models/rules/chain.py), its place after the hall's seal before and after the seal
that was made before it in any hall, and a signature that needs the key. Days without rows get none: the next seal
begins where the one before ended.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.rules.chain import START, Fields, canonical, link
from models.rules.hours import Calendar
from models.services import halls, seals
from models.services.audit import BEFORE_ALL
from models.services.seals import Superseded
from models.tables import audit_spans, turns
from models.tables import seals as seal_rows
from models.tables.audit import AuditRow
from models.tables.audit_spans import Span
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.seals import AuditSeal, SealRow
from models.tables.staff import NO_HALL

log = logging.getLogger("hallpass.seal")

AFTER = timedelta(hours=1)
"""How long a day is over before it is sealed: by then no unit of work that noted something in it is still under way."""
AT_ONCE = 1000
"""Rows that are read in one unit of work."""
_BELOW_ALL = -(2**63)
_TURN = -1
"""Among the turns of halls, the one in which seals are numbered."""


@dataclass(frozen=True)
class Contents:
    """What the rows of a span come to. Without rows the ids are 0."""

    count: int
    late: int
    first_id: int
    last_id: int
    digest: bytes


def seal_due(now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Seal every hall's days that are over and have rows, the oldest first; gives how many days. A process that lacks
    the key in use leaves them to the others, and says so in the log."""
    seals.introduce(now)
    sealed = 0
    try:
        for hall_id in hall_ids(audit_spans.hall_after):
            while not is_stopping() and seal_next(hall_id, now):
                sealed += 1
    except Superseded:
        log.warning("nothing is sealed: there is a newer hash key; start this process anew with the keys of the others")
    return sealed


def seal_next(hall_id: int, now: datetime) -> bool:
    """Seal a hall's next day, if one is due; whether one was, by this call or, meanwhile, by another one. Raises
    Superseded."""
    found = _due(hall_id, now)
    if found is None:
        return False
    last, day, span = found
    # Outside the unit below: of a day that is over no row changes, and of very many they would take too long.
    _keep(last, day, span, contents(span), now)
    return True


@transaction
def hall_ids(following: Callable[[float], Any]) -> list[int]:
    """The ids of the halls (0: the account) that a table has rows of."""
    found, last = [], following(_BELOW_ALL)
    # On SQLite somebody may have put there what is no number; it sorts behind all numbers.
    while isinstance(last, int | float):
        found += [last] if isinstance(last, int) else []
        last = following(last)
    return found


def contents(span: Span) -> Contents:
    """What the rows of a span come to now; read page by page, in as much memory as a page. ValueError or TypeError
    where a row has a value that none can have."""
    count = late = first = last = 0
    digest = START
    for row, is_late in rows_of(span):
        digest = link(digest, row._asdict())
        first = min(first or row.id, row.id)
        last = max(last, row.id)
        count += 1
        late += is_late
    return Contents(count, late, first, last, digest)


def rows_of(span: Span) -> Iterator[tuple[AuditRow, bool]]:
    """The rows of a span in the order in which they are sealed, and which of them are late."""
    read: Callable[..., list[AuditRow]] = transaction(audit_spans.late)
    after = 0
    while page := read(span, after, AT_ONCE):
        yield from ((row, True) for row in page)
        after = page[-1].id
    read = transaction(audit_spans.in_time)
    last = None
    while page := read(span, last, AT_ONCE):
        yield from ((row, False) for row in page)
        last = page[-1]


def fields_of(row: SealRow) -> Fields:
    """What a seal's digest is made of, beside the digest of the hall's seal before."""
    values = row._asdict()
    return {name: values[name] for name in _SEALED}


def signed(digest: bytes) -> bytes:
    """What is signed of a seal."""
    return canonical({"what": "audit seal", "digest": digest})


def signed_pruned(digest: bytes, pruned_at: datetime) -> bytes:
    """What is signed where the rows of a seal are erased."""
    return canonical({"what": "audit pruned", "digest": digest, "pruned_at": pruned_at})


def span_of(row: SealRow) -> Span:
    """The rows that a seal is of."""
    return Span(row.hall_id, row.begins_at, row.ends_at, row.above_id, row.top_id)


def calendar_of(hall_id: int) -> Calendar:
    """The calendar by which days of a hall are sealed; of the account, and of a hall that is not there, that of a hall
    that chose nothing."""
    hall = halls.by_id(hall_id, None) if hall_id != NO_HALL else None
    return hall.calendar if hall else Calendar(((),) * 7, zone=halls.defaults().zone)


_SEALED = (
    "number", "hall_id", "day", "begins_at", "ends_at", "above_id", "top_id", "row_count", "late", "first_id",
    "last_id", "rows_digest", "sealed_at", "prior",
)  # fmt: skip


@transaction
def _due(hall_id: int, now: datetime) -> tuple[SealRow | None, date, Span] | None:
    """The hall's latest seal, and the next day that can be sealed, with its rows."""
    last = seal_rows.last_of(hall_id)
    begins_at, above_id = (last.ends_at, last.top_id) if last else (BEFORE_ALL, 0)
    calendar = calendar_of(hall_id)
    over = calendar.hall_day(now - AFTER) - timedelta(days=1)
    late = audit_spans.top_of_late(hall_id, above_id, begins_at)
    first = audit_spans.first_from(hall_id, begins_at)
    day = calendar.hall_day(first) if first else over + timedelta(days=1)
    if last:
        # Where the hall's clocks were set to another zone, a day may have been sealed by the former one.
        day = max(day, last.day + timedelta(days=1))
    if day > over:
        if not late:
            return None
        day = over
    ends_at = calendar.span(day, day)[1]
    if last and (day <= last.day or ends_at <= last.ends_at):
        return None
    top_id = max(above_id, late, audit_spans.top_of(hall_id, begins_at, ends_at))
    return last, day, Span(hall_id, begins_at, ends_at, above_id, top_id)


@transaction
def _keep(last: SealRow | None, day: date, span: Span, found: Contents, now: datetime) -> None:
    """Add a seal, unless another process has sealed the day meanwhile."""
    turns.take(_TURN)
    if seal_rows.last_of(span.hall_id) != last:
        return
    before = seal_rows.last()
    values: dict[str, Any] = {
        **span._asdict(), "number": before.number + 1 if before else 1, "day": day, "row_count": found.count,
        "late": found.late, "first_id": found.first_id, "last_id": found.last_id, "rows_digest": found.digest,
        "sealed_at": now, "prior": before.digest if before else START,
    }  # fmt: skip
    previous = last.digest if last else START
    digest = link(previous, values)
    seal = seals.sign(signed(digest))
    insert(AuditSeal, **values, previous=previous, digest=digest, key_id=seal.key_id, signature=seal.signature)
