"""密接 in the chat: a case is opened, and what is said of it is a count and a link."""

from collections.abc import Callable
from datetime import date, timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.rules.visits import HowOut
from models.rules.wanted import By, Who
from models.services import limits
from models.services.casework import cases
from models.services.casework.tracing import AT_ONCE
from models.tables.cases import Case, CaseStatus
from models.tables.database import run
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.bot.test_record_words import HOSTILE
from tests.reading import tells
from tests.service import MONDAY_9, Service
from tests.staffed import post
from tests.visited import NUMBER, PHONE, came, id_of

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
STAFF = "oStaff00000000000000000000001"
LI = {"name": "李四", "phone": "13911110002", "number": "371421197902142025"}


def stranger(hall: HallFacts, name: str, begin: float, minutes: float | None, how_out: HowOut = HowOut.SCAN) -> str:
    """Somebody with neither number nor phone, there from so many minutes after nine for so long."""
    left = None if minutes is None else minutes * MINUTE
    return came(hall, MONDAY_9 + begin * MINUTE, name, left, how_out, number=None, phone=None)


def busy(service: Service) -> HallFacts:
    """A morning at nine: 张三 for forty minutes, and of each kind of contact somebody; it is noon."""
    hall = service.hall()
    came(hall)
    stranger(hall, "甲某", 10, 20)
    stranger(hall, "乙某", 10, 20, HowOut.STATED)
    stranger(hall, "丙某", -60, 90, HowOut.CLOSING)
    stranger(hall, "丁某", 50, 20)
    service.clock.goes_on(minutes=180)
    return hall


def opened() -> list[Case]:
    return run(lambda: list(Case.select().order_by(Case.id)))


@pytest.mark.parametrize("who", ["张三", PHONE, "138 0013 8000", NUMBER, "11010519491231002x", "张三 3月2日"])
def test_the_answer_counts_sure_and_possible_contacts_apart_and_leads_to_the_case(service: Service, who: str) -> None:
    hall = busy(service)
    reply = service.staff(hall).says(f"密接 {who}")
    (case,) = opened()
    assert tells(reply, "tracing.opened", hall=hall.name, number="2026-1", days="2026-02-28 到 2026-03-02")
    assert tells(reply, "tracing.contacts", count=4)
    for kind in ("certain", "stated", "estimated", "tail_only"):
        assert tells(reply, f"tracing.count.{kind}", count=1), kind
    assert not tells(reply, "tracing.count.companions", count=0)
    assert tells(reply, "tracing.candidates")
    assert f'href="https://hall.example.gov.cn/hall/{hall.code}/cases/{case.public_id}"' in (reply.reply or "")


def test_nothing_of_anybody_is_said(service: Service) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    for who in ("张三", PHONE, NUMBER):
        reply = admin.says(f"密接 {who}").reply or ""
        assert not [one for one in ("张", "某", PHONE, PHONE[-4:], NUMBER, "社会保险", "东门") if one in reply], who


def test_companions_are_said_to_be_among_them(service: Service) -> None:
    hall = service.hall()
    lead = came(hall, companions=1)
    came(hall, name="张小明", number=None, phone=None, lead_id=id_of(lead))
    service.clock.goes_on(minutes=60)
    reply = service.staff(hall).says("密接 张三")
    assert tells(reply, "tracing.contacts", count=1)
    assert tells(reply, "tracing.count.companions", count=1)


