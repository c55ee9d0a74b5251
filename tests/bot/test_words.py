"""What anyone may say at any time: help, staff, languages, and what nobody understands."""

import pytest

from bot.flow import Talk, to_text
from models.services import sweeping
from models.tables import conversations
from models.tables.conversations import About, Conversation
from models.tables.database import run
from models.tables.door import HelpRequest
from tests.bot.test_check_in import first_visit
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service


def test_help_outside_of_a_talk_says_what_can_be_done(service: Service) -> None:
    assert tells(service.visitor().says("帮助"), "help.visitor")


def test_help_within_a_question_explains_it_and_asks_again(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    reply = phone.says("帮助")
    assert tells(reply, "step.name.help")
    assert asks(reply, "name")


def test_calling_staff_leaves_a_line_with_the_door_and_keeps_the_question(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, door=2))
    phone.says("同意 张三")
    assert tells(phone.says("人工帮忙"), "help.called", hall=hall.name)
    [row] = run(lambda: list(HelpRequest.select()))
    assert (row.hall_id, row.door) == (hall.id, 2)
    assert asks(phone.says("11010519491231002X"), "phone")


def test_calling_twice_within_two_minutes_is_one_call(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("人工帮忙")
    service.clock.goes_on(seconds=30)
    phone.says("人工帮忙")
    assert run(HelpRequest.select().count) == 1


def test_calling_staff_from_nowhere_points_to_the_desk(service: Service) -> None:
    assert tells(service.visitor().says("人工帮忙"), "help.no_hall")


def test_the_language_of_somebody_known_is_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    assert tells(phone.says("English"), "engine.language.switched", "en")
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(days=3)
    assert tells(phone.scan(service.code(hall)), "check_in.opened", "en", hall=hall.name, door="东门")
    assert tells(phone.says("中文"), "engine.language.switched")


def test_the_language_of_a_stranger_is_not_kept_for_ever(service: Service) -> None:
    phone = service.visitor()
    phone.says("English")
    assert tells(phone.says("help"), "help.visitor", "en")
    service.clock.goes_on(minutes=20)
    sweeping.sweep(service.clock.at)
    service.clock.goes_on(hours=2)
    sweeping.sweep(service.clock.at)
    assert tells(phone.says("帮助"), "help.visitor")


@pytest.mark.parametrize("said", ["你好", "？？？", "123", "<a href='x'>", "]]>", "😀", "‮反", "x" * 1500])
def test_what_nobody_understands_gets_one_sentence_and_leaves_nothing(service: Service, said: str) -> None:
    reply = service.visitor().says(said)
    assert reply.reply
    assert not reply.problems
    assert run(Conversation.select().count) == 0


def test_a_confirmation_of_nothing_says_so(service: Service) -> None:
    assert tells(service.visitor().says("确认"), "engine.nothing_to_confirm")


def test_cancelling_nothing_says_so(service: Service) -> None:
    assert tells(service.visitor().says("取消"), "engine.nothing_to_cancel")


def test_following_without_a_code_is_greeted(service: Service) -> None:
    assert tells(service.platform.phone("oPlainFollower0000000000001").follow(), "welcome.follow")


def test_a_menu_click_is_a_word(service: Service) -> None:
    assert tells(service.visitor().clicks_menu("签到"), "check_in.which_hall")


def test_another_purpose_in_mid_talk_is_served_and_the_question_stands(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三")
    reply = phone.says("我的记录")
    assert tells(reply, "records.none")
    assert asks(reply, "id_number")


def test_a_word_of_the_contract_is_no_address(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    for said in ("同意", "张三", "11010519491231002X", "13800138000"):
        phone.says(said)
    assert asks(phone.says("设置"), "address")
    assert visits() == []


@pytest.mark.parametrize("word", ["签到　{}", "签到{}", "签 到 {}", "check in {}", "CheckIn {}", "签到：{}"])
@pytest.mark.parametrize("is_wide", [False, True])
def test_check_in_with_a_halls_code_however_it_is_written(service: Service, word: str, is_wide: bool) -> None:
    hall = service.hall()
    code = "".join(chr(ord(char) + 0xFEE0) for char in hall.code.upper()) if is_wide else hall.code
    reply = service.visitor().says(word.format(code))
    assert tells(reply, "check_in.opened", hall=hall.name, door="东门")


def test_check_in_by_word_goes_on_with_the_check_in_that_is_on(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, door=2))
    phone.says("同意 张三")
    assert asks(phone.says("签到"), "id_number")
    for said in ("11010519491231002X", "13800138000 社保 36.5", "确认"):
        phone.says(said)
    assert [(visit.how_in, visit.door) for visit in visits()] == [("scan", 2)]


def test_check_in_by_word_finds_the_hall_after_cancelling(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("取消")
    assert tells(phone.says("签到"), "check_in.opened", hall=hall.name, door="东门")


def test_check_in_by_word_finds_the_hall_after_the_time_was_over(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("同意"), "expired.check_in")
    assert tells(phone.says("签到"), "check_in.opened", hall=hall.name, door="东门")


def test_check_in_by_word_without_a_hall_keeps_the_question(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    reply = phone.says("签到 zzzzzz")
    assert tells(reply, "refused.hall_unknown")
    assert asks(reply, "name")


@pytest.mark.parametrize("last", ["cancel", "disagree"])
def test_a_strangers_language_outlives_the_talk(service: Service, last: str) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    phone.scan(service.code(hall))
    phone.says(last)
    assert tells(phone.says("help"), "help.visitor", "en")


def test_a_strangers_language_outlives_a_fever(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    phone.scan(service.code(hall))
    phone.says("agree John Smith passport E12345678 13800138000 Other 38.5")
    assert tells(phone.says("38.6"), "fever.wait", "en")
    assert tells(phone.says("help"), "help.visitor", "en")


def test_a_strangers_language_outlives_the_time_of_the_talk(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    phone.scan(service.code(hall))
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("Li Ming"), "expired.check_in", "en")
    assert tells(phone.says("help"), "help.visitor", "en")


def test_a_language_alone_does_not_run_out_of_time(service: Service) -> None:
    phone = service.visitor()
    phone.says("English")
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("the weather"), "engine.not_understood", "en")


def test_a_talk_of_which_only_its_purpose_is_left_is_told_to_be_over(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    phone.scan(service.code(hall))
    service.clock.goes_on(minutes=16)
    spent = to_text(Talk("check_in", language="en"))
    row = run(Conversation.get)
    run(lambda: conversations.go_on(row.openid, row.revision, About(None, "check_in"), spent, row.expires_at))
    assert tells(phone.says("Li Ming"), "expired.check_in", "en")
    assert tells(phone.says("签到"), "check_in.which_hall", "en")


def test_following_again_in_the_middle_begins_anew(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.unfollow()
    reply = phone.follow()
    assert tells(reply, "welcome.follow")
    assert not asks(reply, "name")


def test_calling_staff_from_inside_tells_the_door_of_the_entry(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, door=2))
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    assert tells(phone.says("人工帮忙"), "help.called", hall=hall.name)
    assert [row.door for row in run(lambda: list(HelpRequest.select()))] == [2]


def test_disagreeing_out_of_the_blue_claims_nothing(service: Service) -> None:
    assert tells(service.visitor().says("不同意"), "check_in.declined_now")


def test_disagreeing_with_one_hall_does_not_claim_that_nothing_is_left_of_the_other(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    phone.scan(service.code(here))
    phone.says("同意 张三")
    phone.scan(service.code(there))
    reply = phone.says("不同意")
    assert tells(reply, "check_in.declined_now")
    assert tells(reply, "engine.resumable")
