"""How the parts are put together: what jobs, pages and the platform are told of one another."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

import assembly
import demo_data
from bot.simulator import InProcess, Platform, create_api
from models.rules.sending import Outcome, Result
from models.services.authorizations import Identity
from models.services.desk import Made
from models.tables.database import thread_is_done
from settings import Settings, load
from tests.bot.simulator.tiny_service import TinyService
from tests.platform_api import PlatformApi
from tests.test_commands import hall, written

OPENID = "oVisitor0000000000000000001"


@pytest.fixture
def api() -> Iterator[PlatformApi]:
    platform = Platform(
        InProcess(TinyService()),
        app_id="wx0123456789abcdef",
        app_secret="secretliketext",
        token="hallToken2026",
        account="gh_0123456789ab",
        encoding_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        domain="127.0.0.1",
    )
    with PlatformApi(platform) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path, api: PlatformApi) -> Iterator[Settings]:
    config = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    text = config.read_text("utf-8")
    config.write_text(text.replace('account = "gh', f'api_url = "{api.url}"\naccount = "gh'), "utf-8")
    hall("migrate", config)
    found = load(config)
    assembly.ready(found)
    yield found
    thread_is_done()


def test_jobs_have_codes_made_and_staff_shown_their_menu(settings: Settings, api: PlatformApi) -> None:
    phone = api.platform.phone(OPENID, following=True)
    desk = assembly.desk(settings)
    assert isinstance(desk.create_code("h1.in.1"), Made)
    assert desk.show_staff_menu(OPENID, True) == Outcome(Result.SENT)
    assert len(phone.tag_ids) == 1
    assert api.calls("/cgi-bin/stable_token") == 1  # one client, one token


def test_a_page_learns_who_opened_it(settings: Settings, api: PlatformApi) -> None:
    phone = api.platform.phone(OPENID, following=True)
    outside = assembly.outside(settings)
    assert outside.authorize_url is not None
    parts = urlsplit(outside.authorize_url("state1"))
    assert (parts.hostname, parts.fragment) == ("open.weixin.qq.com", "wechat_redirect")
    answer = create_api(api.platform, lambda request: phone).test_client().get(f"{parts.path}?{parts.query}")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["state1"]
    assert outside.exchange(query["code"][0]) == Identity(OPENID, is_snapshot=False)


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


def test_the_keys_of_cookies_and_codes_are_their_own() -> None:
    settings = demo_data.settings("http://127.0.0.1:8000")
    keys = {assembly.cookie_key(settings), *assembly.scene_keys(settings), settings.site.secret_key.encode()}
    assert len(keys) == 3
