"""What a misbehaving service answers, and what the platform says to it."""

import hashlib
from collections.abc import Callable

import pytest
from lxml import etree
from werkzeug.wrappers import Response
from werobot.crypto import MessageCrypt

from bot.simulator import Delivered
from bot.simulator.deliveries import Delivery, Writer
from tests.bot.simulator.tiny_service import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    NOW,
    OPENID,
    TOKEN,
    Heard,
    TinyService,
    platform_of,
    text_xml,
)

WRITER = Writer(ACCOUNT, OPENID, lambda: float(NOW))
MESSAGE = WRITER.text("1")
EVENT = WRITER.scan("h12.in")
HEARD = {"ToUserName": ACCOUNT, "FromUserName": OPENID}


def pushed(
    answers: Callable[[Heard], str | Response],
    delivery: Delivery = MESSAGE,
    mode: str = "safe",
    media: str = "text/xml",
) -> Delivered:
    return platform_of(TinyService(mode, answers, media), mode).push(delivery)


def xml_response(body: str | bytes, content_type: str = "text/xml; charset=utf-8") -> Response:
    return Response(body, content_type=content_type)


def news(count: int, claimed: int | None = None, item: str = "<Title>t</Title><Url>https://x.example</Url>") -> str:
    articles = f"<item>{item}</item>" * count
    head = text_xml(HEARD, "", MsgType="news").replace("<Content><![CDATA[]]></Content></xml>", "")
    counted = f"<ArticleCount>{count if claimed is None else claimed}</ArticleCount>"
    return f"{head}{counted}<Articles>{articles}</Articles></xml>"


def of_kind(kind: str, nodes: str) -> str:
    return text_xml(HEARD, "", MsgType=kind).replace("<Content><![CDATA[]]></Content>", nodes)


def enveloped(**changed: str) -> str:
    """A whole envelope with some nodes changed; an empty value takes the node out."""
    nodes = {
        node.tag: node.text or ""
        for node in etree.fromstring(
            MessageCrypt(TOKEN, AES_KEY, APP_ID).encrypt_message(text_xml(HEARD, "好")).encode()
        )
    }
    nodes |= changed
    return f"<xml>{''.join(f'<{name}>{value}</{name}>' for name, value in nodes.items() if value)}</xml>"


def encrypted_for(app_id: str, inner: str) -> str:
    return MessageCrypt(TOKEN, AES_KEY, app_id).prp_crypto.encrypt(inner, app_id).decode()


def signed_envelope(encrypted: str) -> str:
    """A rightly signed envelope around anything."""
    digest = hashlib.sha1("".join(sorted((TOKEN, str(NOW), "n", encrypted))).encode()).hexdigest()
    return enveloped(Encrypt=encrypted, MsgSignature=digest, TimeStamp=str(NOW), Nonce="n")


@pytest.mark.parametrize(
    ("response", "mode"),
    [
        (Response("success", content_type="text/plain"), "safe"),
        (Response("success", content_type="text/plain; charset=utf-8"), "plain"),
        (Response(b""), "safe"),  # empty, whatever the content type
        (Response(b"", content_type="text/plain"), "plain"),
    ],
)
def test_silence_is_accepted_in_clear(response: Response, mode: str) -> None:
    delivered = pushed(lambda heard: response, mode=mode)
    assert (delivered.attempts, delivered.reply, delivered.message, delivered.problems) == (1, None, None, ())


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        # Not XML that a strict reader takes.
        ("<xml><MsgType>text</xml>", "xml_not_well_formed"),
        ("", "xml_not_well_formed"),
        ("<xml/><xml/>", "xml_not_well_formed"),
        (text_xml(HEARD, "a]]>b"), "xml_not_well_formed"),  # ends its section early
        (text_xml(HEARD, "a\x1db"), "control_characters"),
        (text_xml(HEARD, "a\x7fb"), "control_characters"),
        (text_xml(HEARD, "a\x85b"), "control_characters"),
        ("<!DOCTYPE xml>" + text_xml(HEARD, "a"), "xml_doctype"),
        ('<!DOCTYPE xml [<!ENTITY e "x">]><xml>&e;</xml>', "xml_doctype"),
        ('<?xml version="1.0" encoding="gbk"?>' + text_xml(HEARD, "a"), "xml_not_utf8"),
        (text_xml(HEARD, "a").replace("<xml>", '<xml version="1">'), "xml_attribute"),
        (text_xml(HEARD, "a").replace("</xml>", "stray</xml>"), "xml_stray_text"),
        (text_xml(HEARD, "a").replace("xml>", "reply>"), "xml_root_wrong"),
        (text_xml(HEARD, "a").replace("</xml>", "<MsgType>image</MsgType></xml>"), "node_repeated"),
        # Not addressed as a reply.
        (text_xml(HEARD, "a", ToUserName=ACCOUNT, FromUserName=OPENID), "names_not_swapped"),
        (text_xml(HEARD, "a", ToUserName="oSomebodyElse00000000000001"), "to_user_wrong"),
        (text_xml(HEARD, "a", FromUserName="gh_another"), "from_user_wrong"),
        (text_xml(HEARD, "a", CreateTime="1700000000.5"), "create_time_wrong"),
        (text_xml(HEARD, "a", CreateTime=""), "create_time_wrong"),
        (text_xml(HEARD, "a", CreateTime="-1"), "create_time_wrong"),
        # Not content that the client shows.
        (text_xml(HEARD, "a", MsgType="file"), "msg_type_unknown"),  # there is no such type of reply
        (text_xml(HEARD, "a", MsgType="Text"), "msg_type_unknown"),
        (text_xml(HEARD, ""), "text_missing"),
        (text_xml(HEARD, "厅" * 682 + "ab"), "text_too_long"),  # 2048 bytes
        (of_kind("image", "<Image></Image>"), "media_id_missing"),
        (of_kind("image", "<MediaId>m</MediaId>"), "media_id_missing"),  # not inside Image
        (of_kind("music", "<Music><Title>t</Title></Music>"), "media_id_missing"),
        (news(2), "articles_too_many"),  # one only, in answer to a message
        (news(1, claimed=2), "article_count_wrong"),
        (news(0), "article_count_wrong"),
        (news(1, item="<Title>t</Title>"), "article_incomplete"),
    ],
)
@pytest.mark.parametrize("mode", ["safe", "plain"])
def test_a_wrong_message_is_refused(inner: str, code: str, mode: str) -> None:
    if mode == "plain" and inner == "":
        inner = " "  # an empty plain body is silence, not a fault
    delivered = pushed(lambda heard: inner, mode=mode)
    assert (delivered.reply, delivered.problems) == (None, (code,))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (text_xml(HEARD, "好"), "reply_not_encrypted"),
        (enveloped(MsgSignature=""), "envelope_node_missing"),
        (enveloped(Nonce=""), "envelope_node_missing"),
        (enveloped(ToUserName=OPENID), "envelope_node_unknown"),
        (enveloped(MsgSignature="0" * 40), "msg_signature_wrong"),
        (enveloped(Nonce="another"), "msg_signature_wrong"),
        (signed_envelope("????"), "encrypt_not_base64"),
        (signed_envelope("AAAA"), "encrypt_length_wrong"),
        (signed_envelope("A" * 128), "encrypt_padding_wrong"),
        (signed_envelope(encrypted_for("wxother", "<xml/>")), "app_id_wrong"),
        (signed_envelope(encrypted_for(APP_ID, "success")), "xml_not_well_formed"),  # goes in clear, or not at all
    ],
)
def test_a_wrong_envelope_is_refused_in_safe_mode(body: str, code: str) -> None:
    delivered = pushed(lambda heard: xml_response(body))
    assert delivered.reply is None
    assert code in delivered.problems


