"""Checking in by chat, through the platform, the gateway and the robot, on both databases."""

from datetime import timedelta

import pytest

from bot.flow import Talk, from_text
from bot.simulator import Delivered, Phone
from models.rules.halls import HallFacts
from models.rules.identity import check_digit
from models.services import sweeping
from models.tables.conversations import Conversation
from models.tables.database import run
from models.tables.door import Flag
from models.tables.people import Person
from models.tables.receipts import Receipt
from tests.reading import asks, inside, tells, visits
from tests.service import MATTERS, ONE_LINE, Service

OTHER = "李小明 320106197505230021 13900139000 其他 36.6"


def first_visit(service: Service, hall: HallFacts, phone: Phone | None = None, line: str = ONE_LINE) -> Delivered:
    """Scan in, agree, one line, confirm."""
    phone = phone or service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(line)
    return phone.says("确认")


def test_a_first_visit_takes_a_scan_and_three_messages(service: Service) -> None:
    hall = service.hall()
    done = first_visit(service, hall)
    assert tells(done, "check_in.done", time="09:00", hall=hall.name)
    [visit] = visits()
    assert (visit.name, visit.id_number, visit.phone) == ("张三", "11010519491231002X", "13800138000")
    assert (visit.matter, visit.temperature_tenths, visit.temperature_source) == ("social", 365, "declared")
    assert (visit.how_in, visit.in_at, visit.out_at) == ("scan", service.clock.at, None)


