"""The stays of a case's person in other halls of the account, for operators and under this case alone: where and when,
never who. A hall learns of a stay in another one by nothing but a case that an operator opens in it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules import identity
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.hours import LONGEST_STAY
from models.rules.refusal import Refused
from models.rules.visits import Certainty, HowIn, HowOut, certainty_in, certainty_out
from models.rules.wanted import Period
from models.services import audit, halls, hashing, staff_notices
from models.services.casework import case_persons, cases, tracing
from models.services.posts import Post
from models.tables import cases as case_rows
from models.tables import elsewhere, found_visits, turns, vault
from models.tables.cases import CaseRow
from models.tables.database import transaction
from models.tables.elsewhere import StayElsewhere
from models.tables.found_visits import UNREADABLE, FoundVisit, Place
from models.tables.staff import NO_HALL

PAGE = 50
MOST_LOOK_UPS = 30

LookUp = tuple[Callable[..., list[StayElsewhere]], tuple[bytes | int, ...]]


@dataclass(frozen=True)
class OpenCase:
    """A case that is worked on, and its hall. Nothing in it says who it is."""

    hall: HallFacts
    case: CaseRow


@dataclass(frozen=True)
class Elsewhere:
    """A stay in another hall. `left_at`: at the latest; `is_inside`: as far as is known, still there; `number`: the
    case that this hall has for it already."""

    public_id: str
    hall: HallFacts
    in_at: datetime
    left_at: datetime
    is_inside: bool
    sure_in: Certainty
    sure_out: Certainty
    door: int
    matter: str | None
    number: str | None


@dataclass(frozen=True)
class There:
    """A case in another hall; `is_new`: it was opened just now."""

    hall: HallFacts
    number: str
    is_new: bool


@transaction
def open_cases(post: Post, now: datetime, after: Place | None = None) -> tuple[list[OpenCase], Place | None]:
    """The open cases of all halls, the latest first, at most PAGE, and where the next page goes on; those for the
    contacts of a contact left out. Refused with not_yours."""
    _check(post)
    found = case_rows.open_ones(PAGE + 1, after or Place(now, 2**31 - 1))
    rows = [OpenCase(hall, row) for row in found[:PAGE] if (hall := halls.by_id(row.hall_id, None))]
    goes_on = Place(found[PAGE - 1].opened_at, found[PAGE - 1].id) if len(found) > PAGE else None
    return rows, goes_on


@transaction
def one(post: Post, public_id: str) -> OpenCase | None:
    """An open case of any hall; None for one that is closed, for the contacts of a contact, or not there. Refused with
    not_yours."""
    _check(post)
    row = case_rows.with_public_id(public_id)
    hall = halls.by_id(row.hall_id, None) if row and row.is_open and not row.is_step else None
    return OpenCase(hall, row) if hall and row else None


@transaction
def stays(post: Post, public_id: str, now: datetime) -> list[Elsewhere]:
    """Where else the case's person was in the days that were asked for, as far as the halls keep them, by hall and
    entry. That somebody looked is noted, for operators alone. Refused with not_yours, case_unknown."""
    origin = _open(post, public_id)
    audit.note(post.actor, "case_elsewhere", NO_HALL, now, code=origin.hall.code, number=origin.case.number)
    numbers = {row.hall_id: row.number for row in _opened_from(origin.case)}
    found = [_told(hall, stay, numbers.get(hall.id), now) for hall, stay in _stays(origin, now)]
    return sorted(found, key=lambda stay: (stay.hall.name, stay.hall.id, stay.in_at))


@transaction
def open_there(post: Post, public_id: str, visit: str, now: datetime) -> There:
    """Open a case in the hall of one of `stays`, for the same days; its admins are told. Where that hall has an open
    one from this case already, it is that one.

    Refused with not_yours, case_unknown, visit_unknown (it is none of `stays`), hall_not_open_now, period_not_kept
    (days), too_many (minutes).
    """
    origin = _open(post, public_id)
    hall, stay = next((pair for pair in _stays(origin, now) if pair[1].public_id == visit), (None, None))
    if hall is None or stay is None:
        raise Refused("visit_unknown")
    if not hall.is_open_for_visitors:
        raise Refused("hall_not_open_now")
    days = cases.days_of(hall, Period(origin.case.asked_first, origin.case.last), None, now)
    row = found_visits.with_id(hall.id, stay.id)
    if row is None:
        raise Refused("visit_unknown")
    turns.take(hall.id)
    for before in _opened_from(origin.case):
        if before.hall_id == hall.id:
            return There(hall, before.number, is_new=False)
    opened = cases.open_for(post, hall, row, days, now, origin_id=origin.case.id)
    staff_notices.case_elsewhere(hall, opened.number, now)
    return There(hall, opened.number, is_new=True)


def _check(post: Post) -> None:
    if post.hall is not None or not post.may(Action.ELSEWHERE):
        raise Refused("not_yours")


def _open(post: Post, public_id: str) -> OpenCase:
    found = one(post, public_id)
    if found is None:
        raise Refused("case_unknown")
    return found


def _opened_from(case: CaseRow) -> list[CaseRow]:
    """The open cases in other halls that were opened from this one."""
    return [row for row in case_rows.opened_from(case.id) if row.is_open and not row.is_step]


def _stays(origin: OpenCase, now: datetime) -> list[tuple[HallFacts, StayElsewhere]]:
    visit = tracing.chosen(origin.hall, origin.case)
    if visit is None:
        return []
    # Of what came before that nothing is kept in any hall, and the first day that there is is nothing to reckon with.
    oldest = origin.hall.calendar.hall_day(now) - timedelta(days=halls.defaults().retention_days + 1)
    begin, end = origin.hall.calendar.span(max(origin.case.asked_first, oldest), origin.case.last)
    found: dict[int, StayElsewhere] = {}
    waiting = list(_marks_here(case_persons.all_of(origin.hall, visit, now)))
    known: set[tuple[object, ...]] = set()
    while waiting and len(known) < MOST_LOOK_UPS:
        look_up, marks = waiting.pop(0)
        if (look_up, *marks) in known:
            continue
        known.add((look_up, *marks))
        fresh = [one for one in look_up(origin.hall.id, *marks, begin - LONGEST_STAY, end) if one.id not in found]
        found.update((one.id, one) for one in fresh)
        waiting += [mark for one in fresh for mark in _marks_there(one)]
    pairs = [(hall, one) for one in found.values() if (hall := halls.by_id(one.hall_id, None))]
    return [(hall, one) for hall, one in pairs if _until(one, now) >= begin and _is_kept(hall, one, now)]


def _marks_here(visits: Iterable[FoundVisit]) -> Iterator[LookUp]:
    """By what this person's visits are found elsewhere, under every key that rows may still carry."""
    for visit in visits:
        if number := _number(visit):
            yield from ((elsewhere.by_number, (hashed,)) for hashed in hashing.id_hashes(number))
        if visit.name == UNREADABLE:
            continue
        names = hashing.name_hashes(visit.name)
        if visit.phone and visit.phone != UNREADABLE:
            phones = hashing.phone_hashes(visit.phone)
            yield from ((elsewhere.by_phone, (phone, name)) for phone in phones for name in names)
        if visit.person_id is not None and visit.lead_id is None:
            yield from ((elsewhere.by_account, (visit.person_id, name)) for name in names)


