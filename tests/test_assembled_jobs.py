"""How the parts are put together: what the jobs are handed reaches the platform that is configured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import assembly
from bot.simulator import InProcess, Platform
from models.rules.sending import Outcome, Result
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
