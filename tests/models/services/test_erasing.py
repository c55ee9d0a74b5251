"""Stays are emptied of whom they were, keep what counts them, and wait for cases that hold them."""

from datetime import date, datetime, timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.identity import id_number
from models.rules.refusal import Refused
from models.rules.wanted import By, Wanted, Who
from models.services import erasing, front_desk, hashing, searching
from models.services.export_rows import Words
from models.tables import exported_visits
from models.tables.amendments import Amendment
from models.tables.cases import Case
from models.tables.contacts import Contact, ContactNote
from models.tables.database import run
from models.tables.erasures import Erasure
from models.tables.fields import insert
from models.tables.looks import Look
from models.tables.visits import Visit
from tests.looks import a_case, a_contact, a_person, looks_at_visit
from tests.service import MONDAY_9
from tests.staffed import post, registered
from tests.visited import NUMBER, PHONE, came, id_of

NOON = MONDAY_9 + timedelta(hours=3)
TODAY = date(2026, 3, 2)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def row(public_id: str) -> Visit:
    return run(lambda: Visit.get(Visit.public_id == public_id))


def erase(*public_ids: str, now: datetime = NOON) -> erasing.Erased:
    return erasing.erase_visits([id_of(one) for one in public_ids], now)


def held(hall: HallFacts, visit: str, until: date | None) -> int:
    """A case with this stay as a contact's, kept until the end of a day."""
    case = a_case(hall)
    a_contact(case, visit, None)
    hold(case, until)
    return case


def hold(case: int, until: date | None) -> None:
    run(lambda: Case.update(held_until=until).where(Case.id == case).execute())


def test_an_erased_stay_says_nothing_of_whom_it_was(hall: HallFacts) -> None:
    visit = came(hall, address="市府路1号", remark="带了礼物", person_id=a_person("M"))
    done = erase(visit)
    left = row(visit)
    assert (left.name, left.id_number, left.phone, left.address, left.remark) == ("", None, None, None, None)
    assert (left.id_kind, left.phone_tail_hash, left.person_id) == (None, None, None)
    assert (done.emptied, done.later, done.held, done.held_until) == (1, 0, 0, None)


def test_an_erased_stay_keeps_its_times_and_what_a_case_counts_it_by(hall: HallFacts) -> None:
    visit = came(hall)
    before = row(visit)
    erase(visit)
    after = row(visit)
    for name in ("in_at", "out_at", "how_in", "how_out", "door", "matter", "id_hash", "name_hash", "phone_hash"):
        assert getattr(after, name) == getattr(before, name)


def test_a_person_who_asks_again_is_still_found_by_the_full_number(hall: HallFacts) -> None:
    visit = came(hall)
    erase(visit)
    number = id_number(NUMBER, today=TODAY)
    assert row(visit).id_hash == run(lambda: hashing.id_hash(number))
    found = searching.find(post(hall), Wanted(who=Who(By.ID_NUMBER, NUMBER)), NOON, 5)
    assert [one.public_id for one in found.rows] == [visit]


def test_it_is_told_when_the_stay_itself_goes(hall: HallFacts) -> None:
    assert erase(came(hall)).gone_on == TODAY + timedelta(days=31)


def test_whoever_came_along_is_erased_with_the_lead(hall: HallFacts) -> None:
    lead = came(hall, companions=1)
    along = came(hall, name="李四", number=None, phone=None, lead_id=id_of(lead))
    assert erase(lead).emptied == 2
    assert row(along).name == ""


def test_a_companion_is_erased_alone(hall: HallFacts) -> None:
    lead = came(hall, companions=1)
    along = came(hall, name="李四", number=None, phone=None, lead_id=id_of(lead))
    erase(along)
    assert (row(along).name, row(lead).name) == ("", "张三")


def test_earlier_values_and_words_beside_a_stay_go_with_it(hall: HallFacts) -> None:
    visit = came(hall)
    looks_at_visit(hall, visit, "other", "找张先生")
    contact = a_contact(a_case(hall), visit, None)
    row_id = id_of(visit)
    run(lambda: insert(Amendment, visit_id=row_id, at=NOON, actor=b"a", field="name", earlier="张山"))
    run(lambda: insert(ContactNote, case_id=1, contact_id=contact, at=NOON, by="o", kind="note", text="张三说"))
    erase(visit)
    assert run(lambda: [one.earlier for one in Amendment.select()]) == [None]
    assert run(lambda: [one.words for one in Look.select()]) == [None]
    assert run(lambda: [one.text for one in ContactNote.select()]) == [None]


def test_somebody_inside_is_told_to_leave_first_and_nothing_is_erased(hall: HallFacts) -> None:
    over, inside = came(hall, MONDAY_9 - timedelta(days=1)), came(hall, left=None)
    with pytest.raises(Refused) as no:
        erase(over, inside, now=MONDAY_9 + timedelta(minutes=5))
    assert (no.value.code, no.value.details) == ("erase_inside", {"hall": hall.name})
    assert row(over).name == "张三"


