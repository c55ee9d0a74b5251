"""What admins ask of their hall's records in the chat."""

import json
import re
from datetime import timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.lists import how_many_fit
from models.rules.halls import HallFacts
from models.rules.visits import HowOut
from models.tables.audit import Audit
from models.tables.conversations import Conversation
from models.tables.database import run
from models.tables.receipts import Receipt
from models.tables.staff import Member
from tests.reading import asks, tells
from tests.service import MONDAY_9, Service
from tests.visited import NUMBER, PHONE, came

DAY = timedelta(days=1)
OTHER = "oOther00000000000000000000001"


def rows_in(reply: str | None) -> list[str]:
    """The public ids that the rows of a reply lead to."""
    return re.findall(r"/records/([\w-]+)\"", reply or "")


def noted(action: str) -> list[dict[str, object]]:
    return run(lambda: [json.loads(row.detail) for row in Audit.select().where(Audit.action == action)])


def crowd(hall: HallFacts, people: int) -> list[str]:
    """So many visits of this morning, the latest first."""
    return [came(hall, MONDAY_9 - timedelta(minutes=minute)) for minute in range(people)]


# --- 查询 -------------------------------------------------------------------------------------------------------------


def test_the_answer_says_how_many_there_are_and_leads_to_each_record(service: Service) -> None:
    hall = service.hall()
    visit = came(hall, MONDAY_9)
    reply = service.staff(hall).says("查询 今日")
    assert tells(reply, "query.found", hall=hall.name, what="2026-03-02", count=1)
    assert f'href="https://hall.example.gov.cn/hall/{hall.code}/records/{visit}"' in (reply.reply or "")
    assert "09:00–09:40 张* 社会保险 东门" in (reply.reply or "")


def test_nothing_of_a_visitor_is_said_whole(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, address="德州市德城区三八路1号", remark="轮椅")
    admin = service.staff(hall)
    for question in ("今日", "张三", PHONE, PHONE[-4:], NUMBER, "今天 张三"):
        reply = admin.says(f"查询 {question}").reply or ""
        assert "张*" in reply, question
        assert not [value for value in ("张三", PHONE, PHONE[-4:], NUMBER, "三八路", "轮椅") if value in reply]


@pytest.mark.parametrize(
    ("question", "by"),
    [("张三", "name"), (PHONE, "phone"), ("8000", "tail"), ("尾号8000", "tail"), ("11010519491231002x", "id_number")],
)
def test_somebody_is_found_by_each_thing_that_is_theirs(service: Service, question: str, by: str) -> None:
    hall = service.hall()
    theirs = came(hall, MONDAY_9)
    came(hall, MONDAY_9, "李四", number="810000199408230021", phone="13900139001")
    reply = service.staff(hall).says(f"查询 {question}")
    assert rows_in(reply.reply) == [theirs]
    assert tells(reply, f"query.by_{by}")


def test_a_day_and_a_name_together_find_both_at_once(service: Service) -> None:
    hall = service.hall()
    yesterday = came(hall, MONDAY_9 - DAY)
    came(hall, MONDAY_9)
    came(hall, MONDAY_9 - DAY, "李四")
    assert rows_in(service.staff(hall).says("查询 昨天 张三").reply) == [yesterday]


def test_a_guessed_exit_is_told_as_one(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9 - DAY, how_out=HowOut.CLOSING)
    came(hall, MONDAY_9 - 2 * DAY, how_out=HowOut.CHAT)
    came(hall, MONDAY_9, left=None)
    reply = service.staff(hall).says("查询 张三").reply or ""
    for row in ("03-01 09:00–09:40（推定）", "02-28 09:00–09:40（凭说明）", "09:00–在厅"):
        assert row in reply