def test_a_time_stamp_that_is_no_number_is_refused() -> None:
    assert "envelope_timestamp_wrong" in pushed(lambda heard: xml_response(enveloped(TimeStamp="now"))).problems


def test_an_encrypted_reply_is_refused_in_plain_mode() -> None:
    assert pushed(lambda heard: xml_response(enveloped()), mode="plain").problems == ("reply_encrypted",)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("success", "text/html"),
        ("success", "text/xml"),
        (enveloped(), "text/html; charset=utf-8"),  # what Flask says unless told
        (enveloped(), "text/plain"),
    ],
)
def test_a_wrong_content_type_is_refused(body: str, content_type: str) -> None:
    assert pushed(lambda heard: xml_response(body, content_type)).problems == ("content_type_wrong",)


@pytest.mark.parametrize("body", [b"Success", b"success\n", b"\xff\xfe"])
def test_almost_success_is_not_success(body: bytes) -> None:
    assert pushed(lambda heard: xml_response(body)).reply is None
    assert pushed(lambda heard: xml_response(body)).problems[0] in {"xml_not_well_formed", "xml_not_utf8"}


@pytest.mark.parametrize("media", ["text/xml", "application/xml", "text/xml; charset=utf-8", "Text/XML"])
def test_either_xml_content_type_is_accepted(media: str) -> None:
    assert pushed(lambda heard: text_xml(heard, "好"), media=media).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "厅" * 682 + "a",  # 2047 bytes
        "一行\n二行\t三",
        "👍🏽 𠮷 \u202e",  # emoji, a character beyond the first plane, a right-to-left mark
        "a<b>&amp;",
    ],
)
def test_a_text_within_bounds_is_shown_unchanged(text: str) -> None:
    assert pushed(lambda heard: text_xml(heard, text)).reply == text


def test_a_text_beyond_the_bound_ends_in_the_failure_line() -> None:
    delivered = pushed(lambda heard: text_xml(heard, "a" * 2048))
    assert (delivered.attempts, delivered.failure is not None) == (4, True)


@pytest.mark.parametrize(("count", "problems"), [(1, ()), (8, ()), (9, ("articles_too_many",))])
def test_an_event_may_be_answered_with_eight_articles(count: int, problems: tuple[str, ...]) -> None:
    delivered = pushed(lambda heard: news(count), EVENT)
    assert delivered.problems == problems
    if not problems:
        assert delivered.message is not None
        assert len(delivered.message.articles) == count


def test_a_message_may_be_answered_with_one_article() -> None:
    delivered = pushed(lambda heard: news(1))
    assert delivered.message is not None
    assert (delivered.message.kind, delivered.message.articles[0].url) == ("news", "https://x.example")
    assert delivered.reply is None


@pytest.mark.parametrize(
    ("kind", "nodes"),
    [
        ("image", "<Image><MediaId>m</MediaId></Image>"),
        ("voice", "<Voice><MediaId>m</MediaId></Voice>"),
        ("video", "<Video><MediaId>m</MediaId></Video>"),
        ("music", "<Music><ThumbMediaId>m</ThumbMediaId></Music>"),
        ("transfer_customer_service", ""),
    ],
)
def test_the_other_types_of_reply_are_accepted(kind: str, nodes: str) -> None:
    delivered = pushed(lambda heard: of_kind(kind, nodes))
    assert delivered.message is not None
    assert (delivered.message.kind, delivered.problems) == (kind, ())


def test_every_fault_of_one_reply_is_told_at_once() -> None:
    delivered = pushed(lambda heard: text_xml(heard, "", CreateTime="x", ToUserName="oX"), media="text/html")
    assert delivered.problems == ("content_type_wrong", "to_user_wrong", "create_time_wrong", "text_missing")
