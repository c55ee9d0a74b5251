"""A photo of a card in the chat: what it fills, what is said of it, and that only what is of use is read."""

import pytest

from bot.simulator import Delivered
from models.phrases import say
from models.rules.documents import Card, CardKind
from models.rules.identity import check_digit
from models.rules.refusal import Refused
from models.services import fever
from tests.bot.photographing import (
    ADDRESS,
    NAME,
    NUMBER,
    OTHER_CARD,
    OTHER_NAME,
    OTHER_NUMBER,
    Studio,
    begins,
    card,
    item,
    queued,
)
from tests.bot.test_returning import come_back, shows_the_line
from tests.reading import asks, inside, tells, visits

GROUPS = "110105 19491231 002X"
REST = "13800138000 社保 36.5"
A_CHILD = "11010520180307002"


def shows(sent: Delivered, *lines: str) -> bool:
    return all(line in (sent.reply or "") for line in lines)


# --- what it fills ---


def test_a_scan_a_photo_one_line_and_a_yes_are_a_visit(studio: Studio) -> None:
    hall, phone = begins(studio)
    sent = studio.sends(phone)
    assert tells(sent, "photo.read")
    assert shows(sent, item("name", NAME), item("id_number", GROUPS), item("address", ADDRESS))
    assert asks(sent, "phone")
    review = phone.says(REST)
    assert shows(review, NAME, GROUPS, ADDRESS)
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    [visit] = visits()
    assert (visit.name, visit.id_number, visit.address, visit.how_in) == (NAME, NUMBER, ADDRESS, "scan")
    assert queued() == []


@pytest.mark.parametrize("kind", [CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT])
def test_both_kinds_of_card_fill_the_form(studio: Studio, kind: CardKind) -> None:
    _, phone = begins(studio)
    assert asks(studio.sends(phone, card(kind)), "phone")


