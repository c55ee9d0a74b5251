from collections.abc import Callable

import pytest
from werkzeug.wrappers import Response

from bot.simulator import NotFollowing, Phone
from bot.simulator.phones import MOST_BUBBLES
from tests.bot.simulator.tiny_service import ACCOUNT, NOW, OPENID, Heard, TinyService, platform_of, text_xml


def a_phone(service: TinyService, *, following: bool = True) -> Phone:
    return platform_of(service).phone(OPENID, following=following)


@pytest.mark.parametrize(
    ("do", "nodes"),
    [
        (lambda phone: phone.says("你好"), {"MsgType": "text", "Content": "你好"}),
        (lambda phone: phone.taps("社保", "7"), {"MsgType": "text", "Content": "社保", "bizmsgmenuid": "7"}),
        (lambda phone: phone.sends_photo("media-1"), {"MsgType": "image", "MediaId": "media-1"}),
        (lambda phone: phone.sends_voice("media-2"), {"MsgType": "voice", "MediaId": "media-2", "Format": "amr"}),
        (lambda phone: phone.scan("h12.in"), {"MsgType": "event", "Event": "SCAN", "EventKey": "h12.in"}),
        (lambda phone: phone.clicks_menu("help"), {"MsgType": "event", "Event": "CLICK", "EventKey": "help"}),
        (lambda phone: phone.unfollow(), {"MsgType": "event", "Event": "unsubscribe"}),
    ],
)
def test_what_a_follower_does_reaches_the_service(do: Callable[[Phone], object], nodes: Heard) -> None:
    service = TinyService()
    do(a_phone(service))
    heard = service.heard[0]
    assert nodes.items() <= heard.items()
    assert (heard["ToUserName"], heard["FromUserName"], heard["CreateTime"]) == (ACCOUNT, OPENID, str(NOW))
    assert ("MsgId" in heard) == (heard["MsgType"] != "event")


def test_following_by_search_has_an_empty_key() -> None:
    service = TinyService()
    a_phone(service, following=False).follow()
    assert service.heard[0]["Event"] == "subscribe"
    assert service.heard[0]["EventKey"] is None  # present and empty
    assert "Ticket" not in service.heard[0]


def test_following_by_a_code_carries_its_scene_and_ticket() -> None:
    service = TinyService()
    a_phone(service, following=False).follow("h12.in")
    assert service.heard[0]["EventKey"] == "qrscene_h12.in"
    assert service.heard[0]["Ticket"]


def test_a_scan_without_following_is_sent_only_by_the_follow_after_it() -> None:
    service = TinyService()
    phone = a_phone(service, following=False)
    assert phone.scan("h12.in").attempts == 0
    assert service.heard == []
    phone.follow()
    assert service.heard[0]["EventKey"] == "qrscene_h12.in"


def test_a_scan_forgotten_by_following_does_not_come_back() -> None:
    service = TinyService()
    phone = a_phone(service, following=False)
    phone.scan("h12.in")
    phone.follow()
    phone.unfollow()
    phone.follow()
    assert [heard["EventKey"] for heard in service.heard] == ["qrscene_h12.in", None, None]


def test_the_same_code_has_the_same_ticket_at_the_first_scan_and_later() -> None:
    service = TinyService()
    phone = a_phone(service, following=False)
    phone.follow("h12.in")
    phone.scan("h12.in")
    assert service.heard[0]["Ticket"] == service.heard[1]["Ticket"]


@pytest.mark.parametrize(
    "do",
    [
        lambda phone: phone.says("1"),
        lambda phone: phone.taps("1", "1"),
        lambda phone: phone.sends_photo(),
        lambda phone: phone.clicks_menu("help"),
        lambda phone: phone.unfollow(),
    ],
)
def test_who_does_not_follow_cannot_write(do: Callable[[Phone], object]) -> None:
    service = TinyService()
    with pytest.raises(NotFollowing):
        do(a_phone(service, following=False))
    assert service.heard == []


def test_nobody_follows_twice() -> None:
    phone = a_phone(TinyService())
    with pytest.raises(NotFollowing):
        phone.follow()


def shown(phone: Phone) -> list[tuple[str, str]]:
    return [(bubble.side, bubble.kind) for bubble in phone.bubbles]


