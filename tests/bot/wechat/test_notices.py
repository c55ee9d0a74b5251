"""What the platform tells by itself, in each of its spellings."""

import pytest

from bot.wechat import notices
from bot.wechat.inbound import Delivery, delivery_of, nodes_of
from tests.bot.wechat.sender import ORIGINAL_ID

HEAD = (
    f"<ToUserName>{ORIGINAL_ID}</ToUserName><FromUserName>oVisitor1</FromUserName><CreateTime>1772413200</CreateTime>"
)


def event(name: str, inside: str) -> Delivery:
    xml = f"<xml>{HEAD}<MsgType>event</MsgType><Event>{name}</Event>{inside}</xml>"
    return delivery_of(nodes_of(xml.encode()), ORIGINAL_ID)


def listed(name: str, node: str, *entries: str) -> Delivery:
    inside = "".join(f"<List>{entry}</List>" for entry in entries)
    return event(name, f"<{node}>{inside}</{node}>")


def entry(template: str, status: str) -> str:
    return f"<TemplateId>{template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString>"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("success", "delivered"),
        ("failed:user block", "user_block"),
        ("failed: user block", "user_block"),
        ("Failed: System Failed", "system_failed"),
        ("failed", "failed"),
        ("", "failed"),
    ],
)
def test_what_became_of_a_template_message(status: str, outcome: str) -> None:
    told = event("TEMPLATESENDJOBFINISH", f"<MsgID>200163836</MsgID><Status>{status}</Status>")
    assert list(notices.outcomes(told)) == [("200163836", outcome)]


def test_one_consent_and_several_are_read_alike() -> None:
    popup = ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent")
    assert list(notices.consents(listed(*popup, entry("t1", "accept")))) == [("t1", True)]
    several = listed(*popup, entry("t1", "accept"), entry("t2", "reject"), entry("t3", "ACCEPT"))
    assert list(notices.consents(several)) == [("t1", True), ("t3", True)]


def test_who_turns_notices_off_agrees_to_none_of_them() -> None:
    off = listed("subscribe_msg_change_event", "SubscribeMsgChangeEvent", entry("t1", "reject"), entry("t2", "accept"))
    assert list(notices.consents(off)) == [("t1", False)]


@pytest.mark.parametrize(("code", "outcome"), [("0", "delivered"), ("43101", "failed"), ("", "failed")])
def test_what_became_of_a_notice(code: str, outcome: str) -> None:
    sent = f"<TemplateId>t1</TemplateId><MsgID>17</MsgID><ErrorCode>{code}</ErrorCode>"
    told = listed("subscribe_msg_sent_event", "SubscribeMsgSentEvent", sent)
    assert list(notices.notice_outcomes(told)) == [outcome]


@pytest.mark.parametrize(
    "inside",
    ["", "<SubscribeMsgPopupEvent></SubscribeMsgPopupEvent>", "<SubscribeMsgPopupEvent>x</SubscribeMsgPopupEvent>",
     "<SubscribeMsgPopupEvent><List>x</List></SubscribeMsgPopupEvent>",
     "<SubscribeMsgPopupEvent><List><TemplateId><a>1</a></TemplateId></List></SubscribeMsgPopupEvent>"],
)  # fmt: skip
def test_an_event_of_another_shape_tells_nothing(inside: str) -> None:
    assert list(notices.consents(event("subscribe_msg_popup_event", inside))) == []


def test_an_ordinary_event_tells_nothing() -> None:
    scan = event("SCAN", "<EventKey>x</EventKey>")
    assert [*notices.outcomes(scan), *notices.notice_outcomes(scan), *notices.consents(scan)] == []
