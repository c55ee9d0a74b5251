"""Whatever names somebody has a day on which it goes."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import audit, people, retention
from models.services.casework import case_work
from models.services.kept import KEPT
from models.tables import TABLES
from models.tables.approvals import Approval
from models.tables.cases import Case, CaseVisit
from models.tables.contacts import Contact, ContactNote
from models.tables.database import run
from models.tables.door import HelpRequest
from models.tables.exports import Export, ExportChunk, ExportCopy
from models.tables.fields import insert
from models.tables.outbox import Grant
from models.tables.people import Person
from models.tables.visits import Visit
from tests.bot.test_check_in import first_visit
from tests.erased import TODAY, came_ago, purged
from tests.looks import a_case, a_contact, a_person
from tests.reading import inside
from tests.service import MONDAY_9, Service
from tests.staffed import at_once, joins, openid, post, registered, told
from tests.traced import at, opened, there
from tests.visited import came

pytestmark = pytest.mark.usefixtures("database")


def later(days: float) -> datetime:
    return MONDAY_9 + timedelta(days=days)


def count(table: Any) -> int:
    return int(run(table.select().count))


# --- the list ---


def test_every_table_says_until_when_it_keeps_what_it_holds() -> None:
    assert set(KEPT) == {table._meta.table_name for table in TABLES}


@pytest.mark.parametrize("name", sorted(KEPT))
def test_what_goes_is_taken_away_by_a_function_of_ours(name: str) -> None:
    kept = KEPT[name]
    assert kept.until
    assert kept.by is None or kept.by.__module__.startswith("models.")


# --- profiles ---


def knows(who: str = "Visitor", seen_at: datetime = MONDAY_9) -> int:
    facts = json.dumps({"language": "zh", "consents": {}, "matters": {}, "last_hall_id": None})
    return run(
        lambda: insert(
            Person, openid=openid(who), profile='{"name": "张三"}', facts=facts, created_at=seen_at, seen_at=seen_at
        )
    )  # fmt: skip


def test_a_profile_that_nobody_used_for_thirty_days_is_gone() -> None:
    knows()
    assert purged(later(30)) == 0
    assert purged(later(30) + timedelta(seconds=1)) == 1
    assert count(Person) == 0


def test_a_profile_stays_while_a_visit_of_theirs_is_kept() -> None:
    hall, person = registered(), knows(seen_at=later(-100))
    came(hall, later(-20), person_id=person)
    purged()
    assert count(Person) == 1
    purged(later(11))
    assert count(Person) == 0


def test_whoever_comes_each_day_is_never_forgotten() -> None:
    service = Service()
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    seen = run(Person.get).seen_at
    for _ in range(3):
        service.clock.goes_on(hours=25)
        phone.scan(service.code(hall, "out"))
        phone.scan(service.code(hall))
        phone.says("确认")
    assert run(Person.get).seen_at > seen + timedelta(days=2)


def test_no_contact_of_a_case_is_somebody_who_is_forgotten() -> None:
    """Databases may give their number to somebody else, who would be told that they were near somebody ill."""
    a_contact(a_case(registered()), None, a_person("V"))
    purged(later(30.5))
    assert count(Person) == 0
    assert run(lambda: [row.person_id for row in Contact.select()]) == [None]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
@pytest.mark.parametrize("visitor", range(4))
def test_whoever_comes_while_they_are_being_forgotten_is_known_or_new_and_never_lost(visitor: int) -> None:
    service = Service()
    hall, phone = service.hall(), service.visitor(f"oForgotten0000000000000000{visitor}")
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(days=32)
    phone.scan(service.code(hall))
    run(lambda: Visit.delete().execute())
    at_once(lambda: phone.says("确认"), lambda: purged(service.clock()))
    if not inside():
        # Forgotten in time: they are asked as somebody new.
        first_visit(service, hall, phone)
    [person] = run(lambda: list(Person.select()))
    assert [visit.person_id for visit in inside()] == [person.id]
    assert people.found(person.openid) is not None


def test_a_consent_to_notices_is_gone_after_thirty_days() -> None:
    for days in (0, 1):
        run(lambda days=days: insert(Grant, openid=openid("V"), template_id=f"T{days}", left=1, at=later(days)))  # type: ignore[misc]
    purged(later(30.5))
    assert [row.template_id for row in run(lambda: list(Grant.select()))] == ["T1"]


# --- exports, questions, calls for help ---


def exported(hall: HallFacts, expires_at: datetime, status: str = "expired") -> None:
    def add() -> None:
        made = insert(
            Export, public_id=f"e{expires_at:%m%d}{status[:3]}", hall_id=hall.id, openid=openid("Admin"), first=TODAY,
            last=TODAY, status=status, rows_expected=1, rows_done=1, rows_faulty=0, tries=1, failures=0,
            claimed_until=expires_at, made_at=expires_at, expires_at=expires_at, full_bytes=1, masked_bytes=1,
        )  # fmt: skip
        insert(ExportChunk, export_id=made, kind="full", part=1, data=b"x")
        insert(
            ExportCopy, export_id=made, number=1, hall_id=hall.id, kind="full", purpose="疫情", openid=openid("Admin"),
            session_id="s", made_at=expires_at, opened_until=expires_at,
        )  # fmt: skip

    run(add)


def test_who_took_copies_and_what_for_is_gone_after_half_a_year() -> None:
    hall = registered()
    exported(hall, MONDAY_9)
    exported(hall, later(2))
    exported(hall, MONDAY_9, "ready")
    purged(later(181))
    assert [count(table) for table in (Export, ExportCopy, ExportChunk)] == [2, 2, 2]


def test_what_a_second_pair_of_eyes_was_asked_is_gone_after_half_a_year() -> None:
    for code, days in (("11111111", 0), ("22222222", 2)):
        run(
            lambda code=code, days=days: insert(  # type: ignore[misc]
                Approval, code=code, hall_id=1, kind="export", of_id=1, purpose="疫情", asked_by=openid("Admin"),
                answer="waiting", asked_at=later(days), expires_at=later(days),
            )
        )  # fmt: skip
    purged(later(181))
    assert [row.code for row in run(lambda: list(Approval.select()))] == ["22222222"]


def test_a_call_for_help_is_gone_with_the_visits_of_its_day() -> None:
    hall = registered()
    for days in (-31, -30):
        run(lambda days=days: insert(HelpRequest, hall_id=hall.id, door=1, asked_at=later(days)))  # type: ignore[misc]
    purged()
    assert [row.asked_at for row in run(lambda: list(HelpRequest.select()))] == [later(-30)]


# --- cases ---


def case_of(hall: HallFacts) -> str:
    """A case with a contact of whom something was noted."""
    suspect = there(hall, "张三", 0, 60)
    there(hall, "李四", 10, 50)
    case = opened(hall, suspect)
    case_work.note(post(hall), case.public_id, 1, None, "打过电话", "todo", at(200))  # type: ignore[arg-type]
    return case.public_id


def left_of_cases() -> list[int]:
    return [count(table) for table in (Case, CaseVisit, Contact, ContactNote)]


@pytest.fixture
def hall() -> HallFacts:
    return registered()


def test_a_closed_case_is_gone_with_its_list_and_notes_after_as_long_as_visits_are_kept(hall: HallFacts) -> None:
    case_work.close(post(hall), case_of(hall), later(1))
    purged(later(31))
    assert left_of_cases()[0] == 1
    purged(later(32))
    assert left_of_cases() == [0, 0, 0, 0]
    assert audit.latest(hall.id, later(33), action="case_erase")[0].role == Role.OPERATOR


def test_a_case_that_nobody_closes_is_gone_after_half_a_year(hall: HallFacts) -> None:
    case_of(hall)
    purged(later(179))
    assert left_of_cases()[0] == 1
    purged(later(180))
    assert left_of_cases() == [0, 0, 0, 0]


def test_a_case_that_is_held_stays_until_the_hold_is_over(hall: HallFacts) -> None:
    case = case_of(hall)
    case_work.hold(post(hall), case, (later(60)).date(), "疾控中心要求", MONDAY_9)
    case_work.close(post(hall), case, later(1))
    purged(later(60))
    assert left_of_cases()[0] == 1
    purged(later(61))
    assert left_of_cases() == [0, 0, 0, 0]


def test_of_a_case_the_rest_of_the_hall_is_left_alone(hall: HallFacts) -> None:
    gone, stays = case_of(hall), case_of(hall)
    case_work.close(post(hall), gone, later(1))
    purged(later(40))
    [left] = run(lambda: list(Case.select()))
    assert left.public_id == stays
    assert {row.case_id for row in run(lambda: list(Contact.select()))} == {left.id}


def test_admins_hear_once_two_weeks_before_that_a_case_ends(hall: HallFacts) -> None:
    joins(hall, "Second", "李主任", Role.ADMIN)
    case_of(hall)

    def heard(who: str) -> int:
        return sum("将在 2026-08-29 删除" in text for text in told(who))

    purged(later(165))
    assert heard("Admin") == 0
    for days in (166, 166.5, 170):
        purged(later(days))
    assert (heard("Admin"), heard("Second")) == (1, 1)


def test_of_a_case_that_is_closed_nobody_is_told_that_it_ends(hall: HallFacts) -> None:
    case_work.close(post(hall), case_of(hall), later(165))
    purged(later(167))
    assert not [text for text in told("Admin") if "删除" in text]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_of_several_that_erase_a_case_at_once_it_is_noted_once(hall: HallFacts) -> None:
    case_work.close(post(hall), case_of(hall), later(1))
    works: list[Callable[[], int]] = [lambda: purged(later(40))] * 3
    at_once(*works)
    assert left_of_cases() == [0, 0, 0, 0]
    assert len(audit.latest(hall.id, later(41), action="case_erase")) == 1


def test_everything_goes_in_one_sweep_before_anybody_is_served(hall: HallFacts) -> None:
    for days in (31, 60, 90):
        came_ago(hall, days)
    case_of(hall)
    assert retention.purge_all(later(200)) > 3
    assert purged(later(200)) == 0
