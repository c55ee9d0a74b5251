"""The calls of the account's API against the simulated platform, and what is made of odd answers."""

import logging
from collections.abc import Callable
from typing import Any

import peewee
import pytest

from bot.wechat.api import LARGEST_PICTURE, Api, Code
from bot.wechat.errors import Reaction, WechatError
from models.services.tokens import Tokens
from tests.platform_api import PlatformApi
from tests.service import APP_ID, Service

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
MENU = {"button": [{"name": "查看", "sub_button": [{"type": "click", "name": "今日", "key": "今日"}]}]}
OTHER = {"button": [{"type": "click", "name": "帮助", "key": "帮助"}]}
TAG = "大厅工作人员"


@pytest.fixture
def client(service: Service, api: PlatformApi) -> Api:
    return api.client(service.clock)


def refused(call: Callable[[], object]) -> WechatError:
    with pytest.raises(WechatError) as error:
        call()
    return error.value


# --- codes ---


def test_a_code_is_made_once_for_its_scene_and_leads_to_it(service: Service, client: Api) -> None:
    made = client.create_code("h1.in.1")
    assert client.create_code("h1.in.1") == made
    found = service.platform.codes.by_url(made.url)
    assert found is not None
    assert (found.scene, found.ticket, found.expires_at) == ("h1.in.1", made.ticket, None)


@pytest.mark.parametrize("scene", ["", "x" * 65])
def test_a_scene_that_the_platform_does_not_take_makes_no_code(client: Api, scene: str) -> None:
    assert refused(lambda: client.create_code(scene)).reaction is Reaction.NO_CODE


def test_when_all_codes_of_the_account_are_used_none_is_made(service: Service, client: Api) -> None:
    service.platform.codes.most_permanent = 1
    first = client.create_code("h1.in.1")
    error = refused(lambda: client.create_code("h1.out.1"))
    assert (error.reaction, error.permanent) == (Reaction.NO_CODE, True)
    assert client.create_code("h1.in.1") == first


# --- the ticket of pages ---


def test_the_ticket_of_pages_is_the_platforms_and_lives_as_long(service: Service, client: Api) -> None:
    service.clock.goes_on(seconds=1)
    first = client.page_ticket()
    assert first == service.platform.tickets.current()
    service.clock.goes_on(hours=1)
    assert client.page_ticket() == (first.text, first.expires_in - 3600)


def test_processes_share_a_ticket_as_they_share_the_token(
    service: Service, api: PlatformApi, client: Api, database: peewee.Database
) -> None:
    made = [Tokens(f"{APP_ID}:jsapi", one.page_ticket, service.clock) for one in (client, api.client(service.clock))]
    assert made[0]() == made[1]() == service.platform.tickets.current()[0]
    assert api.calls("/cgi-bin/ticket/getticket") == 1


# --- pictures ---


def test_an_uploaded_picture_is_shown_on_the_phone(service: Service, client: Api) -> None:
    phone = service.visitor()
    phone.says("帮助")
    media_id = client.upload_picture(PNG, "code.png")
    client.send_picture(phone.openid, media_id)
    shown = phone.bubbles[-1]
    assert (shown.side, shown.kind, shown.media_id) == ("account", "image", media_id)
    kept = service.platform.media.find(media_id)
    assert kept is not None
    assert (kept.data, kept.content_type, kept.filename) == (PNG, "image/png", "code.png")


@pytest.mark.parametrize("data", [b"", b"GIF89", b"<svg/>"])
def test_what_is_no_picture_is_refused(client: Api, data: bytes) -> None:
    assert refused(lambda: client.upload_picture(data, "code.png")).reaction in (Reaction.CONTENT, Reaction.BUG)


def test_a_picture_that_is_too_large_is_not_even_sent(api: PlatformApi, client: Api) -> None:
    with pytest.raises(ValueError, match="2 MB"):
        client.upload_picture(PNG + bytes(LARGEST_PICTURE), "code.png")
    assert api.calls("/cgi-bin/media/upload") == 0


