"""What is made of single answers, through the whole service."""

from bot.simulator import Phone
from models.rules.halls import HallFacts
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service

UP_TO_THE_ADDRESS = "同意 张三 11010519491231002X 13800138000"


def at_the_address(service: Service, hall: HallFacts) -> Phone:
    """Somebody who has said all that comes before it."""
    phone = service.visitor()
    phone.scan(service.code(hall))
    assert asks(phone.says(UP_TO_THE_ADDRESS), "address")
    return phone


def test_somebody_who_does_not_want_to_give_an_address_goes_on_without(service: Service) -> None:
    phone = at_the_address(service, service.hall())
    assert asks(phone.says("不想填写"), "matter")
    phone.says("社保 36.5")
    phone.says("确认")
    assert visits()[0].address is None


def test_a_hall_that_insists_on_an_address_says_so(service: Service) -> None:
    phone = at_the_address(service, service.hall(fields={"address": "required"}))
    refused = phone.says("不想填写")
    assert tells(refused, "refused.address_unwilling")
    assert asks(refused, "address")


def test_what_answers_other_questions_is_taken_for_those_and_never_for_an_address(service: Service) -> None:
    phone = at_the_address(service, service.hall())
    assert tells(phone.says("社保 36.5"), "review.head")
    phone.says("确认")
    assert (visits()[0].address, visits()[0].matter, visits()[0].temperature_tenths) == (None, "social", 365)


def test_a_matter_of_the_hall_is_no_address_even_if_it_names_a_place(service: Service) -> None:
    matters = [{"code": "road", "zh": "幸福路改造补偿", "en": "Road works"}]
    phone = at_the_address(service, service.hall(matters=matters))
    assert asks(phone.says("幸福路改造补偿"), "address")
    phone.says("跳过")
    phone.says("36.5")
    phone.says("确认")
    assert (visits()[0].address, visits()[0].matter) == (None, "road")


def test_words_of_the_account_are_no_address(service: Service) -> None:
    phone = at_the_address(service, service.hall())
    for word in ("我的资料", "删除我的资料", "待审大厅", "添加工作人员", "导出", "密接"):
        assert tells(phone.says(word), "refused.reserved_word")


def test_a_hall_without_matters_asks_for_none(service: Service) -> None:
    hall, phone = service.hall(matters=[]), service.visitor()
    phone.scan(service.code(hall))
    assert tells(phone.says(f"同意 {ONE_LINE.replace(' 社保', '')}"), "review.head")
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    assert visits()[0].matter is None
