"""Cases as tests open them, and what their lists say."""

from datetime import date, datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.rules.visits import HowOut
from models.rules.wanted import Period
from models.services.casework import cases
from models.services.casework.cases import Opened
from models.tables.cases import Case, CaseVisit
from models.tables.contacts import Contact
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import post
from tests.visited import came

NOON = MONDAY_9 + timedelta(hours=3)
TODAY = date(2026, 3, 2)
OPEN_ALL_DAY = {"weekly": [["09:00-17:00"]] * 5 + [[], []]}


def at(minutes: float) -> datetime:
    """So long after nine."""
    return MONDAY_9 + timedelta(minutes=minutes)


def there(hall: HallFacts, name: str, begin: float, end: float | None, how_out: HowOut = HowOut.SCAN,
          **columns: Any) -> str:  # fmt: skip
    """Somebody with neither number nor phone, from so many minutes after nine; without an end, still there."""
    left = None if end is None else timedelta(minutes=end - begin)
    return came(hall, at(begin), name, left, how_out, **{"number": None, "phone": None, **columns})


def opened(hall: HallFacts, suspect: str, period: Period | None = None, onset: date | None = None,
           now: datetime = NOON, who: str = "Admin") -> Opened:  # fmt: skip
    """The case of whoever made this visit."""
    return cases.open_case(post(hall, who), suspect, period, onset, now)


def row_of(case: Opened) -> Case:
    return run(lambda: Case.get(Case.public_id == case.public_id))


def contacts_of(case: Opened) -> list[Contact]:
    """Whoever is in the list, by number."""
    of_it = Contact.case_id == row_of(case).id
    return run(lambda: list(Contact.select().where(of_it).order_by(Contact.number)))


def names_of(case: Opened) -> dict[str, Contact]:
    """The contacts by the names that their visits bear; of those that are there."""
    found = contacts_of(case)
    names = run(lambda: {row.id: row.name for row in Visit.select()})
    return {names[one.visit_id]: one for one in found if not one.is_gone}


def minutes_of(case: Opened) -> dict[str, tuple[int, int, int, str]]:
    """By name: least, most and tail minutes, and how sure that is."""
    return {name: (one.least, one.most, one.tail, one.certainty) for name, one in names_of(case).items()}


def stays_of(case: Opened) -> list[tuple[int, int]]:
    """Every stay in the list: (contact, visit), 0 for the case's own."""
    of_it = CaseVisit.case_id == row_of(case).id
    rows = run(lambda: list(CaseVisit.select().where(of_it)))
    return sorted((one.contact_id, one.visit_id) for one in rows)
