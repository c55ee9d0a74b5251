"""wechatpy, which shares no code with us, against the simulator: it signs, encrypts, parses and calls, and agrees."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import wechatpy
import xmltodict
from wechatpy import events, messages
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, WeChatClientException
from wechatpy.oauth import WeChatOAuth
from wechatpy.utils import check_signature
from werkzeug.wrappers import Response

from bot.simulator import Phone, Tap
from bot.simulator.deliveries import Delivery, Writer
from bot.simulator.signing_in import check_link
from tests.bot.simulator.api.account import SECRET, Account
from tests.bot.simulator.api.pictures import JPEG
from tests.bot.simulator.test_envelope import ENCRYPTED, XML
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
)

CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
WRITES = Writer(ACCOUNT, OPENID, lambda: float(NOW))


class Client(wechatpy.WeChatClient):
    """wechatpy's client, turned to the simulator; its address of the token is not a setting."""

    def __init__(self, address: str) -> None:
        self.API_BASE_URL = f"{address}/cgi-bin/"
        super().__init__(APP_ID, SECRET, timeout=5)
        self._http.trust_env = False

    def fetch_access_token(self) -> Any:
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(f"{self.API_BASE_URL}token", query)


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(address)
    yield client
    client._http.close()


@pytest.fixture
def phone(account: Account) -> Phone:
    """A follower who has just written."""
    phone = account.phone()
    phone.says("1")
    return phone


def test_it_reads_the_test_vector() -> None:
    check_signature(TOKEN, "e80839106c1296e5db223810478b2c1288637734", "1700000000", "nonce123")
    signed = "697072f94558d512708861ad3bbd6b38240d4400"
    assert CRYPTO.decrypt_message({"Encrypt": ENCRYPTED}, signed, "1700000000", "nonce123") == XML


def test_it_reads_what_the_platform_sends() -> None:
    platform = platform_of(TinyService())
    delivery = WRITES.text("你好")
    wire = platform.wire(delivery)
    query = wire.query
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    clear = CRYPTO.decrypt_message(wire.body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert clear == delivery.xml
    with pytest.raises(InvalidAppIdException):
        WeChatCrypto(TOKEN, AES_KEY, "wx0000000000000000").decrypt_message(
            wire.body, query["msg_signature"], query["timestamp"], query["nonce"]
        )


def test_the_platform_takes_what_it_answers() -> None:
    def answers(heard: Heard) -> Response:
        message = wechatpy.parse_message(xmltodict.unparse({"xml": heard}))
        reply = wechatpy.create_reply(f"heard {message.content}", message)
        return Response(CRYPTO.encrypt_message(reply.render(), "nonce123", str(NOW)), content_type="text/xml")

    delivered = platform_of(TinyService(answers=answers)).push(WRITES.text("你好"))
    assert (delivered.attempts, delivered.reply, delivered.problems) == (1, "heard 你好", ())


@pytest.mark.parametrize(
    ("delivery", "kind", "told"),
    [
        (WRITES.text("你好"), messages.TextMessage, {"content": "你好", "source": OPENID, "target": ACCOUNT}),
        (WRITES.photo("m"), messages.ImageMessage, {"media_id": "m"}),
        (WRITES.voice("m"), messages.VoiceMessage, {"media_id": "m", "format": "amr"}),
        (WRITES.location("31.2", "121.4", "东门"), messages.LocationMessage, {"label": "东门", "scale": "16"}),
        (WRITES.link("一", "二", "https://a.example/"), messages.LinkMessage, {"url": "https://a.example/"}),
        (WRITES.subscribe(), events.SubscribeEvent, {}),
        (WRITES.subscribe("h12.in"), events.SubscribeScanEvent, {"scene_id": "h12.in"}),
        (WRITES.unsubscribe(), events.UnsubscribeEvent, {}),
        (WRITES.scan("h12.in"), events.ScanEvent, {"scene_id": "h12.in"}),
        (WRITES.scan("h12.in").in_odd_case(), events.ScanEvent, {"scene_id": "h12.in"}),
        (WRITES.click("help"), events.ClickEvent, {"key": "help"}),
        (WRITES.view("https://a.example/", "1"), events.ViewEvent, {"url": "https://a.example/"}),
        (WRITES.position("31.2", "121.4", "30"), events.LocationEvent, {"latitude": 31.2, "precision": 30.0}),
        (WRITES.scanned_by_menu("k", "1", waits=True), events.ScanCodeWaitMsgEvent, {"scan_result": "1"}),
        (WRITES.place_by_menu("k", "31.2", "121.4", "东门"), events.LocationSelectEvent, {"label": "东门"}),
        (WRITES.template_finished(5, "success"), events.TemplateSendJobFinishEvent, {"id": 5, "status": "success"}),
        (WRITES.mass_finished(5, "send success", 3, 2, 1), events.MassSendJobFinishEvent, {"sent_count": 1}),
    ],
)
def test_it_understands_what_happened(delivery: Delivery, kind: type, told: dict[str, Any]) -> None:
    message = wechatpy.parse_message(delivery.xml)
    assert type(message) is kind
    assert {name: getattr(message, name) for name in told} == told


def test_it_gets_a_token_and_reads_of_people(client: Client, phone: Phone) -> None:
    assert client.user.get(phone.openid)["subscribe"] == 1
    assert client.user.get_followers()["data"]["openid"] == [phone.openid]


def test_it_makes_a_code_that_can_be_scanned(client: Client, account: Account) -> None:
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "h12.in"}}}
    made = client.qrcode.create(scene)
    assert account.phone().scan_code(made["ticket"]).attempts == 1
    assert account.platform.codes.by_url(made["url"]) is not None


