"""A hallpass of its own: settings, tables and one hall in a temporary folder, served by the real command line."""

import base64
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import assembly
import settings
from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from models.migrations import migrate
from models.rules.scenes import Scene, encode
from models.services import halls
from models.services.keys import check_keys
from models.tables import openids
from models.tables.database import DB, thread_is_done
from tests.ports import free_port

ROOT = Path(__file__).parent.parent
HALL_NAME = "示例市民服务中心"
START_SECONDS = 30

_ALWAYS_OPEN = {"weekly": [["00:00-23:59"]] * 7, "empties_at_lunch": False, "grace_minutes": 30}
HALL: dict[str, Any] = {
    "calendar": _ALWAYS_OPEN,
    "matters": [
        {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
        {"code": "fund", "zh": "住房公积金", "en": "Housing fund", "aliases": ["公积金"]},
        {"code": "estate", "zh": "不动产登记", "en": "Real estate", "aliases": ["不动产"]},
        {"code": "other", "zh": "其他", "en": "Other"},
    ],
    "doors": {"1": {"name": "东门"}, "2": {"name": "西门"}},
    "phone": "0500-1234567",
}


@dataclass(frozen=True)
class Served:
    """A running gunicorn: its arbiter's process id, and its port on 127.0.0.1."""

    pid: int
    port: int

    def workers(self) -> list[int]:
        """The process ids of the workers that live now."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


class Installation:
    """One hall, open around the clock, on the database at `url`; `folder` holds the settings file. `wechat`: lines of
    that table, with the app_secret; `tables`: whole tables besides; `site`: lines of that one; `base_url`: how it is
    reached, where not on its own port; `port`: where it is served, if that matters.

    Making one opens that database in this process too, so that what is stored can be read with models.tables.
    """

    def __init__(
        self, url: str, folder: Path, *, wechat: str = "", tables: str = "", site: str = "", base_url: str = "",
        port: int = 0,
    ) -> None:  # fmt: skip
        self.port = port or free_port()
        self.config = folder / "config.toml"
        self.config.touch(mode=0o600)
        wechat = wechat or f'app_secret = "{os.urandom(16).hex()}"'
        self.config.write_text(_config(url, self.port, wechat, tables, site, base_url), "utf-8")
        read = settings.load(self.config)
        vault = assembly.open_data(read)
        migrate(DB.obj)
        check_keys(vault)
        openids.make_ready()
        code = halls.register(HALL_NAME, HALL, "open", datetime.now(UTC))
        key = assembly.scene_keys(read)[0]
        self.scan_in, self.scan_out = (encode(Scene(code, way, 1, 1), key) for way in ("in", "out"))
        # gunicorn forks from a process of its own, but SQLite's file must not be held from here meanwhile.
        thread_is_done()

    @contextmanager
    def served(self, workers: int = 2, threads: int = 8) -> Iterator[Served]:
        """Run `hallpass.py serve` until the block is left."""
        line = [
            "hallpass.py", "serve", "--config", str(self.config), "--workers", str(workers), "--threads", str(threads),
        ]  # fmt: skip
        with running(line, self.port, "/healthz") as served:
            yield served


@contextmanager
def running(line: list[str], port: int, path: str) -> Iterator[Served]:
    """Run this Python with `line` until the block is left; it is ready when `path` is answered with anything."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *line], cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_ready(process, port, path)
            yield Served(process.pid, port)
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read()[-4000:].decode(errors="replace"))
            raise
        finally:
            _stop(process)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.05)
        finally:
            connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        # Its own session: this reaches the workers too, and nothing else.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _config(url: str, port: int, wechat: str, tables: str, site: str, base_url: str) -> str:
    def key() -> str:
        return base64.b64encode(os.urandom(32)).decode()

    return f"""
[site]
base_url = "{base_url or f"http://127.0.0.1:{port}"}"
bind = "127.0.0.1:{port}"
secret_key = "{os.urandom(32).hex()}"
{site}
[database]
url = "{url}"
[wechat]
app_id = "{APP_ID}"
{wechat}
token = "{TOKEN}"
encoding_aes_key = "{AES_KEY}"
account = "{ORIGINAL_ID}"
[privacy]
data_keys = ["d1:{key()}"]
hash_keys = ["h1:{key()}"]
{tables}
"""
