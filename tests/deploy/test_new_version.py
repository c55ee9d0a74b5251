"""Workers are replaced, and a new version takes over, while deliveries flow: each is answered right, none is lost."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import ROOT, Installation
from bench.kills import Crowd, visits_by_openid
from bot.simulator import Platform
from bot.simulator.transports import Answer
from tests.certificates import HOST, Certificate
from tests.mariadb import MariaDB
from tests.nginx import Nginx, ThroughNginx

VISITORS = 6
LEAST_TOLD = 12
PATIENCE_SECONDS = 100

# What systemd does with a .socket: the listening socket as number 3, and whose it is.
_ACTIVATE = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3, True);"
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
    "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)


class Watched(ThroughNginx):
    """Notes every delivery that was not answered at its first try."""

    def __init__(self, nginx: Nginx) -> None:
        super().__init__(nginx)
        self.lost: Counter[str] = Counter()

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> Answer:
        try:
            answer = super().send(method, query, body, content_type)
        except Exception as error:
            self.lost[str(error)] += 1
            raise
        if answer.status != 200 or not answer.body:
            self.lost[str(answer.status)] += 1
        return answer


class Running:
    """`serve` with a socket that somebody else holds."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.listening = socket.create_server(("127.0.0.1", installation.port), backlog=512)
        self.begins()

    def begins(self) -> None:
        number = self.listening.fileno()
        line = [str(ROOT / "hallpass.py"), "serve", "--config", str(self.installation.config), "--workers", "2"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ACTIVATE, str(number), *line], cwd=ROOT, pass_fds=(number,), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def workers(self) -> set[int]:
        pid = self.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def replaces_its_workers(self) -> None:
        waits_for(lambda: len(self.workers()) == 2)
        before = self.workers()
        self.process.send_signal(signal.SIGHUP)
        waits_for(lambda: len(self.workers()) == 2 and not self.workers() & before)

    def is_replaced(self) -> None:
        """As `systemctl restart` does it."""
        self.ends()
        self.begins()
        waits_for(lambda: len(self.workers()) == 2)

    def ends(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise


def waits_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with MariaDB() as server:
        one = Running(Installation(server.url, tmp_path, site="proxies = 1", base_url=f"https://{HOST}"))
        try:
            yield one
        finally:
            one.ends()
            one.listening.close()


@contextlib.contextmanager
def crowded(running: Running, nginx: Nginx) -> Iterator[tuple[Crowd, Watched]]:
    """Visitors who come one after the other, until the block is left."""
    transport = Watched(nginx)
    platform = Platform(transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY)
    crowd = Crowd(platform, transport, running.installation.scan_in)  # type: ignore[arg-type]
    threads = [threading.Thread(target=crowd.come) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        yield crowd, transport
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("way", [Running.replaces_its_workers, Running.is_replaced], ids=["reload", "restart"])
def test_no_delivery_is_lost_or_doubled(
    way: Callable[[Running], None], running: Running, tmp_path: Path, certificate: Certificate
) -> None:
    nginx = Nginx(tmp_path / "nginx", running.installation.port, certificate)
    file = nginx.folder / "hallpass.conf"
    # How long a new version takes to begin is a matter of the machine; that the queue waits for it is not.
    file.write_text(file.read_text().replace("proxy_read_timeout 6s", "proxy_read_timeout 60s"))
    with nginx, crowded(running, nginx) as (crowd, transport):
        for _ in range(3):
            told = len(crowd.told)
            waits_for(lambda told=told: len(crowd.told) >= told + LEAST_TOLD or bool(crowd.errors))  # type: ignore[misc]
            way(running)
    assert crowd.errors == []
    assert transport.lost == {}
    assert crowd.told.keys() == crowd.came.keys()
    assert len(crowd.told) >= 3 * LEAST_TOLD
    visits = visits_by_openid()
    assert {visits[openid] for openid in crowd.told} == {1}


def test_settings_that_are_wrong_are_not_taken_and_nothing_ends(
    running: Running, tmp_path: Path, certificate: Certificate
) -> None:
    waits_for(lambda: len(running.workers()) == 2)
    text = running.installation.config.read_text()
    with Nginx(tmp_path / "nginx", running.installation.port, certificate) as nginx:
        for wrong in ("not toml [", text.replace("hash_keys", "hash_kees"), text.replace('"h1:', '"h2:')):
            running.installation.config.write_text(wrong)
            running.replaces_its_workers()
            assert nginx.ask("GET", "/healthz").status == 200
        running.installation.config.write_text(text.replace("proxies = 1", 'proxies = 1\nname = "另一个名字"'))
        running.replaces_its_workers()
        waits_for(lambda: "另一个名字" in nginx.ask("GET", "/login").text)  # type: ignore[attr-defined]
