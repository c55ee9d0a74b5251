"""Tracing: the list of a case as it is kept, also when it is traced again, by a job, or by several at once."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.tracing import Area, Definition
from models.rules.visits import HowIn, HowOut
from models.services import hall_settings, people
from models.services.casework import cases
from models.services.casework.cases import Opened
from models.tables.contacts import Contact, ContactNote, Notice
from models.tables.database import run
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import openid, post, refused, registered
from tests.traced import (
    NOON,
    OPEN_ALL_DAY,
    at,
    contacts_of,
    minutes_of,
    names_of,
    opened,
    row_of,
    stays_of,
    there,
)
from tests.visited import NUMBER, PHONE, came, id_of

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)
LI: dict[str, Any] = {"name": "李四", "phone": "13911110002", "number": "371421197902142025"}


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar=OPEN_ALL_DAY)


@pytest.fixture
def case(hall: HallFacts) -> str:
    """Somebody who was there from 9:00 to 9:40, in and out by the code."""
    return came(hall, at(0), left=40 * MINUTE)


def again(hall: HallFacts, of: Opened, minutes: float = 200) -> Opened:
    return cases.trace_again(post(hall), of.public_id, at(minutes))


def note(of: Opened, contact: Contact, text: str = "没人接") -> None:
    """Staff noted something of a contact."""
    told = {"case_id": row_of(of).id, "contact_id": contact.id, "at": NOON, "by": openid("Admin")}
    run(lambda: insert(ContactNote, **told, kind="note", text=text))


def move(visit: str, **columns: Any) -> None:
    """A stay is known otherwise by now."""
    run(lambda: Visit.update(**columns).where(Visit.public_id == visit).execute())


# --- what the list says ---


def test_sure_stated_and_guessed_meetings_are_told_apart(hall: HallFacts, case: str) -> None:
    there(hall, "扫码", 10, 30)
    there(hall, "口述", 10, 30, HowOut.CHAT)
    there(hall, "推定", 10, 480, HowOut.CLOSING)
    there(hall, "还在", 10, None)
    there(hall, "纸单", 10, 30, how_in=HowIn.SLIP)
    there(hall, "后来", 50, 55)
    there(hall, "没碰上", 71, 90)
    result = opened(hall, case)
    assert minutes_of(result) == {
        "扫码": (20, 20, 0, "certain"),
        "口述": (20, 20, 0, "stated"),
        "纸单": (20, 20, 0, "stated"),
        "推定": (0, 30, 30, "estimated"),
        "还在": (0, 30, 30, "estimated"),
        "后来": (0, 0, 5, "certain"),
    }
    assert (result.contacts, result.certain, result.stated, result.estimated, result.tail_only) == (6, 1, 2, 2, 1)
    assert [one.number for one in contacts_of(result)] == [1, 2, 3, 4, 5, 6]


def test_a_case_that_is_still_inside_may_have_met_whoever_came_since(hall: HallFacts) -> None:
    suspect = came(hall, at(0), left=None)
    there(hall, "早来", -20, 5)
    there(hall, "后来", 100, 130)
    result = opened(hall, suspect)
    assert minutes_of(result) == {"早来": (0, 5, 0, "estimated"), "后来": (0, 30, 0, "estimated")}


def test_a_stay_that_was_due_and_that_nobody_has_closed_ends_by_then(hall: HallFacts) -> None:
    suspect = came(hall, at(0), left=None)
    there(hall, "在后", 481 + 30 + 31, 600)
    [due_at] = run(lambda: [row.due_at for row in Visit.select().where(Visit.name_hash.is_null(False)).limit(1)])
    assert due_at == at(8 * 60 + 30)
    assert opened(hall, suspect, now=at(700)).contacts == 0


def test_companions_are_in_the_list_whatever_the_definition(hall: HallFacts, case: str) -> None:
    trace_by(hall, area=Area.DOOR, least_minutes=90)
    there(hall, "同行", 0, 40, lead_id=id_of(case), door=2)
    there(hall, "同门", 0, 40)
    result = opened(hall, case)
    assert list(minutes_of(result)) == ["同行"]
    assert (result.companions, result.certain) == (1, 1)


def test_a_companion_as_the_case_has_lead_and_siblings(hall: HallFacts, case: str) -> None:
    child = there(hall, "孩子", 0, 40, lead_id=id_of(case))
    there(hall, "奶奶", 0, 40, lead_id=id_of(case))
    result = opened(hall, child)
    assert {name: one.is_companion for name, one in names_of(result).items()} == {"张三": True, "奶奶": True}


def trace_by(hall: HallFacts, **definition: Any) -> None:
    """The hall has another definition."""
    facts = Definition(version=2, **definition).to_dict()
    now = post(hall)
    assert now.hall
    hall_settings.save(now, now.hall.revision, {"tracing": facts}, MONDAY_9)


def test_the_same_person_under_two_accounts_is_one_contact_with_two_stays(hall: HallFacts, case: str) -> None:
    came(hall, at(0), left=10 * MINUTE, person_id=7, **{**LI, "phone": None})
    came(hall, at(20), left=10 * MINUTE, person_id=8, **LI)
    there(hall, "李四", 0, 5, phone="13911110002")
    [one] = contacts_of(opened(hall, case))
    assert (one.stays, one.least, one.most, one.person_id) == (3, 20, 20, 7)


def test_two_people_of_one_account_are_two_contacts(hall: HallFacts, case: str) -> None:
    there(hall, "丈夫", 0, 10, person_id=7)
    there(hall, "妻子", 20, 30, person_id=7)
    assert opened(hall, case).contacts == 2


def test_the_case_itself_under_another_account_is_no_contact(hall: HallFacts, case: str) -> None:
    came(hall, at(10), "张三", 10 * MINUTE, number=NUMBER, phone=None, person_id=9)
    came(hall, at(10), "张三", 10 * MINUTE, number=None, phone=PHONE)
    result = opened(hall, case)
    assert (result.stays, result.contacts) == (3, 0)


def test_two_visits_a_day_are_both_looked_at(hall: HallFacts, case: str) -> None:
    came(hall, at(120), left=30 * MINUTE)
    there(hall, "上午", 0, 10)
    there(hall, "中间", 80, 100)
    there(hall, "中午", 130, 140)
    there(hall, "整天", -10, 170)
    assert minutes_of(opened(hall, case)) == {
        "上午": (10, 10, 0, "certain"),
        "中午": (10, 10, 0, "certain"),
        "整天": (70, 70, 50, "certain"),
    }


def test_somebody_who_came_in_the_day_before_and_stayed_is_found(hall: HallFacts) -> None:
    suspect = came(hall, at(-8 * 60), left=30 * MINUTE)
    there(hall, "昨夜", -20 * 60, -7.75 * 60)
    assert minutes_of(opened(hall, suspect)) == {"昨夜": (15, 15, 0, "certain")}


def test_a_tail_goes_on_after_closing_and_finds_whoever_came_then(hall: HallFacts) -> None:
    suspect = came(hall, at(450), left=29 * MINUTE)  # 16:59
    there(hall, "关门后", 485, 490)
    assert minutes_of(opened(hall, suspect, now=at(600))) == {"关门后": (0, 0, 5, "certain")}


def test_other_halls_are_not_looked_at(hall: HallFacts, case: str) -> None:
    other = registered("高新区政务大厅", who="Other")
    there(other, "别处", 0, 40)
    assert opened(hall, case).contacts == 0


def test_by_door_and_by_matter_only_those_of_the_same_count(hall: HallFacts, case: str) -> None:
    there(hall, "西门", 0, 10, door=2)
    there(hall, "东门", 0, 10, matter="fund")
    trace_by(hall, area=Area.DOOR)
    result = opened(hall, case)
    assert list(minutes_of(result)) == ["东门"]
    row = cases.one(post(hall), result.public_id)
    assert row is not None
    assert (row.definition.area, row.definition.version) == (Area.DOOR, 2)


# --- traced again ---


def test_traced_again_everybody_keeps_number_state_and_notes(hall: HallFacts, case: str) -> None:
    there(hall, "甲", 0, 10)
    leaves = there(hall, "乙", 5, None)
    first = opened(hall, case, now=at(60))
    before = {name: (one.id, one.number) for name, one in names_of(first).items()}
    note(first, names_of(first)["乙"])
    run(
        lambda: (
            Contact.update(state="called", assigned_to=openid("Admin")).where(Contact.id == before["乙"][0]).execute()
        )
    )
    move(leaves, out_at=at(20), how_out="scan")
    there(hall, "丙", 15, 25)
    second = again(hall, first)
    assert (second.number, second.contacts, second.certain) == ("2026-1", 3, 3)
    found = names_of(second)
    assert {name: (found[name].id, found[name].number) for name in before} == before
    assert found["丙"].number == 3
    assert (found["乙"].state, found["乙"].assigned_to, found["乙"].least) == ("called", openid("Admin"), 15)


def test_whoever_is_not_found_any_more_goes_unless_something_was_noted(hall: HallFacts, case: str) -> None:
    names = ("记过", "发过", "打过", "没管")
    made = [there(hall, name, 0, 10) for name in names]
    first = opened(hall, case)
    found = names_of(first)
    note(first, found["记过"])
    sent = {"case_id": found["发过"].case_id, "contact_id": found["发过"].id, "key": "notice:1:1"}
    run(lambda: insert(Notice, **sent, by=openid("Admin"), at=NOON, state="waiting"))
    run(lambda: Contact.update(state="reached").where(Contact.id == found["打过"].id).execute())
    for visit in made:
        move(visit, in_at=at(100), out_at=at(110))
    second = again(hall, first)
    assert second.contacts == 0
    assert {one.number for one in contacts_of(second) if one.is_gone} == {1, 2, 3}
    for visit in made:
        move(visit, in_at=at(0), out_at=at(10))
    third = again(hall, first, 201)
    assert (third.contacts, names_of(third)["记过"].number, names_of(third)["没管"].number) == (4, 1, 4)


def test_two_contacts_who_turn_out_to_be_one_go_on_under_the_lower_number(hall: HallFacts, case: str) -> None:
    there(hall, "李四", 0, 10, number=None, phone="13911110002")
    other = there(hall, "李四", 20, 30)
    first = opened(hall, case)
    [one, two] = contacts_of(first)
    note(first, two)
    run(lambda: Contact.update(state="reached").where(Contact.id == two.id).execute())
    told = came(hall, at(300), **{**LI, "number": None})  # what the desk wrote in gives the other stay its phone
    phone_hash = run(lambda: Visit.get(Visit.public_id == told).phone_hash)
    move(other, phone="13911110002", phone_hash=phone_hash)
    [merged] = contacts_of(again(hall, first))
    assert (merged.id, merged.number, merged.stays, merged.most, merged.state) == (one.id, 1, 2, 20, "reached")
    assert run(lambda: [row.contact_id for row in ContactNote.select()]) == [one.id]
    assert [contact for contact, _ in stays_of(first)] == [0, one.id, one.id]


def test_a_contact_who_turns_out_to_be_two_people_goes_on_as_the_one_who_met_the_case_longest(
    hall: HallFacts, case: str
) -> None:
    short = came(hall, at(0), left=5 * MINUTE, **LI)
    came(hall, at(10), left=20 * MINUTE, **LI)
    first = opened(hall, case)
    [one] = contacts_of(first)
    note(first, one)
    move(short, id_number=None, id_hash=None, phone=None, phone_hash=None)
    split = contacts_of(again(hall, first))
    assert [(row.number, row.most) for row in split] == [(1, 20), (2, 5)]
    assert run(lambda: [row.contact_id for row in ContactNote.select()]) == [split[0].id]


def test_traced_again_goes_by_what_the_hall_says_now(hall: HallFacts, case: str) -> None:
    there(hall, "一会儿", 0, 10)
    first = opened(hall, case)
    trace_by(hall, least_minutes=11)
    assert again(hall, first).contacts == 0


def test_a_case_whose_visit_is_erased_is_traced_by_another_of_its_stays(hall: HallFacts, case: str) -> None:
    later = came(hall, at(60), left=10 * MINUTE)
    there(hall, "甲", 60, 65)
    first = opened(hall, case)
    run(lambda: Visit.delete().where(Visit.public_id == case).execute())
    assert again(hall, first).stays == 1
    run(lambda: Visit.delete().where(Visit.public_id == later).execute())
    assert refused(lambda: again(hall, first)) == "visit_unknown"
    assert len(contacts_of(first)) == 1


def test_a_person_who_erases_their_profile_stays_in_the_list(hall: HallFacts, case: str) -> None:
    known = run(lambda: people.remember(openid("Li"), None, {"name": "李四"}, hall.id, 2, None, "zh", MONDAY_9))
    there(hall, "李四", 0, 10, person_id=known.id)
    first = opened(hall, case)
    run(lambda: people.Person.delete().execute())
    assert again(hall, first).contacts == 1
    assert contacts_of(first)[0].person_id == known.id


# --- one step further ---


def test_the_contacts_of_a_contact_are_those_since_they_met_the_case(hall: HallFacts, case: str) -> None:
    came(hall, at(-200), left=10 * MINUTE, **LI)
    there(hall, "之前", -200, -190)
    came(hall, at(30), left=60 * MINUTE, **LI)
    there(hall, "之后", 70, 100)
    first = opened(hall, case)
    cases.describe(post(hall), first.public_id, "疾控要求", "疾控中心", NOON)
    number = names_of(first)["李四"].number
    further = cases.step(post(hall), first.public_id, number, NOON)
    assert further.number == "2026-2"
    assert set(minutes_of(further)) == {"张三", "之后"}
    row = cases.one(post(hall), further.public_id)
    assert row is not None
    assert (row.is_step, row.origin_id, row.reason, row.authority) == (True, row_of(first).id, "疾控要求", "疾控中心")
    assert cases.step(post(hall), first.public_id, number, at(500)).public_id == further.public_id
    assert set(minutes_of(again(hall, further))) == {"张三", "之后"}


def test_there_is_one_step_and_none_of_whoever_is_not_there(hall: HallFacts, case: str) -> None:
    visit = there(hall, "甲", 0, 10)
    first = opened(hall, case)
    further = cases.step(post(hall), first.public_id, 1, NOON)
    assert refused(lambda: cases.step(post(hall), further.public_id, 1, NOON)) == "case_step_twice"
    for number in (0, -1, 2, 2**31, 2**64):
        assert refused(lambda number=number: cases.step(post(hall), first.public_id, number, NOON)) == "contact_unknown"
    run(lambda: Visit.delete().where(Visit.public_id == visit).execute())
    assert refused(lambda: cases.step(post(hall), first.public_id, 1, NOON)) == "visit_unknown"
