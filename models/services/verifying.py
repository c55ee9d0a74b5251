"""Is the audit what was sealed? Each seal is held against its rows, its neighbours and the keys that are trusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from models.rules.chain import START, link
from models.services import seals
from models.services.audit import BEFORE_ALL
from models.services.sealing import (
    Contents,
    contents,
    fields_of,
    hall_ids,
    signed,
    signed_pruned,
    span_of,
)
from models.services.seals import KeyRing, Seal, key_ring, knowing
from models.tables import audit_spans
from models.tables import seals as seal_rows
from models.tables.database import transaction
from models.tables.seals import SealRow
from models.tables.staff import NO_HALL

LEAST_DAYS = 180
"""Rows are kept so long at least, whatever the settings say (网络安全法 21: six months)."""
_ERASING = timedelta(days=1)
"""So long after a seal says that its rows are erased some may still be there."""
_CLOCKS_DIFFER = timedelta(days=1)
"""By less than this, between machines."""
SHOWN = 31
"""Days on a page."""
MOST_ROWS = 20_000
"""That are read for a page: some two seconds."""
_AT_ONCE = 200
_DIGITS = 16
_UNREADABLE = (ValueError, TypeError, AttributeError)
"""What comes of values that none of ours can be: on SQLite a column takes whatever somebody puts there."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where. `hall_id` 0: the account; `day`: that of the seal (None: of no day).

    `what`: rows_changed, rows_missing, rows_added (of `count` rows that were sealed there are `found`), rows_left
    (of a day whose rows were erased), seal_changed, seal_forged (no trusted key signed it), seal_missing (the one
    before it), seal_old_key (signed by a key that another had followed), seal_unreadable, prune_early, prune_forged,
    prune_old_key, number_missing (`count`: the number of a seal that is gone, of whatever hall), number_old_key
    (`count`: that of a seal of whatever hall by a key that another had followed), key_replaced, key_unvouched,
    key_countersignature (`key_id`)."""

    hall_id: int
    day: date | None
    what: str
    count: int = 0
    found: int = 0
    key_id: str = ""


@dataclass
class Report:
    """What a hall's audit came to: days that are sealed and their rows, days whose rows were erased for their age, rows
    that were noted after the seal of their day, rows that no seal holds yet, `unsealed_late` of them dated into days
    that are sealed; the first moment of one; and what is wrong."""

    hall_id: int
    days: int = 0
    rows: int = 0
    late: int = 0
    pruned: int = 0
    first: date | None = None
    last: date | None = None
    unsealed: int = 0
    unsealed_late: int = 0
    unsealed_since: datetime | None = None
    faults: list[Fault] = field(default_factory=list)


@transaction
def halls_with_audit() -> list[int]:
    """The halls (0: the account) that have rows or seals."""
    return sorted({*hall_ids(audit_spans.hall_after), *hall_ids(seal_rows.hall_after)})


def of_hall(hall_id: int, ring: KeyRing, now: datetime) -> Report:
    """Verify everything of a hall."""
    report = Report(hall_id)
    last: SealRow | None = None
    try:
        for row in _seals_of(hall_id):
            _add(report, row)
            ring = knowing(ring, row.key_id, row.pruned_key_id)
            report.faults += [*_between(last, row, ring), *faults_of(row, ring, now)]
            last = row
    except _UNREADABLE:
        report.faults.append(Fault(hall_id, last.day if last else None, "seal_unreadable"))
    ends_at, top_id = (last.ends_at, last.top_id) if last else (BEFORE_ALL, 0)
    count, late, since = transaction(audit_spans.unsealed)(hall_id, ends_at, top_id)
    report.unsealed, report.unsealed_late, report.unsealed_since = count, late, since
    return report


@dataclass(frozen=True)
class Days:
    """The latest days of a hall, the latest first: their seals, what is wrong by day, and days that have too many rows
    to be verified while somebody waits. `of_keys`: what is wrong with the keys; `head` and `fingerprint`: of the latest
    seal of all and of the key in use; the rest as in a Report."""

    rows: list[SealRow]
    faults: Mapping[date, list[Fault]]
    unread: frozenset[date]
    has_more: bool
    of_keys: list[Fault]
    head: str
    fingerprint: str
    unsealed: int
    unsealed_late: int
    unsealed_since: datetime | None


def latest_days(hall_id: int, before: date | None, now: datetime) -> Days:
    """Verify a hall's latest days, or the latest before a day: a page of them, and as many rows as can be read while
    somebody waits. The rest is said of days from now back."""
    ring, read = key_ring(), transaction(seal_rows.back_from)
    try:
        found = read(hall_id, before or date.max, SHOWN + 1)
        last = transaction(seal_rows.last_of)(hall_id)
    except _UNREADABLE:
        found, last = [], None
        return _days(hall_id, found, {date.min: [Fault(hall_id, None, "seal_unreadable")]}, frozenset(), last)
    rows, faults, unread, left = found[:SHOWN], {}, set(), MOST_ROWS
    for number, row in enumerate(rows):
        left -= 0 if row.pruned_at else row.row_count
        ring = knowing(ring, row.key_id, row.pruned_key_id)
        wrong = list(_between(found[number + 1] if number + 1 < len(found) else None, row, ring))
        if left < 0:
            unread.add(row.day)
        else:
            wrong += faults_of(row, ring, now)
        if wrong:
            faults[row.day] = wrong
    return _days(hall_id, found, faults, frozenset(unread), last)


def faults_of(row: SealRow, ring: KeyRing, now: datetime) -> list[Fault]:
    """What is wrong with one seal and the rows that it is of."""
    whats = []
    if row.digest != link(row.previous, fields_of(row)):
        whats.append("seal_changed")
    if not seals.verify(signed(row.digest), Seal(row.key_id, row.signature), ring.public):
        whats.append("seal_forged")
    faults = [Fault(row.hall_id, row.day, what) for what in whats]
    pruned = (row.pruned_at, row.pruned_key_id, row.pruned_signature)
    if pruned != (None, None, None):
        return faults + _faults_of_pruned(row, ring, now)
    try:
        found = contents(span_of(row))
    except _UNREADABLE:
        return [*faults, Fault(row.hall_id, row.day, "rows_changed", row.row_count, row.row_count)]
    if found.count < row.row_count and (erased := _erased_meanwhile(row)):
        return faults + _faults_of_pruned(erased, knowing(ring, erased.pruned_key_id), now)
    sealed = Contents(row.row_count, row.late, row.first_id, row.last_id, row.rows_digest)
    if found != sealed:
        what = ("rows_changed", "rows_added", "rows_missing")[
            (found.count > row.row_count) - (found.count < row.row_count)
        ]
        faults.append(Fault(row.hall_id, row.day, what, row.row_count, found.count))
    return faults


@transaction
def faults_of_keys() -> list[Fault]:
    """What is wrong with the keys."""
    return [Fault(NO_HALL, None, one.what, key_id=one.key_id) for one in seals.key_faults()]


def faults_of_numbers() -> Iterator[Fault]:
    """Where the seals of all halls, as they were made, are not one chain, or an older key signed after a newer one."""
    number, digest, order, ring = 0, START, 0, key_ring()
    while page := transaction(seal_rows.numbered)(number, _AT_ONCE):
        for row in page:
            if row.number != number + 1 or row.prior != digest:
                yield Fault(NO_HALL, None, "number_missing", number + 1)
            ring = knowing(ring, row.key_id)
            if ring.order.get(row.key_id, 0) < order:
                yield Fault(NO_HALL, None, "number_old_key", row.number, key_id=row.key_id)
            number, digest, order = row.number, row.digest, max(order, ring.order.get(row.key_id, 0))


@transaction
def head() -> str:
    """The latest seal of all as it is noted elsewhere: its number, ":" and 16 hex digits of its digest."""
    last = seal_rows.last()
    return f"{last.number}:{last.digest.hex()[:_DIGITS]}" if last else ""


@transaction
def holds(noted: str) -> bool:
    """Whether the seal that `head` gave at some time is still there."""
    number, _, digits = noted.strip().partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < _DIGITS and len(digits) == _DIGITS):
        return False
    rows = seal_rows.numbered(int(number) - 1, 1)
    return bool(rows) and f"{rows[0].number}:{rows[0].digest.hex()[:_DIGITS]}" == f"{int(number)}:{digits.lower()}"


def _days(
    hall_id: int, found: list[SealRow], faults: dict[date, list[Fault]], unread: frozenset[date], last: SealRow | None
) -> Days:
    ends_at, top_id = (last.ends_at, last.top_id) if last else (BEFORE_ALL, 0)
    unsealed = transaction(audit_spans.unsealed)(hall_id, ends_at, top_id)
    # What is of no day of the page is told beside the keys.
    beside = [one for day, of_day in faults.items() if day == date.min for one in of_day]
    fingerprint = seals.fingerprint(seals.key_in_use())
    return Days(
        found[:SHOWN], faults, unread, len(found) > SHOWN, [*faults_of_keys(), *beside], head(), fingerprint, *unsealed
    )


def _seals_of(hall_id: int) -> Iterator[SealRow]:
    day = date.min
    while page := transaction(seal_rows.of_hall)(hall_id, day, _AT_ONCE):
        yield from page
        day = page[-1].day


def _add(report: Report, row: SealRow) -> None:
    report.days += 1
    report.pruned += row.pruned_at is not None
    report.rows += row.row_count
    report.late += row.late
    report.first, report.last = report.first or row.day, row.day


def _between(before: SealRow | None, row: SealRow, ring: KeyRing) -> Iterator[Fault]:
    if row.previous != (before.digest if before else START):
        yield Fault(row.hall_id, row.day, "seal_missing")
    if before and ring.order.get(row.key_id, 0) < ring.order.get(before.key_id, 0):
        yield Fault(row.hall_id, row.day, "seal_old_key", key_id=row.key_id)


def _erased_meanwhile(row: SealRow) -> SealRow | None:
    """The seal, if its rows are erased since it was read."""
    again = transaction(seal_rows.back_from)(row.hall_id, row.day + timedelta(days=1), 1) if row.day < date.max else []
    return again[0] if again and again[0].number == row.number and again[0].pruned_at else None


def _faults_of_pruned(row: SealRow, ring: KeyRing, now: datetime) -> list[Fault]:
    whats = []
    at, key_id, signature = row.pruned_at, row.pruned_key_id or "", row.pruned_signature or b""
    if at is None or not seals.verify(signed_pruned(row.digest, at), Seal(key_id, signature), ring.public):
        whats.append("prune_forged")
    elif not row.ends_at + timedelta(days=LEAST_DAYS) <= at <= now + _CLOCKS_DIFFER:
        whats.append("prune_early")
    elif _was_replaced(key_id, row, at, ring):
        whats.append("prune_old_key")
    if at is None or at < now - _ERASING:
        # Erasing follows at once; whatever is there a day later was put there.
        span = span_of(row)
        left = transaction(audit_spans.in_time)(span, None, 1) or transaction(audit_spans.late)(span, 0, 1)
        if left:
            whats.append("rows_left")
    named = {"prune_old_key": key_id}
    return [Fault(row.hall_id, row.day, what, row.row_count, key_id=named.get(what, "")) for what in whats]


def _was_replaced(key_id: str, row: SealRow, at: datetime, ring: KeyRing) -> bool:
    """Whether the key that says that rows are erased was no longer in use when it did."""
    is_older = ring.order.get(key_id, 0) < ring.order.get(row.key_id, 0)
    return is_older or (key_id in ring.replaced_at and ring.replaced_at[key_id] + _CLOCKS_DIFFER < at)
