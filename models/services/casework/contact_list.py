"""The contacts of a case as its pages show them: a page of the list, one contact, and the stays of a day for a picture.

Names are as the session sees them (services.case_names). A contact whose visit has been erased meanwhile stays in the
list, without a visit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.rules.visits import Certainty, HowIn, HowOut, certainty_in, certainty_out
from models.services.casework import case_names
from models.services.posts import Post
from models.tables import case_lists, cases, listed_contacts, staff
from models.tables.case_lists import Counts
from models.tables.cases import CaseRow
from models.tables.contacts import ContactState
from models.tables.database import transaction
from models.tables.found_visits import FoundVisit
from models.tables.listed_contacts import OWN, Chosen, ContactRow, MetRow, NoteRow, Place

MOST_NOTES = 100
MOST_DRAWN = 30
"""Contacts in one picture."""
MOST_STAYS = 90
"""Stays of contacts in one picture: hardly anybody comes three times a day."""
MOST_DAYS = 7
"""Pictures of one case."""


class Shown(NamedTuple):
    """A contact with the visit that met the case longest (None: it has been erased), and the name of whoever cares for
    them, "" for nobody."""

    contact: ContactRow
    visit: FoundVisit | None
    carer: str


class Met(NamedTuple):
    """A stay of a contact beside the stay of the case that it met longest; either may have been erased."""

    row: MetRow
    visit: FoundVisit | None
    beside: FoundVisit | None


class Note(NamedTuple):
    """What was done about a contact, with the name of who did it; "" for somebody who is not staff any more."""

    row: NoteRow
    by: str


class Span(NamedTuple):
    """A stay as a picture draws it: at the latest until `end`, which is a guess where `sure_out` says so."""

    begin: datetime
    end: datetime
    sure_in: Certainty
    sure_out: Certainty


class Line(NamedTuple):
    """A contact in a picture: number, name as the session sees it, stays, the minutes after the case had left alone."""

    number: int
    name: str
    spans: list[Span]


@dataclass(frozen=True)
class Numbers:
    """What a list comes to: `counts` as it was traced, and how many are in each state, for whom the asking person
    cares, for whom nobody does, and who was found once and is no contact any more."""

    counts: Counts
    states: Counter[ContactState]
    mine: int
    nobodys: int
    gone: int


@dataclass(frozen=True)
class Day:
    """A day on which the case was in the hall: their stays, the likeliest contacts, and how many more there are."""

    day: date
    own: list[Span]
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class One:
    """One contact with everything that is known of them, the last note first."""

    shown: Shown
    met: list[Met]
    notes: list[Note]


@transaction
def page(
    post: Post, row: CaseRow, chosen: Chosen, session_id: str, now: datetime, most: int, after: Place | None = None
) -> tuple[list[Shown], Place | None]:
    """So many contacts, the highest score first, and where the next page goes on; None after the last."""
    found = listed_contacts.page(chosen, most + 1, after)
    rows = found[:most]
    people = case_names.people_of(post, row, [one.visit_id for one in rows], session_id, now)
    names = _names(row.hall_id)
    shown = [Shown(one, people.get(one.visit_id), names.get(one.assigned_to or "", "")) for one in rows]
    return shown, Place(rows[-1].score, rows[-1].id) if len(found) > most else None


@transaction
def numbers(post: Post, row: CaseRow) -> Numbers:
    """What the list of a case comes to."""
    states: Counter[ContactState] = Counter()
    whose: Counter[str | None] = Counter()
    gone = 0
    for is_gone, state, assigned_to, count in listed_contacts.stands(row.id):
        if is_gone:
            gone += count
        else:
            states[state] += count
            whose[assigned_to] += count
    return Numbers(case_lists.counts(row.id), states, whose[post.openid], whose[None], gone)


@transaction
def done(post: Post, rows: Sequence[CaseRow]) -> dict[int, int]:
    """About how many contacts of each of these cases something was done, by the cases' ids; of none it is left out."""
    return listed_contacts.done([row.id for row in rows if row.hall_id == post.hall_id])


