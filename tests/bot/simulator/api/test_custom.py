import threading
from typing import Any

import pytest

from bot.simulator import Phone, Tap
from tests.bot.simulator.api.account import Account
from tests.bot.simulator.api.pictures import AMR, JPEG, MP4
from tests.bot.simulator.tiny_service import OPENID

SEND, TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"


def message(kind: str = "text", **node: Any) -> dict[str, Any]:
    return {"touser": OPENID, "msgtype": kind, kind: node or {"content": "你好"}}


def sends(account: Account, times: int) -> list[int]:
    return [account.errcode(SEND, message()) for _ in range(times)]


def talking(account: Account) -> Phone:
    phone = account.phone()
    phone.says("1")
    return phone


def test_nobody_who_did_nothing_can_be_written_to(account: Account) -> None:
    account.phone()
    assert sends(account, 1) == [45015]


@pytest.mark.parametrize(
    ("deed", "most", "seconds"),
    [
        (lambda phone: phone.says("1"), 5, 48 * 3600),
        (lambda phone: phone.taps("签退", "1"), 5, 48 * 3600),
        (lambda phone: phone.sends_photo(), 5, 48 * 3600),
        (lambda phone: phone.clicks_menu("help"), 3, 60),
        (lambda phone: phone.scan("h12.in"), 3, 60),
        (lambda phone: phone.sends(phone.writes.scanned_by_menu("k", "1", waits=True)), 3, 60),
        (lambda phone: phone.sends(phone.writes.scanned_by_menu("k", "1", waits=False)), 3, 60),
    ],
)
def test_a_deed_opens_a_window(account: Account, deed: Any, most: int, seconds: int) -> None:
    deed(account.phone())
    account.clock.goes_on(seconds - 1)
    assert sends(account, most + 1) == [0] * most + [45047]
    account.clock.goes_on(1)
    assert sends(account, 1) == [45015]


def test_a_follow_opens_a_window(account: Account) -> None:
    account.phone(following=False).follow()
    assert sends(account, 4) == [0, 0, 0, 45047]


@pytest.mark.parametrize(
    "deed",
    [
        lambda phone: phone.opens_view("https://hall.example.gov.cn/", "1"),
        lambda phone: phone.sends(phone.writes.position("31.2", "121.4", "30")),
        lambda phone: phone.sends(phone.writes.pictures_by_menu("k", "pic_sysphoto", ["0" * 32])),
    ],
)
def test_other_doings_open_none(account: Account, deed: Any) -> None:
    deed(account.phone())
    assert sends(account, 1) == [45015]


def test_windows_add_up_and_the_one_that_ends_first_is_used_first(account: Account) -> None:
    phone = talking(account)
    phone.scan("h12.in")
    assert sends(account, 4) == [0] * 4
    assert [(one.trigger, one.remaining) for one in phone.windows.open_now()] == [("scan", 0), ("message", 4)]


def test_a_new_message_opens_the_window_anew(account: Account) -> None:
    phone = talking(account)
    assert sends(account, 6)[-1] == 45047
    phone.says("2")
    assert sends(account, 1) == [0]


def test_a_repeated_delivery_opens_nothing(account: Account) -> None:
    phone = account.phone()
    said = phone.writes.text("1")
    phone.sends(said)
    assert sends(account, 5) == [0] * 5
    phone.sends(said)
    assert sends(account, 1) == [45047]


def test_windows_are_each_persons_own(account: Account) -> None:
    talking(account)
    account.phone("oTestOpenId0000000000000002")
    assert account.errcode(SEND, {**message(), "touser": "oTestOpenId0000000000000002"}) == 45015


def test_who_no_longer_follows_sees_nothing(account: Account) -> None:
    phone = talking(account)
    phone.unfollow()
    shown = phone.bubbles
    assert sends(account, 1) == [43004]
    assert phone.bubbles == shown
    phone.follow()
    assert sends(account, 4) == [0, 0, 0, 45047]  # what was open before is gone


@pytest.mark.parametrize("openid", ["oNobody00000000000000000001", "", 7, ["x"]])
def test_an_unknown_person_is_refused(account: Account, openid: object) -> None:
    assert account.errcode(SEND, {**message(), "touser": openid}) == 40003


def test_a_message_to_nobody_is_refused(account: Account) -> None:
    assert account.errcode(SEND, {"msgtype": "text", "text": {"content": "1"}}) == 41009


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"msgtype": "file", "file": {"media_id": "1"}}, 40008),  # there is no such type: exports are links
        ({"msgtype": None}, 40008),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": "你好"}, 47001),
        ({"msgtype": "text", "text": {"content": 5}}, 47001),
        ({"msgtype": "text", "text": {"content": "a" * 2048}}, 45002),
        ({"msgtype": "text", "text": {"content": "厅" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "unknown"}}, 40007),
        ({"msgtype": "image", "image": {"url": "1"}}, 41006),
        ({"msgtype": "video", "video": {"media_id": "unknown", "thumb_media_id": "unknown"}}, 40007),
        ({"msgtype": "music", "music": {"thumb_media_id": "unknown"}}, 44004),
        ({"msgtype": "miniprogrampage", "miniprogrampage": {"title": "1"}}, 44004),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "1"}}, 40007),
        ({"msgtype": "wxcard", "wxcard": {"card_id": "1"}}, 48001),
        ({"msgtype": "news", "news": {"articles": []}}, 44003),
        ({"msgtype": "news", "news": {"articles": [{"title": "1", "url": "https://a.example"}] * 2}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "1"}]}}, 44003),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "1", "list": []}}, 44004),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1"}]}}, 44004),
        ({"customservice": {"kf_account": "desk@hall"}}, 65401),
    ],
)
def test_a_wrong_message_is_refused_and_uses_nothing_up(
    account: Account, changed: dict[str, Any], errcode: int
) -> None:
    phone = talking(account)
    body = {name: value for name, value in {**message(), **changed}.items() if value is not None}
    assert account.errcode(SEND, body) == errcode
    assert phone.windows.open_now()[0].remaining == 5


