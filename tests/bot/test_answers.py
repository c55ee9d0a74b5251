"""What is made of single answers, through the whole service."""

import pytest

from bot.simulator import Phone
from models.rules.halls import HallFacts
from models.services import fever
from models.tables.database import run
from models.tables.door import Flag
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service

UP_TO_THE_ADDRESS = "同意 张三 11010519491231002X 13800138000"
LI_XIAO_MING = "320106197505230021"


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
    assert tells(phone.says("谁看过我"), "looked.chat_none", days=180)
    for word in ("待审大厅", "添加工作人员", "导出", "密接"):
        assert tells(phone.says(word), "hall.staff_only")
    assert tells(phone.says("删除我的资料"), "rights.none_talk")


def test_a_hall_without_matters_asks_for_none(service: Service) -> None:
    hall, phone = service.hall(matters=[]), service.visitor()
    phone.scan(service.code(hall))
    assert tells(phone.says(f"同意 {ONE_LINE.replace(' 社保', '')}"), "review.head")
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    assert visits()[0].matter is None


def at_the_companions(service: Service, hall: HallFacts, openid: str = "oVisitor0000000000000000001") -> Phone:
    """Somebody who has answered everything and wants to name companions."""
    phone = service.visitor(openid)
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    assert asks(phone.says("同行人员"), "companions")
    return phone


def test_what_was_said_of_companions_is_shown_whole_before_the_yes(service: Service) -> None:
    phone = at_the_companions(service, service.hall())
    review = phone.says(f"李小明 {LI_XIAO_MING} 13900139000\n王五").reply or ""
    assert "李小明 320106 19750523 0021 139 0013 9000；王五" in review


def test_the_companions_may_be_sent_again_as_the_review_shows_them(service: Service) -> None:
    phone = at_the_companions(service, service.hall())
    phone.says(f"李小明 {LI_XIAO_MING} 13900139000\n王五")
    phone.says("同行人员")
    phone.says("李小明 320106 19750523 0021 139 0013 9000；王五")
    phone.says("确认")
    assert [(one.name, one.id_number, one.phone) for one in visits()[1:]] == [
        ("李小明", LI_XIAO_MING, "13900139000"),
        ("王五", None, None),
    ]


def test_nobody_brings_somebody_with_their_own_number(service: Service) -> None:
    phone = at_the_companions(service, service.hall())
    phone.says("李小明 11010519491231002X")
    assert tells(phone.says("确认"), "refused.companion_is_lead")
    assert visits() == []
    phone.says("同行人员")
    phone.says("李小明")
    phone.says("确认")
    assert [one.name for one in visits()] == ["张三", "李小明"]


def test_a_companion_whose_number_is_inside_already_is_flagged_to_the_staff(service: Service) -> None:
    hall = service.hall()
    first = at_the_companions(service, hall)
    first.says(f"李小明 {LI_XIAO_MING}")
    first.says("确认")
    second = service.visitor("oSomebodyElse00000000000001")
    second.scan(service.code(hall))
    second.says("同意 赵六 371421198005121018 13911110001 社保 36.5")
    second.says("同行人员")
    second.says(f"王五\n李小明 {LI_XIAO_MING}")
    second.says("确认")
    assert flags() == [("same_number_inside", visits()[-1].id)]
    assert visits()[-1].name == "李小明"


