"""Looks at visits and cases, and the people and cases that they are about, as tests make them."""

import json
from datetime import datetime

from models.rules.halls import HallFacts
from models.services import looked
from models.tables.cases import Case, CaseStatus, CaseVisit, Tracing
from models.tables.contacts import Contact, ContactState
from models.tables.database import run
from models.tables.fields import insert
from models.tables.people import Person
from tests.service import MONDAY_9
from tests.staffed import openid, post
from tests.visited import id_of

is_at = openid
"""The openid of somebody by what tests call them."""


def a_person(who: str, language: str = "zh") -> int:
    """Somebody who has registered, by id."""
    facts = {"language": language, "consents": {}, "matters": {}, "last_hall_id": None}
    return run(
        lambda: insert(
            Person, openid=openid(who), profile="{}", facts=json.dumps(facts), created_at=MONDAY_9, seen_at=MONDAY_9
        )
    )


def a_case(hall: HallFacts, number: str = "2026-1") -> int:
    """A case of this hall that was traced, by id."""
    day = MONDAY_9.date()
    return run(
        lambda: insert(
            Case, public_id=f"case{hall.id}-{number}", hall_id=hall.id, number=number, status=CaseStatus.OPEN, person=0,
            first=day, last=day, asked_first=day, definition="{}", opened_by=openid("Admin"), opened_at=MONDAY_9,
            tracing=Tracing.DONE, claimed_until=MONDAY_9, tries=1, stays=1, contacts=0,
        )
    )  # fmt: skip


def a_contact(case: int, visit: str | None, person: int | None) -> int:
    """A contact of a case by a stay (None: which is not kept any more) and an account (None: a companion's), by id."""
    visit_id = id_of(visit) if visit else 0
    return run(lambda: _contact(case, visit_id, person))


def _contact(case: int, visit_id: int, person: int | None) -> int:
    number = Contact.select().where(Contact.case_id == case).count() + 1
    contact = insert(
        Contact, case_id=case, number=number, visit_id=visit_id, person_id=person, is_companion=person is None,
        is_gone=False, stays=1, same_door=False, same_matter=False, certainty="certain", least=10, most=10, tail=0,
        is_tail_only=False, score=10, state=ContactState.TODO,
    )  # fmt: skip
    if visit_id:
        insert(
            CaseVisit, case_id=case, visit_id=visit_id, contact_id=contact, with_visit=0, least=10, most=10, tail=0,
            is_tail_only=False, met="certain",
        )  # fmt: skip
    return contact


def looks_at_visit(
    hall: HallFacts, visit: str, why: str = "lost", words: str = "", now: datetime = MONDAY_9, who: str = "Admin"
) -> None:
    """Somebody of the hall opens a record."""
    looked.note(post(hall, who), looked.What.RECORD, why, now, words=words, visit_id=id_of(visit))


def looks_at_case(hall: HallFacts, case: int, what: str, words: str = "", now: datetime = MONDAY_9) -> None:
    """Somebody of the hall opens the names of a case, or has them some other way."""
    looked.note(post(hall), what, "case", now, words=words, case_id=case)
