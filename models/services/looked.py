"""谁看过我: what staff opened of somebody's data is noted, so that the person can be told; never which of the staff."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.phrases import has, say
from models.rules.halls import HallFacts
from models.services import halls
from models.services.posts import Post
from models.tables import looks, people
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.looks import Look, LookRow, Stay
from models.tables.staff import NO_HALL

KEEP = timedelta(days=180)
"""A look is told so long after it; the audit says longer who it was."""
MOST_TOLD = 50
_MOST_READ = 500
"""Stays of one person, and looks of each kind, that are read at most: the latest."""
_MOST_FORGOTTEN = 1000
_NOBODY = 0
"""No account's id."""


class What(StrEnum):
    """What was opened."""

    RECORD = "record"
    """A record, whole."""
    CASE = "case"
    """The names of a case's contacts."""
    SHEET = "sheet"
    """The sheet of people to call."""
    NOTICE = "notice"
    """Messages were sent to contacts."""
    COPY = "copy"
    """A full workbook: of a case, or of all visits of some days."""


@dataclass(frozen=True)
class Seen:
    """One thing that was opened, told to the person: by which hall (None: the operators of the account), in which role,
    what, and why: a code, with `words` where the hall's staff knew that the person would read them, else "". The same
    on one hall day is one, `times`; `at` is the last of them, and `day` that day."""

    hall: HallFacts | None
    role: str
    what: What
    why: str
    words: str
    at: datetime
    day: date
    times: int


@transaction
def note(
    post: Post, what: str, why: str, now: datetime, *, words: str = "", visit_id: int | None = None,
    case_id: int | None = None, first: date | None = None, last: date | None = None,
) -> None:  # fmt: skip
    """Add a look; part of the unit of work that opens the data. `what`: one of What; `why`: a code, ASCII, at most 24
    characters; `words`: what was said beside it, at most 200 characters. Whose data it was: that of a visit, of
    everybody in a case, or of everybody who was in the hall of the post on hall days `first` to `last`. ValueError
    where that is not said, or `what` is nothing of the kind."""
    if (visit_id is None) + (case_id is None) + (first is None or last is None) != 2:
        raise ValueError("a look is at a visit, a case or some days")
    insert(
        Look, at=now, hall_id=post.hall_id, role=post.role, what=What(what), why=why, words=words or None,
        visit_id=visit_id, case_id=case_id, first=first, last=last,
    )  # fmt: skip


@transaction
def of(openid: str, now: datetime, *, is_past_told: bool = True) -> list[Seen]:
    """What staff opened within KEEP of this account or browser, and of those whom it registered, the latest first, at
    most MOST_TOLD; without what the operator withholds as the law has it (Defaults.looks_withheld). Of a case only that
    it was looked at, not which, and of a notice only to whom one was sent. `is_past_told`: False leaves everything but
    what concerns a stay that is still on."""
    known = people.kept(openid)
    if known is None:
        return []
    since = now - KEEP
    stays = [one for one in looks.own_stays(known.id, since, _MOST_READ) if is_past_told or one.is_inside]
    return _told(known.id if is_past_told else _NOBODY, stays, now)


@transaction
def of_visits(visit_ids: Collection[int], now: datetime) -> list[Seen]:
    """The same of these visits alone, whoever they were registered by."""
    return _told(_NOBODY, looks.stays(visit_ids), now)


def _told(person_id: int, stays: list[Stay], now: datetime) -> list[Seen]:
    since = now - KEEP
    found = {row.id: row for row in _looks(person_id, stays, since)}
    kept = [
        row for row in found.values() if since < row.at <= now and _group(row) not in halls.defaults().looks_withheld
    ]
    return _counted(sorted(kept, key=lambda row: (row.at, row.id), reverse=True))[:MOST_TOLD]


@dataclass(frozen=True)
class Said:
    """A look in words: whose, in which role, what, and why; `times` where it was more than once, else ""."""

    hall: str
    role: str
    what: str
    why: str
    times: str


