"""A client that is not ours speaks with our callback: it signs, encrypts and reads, and both sides agree."""

import hashlib
from typing import Any

import peewee
import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import deserialize_reply

from bot.simulator import InProcess
from bot.simulator.deliveries import Delivery
from tests.bot.wechat.sender import nodes_in
from tests.service import AES_KEY, APP_ID, ONE_LINE, ORIGINAL_ID, TOKEN, Service

OPENID = "oVisitor0000000000000000001"
NONCE = "1320562132"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def their_crypto() -> WeChatCrypto:
    return WeChatCrypto(TOKEN, AES_KEY, APP_ID)


def told(service: Service, delivery: Delivery) -> Any:
    """What our callback answers to a message that wechatpy has signed and encrypted, as wechatpy reads it."""
    timestamp = str(int(service.clock.seconds()))
    sealed = nodes_in(their_crypto().encrypt_message(delivery.xml, NONCE, timestamp).encode())
    query = {
        "signature": hashlib.sha1("".join(sorted((TOKEN, timestamp, NONCE))).encode()).hexdigest(),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": delivery.openid,
        "encrypt_type": "aes",
        "msg_signature": sealed["MsgSignature"],
    }
    body = f"<xml><ToUserName>{ORIGINAL_ID}</ToUserName><Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt></xml>"
    answer = InProcess(service.gateway).send("POST", query, body.encode(), "text/xml")
    assert answer.status == 200
    reply = nodes_in(answer.body)
    opened = their_crypto().decrypt_message(answer.body, reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"])
    return deserialize_reply(opened)


def test_a_whole_visit_is_understood_on_both_sides(service: Service) -> None:
    hall, writes = service.hall(), service.visitor(OPENID).writes
    for said, delivery in (
        ("同意", writes.scan(service.code(hall))),
        ("姓名", writes.text("同意")),
        ("确认", writes.text(ONE_LINE)),
        ("登记好了", writes.text("确认")),
        ("签退好了", writes.scan(service.code(hall, "out"))),
    ):
        reply = told(service, delivery)
        assert (reply.type, reply.source, reply.target) == ("text", ORIGINAL_ID, OPENID)
        assert said in reply.content


@pytest.mark.parametrize("said", ["]]>", "a]]>b<xml>", "😀" * 300, "𫘧" * 30, "\u202e张三", "&lt;&amp;"])
def test_whatever_is_said_the_reply_can_be_read(service: Service, said: str) -> None:
    service.visitor(OPENID).scan(service.code(service.hall()))
    assert told(service, service.visitor(OPENID).writes.text(said)).content