def test_an_upload_with_a_stale_token_is_made_again_with_a_fresh_one(service: Service, client: Api) -> None:
    service.platform.faults.next("/cgi-bin/media/upload", "stale")
    assert service.platform.media.find(client.upload_picture(PNG, "code.png")) is not None


def test_a_picture_that_is_gone_is_not_sent(service: Service, client: Api) -> None:
    service.visitor().says("帮助")
    assert refused(lambda: client.send_picture(service.visitor().openid, "gone")).reaction is Reaction.CONTENT


# --- tags and their menus ---


def test_a_tag_is_made_once_and_found_again(client: Api) -> None:
    assert client.tag_named(TAG) is None
    made = client.create_tag(TAG)
    assert (client.create_tag(TAG), client.tag_named(TAG)) == (made, made)


def test_a_name_that_is_too_long_makes_no_tag(client: Api) -> None:
    assert refused(lambda: client.create_tag("大" * 11)).code == 45158


def test_when_there_are_too_many_tags_there_is_none_to_find(service: Service, client: Api) -> None:
    for number in range(100):
        service.platform.tags.create(f"tag {number}")
    assert refused(lambda: client.create_tag(TAG)).code == 45157


def test_people_of_a_tag_see_its_menu_and_others_see_everybodys(service: Service, client: Api) -> None:
    guard, visitor = service.visitor("oGuard00000000000000000001"), service.visitor()
    tag_id = client.create_tag(TAG)
    client.publish_menu(OTHER)
    menu_id = client.publish_menu_for_tag(MENU, tag_id)
    client.tag([guard.openid], tag_id)

    def sees(phone: Any) -> str:
        menu = service.platform.menus.seen_by(phone.tag_ids, phone.client)
        return menu["button"][0]["name"] if menu else ""

    assert (sees(guard), sees(visitor)) == ("查看", "帮助")
    client.untag([guard.openid], tag_id)
    client.untag([guard.openid], tag_id)
    assert sees(guard) == "帮助"
    assert list(client.menus_for_tag(tag_id)) == [menu_id]
    client.delete_menu_for_tag(menu_id)
    assert client.menus_for_tag(tag_id) == {}


def test_menus_of_other_tags_are_not_ours(client: Api) -> None:
    client.publish_menu(OTHER)
    ours, theirs = client.create_tag(TAG), client.create_tag("志愿者")
    client.publish_menu_for_tag(MENU, theirs)
    assert client.menus_for_tag(ours) == {}


def test_where_no_menu_is_published_no_tag_has_one(client: Api) -> None:
    tag_id = client.create_tag(TAG)
    assert client.menus_for_tag(tag_id) == {}
    assert refused(lambda: client.publish_menu_for_tag(MENU, tag_id)).code == 65303