def test_a_stay_that_was_due_counts_as_over(hall: HallFacts) -> None:
    visit = came(hall, left=None)
    erase(visit, now=MONDAY_9 + timedelta(hours=20))
    left = row(visit)
    assert (left.name, left.how_out, left.out_at) == ("", "closing", left.due_at)


def test_erasing_twice_is_no_matter(hall: HallFacts) -> None:
    visit = came(hall)
    erase(visit)
    assert erase(visit).emptied == 1
    assert erasing.erase_visits([10**6], NOON).count == 0


# --- holds ---


def test_a_stay_that_a_case_holds_keeps_its_name_until_the_hold_is_over(hall: HallFacts) -> None:
    visit = came(hall, person_id=a_person("M"))
    until = TODAY + timedelta(days=5)
    held(hall, visit, until)
    done = erase(visit)
    assert (done.emptied, done.held, done.held_until) == (0, 1, until)
    assert (row(visit).name, row(visit).person_id) == ("张三", None)
    assert erasing.empty_due(NOON + timedelta(days=5)) == 0
    assert erasing.empty_due(NOON + timedelta(days=6)) == 1
    assert row(visit).name == ""


def test_a_hold_that_is_given_up_early_lets_the_erasing_go_on_within_the_hour(hall: HallFacts) -> None:
    visit = came(hall)
    case = held(hall, visit, TODAY + timedelta(days=5))
    erase(visit)
    hold(case, None)
    assert erasing.empty_due(NOON + erasing.LOOK_AGAIN) == 1
    assert row(visit).name == ""


def test_of_several_holds_the_longest_counts(hall: HallFacts) -> None:
    visit = came(hall)
    held(hall, visit, TODAY + timedelta(days=5))
    hold(a_case_of(hall, visit, "2026-2"), TODAY + timedelta(days=9))
    assert erase(visit).held_until == TODAY + timedelta(days=9)


def a_case_of(hall: HallFacts, visit: str, number: str) -> int:
    case = a_case(hall, number)
    a_contact(case, visit, None)
    return case


def test_a_hold_that_was_over_yesterday_holds_nothing(hall: HallFacts) -> None:
    visit = came(hall)
    held(hall, visit, TODAY - timedelta(days=1))
    assert erase(visit).emptied == 1


def test_a_contact_who_erased_themself_stays_in_the_list_without_an_account(hall: HallFacts) -> None:
    person = a_person("M")
    visit = came(hall, person_id=person)
    a_contact(a_case(hall), visit, person)
    erase(visit)
    assert run(lambda: [(one.visit_id, one.person_id) for one in Contact.select()]) == [(id_of(visit), None)]


def test_what_comes_to_many_stays_is_done_in_part_at_once_and_by_the_job(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    visits = [came(hall, MONDAY_9 - timedelta(days=day)) for day in range(5)]
    done = erase(*visits)
    assert (done.emptied, done.later) == (2, 3)
    assert erasing.empty_due(NOON) == 3
    assert {row(one).name for one in visits} == {""}
    assert run(Erasure.select().count) == 0


# --- what staff may still do with it ---


def test_nobody_writes_a_name_into_an_erased_stay(hall: HallFacts) -> None:
    visit = came(hall)
    erase(visit)
    for field, text in (("name", "张三"), ("phone", PHONE), ("address", "市府路1号"), ("remark", "是张三")):
        with pytest.raises(Refused, match="visit_erased"):
            front_desk.correct(post(hall), visit, field, text, NOON)
    assert run(Amendment.select().count) == 0


def test_undoing_brings_back_neither_the_name_nor_the_stay(hall: HallFacts) -> None:
    visit, other = came(hall), came(hall, left=None, name="李四", number=None)
    at = MONDAY_9 + timedelta(minutes=50)
    amended = front_desk.correct(post(hall), visit, "name", "张山", at).act
    swept = front_desk.sweep(post(hall), at).act
    assert amended
    assert swept
    erase(visit, other, now=at)
    assert front_desk.undo(post(hall), amended, at).count == 0
    assert front_desk.undo(post(hall), swept, at).count == 0
    assert (row(visit).name, row(other).name) == ("", "")
    assert row(other).out_at is not None


def test_a_workbook_says_in_place_of_the_name_that_it_was_erased(hall: HallFacts) -> None:
    visit = came(hall)
    erase(visit)
    words = Words(hall, NOON)
    row_id = id_of(visit)
    [exported] = run(lambda: exported_visits.of_case(hall.id, [row_id])).values()
    assert words.row(exported, {}, {}).cells[1:6] == ["已删除", "", "", "", ""]
