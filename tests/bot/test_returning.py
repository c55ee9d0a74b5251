"""Somebody who has been here before: one line to say yes to, and what may be changed of it."""

import pytest

from bot.simulator import Delivered, Phone
from models.phrases import say
from models.rules.halls import HallFacts
from models.services import fever
from tests.bot.test_check_in import first_visit
from tests.reading import asks, tells, visits
from tests.service import Service


def come_back(service: Service, hall: HallFacts, phone: Phone) -> Delivered:
    """An earlier visit, and an hour later the scan for the next."""
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    return phone.scan(service.code(hall))


def shows_the_line(reply: Delivered, temperature: str = "正常") -> bool:
    return tells(reply, "review.returning", name="张*", matter="社会保险", temperature=temperature)


@pytest.mark.parametrize("said", ["no", "yes to 1", "social"])
def test_what_is_stored_inside_is_nothing_that_a_visitor_says(service: Service, said: str) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert shows_the_line(phone.says(said))
    assert tells(phone.says("确认"), "check_in.done", time="10:00", hall=hall.name)


def test_a_number_is_no_item_where_the_line_has_none(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    reply = phone.says("3")
    assert tells(reply, "engine.left_over", words="3")
    assert shows_the_line(reply)


@pytest.mark.parametrize("said", ["39", "公积金 39", "38.5"])
def test_a_fever_said_at_the_line_is_a_fever(service: Service, said: str) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert tells(phone.says(said), "fever.wait")
    assert len(fever.queue(hall, hall.calendar.hall_day(service.clock.at))) == 1


@pytest.mark.parametrize("said", ["我发烧了", "发烧", "体温不正常"])
def test_a_fever_told_in_words_asks_for_the_reading_and_leaves_no_normal(service: Service, said: str) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    reply = phone.says(said)
    assert tells(reply, "refused.temperature_fever_reading")
    assert asks(reply, "temperature")
    assert asks(phone.says("确认"), "temperature")
    assert tells(phone.says("正常"), "refused.temperature_reading_needed")
    phone.says("返回")
    assert not tells(phone.says("社保"), "review.normal")
    assert tells(phone.says("38.2"), "fever.wait")


def test_a_mistyped_fever_is_mended_and_the_check_in_goes_on(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert asks(phone.says("38.5"), "temperature_again")
    service.clock.goes_on(seconds=60)
    assert tells(phone.says("36.5"), "review.celsius", value="36.5")
    assert tells(phone.says("确认"), "check_in.done", time="10:01", hall=hall.name)
    assert visits()[-1].temperature_tenths == 365


def test_nothing_is_replaced_beside_a_word_that_is_not_understood(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    reply = phone.says("叫上李四 13900139000")
    assert tells(reply, "review.unclear", words="叫上李四")
    assert shows_the_line(reply)
    phone.says("确认")
    assert visits()[-1].phone == "13800138000"


def test_somebody_brought_along_may_be_said_at_once(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert tells(phone.says("带李四 13900139000"), "review.companions_agree")
    phone.says("确认")
    assert [(visit.name, visit.phone) for visit in visits()[1:]] == [("张三", "13800138000"), ("李四", "13900139000")]


def test_that_nobody_came_along_needs_nobodys_consent(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    phone.says("同行人员")
    reply = phone.says("无")
    assert tells(reply, "review.head")
    assert not tells(reply, "review.companions_agree")


@pytest.mark.parametrize("yes", ["对", "对的", "是的", "正确", "没问题", "好的", "确认吧", "确认 👍", "ok"])
def test_a_yes_is_a_yes_however_it_is_said(service: Service, yes: str) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert tells(phone.says(yes), "check_in.done", time="10:00", hall=hall.name)


def test_that_it_is_not_right_is_answered_with_how_to_change_it(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert tells(phone.says("不对"), "review.which")
    phone.says("36.4")
    assert tells(phone.says("不对"), "review.which_number")


def test_disagreeing_ends_the_check_in_and_tells_what_is_kept_of_before(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    reply = phone.says("不同意")
    assert tells(reply, "check_in.declined_known")
    assert not tells(reply, "check_in.declined")
    assert tells(phone.says("确认"), "engine.nothing_to_confirm")
    assert tells(phone.says("不同意"), "check_in.declined_before")
    assert len(visits()) == 1


def test_disagreeing_with_a_new_notice_does_not_undo_earlier_visits(service: Service) -> None:
    hall, other, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    come_back(service, hall, phone)
    phone.scan(service.code(other))
    assert tells(phone.says("不同意"), "check_in.declined_known")


def test_a_visit_that_was_due_is_closed_as_due_when_the_person_scans_in_again(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(days=1)
    assert shows_the_line(phone.scan(service.code(hall)))
    phone.says("确认")
    first, second = visits()
    assert (first.how_out, first.out_at, second.out_at) == ("closing", first.due_at, None)


def test_the_first_question_says_how_to_get_at_the_keyboard_and_no_other_does(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    assert tells(phone.scan(service.code(hall)), "engine.keyboard")
    assert not tells(phone.says("同意"), "engine.keyboard")
    known = service.visitor("oKnownVisitor00000000000001")
    assert say("zh", "engine.keyboard") not in (come_back(service, hall, known).reply or "")


def test_a_line_of_somebody_else_is_not_half_applied_to_the_person_who_is_known(service: Service) -> None:
    first, second, phone = service.hall(), service.hall("乙"), service.visitor()
    come_back(service, first, phone)
    other = "李小明 320106197505230021 13900139000 其他 36.6"
    phone.scan(service.code(second))
    assert tells(phone.says(f"同意 {other}"), "review.someone_else")
    assert tells(phone.says(other), "review.someone_else")
    phone.says("不是本人")
    phone.says(other)
    phone.says("确认")
    assert (visits()[-1].name, visits()[-1].id_number) == ("李小明", "320106197505230021")


def test_their_own_name_said_again_is_understood(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    come_back(service, hall, phone)
    assert "没看懂" not in (phone.says("张三 36.6").reply or "没看懂")
