import itertools
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werobot.parser import process_message

from bot.wechat.envelope import BadDelivery
from bot.wechat.inbound import LONGEST_TEXT, Delivery, delivery_of, nodes_of
from tests.bot.wechat.sender import OPENID, ORIGINAL_ID, SENT_AT, element, event, message, pushed, xml

POPUP = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "1"}
SENT = {"TemplateId": "T1", "MsgID": "1700827132819554304", "ErrorCode": "0", "ErrorStatus": "success"}


def read(body: bytes) -> Delivery:
    return delivery_of(nodes_of(body), ORIGINAL_ID)


def refusal(body: bytes) -> tuple[int, str]:
    with pytest.raises(BadDelivery) as refused:
        read(body)
    return refused.value.status, refused.value.code


def test_a_text_is_read() -> None:
    delivery = read(message(Content="张三 36.5", bizmsgmenuid="check_in"))
    assert (delivery.openid, delivery.kind, delivery.event) == (OPENID, "text", "")
    assert (delivery.text, delivery.menu_id) == ("张三 36.5", "check_in")
    assert delivery.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "nodes"),
    [
        ("image", {"PicUrl": "http://mmbiz.qpic.cn/a/0", "MediaId": "m-1"}),
        ("voice", {"MediaId": "m-1", "Format": "amr", "MediaId16K": "m-1-16k"}),
        ("video", {"MediaId": "m-1", "ThumbMediaId": "t-1"}),
        ("shortvideo", {"MediaId": "m-1", "ThumbMediaId": "t-1"}),
        ("location", {"Location_X": "37.43", "Location_Y": "116.36", "Scale": "15", "Label": "德州市"}),
        ("link", {"Title": "t", "Description": "d", "Url": "https://example.com/?a=1&b=2"}),
        ("miniprogrampage", {"Title": "t"}),  # no type that we know
    ],
)
def test_every_type_of_message_is_read(kind: str, nodes: dict[str, object]) -> None:
    delivery = read(message(kind, **nodes))
    assert (delivery.kind, delivery.text, delivery.media_id) == (kind, "", nodes.get("MediaId", ""))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("subscribe", "subscribe"),
        ("SCAN", "scan"),
        ("Scan", "scan"),
        ("CLICK", "click"),
        ("a_new_event", "a_new_event"),
    ],
)
def test_an_event_is_known_however_its_case(written: str, kept: str) -> None:
    delivery = read(event(written, EventKey="Key.In"))
    assert (delivery.kind, delivery.event, delivery.event_key) == ("event", kept, "Key.In")


@pytest.mark.parametrize("nodes", [{}, {"EventKey": ""}])
def test_a_follower_without_a_code_has_no_key(nodes: dict[str, object]) -> None:
    assert read(event("subscribe", **nodes)).event_key == ""


@pytest.mark.parametrize(
    "said",
    [
        "😀👨‍👩‍👧",  # a family is three people and two joiners
        "\u202e张三\u202c \u200f",  # right-to-left marks
        "é",  # not composed, as some phones write it
        "𠮷田",  # beyond 16 bits
        "买买提·艾合买提",
        "a]]]b",
        " 两端有空格 ",
        "第一行\n第二行",
        "<b>&amp;</b>",  # in CDATA these are four letters and signs
    ],
)
def test_what_was_typed_comes_through_as_it_is(said: str) -> None:
    assert read(message(Content=said)).text == said


def test_a_cdata_end_in_the_text_comes_through_when_written_right() -> None:
    body = message(Content="CONTENT").replace(b"CONTENT", b"a]]]]><![CDATA[>b")
    assert read(body).text == "a]]>b"


def test_one_left_as_it_is_breaks_the_xml_and_is_refused() -> None:
    assert refusal(message(Content="a]]>b<b>")) == (400, "bad_xml")


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
def test_a_control_character_is_dropped_and_the_rest_is_read(code: int) -> None:
    body = message(Content="张\x1d三").replace(b"\x1d", bytes([code]))
    assert read(body).text == "张三"


@pytest.mark.parametrize("said", ["张\ufffe三", "\uffff张三", "张三\ufffe\uffff"])
def test_what_is_no_character_is_dropped_and_the_rest_is_read(said: str) -> None:
    body = message(Content="X").replace(b"X", said.encode())
    assert read(body).text == "张三"


@pytest.mark.parametrize("said", ["\ufffd", "\ufdd0", "\U0001fffe", "\uffee"])
def test_odd_characters_that_xml_allows_come_through(said: str) -> None:
    body = message(Content="X").replace(b"X", said.encode())
    assert read(body).text == said


