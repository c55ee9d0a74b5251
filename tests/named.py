"""Cases with contacts as they stand in the tables, for what is done with them afterwards."""

import itertools
import json
from datetime import datetime, timedelta
from typing import Any

import peewee

from models.rules.halls import HallFacts
from models.rules.tracing import AS_USUAL
from models.rules.visits import Certainty
from models.services.casework import case_names
from models.services.posts import Post
from models.tables import cases
from models.tables.approvals import Approval
from models.tables.cases import Case, CaseRow, CaseStatus, CaseVisit, Tracing
from models.tables.contacts import Contact, ContactState
from models.tables.database import run, transaction
from models.tables.fields import insert
from tests.service import MONDAY_9
from tests.staffed import openid, post, registered
from tests.visited import came, id_of

REASON, AUTHORITY = "疾控部门要求", "甲市疾控中心"
SESSION = "session-of-admin"
WORDS = "疾控等着要名单"
CASE_NAME, CASE_PHONE = "何病例", "13900139000"
_numbers = itertools.count(1)


def a_case(hall: HallFacts, **columns: Any) -> CaseRow:
    """A case of somebody who was in the hall this morning for an hour."""
    ill = id_of(came(hall, name=CASE_NAME, phone=CASE_PHONE, number=None, left=timedelta(hours=1)))
    number = next(_numbers)
    row = {
        "public_id": f"case{number:012}", "hall_id": hall.id, "number": f"2026-{number}", "status": CaseStatus.OPEN,
        "person": ill, "reason": REASON, "authority": AUTHORITY, "first": MONDAY_9.date(), "last": MONDAY_9.date(),
        "asked_first": MONDAY_9.date(), "definition": json.dumps(AS_USUAL.to_dict()), "opened_by": openid("Admin"),
        "opened_at": MONDAY_9, "tracing": Tracing.DONE, "claimed_until": MONDAY_9, "tries": 0, "traced_at": MONDAY_9,
        "stays": 1, "contacts": 0, **columns,
    }  # fmt: skip
    case_id = run(lambda: insert(Case, **row))
    _meets(case_id, ill, 0, ill)
    return as_named(case_id)


def as_named(case_id: int) -> CaseRow:
    """The case as of now."""
    found = run(lambda: cases.with_id(case_id))
    assert found is not None
    return found


def a_contact(
    hall: HallFacts, case: CaseRow, name: str = "张三", *, stay: dict[str, Any] | None = None, **columns: Any
) -> int:
    """Somebody who was there with the case for 40 minutes, certainly; `stay`: of their visit. Gives the row's id."""
    visit = id_of(came(hall, name=name, **(stay or {})))
    number = run(lambda: Case.get_by_id(case.id)).contacts + 1
    row = {
        "case_id": case.id, "number": number, "visit_id": visit, "person_id": None, "is_companion": False,
        "is_gone": False, "is_tail_only": False, "stays": 1, "same_door": True, "same_matter": True,
        "certainty": Certainty.CERTAIN, "least": 40, "most": 40, "tail": 0, "score": 70, "state": ContactState.TODO,
        **columns,
    }  # fmt: skip
    contact = run(lambda: insert(Contact, **row))
    run(lambda: Case.update(contacts=number).where(Case.id == case.id).execute())
    _meets(
        case.id, visit, contact, case.person, row["least"], row["most"], row["tail"], row["certainty"],
        is_tail_only=row["is_tail_only"],
    )  # fmt: skip
    return contact


def _meets(
    case_id: int, visit: int, contact: int, with_visit: int, least: int = 0, most: int = 0, tail: int = 0,
    met: str = Certainty.CERTAIN, *, is_tail_only: bool = False,
) -> None:  # fmt: skip
    run(
        lambda: insert(
            CaseVisit, case_id=case_id, visit_id=visit, contact_id=contact, with_visit=with_visit, least=least,
            most=most, tail=tail, is_tail_only=is_tail_only, met=met,
        )
    )  # fmt: skip


class Named:
    """A hall with a case of one contact."""

    def __init__(self, *, four_eyes: bool = False) -> None:
        self.hall: HallFacts = registered(four_eyes=four_eyes)
        self.admin = post(self.hall)
        self.case = a_case(self.hall)
        a_contact(self.hall, self.case)
        self.case = as_named(self.case.id)

    def opens(
        self, by: Post | None = None, now: datetime = MONDAY_9, why: str = "contact", words: str = "",
        session: str = SESSION,
    ) -> datetime | None:  # fmt: skip
        return case_names.open_names(by or self.admin, self.case.public_id, session, why, words, now)

    def goes_alone(self, now: datetime, words: str = WORDS, by: Post | None = None, session: str = SESSION) -> datetime:
        return case_names.open_alone(by or self.admin, self.case.public_id, session, words, now)

    def takes_the_yes(self, now: datetime = MONDAY_9, session: str = SESSION) -> datetime:
        return case_names.open_by_yes(self.admin, self.case.public_id, session, now)

    def until(self, by: Post | None = None, session: str = SESSION, now: datetime = MONDAY_9) -> datetime | None:
        return case_names.opened_until(by or self.admin, self.case, session, now)

    def names(self, now: datetime = MONDAY_9, session: str = SESSION, by: Post | None = None) -> set[str]:
        ids = [row.visit_id for row in run(lambda: list(visits_of(self.case.id)))]
        found = case_names.people_of(by or self.admin, self.case, ids, session, now)
        return {one.name for one in found.values()}

    @property
    def code(self) -> str:
        return _last_code()


@transaction
def _last_code() -> str:
    return str(Approval.select().order_by(Approval.id.desc()).get().code)


def visits_of(case_id: int) -> peewee.ModelSelect:
    """The stays of a case and its contacts; part of a unit of work."""
    return CaseVisit.select().where(CaseVisit.case_id == case_id)