@transaction
def one(post: Post, row: CaseRow, number: int, session_id: str, now: datetime) -> One | None:
    """The contact of this number; None where there is none."""
    contact = listed_contacts.with_number(row.id, number)
    if contact is None:
        return None
    met = listed_contacts.of_contact(row.id, contact.id)
    ids = {contact.visit_id, *(one.visit_id for one in met), *(one.with_visit for one in met)}
    people = case_names.people_of(post, row, ids, session_id, now)
    names = _names(row.hall_id)
    rows = [Met(one, people.get(one.visit_id), people.get(one.with_visit)) for one in met]
    return One(
        Shown(contact, people.get(contact.visit_id), names.get(contact.assigned_to or "", "")),
        sorted(rows, key=lambda one: (one.visit is None, one.visit.in_at if one.visit else now)),
        [Note(one, names.get(one.by, "")) for one in listed_contacts.notes(contact.id, MOST_NOTES)],
    )


@transaction
def steps(row: CaseRow) -> list[CaseRow]:
    """The case of the same hall that this one was opened from, and those that were opened from it for the contacts of
    one contact."""
    origin = cases.with_id(row.origin_id) if row.origin_id else None
    found = [*([origin] if origin else []), *cases.opened_from(row.id)]
    return [one for one in found if one.hall_id == row.hall_id]


@transaction
def own(post: Post, row: CaseRow, session_id: str, now: datetime) -> list[FoundVisit]:
    """The stays of the case, the earliest first."""
    ids = [one.visit_id for one in listed_contacts.of_contact(row.id, OWN)]
    return sorted(case_names.people_of(post, row, ids, session_id, now).values(), key=lambda one: (one.in_at, one.id))


@transaction
def is_early(post: Post, row: CaseRow, session_id: str, now: datetime) -> bool:
    """Whether the list was made before the case had left, or before the time after that was over: whoever came in then
    is not in it."""
    made, tail = row.traced_at, timedelta(minutes=row.definition.tail_minutes)
    stays = own(post, row, session_id, now) if made else []
    return any(one.out_at is None or made < one.out_at + tail for one in stays if made)


@transaction
def days(post: Post, row: CaseRow, session_id: str, now: datetime) -> list[Day]:
    """A picture for each day on which the case was in the hall, the latest first, at most MOST_DAYS."""
    calendar = post.hall.calendar if post.hall else None
    if calendar is None:
        return []
    by_day: dict[date, list[FoundVisit]] = {}
    for visit in own(post, row, session_id, now):
        by_day.setdefault(calendar.hall_day(visit.in_at), []).append(visit)
    latest = sorted(by_day.items(), reverse=True)[:MOST_DAYS]
    return [_day(post, row, day, visits, session_id, now) for day, visits in latest]


def _day(post: Post, row: CaseRow, day: date, visits: list[FoundVisit], session_id: str, now: datetime) -> Day:
    ids = [visit.id for visit in visits]
    met: dict[int, list[int]] = {}
    for stay in listed_contacts.beside(row.id, ids, MOST_STAYS):
        met.setdefault(stay.contact_id, []).append(stay.visit_id)
    drawn = dict(list(met.items())[:MOST_DRAWN])
    contacts = listed_contacts.with_ids(list(drawn))
    people = case_names.people_of(post, row, [one for stays in drawn.values() for one in stays], session_id, now)
    lines = []
    for contact_id, stays in drawn.items():
        spans = [span(people[one], now) for one in stays if one in people]
        lines.append(Line(contacts[contact_id].number, _name(people, stays), spans))
    return Day(
        day, [span(visit, now) for visit in visits], lines, listed_contacts.count_beside(row.id, ids) - len(drawn)
    )


def span(visit: FoundVisit, now: datetime) -> Span:
    """The stay of a visit (as it is due) for a picture. Somebody who is inside may have left at any moment since."""
    sure_in = certainty_in(HowIn(visit.how_in))
    if visit.out_at is None or visit.how_out is None:
        return Span(visit.in_at, max(visit.in_at, min(now, visit.due_at)), sure_in, Certainty.ESTIMATED)
    return Span(visit.in_at, visit.out_at, sure_in, certainty_out(HowOut(visit.how_out)))


def _name(people: dict[int, FoundVisit], stays: Iterable[int]) -> str:
    return next((people[one].name for one in stays if one in people), "")


def _names(hall_id: int) -> dict[str, str]:
    return {one.openid: one.name for one in staff.members(hall_id)}