def test_the_chat_shows_both_sides_in_order() -> None:
    phone = a_phone(TinyService())
    phone.says("你好")
    phone.sends_photo()
    assert shown(phone) == [("visitor", "text"), ("account", "text"), ("visitor", "image"), ("account", "text")]
    assert [bubble.number for bubble in phone.bubbles] == [1, 2, 3, 4]
    assert phone.bubbles[0].parts == ("你好",)
    assert phone.bubbles[1].parts == ("heard 你好",)


def test_silence_shows_nothing() -> None:
    phone = a_phone(TinyService(answers=lambda heard: Response("success", content_type="text/plain")))
    phone.says("你好")
    assert shown(phone) == [("visitor", "text")]


def test_a_failure_shows_the_line_of_the_platform() -> None:
    phone = a_phone(TinyService(answers=lambda heard: Response(status=502)))
    delivered = phone.says("你好")
    assert shown(phone) == [("visitor", "text"), ("platform", "failure")]
    assert phone.bubbles[1].parts == (delivered.failure,)


def test_the_answer_to_an_unfollow_is_not_seen() -> None:
    phone = a_phone(TinyService())
    assert phone.unfollow().reply is not None
    assert shown(phone) == [("platform", "unfollowed")]


def test_taking_back_what_was_allowed_tells_the_account_whose_and_what() -> None:
    service = TinyService()
    phone = a_phone(service)
    phone.revokes("wx-of-the-account")
    assert shown(phone)[0] == ("platform", "revoked")
    heard = service.heard[-1]
    names = ("Event", "OpenID", "AppID", "RevokeInfo")
    assert [heard[name] for name in names] == ["user_authorization_revoke", phone.openid, "wx-of-the-account", "1"]


def test_a_tap_link_of_a_reply_can_be_tapped() -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=%E7%A1%AE%E8%AE%A4&msgmenuid=9">好</a>'
    service = TinyService(answers=lambda heard: text_xml(heard, link))
    phone = a_phone(service)
    phone.says("1")
    tap = phone.bubbles[-1].taps[0]
    phone.taps(tap.content, tap.menu_id)
    assert (service.heard[1]["Content"], service.heard[1]["bizmsgmenuid"]) == ("确认", "9")


def test_a_duplicate_of_an_earlier_delivery_can_be_sent() -> None:
    service = TinyService()
    phone = a_phone(service)
    delivery = phone.writes.text("1")
    phone.sends(delivery)
    phone.says("2")
    phone.sends(delivery)
    assert service.heard[0] == service.heard[2] != service.heard[1]


def test_two_phones_do_not_see_one_another() -> None:
    platform = platform_of(TinyService())
    one = platform.phone(platform.fresh_openid(), following=True)
    other = platform.phone(platform.fresh_openid(), following=True)
    one.says("1")
    assert other.bubbles == ()
    assert one.openid != other.openid


def test_the_same_openid_is_the_same_phone() -> None:
    platform = platform_of(TinyService())
    assert platform.phone(OPENID) is platform.phone(OPENID, following=True)
    assert not platform.phone(OPENID).is_following


def test_who_followed_in_an_earlier_life_follows_still_and_is_told_that_the_chat_is_gone() -> None:
    service = TinyService()
    phone = platform_of(service, followers={OPENID}).known(OPENID)
    assert phone is not None
    assert (phone.is_following, shown(phone)) == (True, [("platform", "began_anew")])
    phone.says("接着填")
    assert [heard["MsgType"] for heard in service.heard] == ["text"]


def test_who_follows_is_kept_where_it_is_asked_for() -> None:
    followers: set[str] = set()
    platform = platform_of(TinyService(), followers=followers)
    phone, other = platform.phone(OPENID), platform.phone(platform.fresh_openid(), following=True)
    phone.follow()
    assert followers == {OPENID, other.openid}
    other.unfollow()
    assert followers == {OPENID}
    platform.forget_phones()
    assert followers == set()


def test_a_long_chat_forgets_its_oldest_bubbles() -> None:
    phone = a_phone(TinyService(answers=lambda heard: Response(b"")))
    for _ in range(MOST_BUBBLES + 1):
        phone.says("1")
    assert (len(phone.bubbles), phone.bubbles[0].number) == (MOST_BUBBLES, 2)
