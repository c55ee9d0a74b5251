"""A person's own visits."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.halls import HallFacts
from models.rules.visits import Certainty, HowOut, certainty_out
from models.services import halls
from models.services.check_out import as_due
from models.services.people import Known
from models.tables import visits
from models.tables.database import transaction

MOST = 5


@dataclass(frozen=True)
class Record:
    """One visit as its person sees it; an estimated exit is told as one."""

    hall: HallFacts
    in_at: datetime
    out_at: datetime | None
    certainty: Certainty | None


@transaction
def own(known: Known | None, now: datetime) -> list[Record]:
    """The last few visits, newest first; one that was due is told as closed then."""
    found = []
    for row in visits.latest(known.id, MOST) if known else []:
        visit = as_due(row, now)
        hall = halls.by_id(visit.hall_id, None)
        if hall is not None:
            known_how = certainty_out(HowOut(visit.how_out)) if visit.how_out else None
            found.append(Record(hall, visit.in_at, visit.out_at, known_how))
    return found