def test_ten_thousand_characters_are_cut_not_refused() -> None:
    assert read(message(Content="长" * 10_000)).text == "长" * LONGEST_TEXT


@pytest.mark.parametrize("number", [1, 2**53 + 1, 2**63 - 1, 2**64 - 1])
def test_ids_of_64_bits_are_told_apart(number: int) -> None:
    assert read(message(MsgId=number)).key != read(message(MsgId=number - 1)).key


def test_a_delivery_shows_nothing_of_the_person() -> None:
    shown = repr(read(message(Content="11010519491231002X", MediaId="m-1", bizmsgmenuid="menu")))
    for secret in (OPENID, "11010519491231002X", "m-1", "'menu'"):
        assert secret not in shown


# What one delivery is.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (message(), message(CreateTime=SENT_AT + 1)),
        (message(), message(MsgId=23456789012345679)),
        (message(), message(FromUserName="oTestOpenId0000000000000002")),
        (message(MsgId=SENT_AT), event("CLICK")),  # a message is never an event
        (event("SCAN", EventKey="a"), event("SCAN", EventKey="b")),  # two scans in one second
        (event("SCAN", EventKey="a"), event("subscribe", EventKey="a")),
        (event("SCAN", EventKey="a"), event("SCAN", EventKey="A")),  # scenes know small from great
        (event("VIEW", EventKey='a","b'), event("VIEW", EventKey="a", MsgID="5")),  # no key can look like two parts
        (event("TEMPLATESENDJOBFINISH", MsgID="1"), event("TEMPLATESENDJOBFINISH", MsgID="2")),
        (
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": SENT}),
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": {**SENT, "MsgID": "17"}}),
        ),
        (
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": SENT}),
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [SENT, SENT]}),
        ),
        (
            event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": POPUP}),
            event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": {**POPUP, "TemplateId": "T2"}}),
        ),
    ],
)
def test_two_deliveries_have_two_keys(one: bytes, other: bytes) -> None:
    assert read(one).key != read(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (message(Content="签到"), message(Content="签到")),
        (event("SCAN", EventKey="a"), event("scan", EventKey="a")),
        (event("subscribe"), event("subscribe", EventKey="")),
        (message(MsgId="0023"), message(MsgId=23)),
        (
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [SENT, {**SENT, "MsgID": "18"}]}),
            event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [SENT, {**SENT, "MsgID": "18"}]}),
        ),
    ],
)
def test_a_repeat_has_the_key_of_the_first(one: bytes, other: bytes) -> None:
    assert read(one).key == read(other).key


def test_another_account_has_other_keys() -> None:
    nodes = nodes_of(message())
    there = delivery_of({**nodes, "ToUserName": "gh_another"}, "gh_another")
    assert there.key != delivery_of(nodes, ORIGINAL_ID).key


# What WeRoBot makes of it.