def test_the_longest_text_is_taken(account: Account) -> None:
    talking(account)
    assert account.errcode(SEND, message(content="厅" * 682 + "a")) == 0


def test_a_text_is_shown_with_its_links(account: Account) -> None:
    phone = talking(account)
    account.call(SEND, message(content='点 <a href="https://hall.example.gov.cn/">这里</a>'))
    assert [link.url for link in phone.bubbles[-1].links] == ["https://hall.example.gov.cn/"]


def test_escapes_are_shown_as_they_were_sent(account: Account) -> None:
    phone = talking(account)
    body = f'{{"touser": "{OPENID}", "msgtype": "text", "text": {{"content": "\\u4f60 \\\\u597d"}}}}'
    assert account.errcode(SEND, body.encode()) == 0
    assert phone.bubbles[-1].parts == (r"\u4f60 \u597d",)


def test_a_menu_of_answers_is_tapped_as_a_text(account: Account) -> None:
    phone = talking(account)
    items = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    account.call(SEND, message("msgmenu", head_content="怎么样", list=items, tail_content="谢谢"))
    bubble = phone.bubbles[-1]
    assert bubble.kind == "msgmenu"
    assert bubble.parts[0] == "怎么样"
    assert bubble.taps == (Tap("满意", "满意", "101"), Tap("不满意", "不满意", "102"))
    assert bubble.parts[-1] == "谢谢"
    phone.taps(bubble.taps[0].content, bubble.taps[0].menu_id)
    assert account.service.heard[-1]["bizmsgmenuid"] == "101"


def test_an_article_is_a_card(account: Account) -> None:
    phone = talking(account)
    article = {"title": "办事指南", "description": "三步", "url": "https://hall.example.gov.cn/", "picurl": ""}
    account.call(SEND, message("news", articles=[article]))
    assert phone.bubbles[-1].articles[0].title == "办事指南"


def test_files_are_shown_by_their_id(account: Account) -> None:
    phone = talking(account)
    media = account.platform.media
    image, voice = media.keep("image", JPEG, "1.jpg"), media.keep("voice", AMR, "1.amr")
    video, thumb = media.keep("video", MP4, "1.mp4"), media.keep("thumb", JPEG, "1.jpg")
    bodies = [
        message("image", media_id=image),
        message("voice", media_id=voice),
        message("video", media_id=video, thumb_media_id=thumb, title="一"),
        message("music", musicurl="https://a.example/1.mp3", thumb_media_id=thumb),
        message("miniprogrampage", title="二", appid="wx1", pagepath="index", thumb_media_id=thumb),
    ]
    assert [account.errcode(SEND, body) for body in bodies] == [0] * 5
    shown = [(bubble.kind, bubble.media_id) for bubble in phone.bubbles[-5:]]
    assert shown == [
        ("image", image), ("voice", voice), ("video", video), ("music", thumb), ("miniprogrampage", thumb),
    ]  # fmt: skip


def test_a_file_of_another_kind_is_refused(account: Account) -> None:
    talking(account)
    voice = account.platform.media.keep("voice", AMR, "1.amr")
    assert account.errcode(SEND, message("image", media_id=voice)) == 40007


def test_bubbles_keep_their_numbers_growing(account: Account) -> None:
    phone = talking(account)
    sends(account, 2)
    assert [bubble.number for bubble in phone.bubbles] == [1, 2, 3, 4]


def test_the_last_message_of_a_window_is_given_out_once(account: Account) -> None:
    talking(account)
    sends(account, 4)
    token, together, codes = account.token(), threading.Barrier(2), []

    def send() -> None:
        client = account.client.application.test_client()
        together.wait()
        codes.append(client.post(f"{SEND}?access_token={token}", json=message()).get_json()["errcode"])

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 45047]


def test_typing_is_shown_until_it_is_taken_back(account: Account) -> None:
    phone = talking(account)
    typing = {"touser": OPENID, "command": "Typing"}
    assert [account.errcode(TYPING, typing) for _ in range(2)] == [0, 45081]
    assert phone.is_written_to
    assert account.errcode(TYPING, {**typing, "command": "CancelTyping"}) == 0
    assert not phone.is_written_to


def test_typing_ends_with_the_message(account: Account) -> None:
    phone = talking(account)
    account.call(TYPING, {"touser": OPENID, "command": "Typing"})
    sends(account, 1)
    assert not phone.is_written_to


def test_typing_is_for_who_was_there_half_a_minute_ago(account: Account) -> None:
    talking(account)
    account.clock.goes_on(31)
    assert account.errcode(TYPING, {"touser": OPENID, "command": "Typing"}) == 45080


def test_an_unknown_command_is_refused(account: Account) -> None:
    talking(account)
    assert account.errcode(TYPING, {"touser": OPENID, "command": "Sing"}) == 40097
