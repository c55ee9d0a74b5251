"""The list of a case: what tracing finds is laid over what is there, and nothing that staff noted is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.rules.tracing import Candidate
from models.tables import case_lists as lists
from models.tables import cases
from models.tables.case_lists import Listed, ListedVisit, Traced
from models.tables.contacts import ContactState


@dataclass
class _Was:
    """What a list holds already."""

    rows: list[Listed]
    visits: dict[int, ListedVisit]
    noted: set[int]
    of_visit: dict[int, Listed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_id = {row.id: row for row in self.rows}
        self.of_visit = {one.visit_id: by_id[one.contact_id] for one in self.visits.values() if one.contact_id in by_id}


def put(
    case_id: int, candidates: Sequence[Candidate], accounts: Mapping[int, int | None], own: Sequence[ListedVisit]
) -> int:
    """Keep these candidates as the contacts of a case, and its own stays; gives how many contacts there are.

    Whoever is found again, by any of their stays, keeps number, state, notes and whom they are assigned to; contacts
    that turn out to be one person go on under the lowest number. Whoever is not found any more is marked as gone where
    something was noted or sent, and is removed else. Part of a unit of work that has made the case its own.
    """
    was = _Was(lists.listed(case_id), {one.visit_id: one for one in lists.visits(case_id)}, lists.noted(case_id))
    kept = _same(candidates, was)
    traced = [_traced(one, accounts) for one in candidates]
    ids: list[int] = []
    fresh = [row for row, before in zip(traced, kept, strict=True) if not before]
    first = max((row.number for row in was.rows), default=0) + 1
    new_ids = iter(lists.add(case_id, first, fresh) if fresh else ())
    for row, before in zip(traced, kept, strict=True):
        ids.append(_go_on(case_id, row, before) if before else next(new_ids))
    found_again = {one.id for before in kept for one in before}
    gone = {row.id for row in was.rows if row.id not in found_again and not _leave(row, was.noted)}
    visits = {one.visit_id: one for one in was.visits.values() if one.contact_id in gone}
    visits |= {one.visit_id: one for one in own}
    visits |= {one.visit_id: one for who, at in zip(candidates, ids, strict=True) for one in _visits(who, at)}
    fresh_visits = [one for one in visits.values() if was.visits.get(one.visit_id) != one]
    over = [one.visit_id for one in was.visits.values() if visits.get(one.visit_id) != one]
    lists.put_visits(case_id, over, fresh_visits)
    return len(candidates)


def _same(candidates: Sequence[Candidate], was: _Was) -> list[list[Listed]]:
    """For each candidate the contacts of the list that they are, by number. One that is two people by now goes on as
    whoever made the stay that stood for it."""
    places: dict[int, tuple[bool, int]] = {}
    for place, candidate in enumerate(candidates):
        for meeting in candidate.meetings:
            row = was.of_visit.get(meeting.stay.id)
            if row is not None:
                is_other = meeting.stay.id != row.traced.visit_id
                places[row.id] = min(places.get(row.id, (True, place)), (is_other, place))
    kept: list[list[Listed]] = [[] for _ in candidates]
    for row in was.rows:
        if row.id in places:
            kept[places[row.id][1]].append(row)
    return kept


def _go_on(case_id: int, traced: Traced, before: list[Listed]) -> int:
    """Keep what is said by now of contacts that are one person; gives the id that they go on with."""
    first, *others = before
    for other in others:
        lists.move(case_id, other.id, first.id)
        cases.move_steps(case_id, other.id, first.id)
        lists.drop(other.id)
    told = [row for row in before if row.state is not ContactState.TODO]
    after = first._replace(
        state=told[0].state if told else first.state,
        assigned_to=next((row.assigned_to for row in before if row.assigned_to), None),
        traced=traced,
    )
    if after != first:
        lists.update(after)
    return first.id


def _leave(row: Listed, noted: set[int]) -> bool:
    """Remove a contact who is not found any more, or mark them as gone; whether they are removed."""
    if row.id not in noted and row.state is ContactState.TODO and row.assigned_to is None:
        lists.drop(row.id)
        return True
    if not row.traced.is_gone:
        lists.update(row._replace(traced=row.traced._replace(is_gone=True)))
    return False


def _traced(one: Candidate, accounts: Mapping[int, int | None]) -> Traced:
    made_by = [accounts.get(visit_id) for visit_id in (one.visit_id, *(met.stay.id for met in one.meetings))]
    return Traced(
        one.visit_id, next((account for account in made_by if account is not None), None), one.is_companion, False,
        one.is_tail_only, len(one.meetings), one.same_door, one.same_matter, str(one.certainty), one.least, one.most,
        one.tail, one.score,
    )  # fmt: skip


def _visits(one: Candidate, contact_id: int) -> list[ListedVisit]:
    return [
        ListedVisit(
            met.stay.id, contact_id, met.with_stay, met.least, met.most, met.tail, met.is_tail_only, str(met.met)
        )
        for met in one.meetings
    ]
