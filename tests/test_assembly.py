"""How the parts are put together: what the pages are told of their surroundings."""

from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

import assembly
import demo_data


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