def test_a_visitor_who_answers_one_question_at_a_time_comes_to_the_same(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    assert asks(phone.says("同意"), "name")
    assert asks(phone.says("张三"), "id_number")
    assert asks(phone.says("11010519491231002x"), "phone")
    assert asks(phone.says("138 0013 8000"), "address")
    assert asks(phone.says("北京市朝阳区幸福路1号"), "matter")
    assert asks(phone.says("1"), "temperature")
    assert tells(phone.says("36.5"), "review.head")
    phone.says("确认")
    [visit] = visits()
    assert (visit.name, visit.phone, visit.matter) == ("张三", "13800138000", "social")
    assert visit.address == "北京市朝阳区幸福路1号"


def test_everything_may_stand_in_the_one_line_with_the_yes(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    assert tells(phone.says(f"同意 {ONE_LINE}"), "review.head")
    phone.says("确认")
    assert len(visits()) == 1


def test_the_whole_line_after_a_reading_that_was_sent_alone_is_taken(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    assert asks(phone.says("36.5"), "name")
    reply = phone.says(ONE_LINE)
    assert tells(reply, "review.head")
    assert "没看懂" not in (reply.reply or "没看懂")
    phone.says("确认")
    assert [(visit.name, visit.temperature_tenths) for visit in visits()] == [("张三", 365)]


def test_a_new_follower_who_scanned_is_checked_in_like_anybody(service: Service) -> None:
    hall = service.hall()
    phone = service.platform.phone("oNewFollower000000000000001")
    assert "不同意" in (phone.follow(service.code(hall)).reply or "")
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    assert [visit.how_in for visit in visits()] == ["scan"]


def test_a_returning_visitor_finishes_with_one_reply(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(days=1)
    asked = phone.scan(service.code(hall))
    assert tells(asked, "review.returning", name="张*", matter="社会保险", temperature="正常")
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    again = visits()[-1]
    assert (again.name, again.temperature_tenths, again.temperature_source) == ("张三", None, "declared_normal")


def test_a_returning_visitor_may_change_two_things_in_one_line(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    phone.scan(service.code(hall))
    phone.says("公积金 36.4")
    phone.says("确认")
    assert (visits()[-1].matter, visits()[-1].temperature_tenths) == ("fund", 364)


def test_what_the_profile_remembers_is_masked_and_what_was_said_is_whole(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    phone.scan(service.code(hall))
    reply = phone.says("13900139000").reply or ""
    assert "139 0013 9000" in reply
    assert "002X" not in reply


def test_somebody_else_with_the_same_phone_starts_afresh(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    phone.scan(service.code(hall))
    assert "不同意" in (phone.says("不是本人").reply or "")  # what the owner agreed to is not theirs
    assert asks(phone.says("同意"), "name")
    phone.says(OTHER)
    phone.says("确认")
    assert [visit.name for visit in visits()] == ["张三", "李小明"]


def test_the_account_stays_its_owners_when_somebody_else_used_it(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    for said in ("签到", "不是本人", "同意", OTHER, "确认"):
        phone.says(said)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(minutes=5)
    asked = phone.scan(service.code(hall))
    assert tells(asked, "review.returning", name="张*", matter="社会保险", temperature="正常")


def test_a_hall_that_wants_a_reading_asks_a_returning_visitor_for_it(service: Service) -> None:
    hall, phone = service.hall(declared_temperature=False), service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    assert asks(phone.scan(service.code(hall)), "temperature")
    assert tells(phone.says("正常"), "refused.temperature_reading_needed")


def test_no_consent_leaves_nothing_behind(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    assert tells(phone.says("不同意"), "check_in.declined")
    assert (visits(), run(Person.select().count), run(Conversation.select().count)) == ([], 0, 0)


def test_nothing_is_kept_of_somebody_who_agrees_and_then_cancels(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    assert tells(phone.says("取消"), "cancelled.check_in")
    assert (visits(), run(Person.select().count)) == ([], 0)
    [kept] = run(lambda: [from_text(row.state) for row in Conversation.select()])
    assert kept == Talk("", {"hall": hall.id, "door": 1})  # where they are, for 签到
    service.clock.goes_on(minutes=16)
    sweeping.sweep(service.clock())
    assert {receipt.reply for receipt in run(lambda: list(Receipt.select()))} == {None}


def test_consent_is_asked_again_for_another_hall_and_not_for_the_same(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    first_visit(service, here, phone)
    phone.scan(service.code(here, "out"))
    service.clock.goes_on(minutes=1)
    assert "不同意" not in (phone.scan(service.code(here)).reply or "")
    assert "不同意" in (phone.scan(service.code(there)).reply or "")


def test_a_scan_while_inside_says_so_and_makes_no_second_visit(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(minutes=30)
    assert tells(phone.scan(service.code(hall, door=2)), "check_in.already", time="09:00", hall=hall.name)
    assert tells(phone.says("确认"), "check_in.already", time="09:00", hall=hall.name)
    assert len(visits()) == 1


def test_entering_another_hall_closes_the_first_as_moved(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    first_visit(service, here, phone)
    service.clock.goes_on(minutes=40)
    phone.scan(service.code(there))
    phone.says("同意")
    phone.says("社保")
    assert tells(phone.says("确认"), "check_in.moved")
    first, second = visits()
    assert (first.how_out, first.out_at) == ("moved", service.clock.at)
    assert (second.hall_id, second.out_at) == (there.id, None)


def test_a_second_scan_in_the_middle_keeps_what_was_said(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三 13800138000")
    service.clock.goes_on(seconds=5)
    assert asks(phone.scan(service.code(hall)), "id_number")


def test_the_answers_for_one_hall_wait_while_another_is_asked(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    phone.scan(service.code(here))
    phone.says("同意 张三")
    phone.scan(service.code(there))
    assert tells(phone.says("取消"), "engine.resumable")
    assert asks(phone.says("继续"), "id_number")


def test_a_talk_that_was_left_alone_expires_and_says_so(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三")
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("13800138000"), "expired.check_in")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("110105194912310021", "id_checksum"),  # one digit off
        ("11010519490231002X", "id_birth_impossible"),  # 31 February
        ("110105203012310020", "id_birth_future"),
        ("13800138", "id_kind_unclear"),  # eight digits: a permit of Taiwan, or half a phone number
        ("我忘了", "id_unreadable"),
    ],
)
def test_a_wrong_number_is_asked_again(service: Service, line: str, code: str) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三")
    reply = phone.says(line)
    assert tells(reply, f"refused.{code}")
    assert asks(reply, "id_number")


@pytest.mark.parametrize("line", ["７", "0", "99", "随便看看"])
def test_a_matter_that_is_not_listed_is_asked_again(service: Service, line: str) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三 11010519491231002X 13800138000 36.5")
    phone.says("跳过")
    assert asks(phone.says(line), "matter")


def test_three_names_in_a_line_are_not_guessed_at(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    assert asks(phone.says("张三 李四 王五"), "name")


def test_a_voice_message_where_text_is_due_keeps_the_question(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    sent = phone.sends_voice()
    assert tells(sent, "engine.text_please")
    assert asks(sent, "name")


def test_a_child_is_registered_by_a_guardian(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张小宝")
    number = "11010520180307002"
    assert tells(phone.says(number + check_digit(number)), "refused.under_14")


def test_companions_get_visits_of_their_own_and_leave_with_the_lead(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    assert asks(phone.says("同行人员"), "companions")
    assert tells(phone.says("李小明 13900139000\n王五"), "review.companions_agree")
    assert tells(phone.says("确认"), "check_in.done_companions", time="09:00", hall=hall.name, count=2)
    lead, *companions = visits()
    assert [(one.name, one.phone, one.lead_id) for one in companions] == [
        ("李小明", "13900139000", lead.id),
        ("王五", None, lead.id),
    ]
    service.clock.goes_on(minutes=30)
    phone.scan(service.code(hall, "out"))
    assert [(one.out_at, one.how_out) for one in visits()] == [(service.clock.at, "scan")] * 3


def test_entry_while_the_hall_is_closed_is_taken_and_lasts_four_hours_at_most(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    service.clock.shows("20:00")
    assert tells(phone.scan(service.code(hall)), "check_in.off_hours")
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    assert visits()[0].due_at - visits()[0].in_at == timedelta(hours=4)


def test_a_hall_that_is_not_approved_collects_nothing(service: Service) -> None:
    hall, phone = service.hall(status="waiting"), service.visitor()
    assert tells(phone.scan(service.code(hall)), "refused.hall_not_open")
    assert run(Conversation.select().count) == 0


@pytest.mark.parametrize("scene", ["nonsense", "aaaaaa.in.1.1.aaaaaaaaaaaaaaaa", "x" * 64])
def test_a_forged_or_foreign_code_registers_nothing(service: Service, scene: str) -> None:
    service.hall()
    assert tells(service.visitor().scan(scene), "scan.unknown")


def test_an_old_code_is_told_apart_and_registers_nothing(service: Service) -> None:
    hall = service.hall(doors={"1": {"name": "东门", "in": 2}})
    assert tells(service.visitor().scan(service.code(hall, version=1)), "scan.old")


def test_the_same_number_inside_under_another_account_is_flagged_and_changes_nothing(service: Service) -> None:
    hall = service.hall()
    first_visit(service, hall)
    first_visit(service, hall, service.visitor("oSomebodyElse00000000000001"))
    assert len(inside()) == 2
    assert run(lambda: [flag.kind for flag in Flag.select()]) == ["same_number_inside"]


def test_check_in_by_word_knows_the_last_hall_and_any_halls_code(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    assert tells(phone.says("签到"), "check_in.which_hall")
    assert "不同意" in (phone.says(f"签到 {hall.code.upper()}").reply or "")
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    phone.says("签退")
    service.clock.goes_on(hours=1)
    phone.says("签 到")
    phone.says("确认")
    assert [visit.how_in for visit in visits()] == ["chat", "chat"]


def test_edit_by_number_at_the_review(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    assert asks(phone.says("3"), "phone")
    assert "139 0013 9000" in (phone.says("13900139000").reply or "")


def test_a_visitor_may_speak_english_throughout(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    assert "agree" in (phone.scan(service.code(hall)).reply or "")
    assert asks(phone.says("agree"), "name", "en")
    phone.says("John Smith")
    phone.says("passport E12345678")
    phone.says("13800138000")
    phone.says("skip")
    phone.says("Housing fund")
    assert tells(phone.says("normal"), "review.head", "en")
    assert tells(phone.says("ok"), "check_in.done", "en", time="09:00", hall=hall.name)
    assert (visits()[0].name, visits()[0].id_kind) == ("John Smith", "passport")


def test_a_hall_with_many_matters_still_fits_one_reply(service: Service) -> None:
    many = [*MATTERS, *({"code": f"m{n}", "zh": f"事项名称比较长的一项{n}", "en": f"Matter {n}"} for n in range(28))]
    hall, phone = service.hall(matters=many), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三 11010519491231002X 13800138000 36.5")
    reply = phone.says("跳过")
    assert asks(reply, "matter")
    assert "31 " in (reply.reply or "")