def test_more_than_fifty_people_are_tagged_in_several_calls(service: Service, api: PlatformApi, client: Api) -> None:
    people = [service.visitor(f"oGuard000000000000000000{number:03}") for number in range(120)]
    tag_id = client.create_tag(TAG)
    client.tag([phone.openid for phone in people], tag_id)
    assert {tuple(phone.tag_ids) for phone in people} == {(tag_id,)}
    assert api.calls("/cgi-bin/tags/members/batchtagging") == 3


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/cgi-bin/qrcode/create", lambda client: client.create_code("h1.in.1")),
        ("/cgi-bin/media/upload", lambda client: client.upload_picture(PNG, "code.png")),
        ("/cgi-bin/tags/create", lambda client: client.create_tag(TAG)),
        ("/cgi-bin/tags/get", lambda client: client.tag_named(TAG)),
        ("/cgi-bin/tags/members/batchtagging", lambda client: client.tag(["o1"], 100)),
        ("/cgi-bin/tags/members/batchuntagging", lambda client: client.untag(["o1"], 100)),
        ("/cgi-bin/menu/addconditional", lambda client: client.publish_menu_for_tag(MENU, 100)),
        ("/cgi-bin/menu/delconditional", lambda client: client.delete_menu_for_tag("1")),
        ("/cgi-bin/menu/get", lambda client: client.menus_for_tag(100)),
    ],
)
def test_an_account_that_may_not_is_told_apart(
    service: Service, client: Api, path: str, call: Callable[[Api], object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    service.platform.lacks.add(path)
    error = refused(lambda: call(client))
    assert (error.path, error.code, error.reaction) == (path, 48001, Reaction.UNAUTHORIZED)
    assert caplog.text == ""


# --- answers that are none ---


class Answering:
    """The platform's host, where every call is answered with this."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def call(self, *_: object) -> dict[str, Any]:
        return self._answer

    upload = call


LONG = "http://weixin.qq.com/q/" + "x" * 300


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ticket": "gQ1"},
        {"ticket": "", "url": "http://weixin.qq.com/q/1"},
        {"ticket": ["gQ1"], "url": "http://weixin.qq.com/q/1"},
        {"ticket": "x" * 257, "url": "http://weixin.qq.com/q/1"},
        {"ticket": "gQ 1", "url": "http://weixin.qq.com/q/1"},
        {"ticket": "gQ1", "url": "http://weixin.qq.com.example.com/q/1"},
        {"ticket": "gQ1", "url": "http://weixin.qq.com@example.com/q/1"},
        {"ticket": "gQ1", "url": "javascript:alert(1)//http://weixin.qq.com/"},
        {"ticket": "gQ1", "url": "http://weixin.qq.com/q/\n1"},
        {"ticket": "gQ1", "url": "http://weixin.qq.com/q/１"},
        {"ticket": "gQ1", "url": LONG},
        {"ticket": "gQ1", "url": "http://weixin.qq.com/q/1\n"},
    ],
)
def test_an_answer_that_holds_no_code_is_none(answer: dict[str, Any]) -> None:
    error = refused(lambda: Api(Answering(answer), lambda _: "t").create_code("h1"))  # type: ignore[arg-type]
    assert (error.code, error.permanent) == (None, False)


def test_a_code_of_the_platform_by_tls_is_one_too() -> None:
    answer = {"ticket": "gQ1+/==", "url": "https://weixin.qq.com/q/02abc_-"}
    assert Api(Answering(answer), lambda _: "t").create_code("h1") == Code(**answer)  # type: ignore[arg-type]


ODD: list[tuple[Callable[[Api], object], dict[str, Any]]] = [
    (lambda client: client.upload_picture(PNG, "x"), {"media_id": ""}),
    (lambda client: client.upload_picture(PNG, "x"), {"media_id": {"a": 1}}),
    (lambda client: client.upload_picture(PNG, "x"), {"media_id": "x" * 257}),
    (lambda client: client.create_tag("x"), {}),
    (lambda client: client.create_tag("x"), {"tag": {"id": "100"}}),
    (lambda client: client.create_tag("x"), {"tag": {"id": True}}),
    (lambda client: client.create_tag("x"), {"tag": {"id": -1}}),
    (lambda client: client.tag_named("x"), {"tags": {"name": "x"}}),
    (lambda client: client.tag_named("x"), {"tags": [{"name": "x"}]}),
    (lambda client: client.publish_menu_for_tag(MENU, 1), {"menuid": "all"}),
    (lambda client: client.menus_for_tag(1), {"conditionalmenu": {}}),
    (lambda client: client.menus_for_tag(1), {"conditionalmenu": [{"matchrule": {"tag_id": 1}}]}),
]


@pytest.mark.parametrize(("call", "answer"), ODD)
def test_an_answer_of_another_shape_is_none(call: Callable[[Api], object], answer: dict[str, Any]) -> None:
    client = Api(Answering(answer), lambda _: "t")  # type: ignore[arg-type]
    assert refused(lambda: call(client)).code is None


@pytest.mark.parametrize("rule", [{"tag_id": "7"}, {"tag_id": 7}, {"group_id": 7}, {"group_id": "7", "sex": ""}])
def test_a_menu_is_known_by_its_tag_however_the_platform_calls_it(rule: dict[str, Any]) -> None:
    answer = {"menu": OTHER, "conditionalmenu": [{**MENU, "matchrule": rule, "menuid": 400000001}, 5, {"matchrule": 1}]}
    client = Api(Answering(answer), lambda _: "t")  # type: ignore[arg-type]
    assert list(client.menus_for_tag(7)) == ["400000001"]