def test_it_publishes_reads_and_deletes_a_menu(client: Client, account: Account) -> None:
    client.menu.create({"button": [{"type": "click", "name": "签到", "key": "in"}]})
    assert client.menu.get()["menu"]["button"][0]["key"] == "in"
    client.menu.delete()
    assert account.platform.menu is None


def test_it_writes_to_a_person(client: Client, phone: Phone) -> None:
    client.message.send_text(phone.openid, "您离开了吗？")
    assert phone.bubbles[-1].parts == ("您离开了吗？",)
    items = [{"id": "1", "content": "签退"}]
    client.message.send_msg_menu(phone.openid, {"head_content": "还在吗", "list": items, "tail_content": ""})
    assert phone.bubbles[-1].taps == (Tap("签退", "签退", "1"),)


def test_it_sends_a_template_and_a_notice(client: Client, account: Account, phone: Phone) -> None:
    template = account.platform.templates.add("提醒", "大厅：{{thing1.DATA}}")
    assert client.message.send_template(phone.openid, template, {"thing1": {"value": "市民中心"}})["msgid"]
    notice = account.platform.templates.add("通知", "大厅：{{thing1.DATA}}", "long_term")
    phone.accepts(notice)
    client.message.send_subscribe_message(phone.openid, notice, {"thing1": {"value": "市民中心"}})
    assert [bubble.kind for bubble in phone.bubbles if bubble.card] == ["template", "notice"]


def test_it_sends_to_many(client: Client, account: Account, phone: Phone) -> None:
    other = account.phone("oTestOpenId0000000000000002")
    client.message.send_mass_text([phone.openid, other.openid], "今天闭馆")
    assert other.bubbles[-1].parts == ("今天闭馆",)


def test_it_uploads_and_downloads(client: Client) -> None:
    media_id = client.media.upload("image", ("a.jpg", io.BytesIO(JPEG), "image/jpeg"))["media_id"]
    assert client.media.download(media_id).content == JPEG


def test_it_names_a_refusal_by_its_code(client: Client, account: Account) -> None:
    account.phone()
    with pytest.raises(WeChatClientException) as refused:
        client.message.send_text(OPENID, "你好")
    assert refused.value.errcode == 45015


def test_it_recovers_from_a_stale_token(client: Client, account: Account, phone: Phone) -> None:
    client.message.send_text(phone.openid, "一")
    account.platform.tokens.forget()
    client.message.send_text(phone.openid, "二")
    assert phone.bubbles[-1].parts == ("二",)


def test_it_signs_people_in(account: Account, address: str) -> None:
    oauth = WeChatOAuth(APP_ID, SECRET, "https://hall.example.gov.cn/visits?a=1", state="s1")
    link = check_link(oauth.authorize_url, APP_ID, "hall.example.gov.cn")
    assert (link.redirect_uri, link.state) == ("https://hall.example.gov.cn/visits?a=1", "s1")
    oauth.API_BASE_URL = f"{address}/"
    oauth._http.trust_env = False
    code = account.platform.signing_in.code_for(OPENID, "snsapi_base")
    assert oauth.fetch_access_token(code)["openid"] == OPENID
    oauth._http.close()
