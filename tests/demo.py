"""The real demo as a process of its own, in a folder of its own, for whoever tests what it shows."""

import base64
import contextlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

import demo_data
import hallpass
from models.tables import vault
from models.tables.openids import opened, sealed
from tests.ports import free_port

ROOT = Path(hallpass.__file__).parent
START_SECONDS = 30
EMPTY = "tests.journeys.empty_demo"


class Demo:
    """A demo that runs in `folder` as its working folder; an empty one has no hall, and new ones wait for approval.
    `port`, `base_url`: where it listens, and how it is reached, where there is a proxy in front."""

    def __init__(self, folder: Path, *, empty: bool = False, port: int = 0, base_url: str = "") -> None:
        self.folder = folder
        self.empty = empty
        self.port = port or free_port()
        self.base_url = base_url or f"http://127.0.0.1:{self.port}"
        self.cookie = ""
        self.begins()

    def begins(self) -> None:
        """Start the process; again, once it has ended."""
        usual = (str(ROOT / "hallpass.py"), "demo", "--port")
        command = [sys.executable, *(("-m", EMPTY) if self.empty else usual), str(self.port)]
        command += ["--base-url", self.base_url] if self.base_url.startswith("https://") else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def runs(self, *command: str) -> str:
        """What another command of the program prints, which shares the demo's settings and database."""
        with contextlib.chdir(self.folder):
            given = demo_data.given(f"http://127.0.0.1:{self.port}", approval=self.empty)
        lines = (
            line
            for table, values in given.items()
            for line in (f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()))
        )
        (self.folder / "config.toml").write_text("\n".join(lines))
        return subprocess.run(
            [sys.executable, str(ROOT / "hallpass.py"), *command],
            cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
            timeout=START_SECONDS,
        ).stdout  # fmt: skip

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

    def led_to(self, path: str, host: str) -> str | None:
        """Where a browser is led that asks for this path under another name of the host."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().headers["Location"]

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

    def dies(self) -> None:
        """Killed in the middle of whatever it does, unless it has ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def waits_for(self, statement: str, expected: list[tuple[object, ...]]) -> None:
        """Until a job has done what this shows."""
        deadline = time.monotonic() + START_SECONDS
        while self.rows(statement) != expected:
            assert time.monotonic() < deadline, self.rows(statement)
            time.sleep(0.05)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with contextlib.closing(self.connection()) as connection:
            return connection.execute(statement).fetchall()

    def connection(self) -> sqlite3.Connection:
        """Its database; OPENID(column) gives what stands there, OPENID_OUT(text) what is to stand there."""
        folder = self.folder / "var/demo"
        connection = sqlite3.connect(folder / "hallpass.db")
        [(key,)] = connection.execute("SELECT key FROM openid_keys")
        name, _, data_key = json.loads((folder / "secrets.json").read_text())["data"].partition(":")
        opening = vault.Vault(vault.Keys({name: base64.b64decode(data_key)}, {"h1": bytes(32)}))
        cipher = AESSIV(bytes.fromhex(opening.open(key, b"openid_keys.key")))
        connection.create_function("OPENID", 1, lambda value: value and opened(cipher, value))
        connection.create_function("OPENID_OUT", 1, lambda text: sealed(cipher, text))
        return connection
