from typing import Any

import pytest

from tests.bot.simulator.api.account import Account
from tests.bot.simulator.tiny_service import OPENID

SEND, BIZSEND = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"
CONTENT = "大厅：{{thing1.DATA}}\n时间：{{time2.DATA}}"
DATA = {"thing1": {"value": "市民中心"}, "time2": {"value": "2026年3月2日 09:00"}}


def message(known_id: str, **changed: Any) -> dict[str, Any]:
    body = {"touser": OPENID, "template_id": known_id, "data": DATA, **changed}
    return {name: value for name, value in body.items() if value is not None}


def template(account: Account, kind: str = "template") -> str:
    return account.platform.templates.add("到访提醒", CONTENT, kind)


def test_a_follower_gets_the_filled_in_template(account: Account) -> None:
    phone = account.phone()
    answer = account.call(SEND, message(template(account), url="https://hall.example.gov.cn/"))
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
    assert answer["msgid"] > 2**53
    bubble = phone.bubbles[-1]
    assert (bubble.side, bubble.kind) == ("account", "template")
    assert bubble.card is not None
    assert (bubble.card.title, bubble.card.url) == ("到访提醒", "https://hall.example.gov.cn/")
    assert bubble.card.rows == (("大厅", "市民中心"), ("时间", "2026年3月2日 09:00"))


def test_no_window_is_needed_and_none_is_used_up(account: Account) -> None:
    phone = account.phone()
    phone.scan("h12.in")
    account.call(SEND, message(template(account)))
    assert phone.windows.open_now()[0].remaining == 3


def test_what_became_of_it_comes_as_an_event_after_the_answer(account: Account) -> None:
    account.phone()
    msgid = account.call(SEND, message(template(account)))["msgid"]
    assert account.service.heard == []
    assert [delivered.attempts for delivered in account.platform.deliver_due()] == [1]
    heard = account.service.heard[0]
    assert (heard["Event"], heard["MsgID"], heard["Status"]) == ("TEMPLATESENDJOBFINISH", str(msgid), "success")
    assert heard["FromUserName"] == OPENID
    assert account.platform.deliver_due() == ()


def test_who_blocks_templates_sees_nothing_and_the_event_says_so(account: Account) -> None:
    phone = account.phone()
    phone.blocks_templates = True
    assert account.errcode(SEND, message(template(account))) == 0
    account.platform.deliver_due()
    assert account.service.heard[0]["Status"] == "failed:user block"
    assert [bubble.kind for bubble in phone.bubbles] == []


@pytest.mark.parametrize("status", ["failed: user block", "failed:system failed", "failed: system failed"])
def test_a_failure_is_spelled_with_and_without_a_space(account: Account, status: str) -> None:
    account.phone()
    account.platform.faults.job_status = status
    account.call(SEND, message(template(account)))
    account.platform.deliver_due()
    assert account.service.heard[0]["Status"] == status


def test_who_does_not_follow_gets_none(account: Account) -> None:
    account.phone(following=False)
    assert account.errcode(SEND, message(template(account))) == 43004


def test_the_accounts_own_id_sends_once_in_ten_minutes(account: Account) -> None:
    phone = account.phone()
    body = message(template(account), client_msg_id="visit-1")
    first = account.call(SEND, body)["msgid"]
    account.clock.goes_on(599)
    assert account.call(SEND, body)["msgid"] == first
    assert len(phone.bubbles) == 1
    account.clock.goes_on(1)
    assert account.call(SEND, body)["msgid"] != first
    assert len(phone.bubbles) == 2
    assert len(account.platform.deliver_due()) == 2


def test_the_same_id_is_another_one_for_another_person(account: Account) -> None:
    account.phone()
    other = account.phone("oTestOpenId0000000000000002")
    body = message(template(account), client_msg_id="visit-1")
    account.call(SEND, body)
    account.call(SEND, {**body, "touser": other.openid})
    assert len(other.bubbles) == 1


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"template_id": "unknown"}, 40037),
        ({"template_id": None}, 40037),
        ({"touser": "oNobody00000000000000000001"}, 40003),
        ({"data": None}, 47001),
        ({"data": {"thing1": {"value": "1"}}}, 47003),  # time2 is missing
        ({"data": {**DATA, "thing1": "市民中心"}}, 47003),
        ({"data": {**DATA, "thing1": {"value": 5}}}, 47003),
        ({"data": {"thing1.DATA": {"value": "1"}, "time2.DATA": {"value": "09:00"}}}, 47003),
        ({"client_msg_id": "x" * 33}, 40097),
    ],
)
def test_a_wrong_template_message_is_refused(account: Account, changed: dict[str, Any], errcode: int) -> None:
    account.phone()
    assert account.errcode(SEND, message(template(account), **changed)) == errcode


