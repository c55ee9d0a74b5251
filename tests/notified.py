"""Cases with contacts as they stand in the tables, and what is known of whom the account can reach."""

import itertools
import secrets
from datetime import datetime, timedelta
from typing import Any

from models.rules.halls import HallFacts
from models.rules.notices import KIND
from models.rules.sending import Channel, NoticeTemplate, Outcome, Result
from models.services.casework import notices
from models.services.desk import Desk, Message
from models.tables import receipts
from models.tables.cases import Case, CaseStatus, CaseVisit, Tracing
from models.tables.contacts import Contact, ContactState
from models.tables.database import run
from models.tables.fields import insert
from models.tables.outbox import Grant
from models.tables.people import Person
from tests.service import MONDAY_9, Clock
from tests.staffed import openid, post
from tests.visited import stay

TEMPLATE = NoticeTemplate("template0002", {"thing1": "hall", "time2": "span", "thing3": "advice"})
SUBSCRIPTION = NoticeTemplate("subscription2", {"thing1": "hall", "phone_number4": "phone"})
TEMPLATES = {(KIND, Channel.TEMPLATE): TEMPLATE, (KIND, Channel.SUBSCRIPTION): SUBSCRIPTION}

_numbers = itertools.count(1)


def case(hall: HallFacts, now: datetime = MONDAY_9, **columns: Any) -> Case:
    """A case of this hall, its reason and authority filled in."""
    day = hall.calendar.hall_day(now)
    row: dict[str, Any] = {
        "public_id": f"case{next(_numbers):012}", "hall_id": hall.id, "number": f"2026-{next(_numbers)}",
        "status": CaseStatus.OPEN, "person": 1, "reason": "疾控部门要求", "authority": "甲市疾控中心", "first": day,
        "last": day, "asked_first": day, "definition": "{}", "opened_by": openid("Admin"), "opened_at": now,
        "tracing": Tracing.DONE, "claimed_until": now, "tries": 1, "traced_at": now, "stays": 1, "contacts": 0,
        **columns,
    }  # fmt: skip
    row_id = run(lambda: insert(Case, **row))
    found: Case = run(lambda: Case.get_by_id(row_id))
    return found


def account(who: str, language: str = "zh", now: datetime = MONDAY_9) -> int:
    """The person behind an account; gives the id."""
    facts = f'{{"language": "{language}", "consents": {{}}, "matters": {{}}, "last_hall_id": null}}'
    return run(
        lambda: insert(Person, openid=openid(who), profile="{}", facts=facts, created_at=now, seen_at=now)
    )  # fmt: skip


def contact(
    hall: HallFacts, of: Case, number: int, person_id: int | None = None, in_at: datetime = MONDAY_9,
    left: timedelta | None = timedelta(minutes=40), state: str = ContactState.TODO, is_gone: bool = False,
    **fields: Any,
) -> int:  # fmt: skip
    """Somebody who was there with the case; `fields`: of their stay. Gives the id."""
    visit_id = stay(hall, in_at, in_at + left if left is not None else None, person_id=person_id, **fields)
    contact_id = run(
        lambda: insert(
            Contact, case_id=of.id, number=number, visit_id=visit_id, person_id=person_id, is_companion=False,
            is_gone=is_gone, is_tail_only=False, stays=1, same_door=True, same_matter=True, certainty="certain",
            least=20, most=20, tail=0, score=number, state=state,
        )
    )  # fmt: skip
    also_was_there(of, contact_id, visit_id)
    return contact_id


def also_was_there(of: Case, contact_id: int, visit_id: int) -> None:
    """One more stay of a contact that met the case."""
    run(
        lambda: insert(
            CaseVisit, case_id=of.id, visit_id=visit_id, contact_id=contact_id, with_visit=1, least=20, most=20, tail=0,
            met="certain", is_tail_only=False,
        )
    )  # fmt: skip


def did(who: str, opens: str, at: datetime) -> None:
    """An account person did something that opens a window (text, scan, …), or left."""
    run(lambda: receipts.claim(secrets.token_bytes(32), at, openid(who), opens))


def agreed(who: str, left: int = 1) -> None:
    """An account person agreed to so many notices."""
    run(
        lambda: insert(
            Grant, openid=openid(who), template_id=SUBSCRIPTION.template_id, left=left, at=MONDAY_9
        )
    )  # fmt: skip


def planned(hall: HallFacts, of: Case, clock: Clock, templates: object = None) -> notices.Plan:
    return notices.plan(post(hall), of.public_id, TEMPLATES if templates is None else {}, clock())


def send(hall: HallFacts, of: Case, clock: Clock, again: bool = False, key: str = "") -> notices.Sent:
    key = key or planned(hall, of, clock).key
    return notices.send(post(hall), of.public_id, key, TEMPLATES, clock(), again=again)


def desk(*answers: Outcome) -> tuple[Desk, list[tuple[Channel, Message]]]:
    """A desk that answers so, in order, then with SENT; and what it is given."""
    taken: list[tuple[Channel, Message]] = []
    coming = list(answers)

    def take(channel: Channel, message: Message) -> Outcome:
        taken.append((channel, message))
        return coming.pop(0) if coming else Outcome(Result.SENT, msgid=f"{len(taken)}")

    return Desk(take, TEMPLATES), taken
