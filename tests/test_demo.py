"""`make demo`: the whole service with a simulated WeChat, in one process that needs nothing and leaves nothing."""

import contextlib
import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

import demo_data
import hallpass
from models.rules.identity import id_number
from tests.bot.wechat.sender import AES_KEY  # the tests' own key, which the demo must not use

ROOT = Path(hallpass.__file__).parent
START_SECONDS = 30
ZONE = ZoneInfo("Asia/Shanghai")


class Demo:
    """A demo that runs in `folder` as its working folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        command = [sys.executable, str(ROOT / "hallpass.py"), "demo", "--port", str(self.port), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.cookie = ""

    def started(self) -> "Demo":
        """Wait until the phone page answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                if self.get("/phone/")[0] == 200:
                    return self
            assert time.monotonic() < deadline, "the demo did not start"
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, "")

    def post(self, path: str, **form: str) -> int:
        return self._ask("POST", path, urlencode(form))[0]

    def _ask(self, method: str, path: str, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": self.cookie,
                "Origin": f"http://127.0.0.1:{self.port}",
            }
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                self.cookie = cookie.partition(";")[0]
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def ends(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """The exit code after a signal, and all that was printed."""
        self.process.send_signal(number)
        told, _ = self.process.communicate(timeout=START_SECONDS)
        return self.process.returncode, told

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "var/demo/hallpass.db")) as connection:
            return connection.execute(statement).fetchall()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


def test_it_says_where_to_look_shows_a_hall_with_a_past_and_ends_with_ctrl_c(demo: Demo) -> None:
    _, page = demo.started().get("/phone/")
    assert demo_data.NAME in page
    assert "演示" in page
    assert demo.rows("SELECT COUNT(*) FROM visits WHERE out_at IS NOT NULL") == [(len(demo_data.PAST),)]
    code, told = demo.ends()
    assert code == 0
    assert f"http://127.0.0.1:{demo.port}/phone/" in told
    assert "Traceback" not in told


def test_it_ends_as_well_when_it_is_asked_to_stop(demo: Demo) -> None:
    assert demo.started().ends(signal.SIGTERM)[0] == 0


def test_the_second_start_finds_what_was_there(demo: Demo, tmp_path: Path) -> None:
    before = demo.started().rows("SELECT code FROM halls")
    demo.ends()
    again = Demo(tmp_path).started()
    assert again.rows("SELECT code FROM halls") == before
    again.ends()


def test_its_menu_is_published_through_the_platforms_api(demo: Demo) -> None:
    demo.started()
    phone = re.search(r'action="(/phone/[^"]*follow[^"]*)"', demo.get("/phone/")[1])
    assert phone is not None
    demo.post(phone[1])
    deadline = time.monotonic() + 10
    while "我的记录" not in demo.get("/phone/")[1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_beginning_anew_forgets_what_was_entered_and_the_time_that_was_set(demo: Demo) -> None:
    demo.started()
    before = demo.rows("SELECT code FROM halls")
    assert demo.post("/phone/clock", moment="2") == 303
    assert demo.post("/phone/reset") == 303
    assert demo.rows("SELECT code FROM halls") != before
    assert demo.rows("SELECT COUNT(*) FROM visits") == [(len(demo_data.PAST),)]
    assert demo.ends()[0] == 0


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = hallpass_demo(tmp_path, "--port", str(taken.getsockname()[1]))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "make demo PORT=" in told.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "99999"),
        ("--port", "0"),
        ("--port", "-1"),
        ("--port", "many"),
        ("--listen", "no.invalid"),
        ("--listen", "\u202e"),  # no host name at all
    ],
)
def test_an_address_that_cannot_be_is_said_in_words(tmp_path: Path, options: tuple[str, str]) -> None:
    told = hallpass_demo(tmp_path, *options)
    assert told.returncode in (1, 2)
    assert "Traceback" not in told.stderr
    assert told.stderr


def hallpass_demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "hallpass.py"), "demo", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def test_it_uses_no_key_of_anybody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made, again = demo_data.settings("http://127.0.0.1:8000"), demo_data.settings("http://127.0.0.1:8000")
    assert made == again
    assert made.wechat.encoding_aes_key != AES_KEY
    assert (tmp_path / "var/demo/secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("row", demo_data.PAST, ids=lambda row: row[0])
def test_its_people_are_made_up_with_numbers_that_pass_their_check(row: tuple[str, str]) -> None:
    assert str(id_number(row[1], today=date(2026, 3, 2))) == row[1]


@pytest.mark.parametrize(
    ("now", "reminder", "closing", "morning"),
    [
        ("2026-03-02 10:00", "2026-03-02 17:15", "2026-03-02 17:31", "2026-03-03 09:30"),  # a Monday
        ("2026-03-02 17:20", "2026-03-03 17:15", "2026-03-02 17:31", "2026-03-03 09:30"),
        ("2026-03-06 18:00", "2026-03-09 17:15", "2026-03-09 17:31", "2026-03-09 09:30"),  # a Friday evening
        ("2026-03-07 09:00", "2026-03-09 17:15", "2026-03-09 17:31", "2026-03-09 09:30"),  # a Saturday
        ("2026-03-03 00:30", "2026-03-03 17:15", "2026-03-03 17:31", "2026-03-04 09:30"),
    ],
)
def test_the_buttons_of_the_clock_lead_to_the_next_such_moment(
    now: str, reminder: str, closing: str, morning: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE).timestamp()
    found = [find(at) for find in (demo_data.reminder_after, demo_data.closing_after, demo_data.morning_after)]
    assert [f"{datetime.fromtimestamp(one, ZONE):%Y-%m-%d %H:%M}" for one in found] == [reminder, closing, morning]


def test_serving_neither_imports_nor_routes_the_simulator(tmp_path: Path) -> None:
    program = "import sys, hallpass, jobs.schedule; print([name for name in sys.modules if 'simulator' in name])"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"