def test_days_that_are_not_kept_any_more_are_said_and_the_others_searched(service: Service) -> None:
    hall = service.hall()
    kept = came(hall, MONDAY_9 - 3 * DAY)
    reply = service.staff(hall).says("查询 1626-03-01 到 2026-03-01")
    assert tells(reply, "query.cut", days=30)
    assert "2026-01-31 到 2026-03-01" in (reply.reply or "")
    assert rows_in(reply.reply) == [kept]


def test_days_told_the_wrong_way_round_are_put_right_and_said(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9)
    reply = service.staff(hall).says("查询 3月2日-2月28日").reply or ""
    assert "2026-02-28 到 2026-03-02" in reply


@pytest.mark.parametrize(
    ("question", "code", "values"),
    [
        ("2月30日", "asked_no_such_day", {"day": "2-30"}),
        ("明天", "asked_future", {}),
        ("2020-01-01", "period_not_kept", {"days": 30}),
        ("110105194912310021", "id_checksum", {}),
        ("12345", "asked_number", {}),
        ("张三 李四", "asked_one_thing", {}),
        ("😀", "asked_unreadable", {}),
    ],
)
def test_what_cannot_be_searched_is_answered_with_what_would_be_right(
    service: Service, question: str, code: str, values: dict[str, object]
) -> None:
    assert tells(service.staff(service.hall()).says(f"查询 {question}"), f"refused.{code}", **values)


def test_nobody_found_is_said(service: Service) -> None:
    hall = service.hall()
    assert tells(service.staff(hall).says("查询 昨日"), "query.none", hall=hall.name, what="2026-03-01")


def test_the_word_alone_says_what_can_be_asked(service: Service) -> None:
    assert tells(service.staff(service.hall()).says("查询"), "query.how")


def test_the_visits_of_another_hall_are_not_found(service: Service) -> None:
    hall, other = service.hall("市民中心"), service.hall("政务中心")
    came(other, MONDAY_9)
    admin = service.staff(hall)
    for question in ("今日", "张三", PHONE, "8000", NUMBER):
        assert not rows_in(admin.says(f"查询 {question}").reply)


def test_the_words_are_about_the_hall_that_was_chosen_last(service: Service) -> None:
    first, second = service.hall("市民中心"), service.hall("政务中心")
    there = came(first, MONDAY_9), came(second, MONDAY_9)
    admin = service.staff(first)
    service.clock.goes_on(minutes=1)
    service.staff(second)
    assert rows_in(admin.says("查询 今日").reply) == [there[1]]
    service.clock.goes_on(minutes=1)
    admin.says(f"切换大厅 {first.code}")
    assert rows_in(admin.says("查询 今日").reply) == [there[0]]


def test_a_search_for_somebody_is_noted_without_whom(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9)
    service.staff(hall).says(f"查询 {PHONE}")
    assert noted("search") == [{"by": "phone", "count": 1}]


def test_an_admin_who_speaks_english_is_answered_in_it(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9, how_out=HowOut.CLOSING)
    admin = service.staff(hall)
    admin.says("English")
    reply = admin.says("查询 today")
    assert tells(reply, "query.found", "en", hall=hall.name, what="2026-03-02", count=1)
    assert "09:40 (estimated) 张* Social insurance" in (reply.reply or "")


def test_where_links_sign_in_one_leads_to_the_page_of_all(service: Service) -> None:
    closed = Service(oauth=False)
    hall = closed.hall()
    crowd(hall, 12)
    reply = closed.staff(hall).says("查询 今日").reply or ""
    assert reply.count("/login/link?t=") == 1
    assert reply.count("张*") == 12


# --- 更多 -------------------------------------------------------------------------------------------------------------


def test_a_long_list_is_cut_at_a_row_and_goes_on_where_it_stopped(service: Service) -> None:
    hall = service.hall()
    there = crowd(hall, 37)
    admin = service.staff(hall)
    reply = admin.says("查询 今日")
    assert tells(reply, "query.found", hall=hall.name, what="2026-03-02", count=37)
    seen = rows_in(reply.reply)
    answers = 1
    while "更多" in (reply.reply or ""):
        assert tells(reply, "query.more", count=37 - len(seen))
        assert len((reply.reply or "").encode()) <= 2047
        reply = admin.says("更多")
        seen += rows_in(reply.reply)
        answers += 1
    assert seen == there
    assert answers > 2
    assert tells(reply, "query.all_shown")
    assert tells(admin.says("更多"), "query.no_question")