def _marks_there(stay: StayElsewhere) -> Iterator[LookUp]:
    if len(vault.current().hashes(b"", "")) > 1 and (whole := found_visits.with_id(stay.hall_id, stay.id)):
        # While hash keys are changed, others of their visits may stand under another key.
        yield from _marks_here([whole])
    if stay.id_hash:
        yield elsewhere.by_number, (stay.id_hash,)
    if stay.phone_hash:
        yield elsewhere.by_phone, (stay.phone_hash, stay.name_hash)
    if stay.person_id is not None and stay.lead_id is None:
        yield elsewhere.by_account, (stay.person_id, stay.name_hash)


def _number(visit: FoundVisit) -> identity.IdNumber | None:
    if not visit.id_number or visit.id_number == UNREADABLE:
        return None
    try:
        return identity.id_number(visit.id_number, today=visit.in_at.date())
    except Refused:
        # Rules grow stricter than what was once accepted.
        return None


def _until(stay: StayElsewhere, now: datetime) -> datetime:
    """The latest moment at which they may have been there."""
    left = stay.out_at if stay.out_at is not None else min(now, stay.due_at)
    return max(stay.in_at, left)


def _is_kept(hall: HallFacts, stay: StayElsewhere, now: datetime) -> bool:
    oldest = hall.calendar.hall_day(now) - timedelta(days=hall.retention_days)
    return hall.calendar.hall_day(stay.in_at) >= oldest


def _told(hall: HallFacts, stay: StayElsewhere, number: str | None, now: datetime) -> Elsewhere:
    how_out = HowOut(stay.how_out) if stay.out_at is not None and stay.how_out else HowOut.UNKNOWN
    return Elsewhere(
        stay.public_id, hall, stay.in_at, _until(stay, now), stay.out_at is None and now <= stay.due_at,
        certainty_in(HowIn(stay.how_in)), certainty_out(how_out), stay.door, stay.matter, number,
    )  # fmt: skip
