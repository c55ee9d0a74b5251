"""密接: a case is opened for somebody who was in the hall, and the hall's list of cases."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.plain_words import holds_long_number, plain_words
from models.rules.refusal import Refused
from models.rules.spelling import half_width
from models.rules.wanted import By, Period, Who
from models.services import audit, halls, limits, searching
from models.services.casework import case_persons, tracing
from models.services.posts import Post
from models.tables import case_lists as lists
from models.tables import cases, contacts, found_visits, turns
from models.tables.cases import Case, CaseRow, CaseStatus, Tracing
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.found_visits import FoundVisit

SAME_WITHIN = timedelta(minutes=1)
"""Whoever opens the same case again within this time means the case that they opened."""
LISTED_FOR = timedelta(days=3 * 366)
MOST_LISTED = 200
LONGEST_REASON = 100
LONGEST_AUTHORITY = 60

_NUMBER = re.compile(r"第?(\d{4})-(\d{1,6})号?", re.ASCII)


@dataclass(frozen=True)
class Suspect:
    """Somebody of the records who may be the case. `visit_id`, `public_id`: of their latest stay, by which they are
    chosen; `shown`: that stay, personal fields behind their masks; `stays`: how many of theirs were found."""

    visit_id: int
    public_id: str
    shown: FoundVisit
    last_seen: datetime
    stays: int


@dataclass(frozen=True)
class Days:
    """Hall days of a case; `asked_first`: the first one asked for, before what is no longer kept was cut off."""

    first: date
    last: date
    asked_first: date


@dataclass(frozen=True)
class Opened:
    """A case and what its list comes to. `contacts` are all of them, of whom `companions` came along; `certain`,
    `stated`, `estimated` (perhaps) and `tail_only` (only after the case had left) part them. `stays`: how many stays
    of its person the case is about, 0 where they were not there in these days. `is_traced`: False where a job will
    do it, and the counts are of before. `is_new`: False where it was opened a moment ago."""

    public_id: str
    number: str
    first: date
    last: date
    asked_first: date
    stays: int
    contacts: int
    companions: int
    certain: int
    stated: int
    estimated: int
    tail_only: int
    is_traced: bool
    is_new: bool


def suspects(post: Post, who: Who, now: datetime) -> list[Suspect]:
    """Who of the hall's records may be meant, the latest first. The search is noted, also one that finds nobody.

    Refused with not_yours, case_nobody (days: of so many records are kept), case_who_wanted for less than a whole name,
    a phone or an ID number, too_many (minutes), and as an ID number is read.
    """
    found = _suspects(post, who, now)
    if not found:
        raise Refused("case_nobody", days=hall_of(post).retention_days)
    return found


@transaction
def _suspects(post: Post, who: Who, now: datetime) -> list[Suspect]:
    hall = hall_of(post)
    if who.by is By.TAIL:
        raise Refused("case_who_wanted")
    limits.count(limits.SEARCHES, post.openid, now)
    persons = case_persons.persons(hall, who, now)
    audit.note(post.actor, "search", hall.id, now, by=who.by, count=sum(map(len, persons)))
    return [
        Suspect(visits[0].id, visits[0].public_id, searching.masked(visits[0]), visits[0].in_at, len(visits))
        for visits in persons
    ]


@transaction
def open_case(
    post: Post, suspect: str, period: Period | None, onset: date | None, now: datetime, *, reason: str = "",
    authority: str = "",
) -> Opened:  # fmt: skip
    """Open a case for the person of a visit (its public id), and trace it, or have it traced.

    Days: those of `period`; without one, from the definition's look-back before `onset`, the day of the first signs or
    of the sample, or else before today, up to today; of these, those that are kept. The same person and days again
    within SAME_WITHIN, by the same admin, is the same case. Reason and authority may be left out until `describe`.

    Refused with not_yours, visit_unknown, period_ahead, period_not_kept (days), too_many (minutes), and as `describe`
    where one of reason and authority is given.
    """
    hall = hall_of(post)
    said = _said(reason, authority) if reason or authority else None
    visit = found_visits.with_public_id(hall.id, suspect)
    if visit is None:
        raise Refused("visit_unknown")
    return open_for(post, hall, visit, days_of(hall, period, onset, now), now, said=said)


@transaction
def step(post: Post, public_id: str, contact_number: int, now: datetime) -> Opened:
    """Open a case for the contacts of one contact of a case, from the contact's stay on; for the same reason and
    authority. Asked for again, while that case is open, it is the same one.

    Refused with not_yours, case_unknown, case_closed, case_step_twice (it is such a case itself), contact_unknown,
    visit_unknown (the contact's visit is no longer kept), too_many (minutes).
    """
    hall = hall_of(post)
    row = open_one(post, public_id)
    if row.is_step:
        raise Refused("case_step_twice")
    contact = contacts.numbered(row.id, contact_number)
    if contact is None or contact.is_gone:
        raise Refused("contact_unknown")
    visit = found_visits.with_id(hall.id, contact.visit_id)
    if visit is None:
        raise Refused("visit_unknown")
    for before in cases.opened_from(row.id):
        if before.contact_id == contact.id and before.is_open:
            return _told(before, is_new=False)
    met = tracing.first_meeting(row.id, contact.id) or visit.in_at
    first = hall.calendar.hall_day(met)
    kept = searching.kept_part(hall, Period(first, max(first, hall.calendar.hall_day(now))), now)
    said = (row.reason, row.authority) if row.reason and row.authority else None
    days = Days(kept.first, kept.last, first)
    return open_for(post, hall, visit, days, now, said=said, origin_id=row.id, contact_id=contact.id)


@transaction
def open_for(
    post: Post, hall: HallFacts, visit: FoundVisit, days: Days, now: datetime, *, said: tuple[str, str] | None = None,
    origin_id: int | None = None, contact_id: int | None = None,
) -> Opened:  # fmt: skip
    """Open a case in a hall for the person of one of its visits, whoever does it: callers have looked whether they may.
    `said`: reason and authority. `origin_id`: the case that it is opened from. Refused with too_many (minutes)."""
    turns.take(hall.id)
    if same := _same(post, hall, visit, days, now, (origin_id, contact_id)):
        return _told(same, is_new=False)
    limits.count(limits.CASES, post.openid, now)
    reason, authority = said or (None, None)
    public_id = secrets.token_urlsafe(12)
    case_id = insert(
        Case, public_id=public_id, hall_id=hall.id, number=_next_number(hall, now), origin_id=origin_id,
        contact_id=contact_id, status=CaseStatus.OPEN, person=visit.id, reason=reason, authority=authority,
        first=days.first, last=days.last, asked_first=days.asked_first, definition=cases.stored(hall.tracing),
        opened_by=post.openid, opened_at=now, tracing=Tracing.WANTED, claimed_until=now, tries=0, stays=0, contacts=0,
    )  # fmt: skip
    row = _kept(case_id)
    audit.note(
        post.actor, "case_open", hall.id, now, number=row.number, first=days.first, last=days.last,
        asked_first=days.asked_first, version=hall.tracing.version,
    )  # fmt: skip
    tracing.begin(hall, row, visit, now)
    return _told(_kept(case_id), is_new=True)


@transaction
def trace_again(post: Post, public_id: str, now: datetime) -> Opened:
    """重新查找: the same days, by what the hall's definition says now and what is known of the stays by now. Refused
    with not_yours, case_unknown, case_closed, visit_unknown (no visit of its person is kept any more)."""
    hall = hall_of(post)
    row = open_one(post, public_id)
    visit = tracing.chosen(hall, row)
    if visit is None:
        raise Refused("visit_unknown")
    cases.again(row.id, now, hall.tracing)
    audit.note(post.actor, "case_trace", hall.id, now, number=row.number, version=hall.tracing.version)
    tracing.begin(hall, _kept(row.id), visit, now)
    return _told(_kept(row.id), is_new=False)


@transaction
def describe(post: Post, public_id: str, reason: str, authority: str, now: datetime) -> None:
    """Keep why a case was opened and for whom it is: an authority, a hospital. Refused with not_yours, case_unknown,
    case_closed, case_reason_missing, case_reason_length (most), case_authority_missing, case_authority_length (most),
    reason_personal for a long number, and as plain_words."""
    row = open_one(post, public_id)
    said = _said(reason, authority)
    if (row.reason, row.authority) == said:
        return
    if not cases.describe(row.id, *said):
        raise Refused("case_closed")
    audit.note(post.actor, "case_reason", row.hall_id, now, number=row.number)


@transaction
def by_number(post: Post, number: str) -> CaseRow | None:
    """The hall's case of this number as people type it: 2026-7, 第２０２６－７号. Refused with not_yours."""
    hall = hall_of(post)
    found = _NUMBER.fullmatch(half_width(number.translate(_DASHES)).replace(" ", ""))
    return cases.with_number(hall.id, f"{found[1]}-{int(found[2])}") if found else None


_DASHES = str.maketrans(dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}_", "-"))


@transaction
def of_hall(post: Post, now: datetime) -> list[CaseRow]:
    """The hall's cases, the latest first, at most MOST_LISTED. Refused with not_yours."""
    return cases.latest(hall_of(post).id, now - LISTED_FOR, MOST_LISTED)


@transaction
def one(post: Post, public_id: str) -> CaseRow | None:
    """The hall's case with this public id. Refused with not_yours."""
    return cases.in_hall(hall_of(post).id, public_id)


@transaction
def told(post: Post, public_id: str) -> Opened | None:
    """What a case comes to by now; None where this hall has no such one. Refused with not_yours."""
    row = one(post, public_id)
    return None if row is None else _told(row, is_new=False)


def hall_of(post: Post) -> HallFacts:
    """The hall whose cases this post may see, as of now. Refused with not_yours. Part of a unit of work."""
    hall = halls.by_id(post.hall_id, None) if post.hall and post.may(Action.CASES) else None
    if hall is None or not Post(post.openid, post.role, hall).may(Action.CASES):
        raise Refused("not_yours")
    return hall


def open_one(post: Post, public_id: str) -> CaseRow:
    """A case that may be worked on. Refused with not_yours, case_unknown, case_closed. Part of a unit of work."""
    row = one(post, public_id)
    if row is None:
        raise Refused("case_unknown")
    if not row.is_open:
        raise Refused("case_closed")
    return row


def days_of(hall: HallFacts, period: Period | None, onset: date | None, now: datetime) -> Days:
    """The days of a case, as `open_case` says. Refused with period_ahead, period_not_kept (days)."""
    today = hall.calendar.hall_day(now)
    if period is None:
        if onset is not None and onset > today:
            raise Refused("period_ahead")
        begin = (onset or today).toordinal() - hall.tracing.look_back_days
        period = Period(date.fromordinal(max(begin, 1)), today)
    kept = searching.kept_part(hall, period, now)
    return Days(kept.first, kept.last, period.first)


def _same(
    post: Post, hall: HallFacts, visit: FoundVisit, days: Days, now: datetime, origin: tuple[int | None, int | None]
) -> CaseRow | None:
    """The case that was opened a moment ago by the same person for the same one and the same days."""
    recent = [
        row
        for row in cases.latest(hall.id, now - SAME_WITHIN, MOST_LISTED)
        if row.is_open and row.opened_by == post.openid and (row.origin_id, row.contact_id) == origin
        and Days(row.first, row.last, row.asked_first) == days
    ]  # fmt: skip
    own = {one.id for one in case_persons.all_of(hall, visit, now)} if recent else set()
    return next((row for row in recent if row.person in own), None)


def _next_number(hall: HallFacts, now: datetime) -> str:
    """The hall's next one of this year. Part of a unit of work that has the hall's turn."""
    year = hall.calendar.hall_day(now).year
    begin, _ = hall.calendar.span(date(year, 1, 1), date(year, 1, 1))
    taken = [int(text.partition("-")[2]) for text in cases.numbers(hall.id, begin) if text.startswith(f"{year}-")]
    return f"{year}-{max(taken, default=0) + 1}"


def _said(reason: str, authority: str) -> tuple[str, str]:
    why, whom = plain_words(reason), plain_words(authority)
    if not why:
        raise Refused("case_reason_missing")
    if not 2 <= len(why) <= LONGEST_REASON:
        raise Refused("case_reason_length", most=LONGEST_REASON)
    if not whom:
        raise Refused("case_authority_missing")
    if not 2 <= len(whom) <= LONGEST_AUTHORITY:
        raise Refused("case_authority_length", most=LONGEST_AUTHORITY)
    if holds_long_number(why) or holds_long_number(whom):
        raise Refused("reason_personal")
    return why, whom


def _kept(case_id: int) -> CaseRow:
    row = cases.with_id(case_id)
    if row is None:
        raise LookupError("a case that was there is gone")
    return row


def _told(row: CaseRow, *, is_new: bool) -> Opened:
    return Opened(
        row.public_id, row.number, row.first, row.last, row.asked_first, row.stays, *lists.counts(row.id),
        is_traced=row.is_traced, is_new=is_new,
    )  # fmt: skip