@pytest.mark.parametrize(
    ("body", "type_", "seen"),
    [
        (message(Content="签到"), "text", {"content": "签到", "message_id": 23456789012345678}),
        (message("image", PicUrl="http://p", MediaId="m"), "image", {"img": "http://p", "MediaId": "m"}),
        (event("SCAN", EventKey="s", Ticket="T"), "scan_event", {"key": "s", "ticket": "T"}),
        (event("subscribe"), "subscribe_event", {"key": None}),
        (
            event("scancode_waitmsg", EventKey="k", ScanCodeInfo={"ScanType": "qrcode", "ScanResult": "1"}),
            "scancode_waitmsg_event",
            {"scan_result": "1"},
        ),
        (
            event(
                "pic_weixin",
                EventKey="k",
                SendPicsInfo={"Count": "2", "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}},
            ),
            "pic_weixin_event",
            {"pic_list": [{"pic_md5_sum": "a"}, {"pic_md5_sum": "b"}]},
        ),
    ],
)
def test_werobot_makes_its_message_of_the_nodes(body: bytes, type_: str, seen: dict[str, Any]) -> None:
    made = process_message(dict(read(body).nodes))
    assert (made.type, made.source, made.target, made.time) == (type_, OPENID, ORIGINAL_ID, SENT_AT)
    assert {name: getattr(made, name) for name in seen} == seen


# What is refused.


def deep(levels: int) -> bytes:
    return b"<xml>" + b"<A>" * (levels - 1) + b"</A>" * (levels - 1) + b"</xml>"


BILLION_LAUGHS = (
    '<!DOCTYPE xml [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {to} "{f"&{of};" * 10}">' for of, to in itertools.pairwise("abcdefghij"))
    + "]><xml><Content>&j;</Content></xml>"
).encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_xml"),
        (b" \n", "bad_xml"),
        (b"\0\0\0\0", "bad_xml"),  # nothing left of it
        (b"hello", "bad_xml"),
        (b'{"MsgType": "text"}', "bad_xml"),  # the console offers JSON too
        (b"<xml>", "bad_xml"),
        (b"<xml></xml><xml></xml>", "bad_xml"),
        (b"<xml></xml>and more", "bad_xml"),
        (b"<html><body/></html>", "bad_root"),
        (b"<XML></XML>", "bad_root"),
        (message().decode().encode("utf-16"), "bad_xml"),
        (message(Content="张三").decode().encode("gbk"), "bad_xml"),
        (message(Content="X").replace(b"X", b"\xed\xa0\x80"), "bad_xml"),  # half a character
        (message(Content="X").replace(b"X", b"\xc0\xbc"), "bad_xml"),  # < in two bytes
        (message(Content="X").replace(b"<![CDATA[X]]>", b"&#1;"), "bad_xml"),
        (message(Content="X").replace(b"<![CDATA[X]]>", b"&nbsp;"), "bad_xml"),
        (BILLION_LAUGHS, "not_plain_xml"),
        (b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>', "not_plain_xml"),
        (b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>', "not_plain_xml"),
        (b'<?xml-stylesheet href="x"?>' + message(), "not_plain_xml"),
        (message().replace(b"<MsgType>", b'<MsgType a="b">'), "not_plain_xml"),
        (deep(9), "not_plain_xml"),
        (deep(50_000), "not_plain_xml"),
        (b"<xml>" + b"".join(b"<A%d/>" % n for n in range(200)) + b"</xml>", "not_plain_xml"),
        (b"<xml>" + b"<A/>" * 1_000_000 + b"</xml>", "repeated_node"),  # 4 MB
    ],
    ids=lambda value: (
        value if isinstance(value, str) else value[:24].decode("latin-1").encode("unicode_escape").decode()
    ),
)
def test_what_is_no_plain_xml_is_refused(body: bytes, code: str) -> None:
    assert refusal(body) in {(400, code), (400, "not_plain_xml")}


def test_eight_levels_are_not_too_many() -> None:
    assert nodes_of(deep(8))


@pytest.mark.parametrize("declaration", [b'<?xml version="1.0"?>', b'<?xml version="1.0" encoding="UTF-8"?>\n'])
def test_a_declaration_is_no_fault(declaration: bytes) -> None:
    assert read(declaration + message()).text == "签到"


@pytest.mark.parametrize(
    "extra",
    [
        element("FromUserName", OPENID),  # even with the same value
        element("Content", "签退"),
        element("MsgId", 1),
        element("Event", "SCAN") * 2,
    ],
)
def test_a_repeated_node_is_refused(extra: str) -> None:
    assert refusal(xml(pushed("text", MsgId=1, Content="签到"), extra)) == (400, "repeated_node")


@pytest.mark.parametrize(
    "name",
    # What WeRoBot's messages call what they read.
    ["source", "target", "time", "type", "content", "raw", "key", "ticket", "img", "media_id", "message_id", "location",
     "count", "pic_list", "label", "delivery", "__class__", "__dict__", "_x"],
)  # fmt: skip
def test_a_node_that_would_shadow_what_werobot_read_is_refused(name: str) -> None:
    body = xml(pushed("image", MsgId=1, MediaId="m"), element(name, "x"))
    assert refusal(body) == (400, "shadowing_node")


