from typing import Any

import pytest
import xmltodict

from bot.simulator.deliveries import Delivery, Writer
from tests.bot.simulator.tiny_service import ACCOUNT, NOW, OPENID, TinyService, platform_of

WRITES = Writer(ACCOUNT, OPENID, lambda: float(NOW))


def nodes(delivery: Delivery) -> dict[str, Any]:
    read: dict[str, Any] = xmltodict.parse(delivery.xml)["xml"]
    return read


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        (WRITES.video("m"), {"MsgType": "video", "MediaId": "m"}),
        (WRITES.video("m", short=True), {"MsgType": "shortvideo", "MediaId": "m"}),
        (WRITES.location("31.2", "121.4", "东门"), {"MsgType": "location", "Location_X": "31.2", "Label": "东门"}),
        (WRITES.link("一", "二", "https://a.example/"), {"MsgType": "link", "Url": "https://a.example/"}),
        (WRITES.view("https://a.example/", "7"), {"Event": "VIEW", "EventKey": "https://a.example/", "MenuId": "7"}),
        (WRITES.view_miniprogram("index", "7"), {"Event": "view_miniprogram", "EventKey": "index"}),
        (WRITES.position("31.2", "121.4", "30"), {"Event": "LOCATION", "Latitude": "31.2", "Precision": "30"}),
        (
            WRITES.scanned_by_menu("k", "https://a.example/", waits=True),
            {"Event": "scancode_waitmsg", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "https://a.example/"}},
        ),
        (WRITES.scanned_by_menu("k", "1", waits=False), {"Event": "scancode_push", "EventKey": "k"}),
        (
            WRITES.pictures_by_menu("k", "pic_sysphoto", ["a" * 32]),
            {"Event": "pic_sysphoto", "SendPicsInfo": {"Count": "1", "PicList": {"item": {"PicMd5Sum": "a" * 32}}}},
        ),
        (WRITES.place_by_menu("k", "31.2", "121.4", "东门"), {"Event": "location_select", "EventKey": "k"}),
        (WRITES.template_finished(5, "success"), {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "5"}),
        (WRITES.mass_finished(5, "send success", 3, 2, 1), {"TotalCount": "3", "FilterCount": "2", "ErrorCount": "1"}),
        (
            WRITES.notice_sent("t", 5, 0, "success"),
            {
                "SubscribeMsgSentEvent": {
                    "List": {"TemplateId": "t", "MsgID": "5", "ErrorCode": "0", "ErrorStatus": "success"}
                }
            },
        ),
        (
            WRITES.profile_changed("user_authorization_revoke", "wx1", "1"),
            {"Event": "user_authorization_revoke", "OpenID": OPENID, "AppID": "wx1", "RevokeInfo": "1"},
        ),
        (WRITES.profile_changed("user_info_modified", "wx1"), {"Event": "user_info_modified", "OpenID": OPENID}),
        (WRITES.certified("verify_expired", NOW), {"Event": "verify_expired", "ExpiredTime": str(NOW)}),
        (
            WRITES.certified("naming_verify_fail", NOW, "名称不符"),
            {"Event": "naming_verify_fail", "FailTime": str(NOW), "FailReason": "名称不符"},
        ),
    ],
)
def test_a_delivery_says_what_happened(delivery: Delivery, told: dict[str, Any]) -> None:
    assert told.items() <= nodes(delivery).items()
    assert ("MsgId" in nodes(delivery)) == (not delivery.is_event)


def test_decisions_are_listed_one_element_each() -> None:
    told = nodes(WRITES.asked_for_notices({"a": True, "b": False}, popup_scene="2"))
    assert [
        (one["TemplateId"], one["SubscribeStatusString"], one["PopupScene"])
        for one in told["SubscribeMsgPopupEvent"]["List"]
    ] == [("a", "accept", "2"), ("b", "reject", "2")]


def test_withdrawals_are_listed_as_rejections() -> None:
    told = nodes(WRITES.withdrew_notices(["a"]))
    assert told["SubscribeMsgChangeEvent"]["List"] == {"TemplateId": "a", "SubscribeStatusString": "reject"}


def test_the_name_of_an_event_may_come_in_the_other_case() -> None:
    assert nodes(WRITES.scan("h12.in").in_odd_case())["Event"] == "scan"
    assert nodes(WRITES.subscribe("h12.in").in_odd_case())["Event"] == "SUBSCRIBE"


def test_only_the_name_changes_its_case() -> None:
    told = nodes(WRITES.click("CLICK").in_odd_case())
    assert (told["Event"], told["EventKey"]) == ("click", "CLICK")


def test_whatever_a_person_does_can_be_delivered() -> None:
    service = TinyService()
    phone = platform_of(service).phone(OPENID, following=True)
    phone.opens_view("https://a.example/", "7")
    phone.sends(phone.writes.pictures_by_menu("k", "pic_weixin", []))
    assert [heard["Event"] for heard in service.heard] == ["VIEW", "pic_weixin"]