def test_the_number_of_somebody_who_waits_with_a_fever_is_flagged_and_lets_others_in(service: Service) -> None:
    hall, feverish = service.hall(), service.visitor()
    feverish.scan(service.code(hall))
    feverish.says("同意 李小明 " + LI_XIAO_MING + " 13900139000 社保 38.5")
    alone = service.visitor("oSomebodyElse00000000000001")
    alone.scan(service.code(hall))
    alone.says(f"同意 李小明 {LI_XIAO_MING} 13900139000 社保 36.5")
    assert tells(alone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    assert flags() == [("fever_same_number", visits()[0].id)]


def test_so_is_that_of_a_companion_and_not_that_of_somebody_released(service: Service) -> None:
    hall, feverish = service.hall(), service.visitor("oFeverish00000000000000001")
    feverish.scan(service.code(hall))
    feverish.says("同意 李小明 " + LI_XIAO_MING + " 13900139000 社保 38.5")
    with_them = at_the_companions(service, hall)
    with_them.says(f"李小明 {LI_XIAO_MING}")
    with_them.says("确认")
    assert flags() == [("fever_same_number", visits()[1].id)]
    with_them.says("签退")
    [waiting] = fever.queue(hall, hall.calendar.hall_day(service.clock.at))
    fever.release(waiting.id, hall, "guard", "复测正常", service.clock.at, 366)
    service.clock.goes_on(seconds=5)
    with_them.scan(service.code(hall))
    with_them.says("同行人员")
    with_them.says(f"李小明 {LI_XIAO_MING}")
    with_them.says("确认")
    assert len(flags()) == 1


def flags() -> list[tuple[str, int]]:
    """What staff should look at: which doubt, about which visit."""
    return run(lambda: [(flag.kind, flag.visit_id) for flag in Flag.select().order_by(Flag.id)])


@pytest.mark.parametrize(
    "said",
    [
        "不，同意", "不能 同意", "我不想 同意", "我 还没 同意", "暂不 同意", "撤回 同意", "拒绝 同意 张三",
        "坚决不 同意",
        "do not agree", "don't agree", "don’t agree", "I cannot agree", "Never agree",
    ],
)  # fmt: skip
def test_a_yes_beside_a_no_is_no_consent_and_is_asked_again(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    reply = phone.says(said)
    assert not asks(reply, "name")
    assert "不同意" in (reply.reply or "")
    assert asks(phone.says("同意"), "name")


@pytest.mark.parametrize("said", ["撤回", "撤回同意", "撤回 同意"])
def test_taking_a_yes_back_is_no_name(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意")
    assert not asks(phone.says(said), "id_number")
    assert asks(phone.says("张三"), "id_number")


@pytest.mark.parametrize("said", ["我不同意", "不", "no", "拒绝", "不想", "算了", "no way"])
def test_a_no_to_the_notice_is_heard_however_it_is_said(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    assert tells(phone.says(said), "check_in.declined")


@pytest.mark.parametrize("said", ["等一下", "什么意思", "为什么要登记", "我要投诉", "not now", "Hello there", "李小明"])
def test_nothing_said_before_the_consent_becomes_a_name(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says(said)
    assert asks(phone.says("同意"), "name")


def test_a_word_that_is_no_answer_to_the_notice_is_told_what_the_answers_are(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    assert tells(phone.says("我要投诉"), "step.consent.help")


@pytest.mark.parametrize("said", ["不补", "算了", "不", "没有进来", "不用了"])
def test_a_no_to_the_missed_entry_is_heard_however_it_is_said(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall(), "out"))
    assert not asks(phone.says(said), "wanted")
    assert visits() == []


def test_a_vague_time_is_no_name(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall(), "out"))
    phone.says("补登记")
    phone.says("同意")
    assert asks(phone.says("大概九点多"), "entered_at")
    assert asks(phone.says("9:00"), "name")


@pytest.mark.parametrize("said", ["看不懂", "不会弄", "为什么", "I do not understand"])
def test_who_does_not_understand_a_question_gets_its_help(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意")
    helped = phone.says(said)
    assert tells(helped, "step.name.help")
    assert asks(helped, "name")


@pytest.mark.parametrize("said", ["稍等", "不想填", "我不告诉你", "我要投诉", "not now", "how do I check out"])
def test_small_talk_is_no_name(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意")
    assert asks(phone.says(said), "name")


def at_the_review(service: Service, hall: HallFacts) -> Phone:
    """Somebody who has answered everything."""
    phone = service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    return phone


@pytest.mark.parametrize(
    "said",
    [
        "同行 李四 13900139000 王五 13900139001 13700137000",
        f"同行 李四 {LI_XIAO_MING} 王五 {LI_XIAO_MING}",
        "同行 李四 王五 320106197505230022",
        "带李四 13900139000 13700137000",
    ],
)
def test_a_number_too_many_among_companions_is_never_the_visitors_own(service: Service, said: str) -> None:
    phone = at_the_review(service, service.hall())
    assert asks(phone.says(said), "companions")
    phone.says("无")
    phone.says("确认")
    assert [(one.id_number, one.phone) for one in visits()] == [("11010519491231002X", "13800138000")]


def test_more_companions_than_there_may_be_are_told_so(service: Service) -> None:
    phone = at_the_review(service, service.hall())
    names = " ".join(f"{one}五" for one in "赵钱孙李周吴郑王冯陈")
    assert tells(phone.says(f"同行 {names} 13900139000"), "refused.companions_too_many", most=9)


def test_numbers_behind_companions_are_not_taken_while_the_visitors_own_are_missing(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意")
    refused = phone.says("张三 带李四 11010519491231002X 13800138000 社保 36.5")
    assert tells(refused, "refused.owner_unclear")
    assert asks(refused, "id_number")
    phone.says("11010519491231002X 13800138000")
    assert "同行人员 无" in (phone.says("跳过").reply or "")
    phone.says("确认")
    assert [(one.name, one.matter) for one in visits()] == [("张三", "social")]


def test_companions_with_numbers_may_stand_behind_the_visitors_own(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says(f"同意 {ONE_LINE} 带李四 13900139000")
    phone.says("确认")
    assert [(one.name, one.phone) for one in visits()] == [("张三", "13800138000"), ("李四", "13900139000")]


@pytest.mark.parametrize("said", ["带李四 办社保", "带李四 社保"])
def test_a_matter_is_no_companion(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says(f"同意 张三 11010519491231002X 13800138000 36.5 {said}")
    phone.says("确认")
    assert [(one.name, one.matter) for one in visits()] == [("张三", "social"), ("李四", "social")]


def test_a_matter_is_no_companion_where_they_are_asked_for_either(service: Service) -> None:
    phone = at_the_companions(service, service.hall())
    assert tells(phone.says("李四 13900139000 社保"), "refused.companion_names_wanted")


@pytest.mark.parametrize("said", ["没带身份证", "忘了", "没有"])
def test_who_has_no_document_is_told_of_the_staff(service: Service, said: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意 张三")
    refused = phone.says(said)
    assert tells(refused, "step.id_number.without")
    assert asks(refused, "id_number")


@pytest.mark.parametrize("said", ["和李四一起", "我带了两个人", "with Mary and Tom"])
def test_who_speaks_of_company_at_the_review_is_told_how_to_add_them(service: Service, said: str) -> None:
    phone = at_the_review(service, service.hall())
    assert tells(phone.says(said), "review.company")


def test_a_number_is_never_repeated_in_part(service: Service) -> None:
    phone = at_the_review(service, service.hall())
    reply = phone.says("今天天气很好" * 9 + "电话号码 139001390001390013900").reply or ""
    assert "今天天气" in reply
    assert "没看懂：" in reply
    assert "1390" not in reply


def test_two_names_are_not_one(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意")
    for said in ("张三和李四", "John Smith and Mary Smith"):
        assert tells(phone.says(said), "refused.one_name_only")
