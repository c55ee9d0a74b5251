"""Exports: somebody asks for the workbook of a period, a job builds it, and each copy of it is noted."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.wanted import Period, Wanted
from models.services import audit, halls, limits, looked, searching, second_eyes
from models.services.casework import cases
from models.services.posts import Post
from models.tables import approvals, exports, found_visits, listed_contacts, turns
from models.tables import cases as case_table
from models.tables.approvals import Answer
from models.tables.cases import CaseRow
from models.tables.database import transaction
from models.tables.exports import CopyRow, Export, ExportRow, Kind, Status
from models.tables.fields import insert

LASTS = timedelta(hours=24)
"""After that nothing of the workbooks is there any more."""
MOST_WAITING = 3
"""Exports of one hall that are not built yet."""
SAME_WITHIN = timedelta(minutes=1)
"""Whoever asks for the same again within this time means the export that they asked for."""
OPENED_FOR = timedelta(minutes=10)
"""A copy is downloaded within this time after its purpose was said, however often it takes."""
LISTED_FOR = timedelta(days=7)
MOST_LISTED = 30
KIND = "export"
"""As what a second pair of eyes is asked for one."""


@dataclass(frozen=True)
class Asked:
    """What a question for an export came to: where it is found, how many rows it has, and the days that are taken of
    those asked for."""

    public_id: str
    rows: int
    period: Period


@transaction
def ask(post: Post, wanted: Wanted, now: datetime) -> Asked:
    """导出 X: have the hall's visits of a period written into a workbook; of the days asked for, those that are kept.

    Refused with hall_not_yours, as searching.kept_part, and with export_nothing (days: no visit in these days, of as
    many as are kept), export_too_many (most: that many of this hall wait) and too_many (minutes). ValueError where no
    period is asked for.
    """
    hall = _hall(post)
    if wanted.period is None:
        raise ValueError("an export is of a period")
    period = searching.kept_part(hall, wanted.period, now)
    turns.take(hall.id)
    if same := _same(post, hall, period, None, now):
        return same
    rows = found_visits.count(searching.sought(hall, Wanted(period), now))
    if not rows:
        raise Refused("export_nothing", days=hall.retention_days)
    made = _wanted(post, hall, period, rows, None, now)
    audit.note(post.actor, "export", hall.id, now, first=period.first, last=period.last, rows=rows)
    return made


@transaction
def ask_case(post: Post, public_id: str, now: datetime) -> Asked:
    """Have a case and its contacts written into a workbook: every stay of theirs that is still in the records.

    Refused with hall_not_yours, not_yours, case_unknown, case_closed, case_reason_missing, case_not_traced (its list is
    being made), case_export_nothing (no such stay), export_too_many (most) and too_many (minutes).
    """
    hall = _hall(post)
    case = cases.open_one(post, public_id)
    if not case.reason or not case.authority:
        raise Refused("case_reason_missing")
    if not case.is_traced:
        raise Refused("case_not_traced")
    period = Period(case.first, case.last)
    turns.take(hall.id)
    if same := _same(post, hall, period, case.id, now):
        return same
    rows = listed_contacts.count_stays(case.id)
    if not rows:
        raise Refused("case_export_nothing")
    made = _wanted(post, hall, period, rows, case.id, now)
    audit.note(post.actor, "export", hall.id, now, number=case.number, rows=rows)
    return made


def _same(post: Post, hall: HallFacts, period: Period, case_id: int | None, now: datetime) -> Asked | None:
    """The export that this person has just asked for. Refused with export_too_many where it would be a further one."""
    recent = exports.latest(hall.id, now - LASTS, 100)
    wanted = (post.openid, period.first, period.last, case_id)
    for row in recent:
        is_same = (row.openid, row.first, row.last, row.case_id) == wanted
        if is_same and now - row.made_at < SAME_WITHIN and row.status in (Status.WANTED, Status.WORKING, Status.READY):
            return Asked(row.public_id, row.rows_expected, period)
    if sum(row.status in (Status.WANTED, Status.WORKING) for row in recent) >= MOST_WAITING:
        raise Refused("export_too_many", most=MOST_WAITING)
    return None


def _wanted(post: Post, hall: HallFacts, period: Period, rows: int, case_id: int | None, now: datetime) -> Asked:
    limits.count(limits.EXPORTS, post.openid, now)
    public_id = secrets.token_urlsafe(12)
    insert(
        Export, public_id=public_id, hall_id=hall.id, openid=post.openid, first=period.first, last=period.last,
        status=Status.WANTED, rows_expected=rows, rows_done=0, rows_faulty=0, tries=0, failures=0, claimed_until=now,
        made_at=now, expires_at=now + LASTS, full_bytes=0, masked_bytes=0, case_id=case_id,
    )  # fmt: skip
    return Asked(public_id, rows, period)


@transaction
def case_of(row: ExportRow) -> CaseRow | None:
    """The case that an export is of; None for one of a period."""
    return case_table.with_id(row.case_id) if row.case_id is not None else None


@transaction
def own(post: Post, public_id: str, now: datetime) -> ExportRow | None:
    """The export of this person in this hall; one whose time is over is told as such before the job has seen it."""
    row = exports.in_hall(post.hall_id, public_id)
    if row is None or row.openid != post.openid or not post.may(Action.EXPORT):
        return None
    return _as_over(row, now)


@transaction
def listed(post: Post, now: datetime) -> list[ExportRow]:
    """What this person has asked for in this hall lately, the latest first."""
    rows = exports.latest(post.hall_id, now - LISTED_FOR, MOST_LISTED)
    return [_as_over(row, now) for row in rows if row.openid == post.openid]


@transaction
def by_id(export_id: int) -> ExportRow | None:
    """An export by the id that a second pair of eyes is asked about, whoever asked for it."""
    return exports.with_id(export_id)


@transaction
def cancel(post: Post, public_id: str, now: datetime) -> None:
    """Stop an export that is not built yet. Refused with export_unknown, export_done."""
    row = _own(post, public_id, now)
    if not exports.cancel(row.id):
        raise Refused("export_done")
    exports.drop_chunks(row.id)
    audit.note(post.actor, "export_cancel", row.hall_id, now, first=row.first, last=row.last)


@transaction
def take_copy(post: Post, public_id: str, kind: Kind, purpose: str, session_id: str, now: datetime) -> int | None:
    """Note a copy, and open it to this session for OPENED_FOR; gives its number.

    None where the full workbook needs a second pair of eyes, which is asked (second_eyes.state_of tells the code). A
    yes counts for one copy, for the purpose that it was said to. Refused with export_unknown, export_not_ready,
    export_over, purpose_missing, purpose_too_long, too_many.
    """
    row = _own(post, public_id, now)
    if row.status is Status.EXPIRED:
        raise Refused("export_over")
    if row.status is not Status.READY:
        raise Refused("export_not_ready")
    purpose = second_eyes.purpose_from(purpose)
    limits.count(limits.COPIES, post.openid, now)
    approval_id = None
    if kind is Kind.FULL and _hall(post).four_eyes:
        said = second_eyes.state_of(post, KIND, row.id, now, purpose)
        if said is None or said.answer is not Answer.YES:
            second_eyes.ask(post, KIND, row.id, purpose, now)
            return None
        if not approvals.use(said.id, now):
            raise Refused("second_over")
        approval_id = said.id
    until = min(now + OPENED_FOR, row.expires_at)
    number = exports.add_copy(row, kind, purpose, post.openid, session_id, now, until, approval_id)
    audit.note(post.actor, "export_copy", row.hall_id, now, kind=kind, copy=number, rows=row.rows_done)
    if kind is Kind.FULL:
        # A masked copy names nobody.
        days = (row.first, row.last) if row.case_id is None else (None, None)
        looked.note(
            post, looked.What.COPY, "copy", now, words=purpose, case_id=row.case_id, first=days[0], last=days[1]
        )
    return number


@transaction
def opened(post: Post, public_id: str, number: int, session_id: str, now: datetime) -> tuple[ExportRow, CopyRow]:
    """The copy, while it is open to this session. Refused with export_unknown, export_over (the export's time is over)
    and copy_over (ten minutes have gone by)."""
    row = _own(post, public_id, now)
    copy = exports.copy(row.id, number)
    if copy is None or (copy.openid, copy.session_id) != (post.openid, session_id):
        raise Refused("export_unknown")
    if row.status is not Status.READY:
        raise Refused("export_over")
    if now >= copy.opened_until:
        raise Refused("copy_over")
    return row, copy


@transaction
def copies(row: ExportRow) -> list[CopyRow]:
    """The copies that were taken of an export, the last one first."""
    return exports.copies(row.id)


@transaction
def piece(row: ExportRow, kind: str, part: int) -> bytes | None:
    """A piece of what is stored of an export; None where it is gone. Raises vault.WrongKey where it does not open."""
    return exports.chunk(row.id, kind, part)


@transaction
def parts(row: ExportRow, kind: str) -> int:
    """How many pieces of a workbook are there, without the directory."""
    return exports.parts(row.id, kind)


def _own(post: Post, public_id: str, now: datetime) -> ExportRow:
    row = own(post, public_id, now)
    if row is None:
        raise Refused("export_unknown")
    return row


def _as_over(row: ExportRow, now: datetime) -> ExportRow:
    return row._replace(status=Status.EXPIRED) if now >= row.expires_at else row


def _hall(post: Post) -> HallFacts:
    """As of now, since what it is to be careful about may have changed."""
    hall = halls.by_id(post.hall_id, None) if post.hall else None
    if hall is None or not post.may(Action.EXPORT):
        raise Refused("hall_not_yours")
    return hall