def test_somebody_who_comes_meanwhile_does_not_shift_the_list(service: Service) -> None:
    hall = service.hall()
    there = crowd(hall, 15)
    admin = service.staff(hall)
    seen = rows_in(admin.says("查询 今日").reply)
    service.clock.goes_on(minutes=5)
    came(hall, MONDAY_9 + timedelta(minutes=4))
    assert seen + rows_in(admin.says("更多").reply) == there


def test_a_delivery_that_is_repeated_does_not_go_further(service: Service) -> None:
    hall = service.hall()
    there = crowd(hall, 37)
    admin = service.staff(hall)
    first = rows_in(admin.says("查询 今日").reply)
    service.platform.faults.duplicate = True
    second = rows_in(admin.says("更多").reply)
    service.platform.faults.duplicate = False
    third = rows_in(admin.says("更多").reply)
    assert first + second + third == there[: len(first + second + third)]
    assert second and third


def test_after_a_quarter_of_an_hour_the_question_is_forgotten(service: Service) -> None:
    hall = service.hall()
    crowd(hall, 37)
    admin = service.staff(hall)
    admin.says("查询 今日")
    service.clock.goes_on(minutes=16)
    assert tells(admin.says("更多"), "query.no_question")


def test_more_without_a_question_says_so(service: Service) -> None:
    assert tells(service.staff(service.hall()).says("更多"), "query.no_question")


def test_a_question_about_one_hall_is_not_gone_on_with_in_another(service: Service) -> None:
    first, second = service.hall("市民中心"), service.hall("政务中心")
    crowd(first, 37)
    admin = service.staff(second)
    service.clock.goes_on(minutes=1)
    service.staff(first)
    admin.says("查询 今日")
    service.clock.goes_on(minutes=1)
    admin.says(f"切换大厅 {second.code}")
    assert tells(admin.says("更多"), "query.no_question")


def test_whom_an_admin_looked_for_lies_nowhere_in_clear(service: Service) -> None:
    hall = service.hall()
    for _ in range(20):
        came(hall, MONDAY_9)
    service.staff(hall).says(f"查询 {PHONE}")
    kept = run(lambda: [*Conversation.select().tuples(), *Audit.select().tuples(), *Receipt.select().tuples()])
    raw = run(lambda: Conversation._meta.database.execute_sql("SELECT state FROM conversations").fetchall())
    assert any(PHONE in str(row) for row in kept)  # the talk holds the question
    assert not [row for row in raw if PHONE.encode() in bytes(row[0])]
    assert not [row for row in run(lambda: list(Audit.select().tuples())) if PHONE in str(row)]


def test_in_the_middle_of_a_talk_the_question_of_the_talk_is_asked_again(service: Service) -> None:
    hall = service.hall()
    there = crowd(hall, 37)
    admin = service.staff(hall)
    admin.says("添加工作人员")
    reply = admin.says("查询 今日")
    assert asks(reply, "staff_name")
    assert rows_in(reply.reply) == there[: len(rows_in(reply.reply))] != []
    further = admin.says("更多")
    assert rows_in(further.reply)[0] == there[len(rows_in(reply.reply))]
    assert asks(admin.says("李四"), "staff_role")


def test_a_row_is_shown_even_where_it_is_too_long_for_all_others() -> None:
    assert how_many_fit(["x" * 100], 50) == 1
    assert how_many_fit([], 50) == 0
    assert how_many_fit(["汉" * 10, "x"], 33) == 2
    assert how_many_fit(["汉" * 10, "x"], 32) == 1


# --- 导出 -------------------------------------------------------------------------------------------------------------