def test_a_wrong_field_is_named(account: Account) -> None:
    account.phone()
    data = {**DATA, "thing1": {"value": "厅" * 21}}
    answer = account.call(SEND, message(template(account), data=data))
    assert answer["errmsg"].startswith("argument invalid! data.thing1.value invalid")


def test_a_notice_is_no_template_message_nor_the_other_way_round(account: Account) -> None:
    account.phone()
    assert account.errcode(SEND, message(template(account, "one_time"))) == 40037
    assert account.errcode(BIZSEND, message(template(account))) == 40037


def test_a_one_time_notice_is_sent_once_for_each_consent(account: Account) -> None:
    phone = account.phone()
    notice = template(account, "one_time")
    assert account.errcode(BIZSEND, message(notice)) == 43101
    phone.accepts(notice)
    phone.accepts(notice)
    account.clock.goes_on(90 * 86400)
    assert [account.errcode(BIZSEND, message(notice)) for _ in range(3)] == [0, 0, 43101]


def test_a_long_term_notice_is_sent_until_it_is_withdrawn(account: Account) -> None:
    phone = account.phone()
    notice = template(account, "long_term")
    phone.accepts(notice)
    assert [account.errcode(BIZSEND, message(notice)) for _ in range(3)] == [0, 0, 0]
    phone.withdraws(notice)
    assert account.errcode(BIZSEND, message(notice)) == 43101
    changed = account.service.heard[-1]
    assert changed["Event"] == "subscribe_msg_change_event"


def test_a_refusal_gives_nothing(account: Account) -> None:
    phone = account.phone()
    notice = template(account, "one_time")
    phone.rejects(notice)
    assert account.errcode(BIZSEND, message(notice)) == 43101


def test_a_wrong_notice_uses_no_consent_up(account: Account) -> None:
    phone = account.phone()
    notice = template(account, "one_time")
    phone.accepts(notice)
    assert account.errcode(BIZSEND, message(notice, data={})) == 47003
    assert account.errcode(BIZSEND, message(notice)) == 0


def test_a_notice_reaches_who_does_not_follow_but_agreed(account: Account) -> None:
    phone = account.phone(following=False)
    notice = template(account, "one_time")
    phone.accepts(notice)
    assert account.errcode(BIZSEND, message(notice, page="https://hall.example.gov.cn/")) == 0
    bubble = phone.bubbles[-1]
    assert bubble.kind == "notice"
    assert bubble.card is not None
    assert bubble.card.url == "https://hall.example.gov.cn/"


def test_what_became_of_a_notice_comes_as_an_event(account: Account) -> None:
    phone = account.phone()
    notice = template(account, "one_time")
    phone.accepts(notice)
    account.service.heard.clear()
    assert account.call(BIZSEND, message(notice)) == {"errcode": 0, "errmsg": "ok"}  # no id, unlike a template message
    account.platform.deliver_due()
    heard: Any = account.service.heard[0]
    sent = heard["SubscribeMsgSentEvent"]["List"]
    assert (heard["Event"], sent["TemplateId"], sent["ErrorCode"]) == ("subscribe_msg_sent_event", notice, "0")


def test_consent_is_pushed_for_one_and_for_several(account: Account) -> None:
    phone = account.phone()
    one, other = template(account, "one_time"), template(account, "long_term")
    phone.accepts(one)
    phone.rejects(one, other)
    first, second = (heard["SubscribeMsgPopupEvent"]["List"] for heard in account.service.heard)  # type: ignore[index]
    assert first["SubscribeStatusString"] == "accept"
    assert [listed["TemplateId"] for listed in second] == [one, other]
    assert {listed["SubscribeStatusString"] for listed in second} == {"reject"}


def test_nobody_can_agree_to_what_is_not_there(account: Account) -> None:
    with pytest.raises(LookupError):
        account.phone().accepts("unknown")
    with pytest.raises(ValueError, match="consent"):
        account.phone().accepts(template(account))


def test_the_lists_tell_messages_and_notices_apart(account: Account) -> None:
    ids = [template(account, kind) for kind in ("template", "one_time", "long_term")]
    listed = account.call("/cgi-bin/template/get_all_private_template")["template_list"]
    assert [(one["template_id"], one["content"]) for one in listed] == [(ids[0], CONTENT)]
    notices = account.call("/wxaapi/newtmpl/gettemplate")["data"]
    assert [(one["priTmplId"], one["type"]) for one in notices] == [(ids[1], 2), (ids[2], 3)]


@pytest.mark.parametrize(("content", "kind"), [("没有空格", "template"), (CONTENT, "other")])
def test_a_template_that_cannot_be_is_a_mistake(account: Account, content: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"template|kind"):
        account.platform.templates.add("到访提醒", content, kind)
