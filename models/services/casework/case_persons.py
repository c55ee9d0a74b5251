"""Who somebody in a hall's records is: which visits are of one person, under whatever account or document."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import chain

from models.rules import identity
from models.rules.contact import name_for_matching
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.same_person import grouped
from models.rules.wanted import Wanted, Who
from models.services import hashing, searching
from models.services.check_out import as_due
from models.tables import erasures, found_visits
from models.tables.found_visits import UNREADABLE, FoundVisit, Sought

MOST_VISITS = 500
"""Of one look-up. Nobody comes so often in the days that are kept; of a name that more people have, whoever was there
last is found, and the others by their phone or number."""
MOST_LOOK_UPS = 30


def persons(hall: HallFacts, who: Who, now: datetime) -> list[list[FoundVisit]]:
    """The visits that somebody is looked for by, of each person apart; each person's, and the persons by theirs, the
    latest first. Part of a unit of work. Refused as searching.sought."""
    found = found_visits.page(searching.sought(hall, Wanted(who=who), now), MOST_VISITS)
    groups: dict[int, list[FoundVisit]] = {}
    for root, visit in zip(grouped([_marks(one) for one in found]), found, strict=True):
        groups.setdefault(root, []).append(as_due(visit, now))
    return list(groups.values())


def all_of(hall: HallFacts, visit: FoundVisit, now: datetime) -> list[FoundVisit]:
    """Every visit that the hall keeps of a visit's person: those with the same number, with the same name and phone,
    or with the same name by the same account, and whatever is found by these in turn. The earliest first; part of a
    unit of work."""
    found = {visit.id: visit}
    waiting = [visit]
    known: set[tuple[Hashable, ...]] = set()
    while waiting and len(known) < MOST_LOOK_UPS:
        one = waiting.pop()
        for mark in _marks(one):
            if mark in known:
                continue
            known.add(mark)
            fresh = [other for other in _marked(hall, one, mark, now) if other.id not in found]
            found.update((other.id, other) for other in fresh)
            waiting += fresh
    return sorted((as_due(one, now) for one in found.values()), key=lambda one: (one.in_at, one.id))


def _marks(visit: FoundVisit) -> list[tuple[Hashable, ...]]:
    """What only this person's visits share, as far as it opens. An account alone says little: families share one, and
    somebody else may check in by it."""
    return list(chain(_by_number(visit), _by_name(visit)))


def _by_number(visit: FoundVisit) -> Iterator[tuple[Hashable, ...]]:
    if visit.id_number and visit.id_number != UNREADABLE:
        number = _number(visit)
        yield "number", number.for_matching if number else f"{visit.id_kind}:{visit.id_number}"


def _by_name(visit: FoundVisit) -> Iterator[tuple[Hashable, ...]]:
    if visit.name == UNREADABLE:
        return
    name = name_for_matching(visit.name)
    if visit.person_id is not None and visit.lead_id is None:
        yield "account", name, visit.person_id
    if visit.phone and visit.phone != UNREADABLE:
        yield "phone", name, visit.phone


def _number(visit: FoundVisit) -> identity.IdNumber | None:
    try:
        return identity.id_number(visit.id_number or "", today=visit.in_at.date())
    except Refused:
        # Rules grow stricter than what was once accepted.
        return None


def _marked(hall: HallFacts, visit: FoundVisit, mark: tuple[Hashable, ...], now: datetime) -> list[FoundVisit]:
    """Visits with this mark of a visit."""
    look_up = _look_up(searching.sought(hall, Wanted(), now), visit, mark[0])
    if look_up is None:
        return []
    return [one for one in found_visits.page(look_up, MOST_VISITS) if mark in _marks(one)]


def _look_up(every: Sought, visit: FoundVisit, kind: Hashable) -> Sought | None:
    if kind == "number":
        number = _number(visit)
        return every._replace(column="id_hash", hashes=hashing.id_hashes(number)) if number else None
    if kind == "phone":
        return every._replace(column="phone_hash", hashes=hashing.phone_hashes(visit.phone or ""))
    if not visit.person_id or erasures.is_going(visit.person_id):
        return None
    return every._replace(column="person_id", hashes=(visit.person_id,))
