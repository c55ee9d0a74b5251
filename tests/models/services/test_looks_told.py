"""谁看过我: who is told of which look, and who is not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import AS_SHIPPED, Defaults, HallFacts
from models.services import exporting, halls, looked, sweeping
from models.services.looked import MOST_TOLD, Seen, What
from models.tables.contacts import Notice
from models.tables.database import run
from models.tables.exports import Kind
from models.tables.fields import insert
from models.tables.looks import Look
from tests.exported import ready_export
from tests.looks import a_case, a_contact, a_person, is_at, looks_at_case, looks_at_visit
from tests.service import MONDAY_9
from tests.staffed import operator, post, registered
from tests.visited import came, id_of

DAY = timedelta(days=1)
LATER = MONDAY_9 + timedelta(hours=2)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


@pytest.fixture
def withheld() -> Iterator[None]:
    halls.use(Defaults(looks_withheld=("case", "export")))
    yield
    halls.use(AS_SHIPPED)


def told(who: str = "Visitor", now: datetime = LATER) -> list[tuple[What, str]]:
    return [(seen.what, seen.why) for seen in looked.of(is_at(who), now)]


# --- their own ---


def test_a_visitor_is_told_of_a_look_at_their_record(hall: HallFacts) -> None:
    visit = came(hall, person_id=a_person("Visitor"))
    looks_at_visit(hall, visit, "other", words="物业报修核对", now=LATER)
    assert looked.of(is_at("Visitor"), LATER) == [
        Seen(halls.by_id(hall.id, None), Role.ADMIN, What.RECORD, "other", "物业报修核对", LATER, LATER.date(), 1)
    ]


def test_nobody_is_told_of_a_look_at_somebody_elses_record(hall: HallFacts) -> None:
    came(hall, person_id=a_person("Visitor"))
    looks_at_visit(hall, came(hall, person_id=a_person("Other")))
    assert told() == []
    assert told("Other") == [(What.RECORD, "lost")]


def test_who_registered_companions_is_told_of_looks_at_those_too(hall: HallFacts) -> None:
    lead = came(hall, person_id=a_person("Visitor"), companions=1)
    looks_at_visit(hall, came(hall, name="李四", lead_id=id_of(lead)))
    assert told() == [(What.RECORD, "lost")]


def test_somebody_of_whom_nothing_is_kept_is_told_nothing(hall: HallFacts) -> None:
    looks_at_visit(hall, came(hall))
    assert told("Stranger") == []


def test_the_same_on_one_hall_day_is_one_with_a_count_and_the_latest_time(hall: HallFacts) -> None:
    visit = came(hall, person_id=a_person("Visitor"))
    for hours in (0, 1, 24):
        looks_at_visit(hall, visit, now=MONDAY_9 + timedelta(hours=hours))
    looks_at_visit(hall, visit, "complaint", now=MONDAY_9)
    found = looked.of(is_at("Visitor"), MONDAY_9 + 2 * DAY)
    assert [(seen.why, seen.day.day, seen.times) for seen in found] == [
        ("lost", 3, 1), ("lost", 2, 2), ("complaint", 2, 1),
    ]  # fmt: skip
    assert found[1].at == MONDAY_9 + timedelta(hours=1)


def test_the_day_of_a_look_is_the_halls_and_not_utcs(hall: HallFacts) -> None:
    visit = came(hall, person_id=a_person("Visitor"))
    # Half past eleven in the evening, and half past midnight, by the hall's clock.
    for at in (MONDAY_9.replace(hour=15, minute=30), MONDAY_9.replace(hour=16, minute=30)):
        looks_at_visit(hall, visit, now=at)
    assert [seen.day.day for seen in looked.of(is_at("Visitor"), MONDAY_9 + DAY)] == [3, 2]


def test_of_very_many_the_latest_fifty_are_told(hall: HallFacts) -> None:
    visit = came(hall, MONDAY_9 - 70 * DAY, person_id=a_person("Visitor"))
    for number in range(MOST_TOLD + 5):
        looks_at_visit(hall, visit, now=MONDAY_9 - number * DAY)
    found = looked.of(is_at("Visitor"), LATER)
    assert [seen.at for seen in found] == [MONDAY_9 - number * DAY for number in range(MOST_TOLD)]


def test_a_look_is_told_after_whoever_looked_has_left_the_hall(hall: HallFacts) -> None:
    looks_at_visit(hall, came(hall, person_id=a_person("Visitor")), who="Gone")
    assert told() == [(What.RECORD, "lost")]


def test_a_browser_is_told_only_of_the_stay_that_is_still_on(hall: HallFacts) -> None:
    person = a_person("Visitor")
    over, on = came(hall, person_id=person), came(hall, LATER, person_id=person, left=None)
    looks_at_visit(hall, over, "complaint")
    looks_at_visit(hall, on, "lost", now=LATER)
    a_contact(a_case(hall), over, person)
    assert [seen.why for seen in looked.of(is_at("Visitor"), LATER, is_past_told=False)] == ["lost"]


# --- cases ---


def test_a_contact_of_a_case_is_told_that_its_names_were_opened_and_not_why_in_words(hall: HallFacts) -> None:
    person, case = a_person("Visitor"), a_case(hall)
    a_contact(case, came(hall, person_id=person), person)
    looks_at_case(hall, case, What.CASE, words="李四确诊")
    looks_at_case(hall, case, What.SHEET)
    found = looked.of(is_at("Visitor"), LATER)
    assert {(seen.what, seen.words) for seen in found} == {(What.CASE, ""), (What.SHEET, "")}


def test_a_contact_is_told_after_the_stay_is_purged(hall: HallFacts) -> None:
    person, case = a_person("Visitor"), a_case(hall)
    a_contact(case, None, person)
    looks_at_case(hall, case, What.CASE)
    assert told() == [(What.CASE, "case")]


def test_companions_in_a_case_are_told_of_through_whoever_registered_them(hall: HallFacts) -> None:
    lead = came(hall, person_id=a_person("Visitor"), companions=1)
    case = a_case(hall)
    a_contact(case, came(hall, name="李四", lead_id=id_of(lead)), None)
    looks_at_case(hall, case, What.CASE)
    assert told() == [(What.CASE, "case")]


def test_of_another_case_nobody_is_told(hall: HallFacts) -> None:
    person = a_person("Visitor")
    a_contact(a_case(hall, "2026-1"), came(hall, person_id=person), person)
    looks_at_case(hall, a_case(hall, "2026-2"), What.CASE)
    assert told() == []


def test_of_a_notice_only_those_are_told_whom_one_was_sent(hall: HallFacts) -> None:
    case = a_case(hall)
    for who in ("Visitor", "Other"):
        person = a_person(who)
        contact = a_contact(case, came(hall, person_id=person), person)
        if who == "Visitor":
            run(
                lambda contact=contact: insert(
                    Notice, case_id=case, contact_id=contact, key=f"notice:{contact}:1", by="oAdmin", at=MONDAY_9,
                    state="sent",
                )
            )  # fmt: skip
    for _ in range(2):
        looks_at_case(hall, case, What.NOTICE)
    looks_at_case(hall, case, What.NOTICE, now=LATER)
    [seen] = looked.of(is_at("Visitor"), LATER)
    assert (seen.what, seen.at, seen.times) == (What.NOTICE, MONDAY_9, 1)
    assert told("Other") == []


# --- exports ---


@pytest.mark.parametrize(
    ("came_at", "is_told"),
    [
        pytest.param(MONDAY_9, True, id="on a day of the copy"),
        pytest.param(LATER, True, id="in the moment it was taken"),
        pytest.param(MONDAY_9 + timedelta(hours=3), False, id="after it was taken"),
        pytest.param(MONDAY_9 - DAY, False, id="the day before"),
    ],
)
def test_a_full_copy_is_told_to_those_whom_it_holds(hall: HallFacts, came_at: datetime, is_told: bool) -> None:
    came(hall, came_at, person_id=a_person("Visitor"))
    row = ready_export(hall)
    exporting.take_copy(post(hall), row.public_id, Kind.FULL, "张三的事", "session", LATER)
    found = looked.of(is_at("Visitor"), MONDAY_9 + DAY)
    assert [(seen.what, seen.words) for seen in found] == ([(What.COPY, "")] if is_told else [])


def test_a_copy_of_another_halls_visits_is_none_of_theirs(hall: HallFacts) -> None:
    came(hall, person_id=a_person("Visitor"))
    other = registered("齐河县政务服务大厅", "Second")
    looked.note(post(other, "Second"), What.COPY, "copy", MONDAY_9, first=MONDAY_9.date(), last=MONDAY_9.date())
    assert told() == []


# --- what is withheld, and for how long it is told ---


@pytest.mark.usefixtures("withheld")
def test_what_the_operator_withholds_is_not_told(hall: HallFacts) -> None:
    person, case = a_person("Visitor"), a_case(hall)
    visit = came(hall, person_id=person)
    a_contact(case, visit, person)
    for what in (What.CASE, What.SHEET, What.COPY):
        looks_at_case(hall, case, what)
    looked.note(post(hall), What.COPY, "copy", LATER, first=MONDAY_9.date(), last=MONDAY_9.date())
    looks_at_visit(hall, visit)
    assert told() == [(What.RECORD, "lost")]
    assert looked.withheld("zh") == "依法需要保密的不在其中：疫情防控中查看名单、下载登记表。"


def test_nothing_is_said_to_be_withheld_where_all_is_told(hall: HallFacts) -> None:
    assert looked.withheld("zh") == looked.withheld("en") == ""


def test_a_look_of_half_a_year_ago_is_forgotten_and_a_later_one_is_not(hall: HallFacts) -> None:
    visit = came(hall, person_id=a_person("Visitor"))
    for at in (MONDAY_9, MONDAY_9 + DAY):
        looks_at_visit(hall, visit, now=at)
    now = MONDAY_9 + looked.KEEP + timedelta(minutes=1)
    assert sweeping.sweep(now) >= 1
    assert run(lambda: [look.at for look in Look.select()]) == [MONDAY_9 + DAY]


# --- in words ---


def test_a_look_of_the_account_itself_names_no_hall(hall: HallFacts) -> None:
    person, case = a_person("Visitor"), a_case(hall)
    a_contact(case, came(hall, person_id=person), person)
    looked.note(operator(), What.CASE, "case", LATER, case_id=case)
    [seen] = looked.of(is_at("Visitor"), LATER)
    assert (seen.hall, looked.said(seen, "zh").hall) == (None, "公众号平台")


@pytest.mark.parametrize("language", ["zh", "en"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(What), st.text("abcdefghijklmnopqrstuvwxyz._", max_size=24), st.sampled_from(Role))
def test_whatever_was_noted_is_said_in_words(language: str, what: What, why: str, role: Role) -> None:
    seen = Seen(None, role, what, why, "", MONDAY_9, date(2026, 3, 2), 2)
    said = looked.said(seen, language)
    assert all((said.hall, said.role, said.what, said.why, said.times))