# --- which days ---


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("张三", (2026, 2, 28), (2026, 3, 2)),
        ("张三 2月27日", (2026, 2, 25), (2026, 3, 2)),
        ("2月27日 张三", (2026, 2, 25), (2026, 3, 2)),
        ("张三 2月27日发病", (2026, 2, 25), (2026, 3, 2)),
        ("张三 采样日期：2月27日", (2026, 2, 25), (2026, 3, 2)),
        (f"{PHONE} 昨天", (2026, 2, 27), (2026, 3, 2)),
        ("张三 2月26日到2月27日", (2026, 2, 26), (2026, 2, 27)),
        ("张三 2026-02-26 2026-02-27", (2026, 2, 26), (2026, 2, 27)),
    ],
)
def test_a_day_is_that_of_the_first_signs_and_a_stretch_is_taken_as_it_is(
    service: Service, said: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    hall = service.hall()
    came(hall)
    service.staff(hall).says(f"密接 {said}")
    (case,) = opened()
    assert (case.first, case.last) == (date(*first), date(*last))


def test_days_of_which_nothing_is_kept_any_more_are_said(service: Service) -> None:
    hall = service.hall()
    came(hall)
    reply = service.staff(hall).says("密接 张三 2026-02-01")
    assert tells(reply, "tracing.cut", first="2026-01-31")
    assert opened()[0].asked_first == date(2026, 1, 30)


def test_a_case_who_was_not_there_in_these_days_is_opened_and_it_is_said(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - 10 * DAY)
    reply = service.staff(hall).says("密接 张三")
    assert tells(reply, "tracing.not_there")
    assert len(opened()) == 1


def test_whoever_met_nobody_has_a_case_without_contacts(service: Service) -> None:
    hall = service.hall()
    came(hall)
    assert tells(service.staff(hall).says("密接 张三"), "tracing.nobody")


@pytest.mark.parametrize(
    ("said", "code", "values"),
    [
        ("8000", "case_who_wanted", {}),
        ("尾号8000", "case_who_wanted", {}),
        ("昨天", "case_who_wanted", {}),
        ("2月26日到2月27日", "case_who_wanted", {}),
        ("全部", "case_who_wanted", {}),
        ("钱七", "case_nobody", {"days": 30}),
        ("13900139999", "case_nobody", {"days": 30}),
        ("张三 明天", "asked_future", {}),
        ("张三 2020-01-01 2020-01-05", "period_not_kept", {"days": 30}),
        ("110105194912310021", "id_checksum", {}),
        ("12345", "asked_number", {}),
        ("张三 李四", "asked_one_thing", {}),
        ("张三 2月30日", "asked_no_such_day", {"day": "2-30"}),
        ("发病", "case_nobody", {"days": 30}),
        ("😀", "asked_unreadable", {}),
    ],
)
def test_what_names_nobody_opens_nothing_and_is_answered_with_what_would(
    service: Service, said: str, code: str, values: dict[str, object]
) -> None:
    hall = service.hall()
    came(hall)
    assert tells(service.staff(hall).says(f"密接 {said}"), f"refused.{code}", **values)
    assert opened() == []


# --- twice, large, and many ---


def test_the_same_words_again_within_a_minute_are_the_same_case(service: Service) -> None:
    admin = service.staff(busy(service))
    first, again = admin.says("密接 张三"), admin.says("密接 张三")
    assert first.reply == again.reply
    assert len(opened()) == 1


def test_a_delivery_that_is_repeated_opens_one_case(service: Service) -> None:
    admin = service.staff(busy(service))
    service.platform.faults.duplicate = True
    admin.says("密接 张三")
    service.platform.faults.duplicate = False
    assert len(opened()) == 1


def test_of_a_full_hall_the_list_is_said_to_be_on_its_way(service: Service) -> None:
    hall = busy(service)
    fill(hall, AT_ONCE)
    reply = service.staff(hall).says("密接 张三")
    assert tells(reply, "tracing.waits")
    assert not tells(reply, "tracing.nobody")
    assert "/cases/" in (reply.reply or "")


def fill(hall: HallFacts, people: int) -> None:
    """So many strangers at once, who were there with the case."""
    stranger(hall, "戊某", 5, 10)
    names = ", ".join(field.column_name for field in Visit._meta.sorted_fields if field.name not in ("id", "public_id"))
    # A tenth at once: MariaDB counts no further than a thousand in one statement.
    counted = (
        f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {people // 10}) SELECT n FROM c"
    )
    for digit in range(10):
        statement = (
            f"INSERT INTO visits (public_id, {names}) SELECT {digit} + 10 * t.n, {names} FROM visits v"
            f" JOIN ({counted}) t WHERE v.id = (SELECT MAX(id) FROM visits)"
        )
        run(lambda text=statement: Visit._meta.database.execute_sql(text))


def test_nobody_looks_through_everybodys_contacts_by_it(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    names = [f"王{one}{two}" for one in "安邦晨东" for two in "芳刚红建静"]
    assert len(names) == limits.CASES.most
    for name in (*names, "李四"):
        stranger(hall, name, 0, 10)
    for name in names:
        assert tells(admin.says(f"密接 {name}"), "tracing.candidates"), name
    assert not tells(admin.says("密接 李四"), "tracing.candidates")
    assert len(opened()) == limits.CASES.most


# --- the word alone, and a case by its number ---


def test_the_word_alone_says_how_and_lists_the_open_cases(service: Service) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    assert tells(admin.says("密接"), "tracing.how", days=2)
    admin.says("密接 张三")
    (case,) = opened()
    reply = admin.says("密接")
    assert tells(reply, "tracing.open_cases", count=1)
    assert f'/cases/{case.public_id}"' in (reply.reply or "")
    assert "2026-1 2026-02-28 到 2026-03-02 4 人" in (reply.reply or "")
    run(lambda: Case.update(status=CaseStatus.CLOSED).execute())
    assert not tells(admin.says("密接"), "tracing.open_cases", count=1)


def test_many_open_cases_fit_into_one_message(service: Service) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    admin.says("密接 张三")

    def copies() -> None:
        row = dict(Case.select().dicts().get())
        row.pop("id")
        for number in range(2, 62):
            Case.insert({**row, "public_id": f"case{number}", "number": f"2026-{number}"}).execute()

    run(copies)
    reply = admin.says("密接")
    assert tells(reply, "tracing.open_cases", count=61)
    assert len((reply.reply or "").encode()) <= 2047


@pytest.mark.parametrize("said", ["2026-1", "２０２６－１", "第2026-1号"])
def test_a_case_is_told_again_by_its_number(service: Service, said: str) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    first = admin.says("密接 张三").reply
    assert admin.says(f"密接 {said}").reply == first
    run(lambda: Case.update(status=CaseStatus.CLOSED).execute())
    assert tells(admin.says(f"密接 {said}"), "tracing.closed")


def test_the_cases_and_people_of_another_hall_are_not_there(service: Service) -> None:
    hall, other = busy(service), service.hall("政务中心")
    came(other, MONDAY_9, **LI)
    (suspect,) = cases.suspects(post(other), Who(By.NAME, "李四"), service.clock())
    case = cases.open_case(post(other), suspect.public_id, None, None, service.clock())
    admin = service.staff(hall)
    assert tells(admin.says("密接 李四"), "refused.case_nobody", days=30)
    assert not tells(admin.says(f"密接 {case.number}"), "tracing.candidates")
    assert not tells(admin.says("密接"), "tracing.open_cases", count=1)


def test_an_admin_who_speaks_english_is_answered_in_it(service: Service) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    admin.says("English")
    reply = admin.says("密接 张三")
    assert tells(reply, "tracing.contacts", "en", count=4)
    assert tells(reply, "tracing.candidates", "en")


def test_where_links_sign_in_one_leads_to_all_cases(service: Service) -> None:
    closed = Service(oauth=False)
    hall = busy(closed)
    admin = closed.staff(hall)
    assert (admin.says("密接 张三").reply or "").count("/login/link?t=") == 1
    assert (admin.says("密接").reply or "").count("/login/link?t=") == 1


# --- whatever is said ---


def test_whatever_stands_behind_the_word_is_answered_with_a_sentence(service: Service) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    for text in (*HOSTILE, "2026-0", "2026-999999", "0000-1", "发病" * 100, "采样" + "张" * 90):
        answer = admin.says(f"密接 {text}")
        assert answer.reply and not answer.problems, text
        assert answer.attempts == 1
        assert "{" not in answer.reply.replace("{hall}", "")
        admin.says("取消")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_behind_the_word_is_answered_and_breaks_nothing(service: Service, text: str) -> None:
    admin = service.platform.phone(STAFF, following=True)
    if not run(lambda: Member.select().exists()):
        service.staff(busy(service))
    answer = admin.says(f"密接 {text}")
    assert answer.reply and not answer.problems
    assert not tells(answer, "failure.message")


def test_the_answer_costs_a_few_statements_however_many_contacts_there_are(
    service: Service, database: peewee.Database
) -> None:
    hall = busy(service)
    admin = service.staff(hall)
    admin.says("密接 钱七")
    few = statements(database, lambda: admin.says("密接 张三"))
    fill(hall, 300)
    came(hall, **LI)
    assert statements(database, lambda: admin.says("密接 李四")) < 2 * few


def statements(database: peewee.Database, work: Callable[[], object]) -> int:
    seen: list[str] = []
    database.query_hooks.append(lambda event: seen.append(event.sql))
    try:
        work()
    finally:
        database.query_hooks.pop()
    return len(seen)
