"""How the parts are put together: what the pages are told of their surroundings."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

import assembly
import demo_data
from bot.simulator import InProcess, Platform
from bot.simulator.signing_in import link_of
from models.services.authorizations import ExchangeFailed
from settings import Settings
from tests.bot.simulator.tiny_service import TinyService
from tests.platform_api import PlatformApi
from tests.service import Clock


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(base_url: str, **how: bool) -> TestResponse:
    return Client(assembly.application(demo_data.settings(base_url), **how)).get("/nothing")


def test_a_service_that_is_reached_over_https_is_to_be_reached_no_other_way() -> None:
    assert "Strict-Transport-Security" in shown("https://hall.example.gov.cn").headers
    assert "Strict-Transport-Security" not in shown("http://127.0.0.1:8000").headers


def test_only_the_demo_says_that_it_is_one_and_may_be_framed_by_its_phone() -> None:
    real, demo = shown("http://127.0.0.1:8000"), shown("http://127.0.0.1:8000", in_demo=True)
    assert ("演示" in real.text, "演示" in demo.text) == (False, True)
    assert "frame-ancestors 'none'" in real.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in demo.headers["Content-Security-Policy"]


def test_the_keys_of_cookies_passes_and_codes_are_their_own() -> None:
    settings = demo_data.settings("http://127.0.0.1:8000")
    keys = {assembly.cookie_key(settings), assembly.pass_key(settings), *assembly.scene_keys(settings)}
    assert len(keys | {settings.site.secret_key.encode()}) == 4
    assert assembly.outside(settings).pass_key == assembly.pass_key(settings)


# --- signing in within WeChat ---


def settings(**wechat: Any) -> Settings:
    made = demo_data.settings("https://hall.example.gov.cn")
    return dataclasses.replace(made, wechat=dataclasses.replace(made.wechat, **wechat))


def test_pages_lead_to_the_platform_and_back_to_where_signing_in_goes_on() -> None:
    leads_to = assembly.outside(settings(oauth_url="https://open.weixin.qq.com")).authorize_url
    assert leads_to is not None
    link = link_of(leads_to("a1").partition("?")[2].partition("#")[0], "wxdemo000000000000", "hall.example.gov.cn")
    assert (link.redirect_uri, link.scope, link.state) == (
        "https://hall.example.gov.cn/login/oauth", "snsapi_base", "a1"
    )  # fmt: skip


def test_an_account_that_may_not_ask_the_platform_does_not() -> None:
    assert assembly.outside(settings(oauth=False)).authorize_url is None


def test_who_came_with_a_code_is_asked_of_the_platform(caplog: pytest.LogCaptureFixture) -> None:
    known = settings()
    platform = Platform(
        InProcess(TinyService()), app_id=known.wechat.app_id, token=known.wechat.token, account=known.wechat.account,
        encoding_aes_key=known.wechat.encoding_aes_key, clock=Clock().seconds, app_secret=known.wechat.app_secret,
    )  # fmt: skip
    with PlatformApi(platform) as served:
        exchange = assembly.outside(settings(api_url=served.url)).exchange
        code = platform.signing_in.code_for("oVisitor0000000000000000001", "snsapi_base")
        assert exchange(code) == ("oVisitor0000000000000000001", False)
        with pytest.raises(ExchangeFailed) as spent:
            exchange(code)
        platform.signing_in.in_snapshots = True
        assert exchange(platform.signing_in.code_for("oVisitor0000000000000000001", "snsapi_base")).is_snapshot
    with pytest.raises(ExchangeFailed) as away:
        exchange("any")
    assert (spent.value.is_final, away.value.is_final) == (True, False)
    assert code not in caplog.text
    assert "40163" in caplog.text
