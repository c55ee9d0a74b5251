"""What is said of a message, and how a long list is shown."""

import pytest

from models.phrases import tap
from tests.reading import asks, tells
from tests.service import MATTERS, Service

TO_THE_MATTER = ("同意", "张三 11010519491231002X 13800138000 36.5")


def test_what_a_line_filled_is_named_also_behind_the_next_question(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    assert tells(phone.says("张三 36.5"), "engine.understood", labels="姓名、体温")


def test_a_line_that_filled_nothing_with_a_label_says_nothing_of_it(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, "out"))
    assert "记下了" not in (phone.says("补登记 同意").reply or "")


def test_english_lists_have_english_commas(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.says("English")
    phone.scan(service.code(hall))
    phone.says("agree")
    assert tells(phone.says("Li Ming 36.5"), "engine.understood", "en", labels="Name, Temperature")


@pytest.mark.parametrize("said", ["\u202e\u200b", "\u200d", "\ufeff", "。"])
def test_a_message_in_which_nothing_can_be_seen_is_not_repeated(service: Service, said: str) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    for one in ("同意", "张三 11010519491231002X 13800138000 社保 36.5"):
        phone.says(one)
    reply = phone.says(said)
    assert tells(reply, "engine.nothing_read")
    assert "没看懂：" not in (reply.reply or "")


def test_a_menu_button_without_a_word_is_answered(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    assert "没看懂：" not in (phone.clicks_menu("").reply or "")


def test_what_turns_a_line_around_is_never_repeated(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    for one in ("同意", "张三 11010519491231002X 13800138000 社保 36.5", "今天\u202e天气\u200d"):
        reply = phone.says(one)
    assert tells(reply, "engine.left_over", words="今天天气")


def many(count: int) -> list[dict[str, object]]:
    """So many matters with names of seventeen characters, 其他 in front of them."""
    long = ({"code": f"m{n}", "zh": f"{n:02}号事项的名称一共有十七个字长", "en": f"M{n}"} for n in range(count))
    return [MATTERS[2], *long]


def test_tap_links_are_left_out_where_they_would_not_fit(service: Service) -> None:
    hall, phone = service.hall(matters=many(9)), service.visitor()
    phone.scan(service.code(hall))
    for said in TO_THE_MATTER:
        phone.says(said)
    reply = phone.says("跳过")
    assert asks(reply, "matter")
    assert "10 08号" in (reply.reply or "")
    assert tap("10 08号事项的名称一共有十七个字长") not in (reply.reply or "")
    assert not tells(reply, "engine.list_goes_on")


def test_a_list_too_long_for_a_reply_says_so_and_keeps_its_others(service: Service) -> None:
    matters = [*many(60)[1:], MATTERS[2]]
    hall, phone = service.hall(matters=matters), service.visitor()
    phone.scan(service.code(hall))
    for said in TO_THE_MATTER:
        phone.says(said)
    reply = phone.says("跳过")
    assert tells(reply, "engine.list_goes_on")
    assert "61 其他" in (reply.reply or "")
    assert len((reply.reply or "").encode()) < 2047
    assert "59 58号" not in (reply.reply or "")
    assert tells(phone.says("58号事项的名称一共有十七个字长"), "review.head")


def test_a_short_list_has_tap_links(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    for said in TO_THE_MATTER:
        phone.says(said)
    assert tap("1 社会保险", "社会保险") in (phone.says("跳过").reply or "")
