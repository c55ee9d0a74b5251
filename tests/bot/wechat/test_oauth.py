"""Web sign-in: the link, the code that comes back once, and what of it is nobody's business."""

import logging
import string
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import InProcess, Platform, create_api
from bot.simulator.signing_in import link_of
from bot.wechat.errors import Reaction, WechatError
from bot.wechat.http import Http
from bot.wechat.oauth import authorize_url, exchange_code
from tests.bot.simulator.tiny_service import TinyService
from tests.platform_api import PlatformApi
from tests.service import AES_KEY, APP_ID, APP_SECRET, ORIGINAL_ID, TOKEN, Clock

OAUTH = "https://open.weixin.qq.com"
BACK = "https://hall.example.gov.cn/in?next=%2Frecords&x=a b"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> Iterator[PlatformApi]:
    platform = Platform(
        InProcess(TinyService()), app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY,
        clock=clock.seconds, app_secret=APP_SECRET, domain="hall.example.gov.cn",
    )  # fmt: skip
    with PlatformApi(platform) as served:
        yield served


def failed(api: PlatformApi, code: str, app_id: str = APP_ID, secret: str = APP_SECRET) -> WechatError:
    with pytest.raises(WechatError) as error:
        exchange_code(Http(api.url), app_id, secret, code)
    return error.value


def test_the_link_has_its_parts_in_the_platforms_order() -> None:
    link = authorize_url(OAUTH, APP_ID, "https://hall.example.gov.cn/in", "s1")
    assert link == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef"
        "&redirect_uri=https%3A%2F%2Fhall.example.gov.cn%2Fin&response_type=code&scope=snsapi_base&state=s1"
        "#wechat_redirect"
    )


@given(
    path=st.text(max_size=40).filter(lambda text: text.isprintable()),
    state=st.text(string.ascii_letters + string.digits, max_size=128),
)
def test_whatever_page_asks_the_platform_takes_the_link(path: str, state: str) -> None:
    back = f"https://hall.example.gov.cn/{path}"
    parts = urlsplit(authorize_url(OAUTH, APP_ID, back, state))
    link = link_of(parts.query, APP_ID, "hall.example.gov.cn")
    assert (link.redirect_uri, link.scope, link.state) == (back, "snsapi_base", state)
    assert parts.fragment == "wechat_redirect"


@pytest.mark.parametrize("state", ["a-b", "a b", "ä", "１", "x" * 129, "a\n", "a&scope=snsapi_userinfo"])
def test_a_state_that_the_platform_does_not_take_makes_no_link(state: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        authorize_url(OAUTH, APP_ID, BACK, state)


def test_a_person_who_comes_back_from_the_link_is_known(api: PlatformApi) -> None:
    phone = api.platform.phone("oVisitor0000000000000000001", following=True)
    client = create_api(api.platform, lambda request: phone).test_client()
    parts = urlsplit(authorize_url(OAUTH, APP_ID, BACK, "s1"))
    answer = client.get(f"{parts.path}?{parts.query}")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["s1"]
    assert exchange_code(Http(api.url), APP_ID, APP_SECRET, query["code"][0]) == (phone.openid, False)


def test_in_a_snapshot_the_person_is_said_to_be_nobody(api: PlatformApi) -> None:
    api.platform.signing_in.in_snapshots = True
    code = api.platform.signing_in.code_for("oVisitor0000000000000000001", "snsapi_base")
    found = exchange_code(Http(api.url), APP_ID, APP_SECRET, code)
    assert found.is_snapshot
    assert found.openid != "oVisitor0000000000000000001"


def test_a_code_works_once_and_for_five_minutes(api: PlatformApi, clock: Clock) -> None:
    used, old = (api.platform.signing_in.code_for("o1", "snsapi_base") for _ in range(2))
    exchange_code(Http(api.url), APP_ID, APP_SECRET, used)
    again = failed(api, used)
    clock.goes_on(minutes=5)
    late = failed(api, old)
    assert [(one.code, one.reaction) for one in (again, late)] == [(40163, Reaction.SIGN_IN), (42003, Reaction.SIGN_IN)]


@pytest.mark.parametrize("code", ["x", "x&appid=wx1", "'; DROP TABLE codes", "é" * 100])
def test_a_code_that_is_none_is_told_as_such(api: PlatformApi, code: str) -> None:
    error = failed(api, code)
    assert (error.code, error.reaction, error.permanent) == (40029, Reaction.SIGN_IN, True)


@pytest.mark.parametrize("fault", ["html", "reset", "busy", 40013, 40029])
def test_neither_secret_nor_code_is_in_what_is_told_of_a_failure(
    api: PlatformApi, fault: str | int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    api.platform.faults.next("/sns/oauth2/access_token", fault)
    error = failed(api, "thecodeitself")
    told = f"{error} {error!r} {error.__cause__} {error.__context__} {caplog.text}"
    assert [part for part in (APP_SECRET, "thecodeitself") if part in told] == []


def test_a_wrong_secret_is_the_accounts_fault(api: PlatformApi) -> None:
    assert failed(api, "x", secret="another").reaction is Reaction.ACCOUNT


@pytest.mark.parametrize("openid", ["", None, 5, "o 1", "x" * 65, "o1\n", ["o1"]])
def test_an_answer_without_an_openid_is_none(openid: object) -> None:
    class Answering:
        def call(self, *_: object) -> dict[str, object]:
            return {"access_token": "t", "openid": openid}

    with pytest.raises(WechatError) as error:
        exchange_code(Answering(), APP_ID, APP_SECRET, "x")  # type: ignore[arg-type]
    assert error.value.code is None