def test_a_photo_before_the_consent_waits_for_it_with_what_it_says(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    phone.scan(studio.service.code(hall))
    sent = studio.sends(phone)
    assert shows(sent, item("name", NAME), "同意")
    assert asks(phone.says("同意"), "phone")


def test_a_photo_at_any_later_question_fills_what_is_there(studio: Studio) -> None:
    _, phone = begins(studio, "张三丰", "11010519491231002X")
    sent = studio.sends(phone)
    assert asks(sent, "phone")
    assert shows(sent, item("name", NAME))


def test_at_the_review_the_card_replaces_what_was_typed(studio: Studio) -> None:
    _, phone = begins(studio, f"张三丰 {NUMBER} {REST}")
    sent = studio.sends(phone)
    assert tells(sent, "review.head")
    assert shows(sent, f"1 姓名 {NAME}\n", ADDRESS)


def test_a_number_that_is_asked_for_again_from_the_review_is_read_from_the_card(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}")
    assert asks(phone.says("2"), "id_number")
    assert tells(studio.sends(phone), "review.head")


def test_what_the_hall_does_not_ask_is_not_kept(studio: Studio) -> None:
    hall, phone = studio.service.hall(fields={"address": "off"}), studio.service.visitor()
    phone.scan(studio.service.code(hall))
    phone.says("同意")
    assert not shows(studio.sends(phone), ADDRESS)
    phone.says(REST)
    phone.says("确认")
    assert visits()[0].address is None


def test_a_missed_entry_may_be_told_with_a_photo(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    studio.service.clock.goes_on(hours=1)
    phone.scan(studio.service.code(hall, "out"))
    for said in ("补登记", "同意", "9:05"):
        phone.says(said)
    assert asks(studio.sends(phone), "phone")
    phone.says(REST)
    assert tells(phone.says("确认"), "check_in.missed_done", entered="09:05", left="10:00", hall=hall.name, how="扫码")


# --- what is not sure, and what is not there ---


def test_what_is_doubtful_is_marked_until_it_is_typed(studio: Studio) -> None:
    _, phone = begins(studio)
    sent = studio.sends(phone, card(unsure=("name", "address")))
    assert shows(sent, item("name", NAME, doubtful=True), item("address", ADDRESS, doubtful=True))
    review = phone.says(REST)
    marked = say("zh", "photo.doubtful", value=NAME)
    assert shows(review, f"1 姓名 {marked}")
    phone.says("1")
    later = phone.says(NAME)
    assert not shows(later, marked)
    assert shows(later, say("zh", "photo.doubtful", value=ADDRESS))


def test_a_mark_stays_when_the_visitor_looks_and_goes_back(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends(phone, card(unsure=("name",)))
    phone.says(REST)
    phone.says("1")
    assert shows(phone.says("返回"), say("zh", "photo.doubtful", value=NAME))


def test_what_is_doubtful_does_not_replace_what_was_typed(studio: Studio) -> None:
    _, phone = begins(studio, f"张三丰 {NUMBER} {REST}")
    assert shows(studio.sends(phone, card(unsure=("name",))), "1 姓名 张三丰\n")


@pytest.mark.parametrize(("missing", "step"), [("name", "name"), ("id_number", "id_number"), ("address", "address")])
def test_what_was_not_readable_is_said_and_asked(studio: Studio, missing: str, step: str) -> None:
    _, phone = begins(studio)
    sent = studio.sends(phone, card(**{missing: None}))
    assert tells(sent, "photo.unread", labels=say("zh", f"step.{step}.label"))
    assert asks(sent, "phone" if missing == "address" else step)


def test_a_number_that_is_none_is_asked_for(studio: Studio) -> None:
    _, phone = begins(studio)
    sent = studio.sends(phone, card(id_number="110105194912310021"))
    assert tells(sent, "photo.unread", labels="证件号码")
    assert not shows(sent, "0021")


def test_a_child_is_registered_by_a_guardian(studio: Studio) -> None:
    _, phone = begins(studio)
    sent = studio.sends(phone, card(id_number=A_CHILD + check_digit(A_CHILD)))
    assert tells(sent, "refused.under_14")
    assert asks(sent, "name")


@pytest.mark.parametrize(
    ("seen", "key", "values"),
    [
        (Card(CardKind.EMBLEM), "photo.emblem", {}),
        (Card(CardKind.OTHER), "photo.other", {}),
        (Card(CardKind.SEVERAL), "photo.several", {}),
        (Card(CardKind.NOTHING), "photo.nothing", {}),
        (Card(CardKind.RESIDENT), "photo.unclear", {}),
        (card(name=None, id_number=None, address=None), "photo.unclear", {}),
        (Refused("photo_not_a_picture"), "refused.photo_not_a_picture", {}),
        (Refused("photo_broken"), "refused.photo_broken", {}),
        (Refused("photo_too_large", most=10), "refused.photo_too_large", {"most": 10}),
        (Refused("photo_too_many_pixels", most=60), "refused.photo_too_many_pixels", {"most": 60}),
        (Refused("reader_busy"), "refused.reader_busy", {}),
        (Refused("reader_away"), "refused.reader_away", {}),
        (LookupError(NAME), "refused.photo_failed", {}),
        (MemoryError(), "refused.photo_failed", {}),
    ],
)
def test_what_fills_nothing_is_told_in_a_sentence_and_the_question_asked_again(
    studio: Studio, seen: Card | Exception, key: str, values: dict[str, int]
) -> None:
    _, phone = begins(studio)
    sent = studio.sends(phone, seen)
    assert tells(sent, key, **values)
    assert asks(sent, "name")
    assert queued() == []


# --- whose card it is ---


def test_a_card_of_somebody_else_than_was_typed_replaces_all_of_it(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST} 住址：{ADDRESS}")
    sent = studio.sends(phone, OTHER_CARD)
    assert tells(sent, "photo.replaced")
    assert shows(sent, OTHER_NAME, "320106 19750523 0021", "南京市鼓楼区中山路2号", "138 0013 8000")
    assert not shows(sent, NAME)


def test_what_the_other_card_does_not_say_is_not_left_of_the_one_before(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends(phone)
    phone.says(REST)
    sent = studio.sends(phone, card(name=None, id_number=OTHER_NUMBER, address=None))
    assert asks(sent, "name")
    assert asks(phone.says(OTHER_NAME), "address")


def test_a_returning_visitors_own_card_is_shown_whole(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    sent = studio.sends(phone)
    assert tells(sent, "review.head")
    assert shows(sent, NAME, GROUPS, ADDRESS)
    assert tells(phone.says("确认"), "check_in.done", time="10:00", hall=hall.name)


def test_a_card_of_somebody_else_than_the_returning_visitor_is_not_half_applied(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    sent = studio.sends(phone, OTHER_CARD)
    assert tells(sent, "photo.someone_else")
    assert shows_the_line(sent)
    phone.says("不是本人")
    phone.says("同意")
    assert asks(studio.sends(phone, OTHER_CARD), "phone")


def test_a_sure_name_of_somebody_else_is_no_returning_visitors_either(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    assert tells(studio.sends(phone, card(name=OTHER_NAME, id_number=None)), "photo.someone_else")


def test_whoever_types_while_a_photo_is_read_need_not_send_it_again(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    assert tells(phone.says("13800138000"), "photo.still")
    studio.goes_on()
    assert not tells(phone.says("社保"), "photo.still")


# --- companions ---


def test_a_card_at_the_companions_question_is_a_companions(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}")
    phone.says("同行人员")
    sent = studio.sends(phone, OTHER_CARD)
    assert shows(sent, f"{OTHER_NAME} 320106 19750523 0021", f"1 姓名 {NAME}\n")
    phone.says("确认")
    assert [(visit.name, visit.id_number) for visit in visits()] == [(NAME, NUMBER), (OTHER_NAME, OTHER_NUMBER)]


def test_a_second_companions_card_joins_the_first(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员", "王五")
    phone.says("同行人员")
    assert shows(studio.sends(phone, OTHER_CARD), f"王五；{OTHER_NAME} 320106 19750523 0021")


def test_one_more_card_beside_companions_does_not_replace_the_visitor(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员", "王五")
    sent = studio.sends(phone, OTHER_CARD)
    assert tells(sent, "photo.companion_or_not")
    assert shows(sent, f"1 {item('name', NAME)}", "7 同行人员 王五")


def test_a_childs_card_is_a_companions_card(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员")
    assert tells(studio.sends(phone, card(name="张小宝", id_number=A_CHILD + check_digit(A_CHILD))), "review.head")


def test_the_visitors_own_card_is_no_companions(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员")
    sent = studio.sends(phone)
    assert tells(sent, "refused.companion_is_lead")
    assert asks(sent, "companions")


def test_a_companion_whose_name_is_not_readable_is_asked_for(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员")
    sent = studio.sends(phone, card(name=None, id_number=OTHER_NUMBER))
    assert tells(sent, "photo.unread", labels="姓名")
    assert asks(sent, "companions")


def test_a_companion_that_is_doubtful_is_marked(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员")
    sent = studio.sends(phone, card(name=OTHER_NAME, id_number=None, unsure=("name",)))
    assert shows(sent, say("zh", "photo.doubtful", value=OTHER_NAME))
    assert tells(sent, "photo.unread", labels="证件号码")


# --- with no talk open ---


def test_where_no_hall_is_known_nothing_is_read(studio: Studio) -> None:
    studio.service.hall()
    assert tells(studio.sends(studio.service.visitor()), "photo.no_hall")
    assert studio.reader.read == []


def test_a_photo_with_no_talk_opens_the_check_in_where_the_visitor_was_last(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    phone.says("取消")
    sent = studio.sends(phone)
    assert tells(sent, "check_in.opened", hall=hall.name, door="东门")
    assert tells(sent, "review.head")
    phone.says("确认")
    assert (visits()[-1].how_in, visits()[-1].address) == ("chat", ADDRESS)


def test_a_photo_after_the_talk_ran_out_of_time_opens_another_at_that_door(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    phone.scan(studio.service.code(hall, door=2))
    phone.says("同意")
    studio.service.clock.goes_on(minutes=20)
    sent = studio.sends(phone)
    assert tells(sent, "check_in.opened", hall=hall.name, door="西门")
    assert shows(sent, "同意")


def test_who_is_inside_is_told_so_and_nothing_is_read(studio: Studio) -> None:
    hall, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "确认")
    assert tells(studio.sends(phone), "check_in.already", time="09:00", hall=hall.name)
    assert (studio.reader.read, len(inside())) == ([], 1)


def test_a_photo_that_shows_no_card_opens_nothing(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    phone.says("取消")
    sent = studio.sends(phone, Card(CardKind.NOTHING))
    assert tells(sent, "photo.nothing")
    assert not tells(sent, "check_in.opened", hall=hall.name, door="东门")
    assert tells(phone.says("确认"), "engine.nothing_to_confirm")


# --- where it is of no use ---


def test_a_photo_while_a_fever_is_asked_about_is_not_read(studio: Studio) -> None:
    hall, phone = begins(studio, f"{NAME} {NUMBER} 13800138000 社保 38.5")
    sent = studio.sends(phone)
    assert tells(sent, "engine.text_please")
    assert asks(sent, "temperature_again")
    assert studio.reader.read == []
    assert len(fever.queue(hall, hall.calendar.hall_day(studio.service.clock()))) == 1


def test_a_photo_of_somebody_who_waits_for_staff_is_not_read(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    come_back(studio.service, hall, phone)
    phone.says("38.5")
    phone.says("38.6")
    assert tells(studio.sends(phone), "fever.wait")
    assert studio.reader.read == []


def test_a_photo_while_a_hall_is_registered_is_not_read(studio: Studio) -> None:
    phone = studio.service.visitor()
    phone.says("注册大厅")
    sent = studio.sends(phone)
    assert tells(sent, "engine.text_please")
    assert asks(sent, "hall_name")
    assert studio.reader.read == []


def test_a_photo_while_leaving_is_asked_about_is_not_read(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    phone.scan(studio.service.code(hall, "out"))
    phone.says("不用")
    assert tells(studio.sends(phone), "photo.no_hall")
    assert studio.reader.read == []


# --- the word, and English ---


def test_how_to_send_a_photo_can_be_asked(studio: Studio) -> None:
    _, phone = begins(studio)
    told = phone.says("拍身份证")
    assert tells(told, "photo.how")
    assert asks(told, "name")


def test_an_english_visitor_reads_english(studio: Studio) -> None:
    _, phone = begins(studio, "English")
    sent = studio.sends(phone, card(unsure=("name",)))
    assert tells(sent, "photo.read", "en")
    assert shows(sent, item("name", NAME, "en", doubtful=True))
