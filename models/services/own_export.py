"""Everything that is kept of somebody, for themself (个人信息保护法 45).

Of those who came along there is what tells the stays apart, their names as this account registered them and numbers
behind masks: the right is to one's own data, and an account may be lent to others tomorrow.
"""

from dataclasses import dataclass
from datetime import datetime

from models.rules.halls import HallFacts
from models.rules.masks import mask_name
from models.services import audit, halls, looked, own_data
from models.services.audit import VISITOR, Actor
from models.services.check_out import as_due
from models.services.looked import Seen
from models.services.own_data import OwnData
from models.services.searching import masked_field
from models.tables import amendments, found_visits, outbox, people, visits
from models.tables.amendments import Replaced
from models.tables.database import transaction
from models.tables.door import Fever
from models.tables.found_visits import FoundVisit
from models.tables.staff import NO_HALL
from models.tables.visits import Earlier

MOST_STAYS = 2000
"""The latest; more than anybody makes in the days that stays are kept."""


@dataclass(frozen=True)
class OwnStay:
    """A stay of one's own, whole, with what stood in its exit and its fields before; `companions` masked as above."""

    visit: FoundVisit
    hall: HallFacts
    earlier: list[Earlier]
    replaced: list[Replaced]
    companions: list[FoundVisit]


@dataclass(frozen=True)
class OwnFever:
    """A fever that was declared: readings in tenths of a degree; `is_over`: staff have seen to it, or it was taken
    back."""

    hall: HallFacts
    at: datetime
    declared_tenths: int
    corrected_tenths: int | None
    measured_tenths: int | None
    is_over: bool


@dataclass(frozen=True)
class Everything:
    """All that is kept under one account; `data` None where no profile is. `notices`: how many notices of each template
    they still agree to."""

    made_at: datetime
    data: OwnData | None
    stays: list[OwnStay]
    fevers: list[OwnFever]
    looks: list[Seen]
    notices: dict[str, int]


@transaction
def everything(openid: str, now: datetime) -> Everything:
    """Look, and note nothing."""
    row = people.kept(openid)
    found = found_visits.of_person(row.id, MOST_STAYS) if row else []
    known = halls.by_ids({one.hall_id for one in found})
    return Everything(
        now,
        own_data.of(openid),
        [_stay(as_due(one, now), known[one.hall_id]) for one in found if one.hall_id in known],
        _fevers(openid),
        looked.of(openid, now),
        {template: left for template, left in outbox.grants([openid])[openid].items() if left},
    )


@transaction
def note(openid: str, now: datetime) -> None:
    """Tell the audit that somebody has taken their data with them."""
    audit.note(Actor(openid, VISITOR), "own_export", NO_HALL, now)


def _stay(visit: FoundVisit, hall: HallFacts) -> OwnStay:
    along = found_visits.companions_of(visit.id) if visit.companions else []
    return OwnStay(
        visit, hall, visits.earlier_exits(visit.id), amendments.replaced(visit.id), [_masked(one) for one in along]
    )


def _masked(one: FoundVisit) -> FoundVisit:
    # A name that staff have put right since is not what this account registered.
    is_own = not any(change.field == "name" for change in amendments.replaced(one.id))
    return one._replace(
        name=one.name if is_own or not one.name else mask_name(one.name),
        id_number=masked_field("id_number", one.id_number),
        phone=masked_field("phone", one.phone),
        address=None,
        remark=None,
    )


def _fevers(openid: str) -> list[OwnFever]:
    rows = list(Fever.select().where(Fever.openid == openid).order_by(Fever.id))
    known = halls.by_ids({row.hall_id for row in rows})
    return [
        OwnFever(
            known[row.hall_id], row.declared_at, row.declared_tenths, row.corrected_tenths, row.measured_tenths,
            row.released_at is not None or row.cleared_at is not None,
        )
        for row in rows
        if row.hall_id in known
    ]  # fmt: skip