def test_an_export_is_answered_with_its_rows_and_a_link_and_never_the_data(service: Service) -> None:
    hall = service.hall()
    for _ in range(3):
        came(hall, MONDAY_9 - DAY)
    reply = service.staff(hall).says("导出 昨日")
    assert tells(reply, "query.exporting", hall=hall.name, days="2026-03-01", rows=3)
    assert f"https://hall.example.gov.cn/hall/{hall.code}/exports/" in (reply.reply or "")
    assert "张" not in (reply.reply or "")
    assert [one["rows"] for one in noted("export")] == [3]


def test_an_export_of_more_days_than_are_kept_says_which_are_taken(service: Service) -> None:
    hall = service.hall()
    came(hall, MONDAY_9)
    reply = service.staff(hall).says("导出 今年")
    assert tells(reply, "query.cut", days=30)
    assert "2026-01-31 到 2026-03-02" in (reply.reply or "")


@pytest.mark.parametrize(
    ("said", "key"),
    [("导出", "query.export_how"), ("导出 张三", "refused.asked_days_only"), ("导出 8000", "refused.asked_days_only")],
)
def test_an_export_wants_days_and_nothing_else(service: Service, said: str, key: str) -> None:
    assert tells(service.staff(service.hall()).says(said), key)


def test_an_export_of_days_without_visits_is_refused(service: Service) -> None:
    assert tells(service.staff(service.hall()).says("导出 昨日"), "refused.export_nothing", days=30)


# --- whatever is said ------------------------------------------------------------------------------------------------


HOSTILE = (
    *(
        "' OR '1'='1",
        "%",
        "_",
        "*",
        "\\",
        "../../etc",
        "<script>",
        "]]>",
        "&amp;",
        "=cmd|' /C calc'!A0",
        "{hall}",
        "%s",
    ),
    *("\u202e张三", "张\x00三", "😀" * 20, "张" * 290, "9" * 290, "-" * 290, "至" * 290, "1-" * 140),
    *(
        "2月" * 90,
        "0000-00-00",
        "99999999999999999999",
        "２０２６－９９－９９",
        "姓名",
        "姓名：",
        "叫",
        "尾号",
        "更多",
        "查询",
    ),
)


@pytest.mark.parametrize("word", ["查询", "导出", "批准"])
def test_whatever_stands_behind_a_word_is_answered_with_a_sentence(service: Service, word: str) -> None:
    admin = service.staff(service.hall())
    for text in HOSTILE:
        answer = admin.says(f"{word} {text}")
        assert answer.reply and not answer.problems, text
        assert answer.attempts == 1
        assert "{" not in answer.reply.replace("{hall}", "")
    assert tells(admin.says("查询 今日"), "query.none", hall="市民中心", what="2026-03-02")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(("查询", "导出", "更多", "批准"))
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_behind_a_word_is_answered_and_breaks_nothing(service: Service, text: str, word: str) -> None:
    admin = service.platform.phone("oStaff00000000000000000000001", following=True)
    if not run(lambda: Member.select().exists()):
        hall = service.hall()
        service.staff(hall)
        came(hall, MONDAY_9)
    answer = admin.says(f"{word} {text}")
    assert answer.reply and not answer.problems
    assert not tells(answer, "failure.message")


def test_a_search_costs_a_few_statements_however_many_rows_it_shows(
    service: Service, database: peewee.Database
) -> None:
    hall = service.hall()
    crowd(hall, 20)
    admin = service.staff(hall)
    admin.says("查询 今日")
    seen: list[str] = []
    database.query_hooks.append(lambda event: seen.append(event.sql))
    try:
        admin.says("查询 张三")
    finally:
        database.query_hooks.pop()
    asked = [text for text in seen if text.startswith("SELECT")]
    assert [text for text in asked if " visits " in text and "COUNT" not in text] != []
    # Who they are in which talk, their posts, the page and the count.
    assert len(asked) <= 5, asked
