"""Contacts of a case who turn out to be one person by tracing again, after notices went to both."""

import pytest

from models.rules.halls import HallFacts
from models.rules.notices import Fate, Told
from models.rules.sending import Outcome, Result
from models.services import outbox
from models.services.casework import notices
from models.tables import case_lists
from models.tables.cases import Case, CaseVisit
from models.tables.database import run
from tests.notified import account, contact, desk, planned, send
from tests.service import Clock
from tests.staffed import post

pytestmark = pytest.mark.usefixtures("database")


def fails(clock: Clock) -> None:
    """Whatever is due does not arrive."""
    at_desk, _ = desk(*[Outcome(Result.CLOSED, "template")] * 9)
    outbox.send_due(clock(), at_desk)
    outbox.send_due(clock(), at_desk)


def turns_out_to_be(found: Case, other: int, contact_id: int) -> None:
    """Tracing again finds that two contacts are one person."""

    def same() -> None:
        case_lists.move(found.id, other, contact_id)
        CaseVisit.update(contact_id=contact_id).where(CaseVisit.contact_id == other).execute()
        case_lists.drop(other)

    run(same)


def test_two_contacts_who_turn_out_to_be_one_person_are_told_again_as_one(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    first = contact(hall, found, 1, account("A"))
    send(hall, found, clock)
    fails(clock)
    send(hall, found, clock, again=True)
    second = contact(hall, found, 2, account("B"))
    send(hall, found, clock)
    fails(clock)
    turns_out_to_be(found, second, first)
    assert send(hall, found, clock, again=True).count == 1


def test_whom_one_notice_reached_is_not_sent_another_since_a_further_one_failed(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    first = contact(hall, found, 1, account("A"))
    send(hall, found, clock)
    outbox.send_due(clock(), desk()[0])
    second = contact(hall, found, 2, account("B"))
    send(hall, found, clock)
    fails(clock)
    turns_out_to_be(found, second, first)
    [one] = planned(hall, found, clock).contacts
    assert (one.sent, one.again) == (Fate(Told.ACCEPTED), None)
    assert send(hall, found, clock, again=True).count == 0
    assert notices.states(post(hall), found.public_id, [first])[first][0] == Fate(Told.ACCEPTED)