def said(seen: Seen, language: str) -> Said:
    """The same for a chat and a page; of a reason that is no code of ours, that the hall can be asked."""
    key = f"looked.why.{seen.why}"
    why = say(language, key if has(key) else "looked.why.other")
    return Said(
        seen.hall.name if seen.hall else say(language, "looked.account"),
        say(language, f"staff.role.{seen.role}"),
        say(language, f"looked.what.{seen.what}"),
        seen.words or why,
        say(language, "looked.times", count=seen.times) if seen.times > 1 else "",
    )


def withheld(language: str) -> str:
    """What is not told, as the law has it, in one sentence; "" where everything is."""
    kinds = [say(language, f"looked.kept.{one}") for one in halls.defaults().looks_withheld]
    return say(language, "looked.withheld", what=say(language, "said.between").join(kinds)) if kinds else ""


def forget(now: datetime) -> int:
    """Remove looks that nobody is told of any more; gives how many. Part of a unit of work."""
    return looks.forget(now - KEEP, _MOST_FORGOTTEN)


def _looks(person_id: int, stays: list[Stay], since: datetime) -> Iterator[LookRow]:
    ids = [stay.id for stay in stays]
    yield from looks.at_visits(ids, _MOST_READ)
    as_contact = looks.in_cases(person_id, ids)
    in_cases = looks.at_cases({case_id for case_id, _ in as_contact}, _MOST_READ)
    yield from (row for row in in_cases if row.what != What.NOTICE)
    yield from _notices([row for row in in_cases if row.what == What.NOTICE], as_contact)
    for hall_id in {stay.hall_id for stay in stays}:
        here = [stay for stay in stays if stay.hall_id == hall_id]
        rows = looks.of_days(hall_id, What.COPY, max(since, min(stay.in_at for stay in here)), _MOST_READ)
        yield from (row for row in rows if any(_holds(row, stay) for stay in here))


def _notices(rows: list[LookRow], as_contact: set[tuple[int, int]]) -> Iterator[LookRow]:
    """Of those who sent notices, the looks by which one was sent to this person: many are sent in several parts, each
    with a look of the same moment."""
    for case_id in {row.case_id for row in rows if row.case_id is not None}:
        sent = looks.notices_at(case_id, [contact for case, contact in as_contact if case == case_id])
        yield from {row.at: row for row in rows if row.case_id == case_id and row.at in sent}.values()


def _holds(row: LookRow, stay: Stay) -> bool:
    """Whether a copy holds a stay: what began after it was taken cannot stand in it."""
    return (
        row.first is not None
        and row.last is not None
        and row.first <= stay.hall_day <= row.last
        and stay.in_at <= row.at
    )


def _group(row: LookRow) -> str:
    """By which the law's exceptions go: record, case or export."""
    if row.what == What.RECORD:
        return "record"
    return "export" if row.what == What.COPY and row.case_id is None else "case"


def _counted(rows: Iterable[LookRow]) -> list[Seen]:
    told: dict[tuple[object, ...], list[LookRow]] = {}
    for row in rows:
        told.setdefault((row.hall_id, row.role, row.what, row.why, _words(row), _day(row)), []).append(row)
    return [
        Seen(
            _hall(each[0].hall_id), each[0].role, What(each[0].what), each[0].why, _words(each[0]), each[0].at,
            _day(each[0]), len(each),
        )
        for each in told.values()
    ]  # fmt: skip


def _words(row: LookRow) -> str:
    # What was said of a case or of an export was never held against the names of those who are told of it.
    return row.words or "" if row.what == What.RECORD else ""


def _hall(hall_id: int) -> HallFacts | None:
    return halls.by_id(hall_id, None) if hall_id != NO_HALL else None


def _day(row: LookRow) -> date:
    hall = _hall(row.hall_id)
    return hall.calendar.hall_day(row.at) if hall else row.at.astimezone(ZoneInfo(halls.defaults().zone)).date()
