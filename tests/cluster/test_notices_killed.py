"""The process that sends a case's notices is killed between sending one and keeping that it did: nobody is told twice,
and nobody is taken for told who may not have been."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import assembly
import settings
from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import ROOT, Installation
from bot.simulator import InProcess, Phone, Platform
from models.rules.access import Role
from models.rules.notices import Told
from models.services import halls
from models.services.casework import notices
from models.services.posts import Post
from models.tables.cases import Case
from models.tables.database import run, thread_is_done
from models.tables.halls import Hall
from models.tables.outbox import Outgoing
from tests.bot.simulator.tiny_service import TinyService
from tests.mariadb import MariaDB
from tests.notified import account, case, contact, did
from tests.platform_api import PlatformApi
from tests.staffed import openid

CONTENT = "大厅：{{thing1.DATA}}"
PATIENCE_SECONDS = 100
WHO = ("Wrote", "Follows")


@dataclass
class Scene:
    """One installation before a simulated platform, and a case with two contacts: one has written, one only follows."""

    installation: Installation
    platform: Platform
    post: Post
    case: Case
    contacts: list[int]

    def press(self) -> int:
        templates = assembly.notice_templates(settings.load(self.installation.config))
        now = datetime.now(UTC)
        plan = notices.plan(self.post, self.case.public_id, templates, now)
        return notices.send(self.post, self.case.public_id, plan.key, templates, now).count

    @contextmanager
    def job(self, later: timedelta = timedelta()) -> "Iterator[subprocess.Popen[bytes]]":
        """One run of the job in a process of its own, by a clock that is so far ahead."""
        at = (datetime.now(UTC) + later).isoformat()
        config = str(self.installation.config)
        line = [sys.executable, "hallpass.py", "job", "outbox", "--config", config, "--now", at]
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)

    def runs(self, later: timedelta) -> None:
        with self.job(later) as process:
            assert process.wait(PATIENCE_SECONDS) == 0

    def shown(self, who: str) -> int:
        return sum(bubble.side == "account" for bubble in self.phone(who).bubbles)

    def phone(self, who: str) -> Phone:
        return self.platform.phone(openid(who))

    def told(self) -> list[Told]:
        states = notices.states(self.post, self.case.public_id, self.contacts)
        return [states[one][0].told for one in self.contacts]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    platform = Platform(
        InProcess(TinyService()), app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY,
        app_secret="a-secret-of-this-test",
    )  # fmt: skip
    template = platform.templates.add("提醒", CONTENT)
    with MariaDB() as server, PlatformApi(platform) as api:
        wechat = f'app_secret = "a-secret-of-this-test"\napi_url = "{api.url}"'
        tables = f'[notices]\ncontact_template = "{template} thing1=hall"'
        installation = Installation(server.url, tmp_path, wechat=wechat, tables=tables)
        [code] = run(lambda: [row.code for row in Hall.select()])
        hall = halls.by_code(code)
        assert hall is not None
        now = datetime.now(UTC)
        found = case(hall, now)
        people = [account(who) for who in WHO]
        contacts = [contact(hall, found, number, person, now) for number, person in enumerate(people, start=1)]
        for who in WHO:
            platform.phone(openid(who), following=True)
        yield Scene(installation, platform, Post(openid("Admin"), Role.ADMIN, hall), found, contacts)
        thread_is_done()


@pytest.mark.parametrize(("window", "told"), [(False, Told.ACCEPTED), (True, Told.UNKNOWN)])
def test_a_notice_that_was_sent_just_before_the_kill_is_shown_once(scene: Scene, window: bool, told: Told) -> None:
    """A template message is repeated under its id, which the platform knows; a message in the chat is not repeated."""
    path = "/cgi-bin/message/custom/send" if window else "/cgi-bin/message/template/send"
    if window:
        scene.phone("Wrote").says("你好")
        did("Wrote", "text", datetime.now(UTC))
    scene.platform.faults.next(path, "never", after=True)
    assert scene.press() == 2
    with scene.job() as process:
        _until(lambda: scene.shown("Wrote") + scene.shown("Follows") > 0)
        process.send_signal(signal.SIGKILL)
    assert run(Outgoing.select().where(Outgoing.state == "sending").count) == 1
    scene.platform.faults.clear()
    assert scene.press() == 0  # whoever presses now sends nothing
    scene.runs(timedelta(minutes=4))
    scene.runs(timedelta(minutes=4, seconds=30))
    assert [scene.shown(who) for who in WHO] == [1, 1]
    assert sorted(scene.told()) == sorted([told, Told.ACCEPTED])


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