@pytest.mark.parametrize("name", ["FROMUSERNAME", "Msgtype", "CONTENT", "CreateTIME"])
def test_a_node_that_differs_by_case_alone_is_refused(name: str) -> None:
    assert refusal(xml(pushed("text", MsgId=1, Content="签到"), element(name, "x"))) == (400, "shadowing_node")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"MsgId": None}, (400, "bad_number")),
        ({"MsgId": ""}, (400, "bad_number")),
        ({"MsgId": "abc"}, (400, "bad_number")),
        ({"MsgId": "-1"}, (400, "bad_number")),
        ({"MsgId": "1.0"}, (400, "bad_number")),
        ({"MsgId": "1e3"}, (400, "bad_number")),
        ({"MsgId": " 1"}, (400, "bad_number")),
        ({"MsgId": "１２３"}, (400, "bad_number")),  # full-width
        ({"MsgId": "1_000"}, (400, "bad_number")),  # int() would take it
        ({"MsgId": "9" * 5000}, (400, "bad_number")),  # int() would raise
        ({"MsgId": {"A": "1"}}, (400, "bad_node")),
        ({"CreateTime": None}, (400, "bad_number")),
        ({"CreateTime": ""}, (400, "bad_number")),
        ({"CreateTime": "now"}, (400, "bad_number")),
        ({"CreateTime": 2**32}, (400, "bad_number")),
        ({"CreateTime": 9999999999999}, (400, "bad_number")),  # milliseconds
        ({"FromUserName": None}, (400, "bad_sender")),
        ({"FromUserName": ""}, (400, "bad_sender")),
        ({"FromUserName": "o" * 65}, (400, "bad_sender")),
        ({"FromUserName": "o'; --"}, (400, "bad_sender")),
        ({"FromUserName": "张三"}, (400, "bad_sender")),
        ({"FromUserName": OPENID + "\n"}, (400, "bad_sender")),
        ({"FromUserName": {"A": "o"}}, (400, "bad_node")),
        ({"ToUserName": None}, (403, "other_account")),
        ({"ToUserName": "gh_another"}, (403, "other_account")),
        ({"ToUserName": ORIGINAL_ID.upper()}, (403, "other_account")),
        ({"MsgType": None}, (400, "bad_sender")),
        ({"MsgType": ""}, (400, "bad_sender")),
        ({"MsgType": {"A": "text"}}, (400, "bad_node")),
        ({"MsgType": "event"}, (400, "bad_event")),  # which?
        ({"Event": "SCAN"}, (400, "bad_event")),  # a text that would be an event as well
        ({"Content": {"A": "b"}}, (400, "bad_node")),
        ({"bizmsgmenuid": {"A": "b"}}, (400, "bad_node")),
        ({"MediaId": {"A": "b"}}, (400, "bad_node")),
    ],
)
def test_a_message_that_is_none_is_refused(changed: dict[str, object], said: tuple[int, str]) -> None:
    assert refusal(message(**changed)) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Event": None}, (400, "bad_event")),
        ({"Event": ""}, (400, "bad_event")),
        ({"Event": {"A": "SCAN"}}, (400, "bad_node")),
        ({"EventKey": {"A": "b"}}, (400, "bad_event")),
        ({"MsgID": "abc"}, (400, "bad_number")),
        ({"MsgID": ""}, (400, "bad_number")),
        ({"CreateTime": "-1"}, (400, "bad_number")),
    ],
)
def test_an_event_that_is_none_is_refused(changed: dict[str, object], said: tuple[int, str]) -> None:
    assert refusal(xml(pushed("event", **{"Event": "SCAN", "EventKey": "a", **changed}))) == said


@pytest.mark.parametrize("listed", ["text", {"List": "text"}, {"List": {"TemplateId": "T"}}, {"Other": "x"}, {}])
def test_a_list_of_an_unknown_shape_is_no_fault(listed: object) -> None:
    assert read(event("subscribe_msg_change_event", SubscribeMsgChangeEvent=listed)).event


VALID = message(Content="张三 36.5", bizmsgmenuid="m")
PIECES = st.sampled_from(
    [b"<", b">", b"]]>", b"<![CDATA[", b"</xml>", b"&#0;", b"&lt;", b"\xff", b"\0", b"<A>", b"</A>", b"<A/>", b"<!--",
     b"<!DOCTYPE x>", b"<?x?>", b"event", b"\xef\xbb\xbf", "٣".encode(), b"9" * 400, b"xmlns:a='b'", b"<a:b/>"]
)  # fmt: skip


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    for tried in (body, b"<xml>" + body + b"</xml>", re.sub(b"(?<=CDATA\\[).*?(?=]])", lambda _: body, VALID, count=3)):
        try:
            read(tried)
        except BadDelivery as refused:
            assert refused.status in (400, 403)


@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), PIECES), min_size=1, max_size=4))
def test_no_change_of_a_delivery_does_more_than_be_refused(changes: list[tuple[int, int, bytes]]) -> None:
    body = VALID
    for place, length, piece in changes:
        body = body[:place] + piece + body[place + length :]
    try:
        assert read(body).openid
    except BadDelivery as refused:
        assert refused.status in (400, 403)
