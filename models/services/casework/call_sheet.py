"""The call sheet of a case: whom to telephone, with everything that the call needs, while the names are open.

Who printed it, and what for, is noted before anything of it is shown.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.rules.notices import Fate
from models.rules.refusal import Refused
from models.rules.sending import Templates
from models.services import audit, looked
from models.services.casework import case_names, cases, notices
from models.services.posts import Post
from models.tables import exported_visits, listed_contacts, staff
from models.tables.case_openings import Opening
from models.tables.cases import CaseRow
from models.tables.database import transaction
from models.tables.found_visits import UNREADABLE, FoundVisit
from models.tables.listed_contacts import Chosen, ContactRow, MetRow

PAGE = 200
"""People on one part of the sheet: as much as a browser prints at once."""
MOST = 10_000
"""More than anybody telephones."""
MOST_NOTED = 200
"""More sheets than a hall prints within an hour."""


class Which(StrEnum):
    """Of whom the sheet is."""

    ALL = "all"
    PHONE = "phone"
    """Those whom no notice reaches, or has reached."""


class Stay(NamedTuple):
    """A stay that met the case; `visit` None where the record is gone."""

    met: MetRow
    visit: FoundVisit | None


class Called(NamedTuple):
    """Somebody to call. `visit` is None where the record is gone. `phone`: theirs, or (`is_leads`) that of whom they
    came with, "" for none; `others`: the names of those who came with them, but for the case, whom no caller names;
    `told`: what became of the last notice."""

    contact: ContactRow
    visit: FoundVisit | None
    phone: str
    is_leads: bool
    others: list[str]
    stays: list[Stay]
    told: Fate | None


@dataclass(frozen=True)
class Sheet:
    """One part of a sheet: number `part` of `parts`, of `total` people, `is_cut` to MOST; printed by whom (their
    name), `reason` what for."""

    case: CaseRow
    people: list[Called]
    total: int
    is_cut: bool
    part: int
    parts: int
    by: str
    reason: str


@transaction
def note(post: Post, public_id: str, session_id: str, which: Which, now: datetime) -> None:
    """Note that this sheet is printed, and open it for as long as the names are. Refused with not_yours, case_unknown,
    case_closed, case_not_traced (its list is being made), case_names_closed."""
    case, opening = _open(post, public_id, session_id, now)
    if _is_noted(post, case, opening, session_id, which, now):
        return
    audit.note(
        post.actor, "case_sheet", case.hall_id, now, number=case.number, sheet=which, reason=opening.reason,
        session=session_id,
    )  # fmt: skip
    why, words = case_names.code_of(opening.reason)
    looked.note(post, looked.What.SHEET, why, now, words=words, case_id=case.id)


def sheet(
    post: Post, public_id: str, session_id: str, which: Which, part: int, templates: Templates, now: datetime
) -> Sheet | None:
    """A part of the sheet, the likeliest contacts first; None where there is no such part. Refused as `note`, and with
    case_sheet_unnoted where nobody has said that it is printed."""
    _noted(post, public_id, session_id, which, now)
    only = None
    if which is Which.PHONE:
        plan = notices.plan(post, public_id, templates, now)
        only = frozenset(one.contact_id for one in plan.contacts if one.is_by_phone)
    return _part(post, public_id, session_id, only, part, now)


@transaction
def _noted(post: Post, public_id: str, session_id: str, which: Which, now: datetime) -> None:
    case, opening = _open(post, public_id, session_id, now)
    if not _is_noted(post, case, opening, session_id, which, now):
        raise Refused("case_sheet_unnoted")


@transaction
def _part(
    post: Post, public_id: str, session_id: str, only: frozenset[int] | None, part: int, now: datetime
) -> Sheet | None:
    case, opening = _open(post, public_id, session_id, now)
    likeliest = listed_contacts.page(Chosen(case.id), MOST + 1)
    rows = [one for one in likeliest[:MOST] if only is None or one.id in only]
    parts = max(1, -(-len(rows) // PAGE))
    if not 1 <= part <= parts:
        return None
    chosen = rows[(part - 1) * PAGE : part * PAGE]
    people = _called(post, case, chosen, session_id, now)
    names = {one.openid: one.name for one in staff.members(post.hall_id)}
    by = names.get(post.openid, "")
    return Sheet(case, people, len(rows), len(likeliest) > MOST, part, parts, by, opening.reason)


def _called(
    post: Post, case: CaseRow, rows: Sequence[ContactRow], session_id: str, now: datetime
) -> list[Called]:  # fmt: skip
    ids = [one.id for one in rows]
    met: dict[int, list[MetRow]] = {}
    for one in listed_contacts.met_by(case.id, ids):
        met.setdefault(one.contact_id, []).append(one)
    wanted = {row.visit_id for row in rows} | {one.visit_id for stays in met.values() for one in stays}
    visits = case_names.people_of(post, case, wanted, session_id, now)
    leads = case_names.people_of(
        post, case, [one.lead_id for one in visits.values() if one.lead_id], session_id, now
    )  # fmt: skip
    own = {one.visit_id for one in listed_contacts.of_contact(case.id, listed_contacts.OWN)}
    companions = exported_visits.companions([one.id for one in visits.values() if one.companions], own)
    told = notices.states(post, case.public_id, ids)
    people = [
        _one(row, visits, leads, companions, met.get(row.id, []), told[row.id][0] if row.id in told else None)
        for row in rows
    ]
    return [one._replace(others=[]) if one.visit and one.visit.lead_id in own else one for one in people]


def _one(
    row: ContactRow, visits: Mapping[int, FoundVisit], leads: Mapping[int, FoundVisit],
    companions: Mapping[int, list[str]], met: Sequence[MetRow], told: Fate | None,
) -> Called:  # fmt: skip
    visit = visits.get(row.visit_id)
    lead = leads.get(visit.lead_id) if visit and visit.lead_id else None
    own = _readable(visit.phone if visit else None)
    others = companions.get(row.visit_id, []) if lead is None else [lead.name]
    phone = own or _readable(lead.phone if lead else None)
    stays = sorted(
        (Stay(one, visits.get(one.visit_id)) for one in met),
        key=lambda one: (one.visit is None, one.visit.in_at.timestamp() if one.visit else 0.0),
    )
    return Called(row, visit, phone, bool(phone and not own), others, stays, told)


def _readable(phone: str | None) -> str:
    return phone if phone and phone != UNREADABLE else ""


def _open(post: Post, public_id: str, session_id: str, now: datetime) -> tuple[CaseRow, Opening]:
    case = cases.open_one(post, public_id)
    if not case.is_traced:
        raise Refused("case_not_traced")
    opening = case_names.current(post, case, session_id, now)
    if opening is None:
        raise Refused("case_names_closed")
    return case, opening


def _is_noted(post: Post, case: CaseRow, opening: Opening, session_id: str, which: Which, now: datetime) -> bool:
    rows = audit.latest(case.hall_id, now, 2**31 - 1, MOST_NOTED, action="case_sheet", since=opening.at)
    mine = audit.hashes_of(post.openid)
    wanted = {"number": case.number, "sheet": str(which), "session": session_id}
    return any(row.actor in mine and wanted.items() <= json.loads(row.detail).items() for row in rows)
