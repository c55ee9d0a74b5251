"""A private MariaDB for the tests and the benchmark: its own folder, socket and port, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pymysql

from tests.ports import free_port

QUICK = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=0")
DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1")
START_SECONDS = 180
"""On a machine with many tests at once, the server alone reads and writes for a minute before it answers."""
STOP_SECONDS = 60
ANSWER_SECONDS = 10.0
"""Whoever has the port in the server's place may take a connection and never say anything."""
TRIES = 3


_MEMORY = "/dev/shm"
_ROOM = 1024**3
"""Bytes that a server grows to; runs that were killed leave theirs there."""


def _memory() -> str | None:
    """Where files need no disk, unless little room is left there."""
    has_room = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room else None


class NotStarted(Exception):
    """The server ended before it answered, or did not answer in time; with the end of its log."""


class MariaDB:
    """Start with `with MariaDB() as server:`; `server.url` opens its empty database `hallpass`."""

    def __init__(self, options: tuple[str, ...] = QUICK, folder: str | None = None) -> None:
        missing = [name for name in ("mariadbd", "mariadb-install-db") if not shutil.which(name)]
        if missing:
            raise RuntimeError(f"MariaDB is not installed: {', '.join(missing)}; apt-get install mariadb-server")
        # A short path: the server refuses a socket whose name is over 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="hallpass-db-", dir=folder or _memory()))
        self.port = free_port()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self._data = self.folder / "data"
        self._user = ["--user=root"] if os.geteuid() == 0 else []

    @property
    def url(self) -> str:
        """Of its empty database, as soon as it is started."""
        return f"mysql://root@127.0.0.1:{self.port}/hallpass"

    def __enter__(self) -> "MariaDB":
        try:
            self._install()
            self._start_somewhere()
        except BaseException:
            self.__exit__()
            raise
        self.query("CREATE DATABASE hallpass CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        return self

    def _install(self) -> None:
        done = subprocess.run(
            ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
             f"--datadir={self._data}", *self._user],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode:
            raise NotStarted(f"mariadb-install-db: {done.returncode}\n{done.stdout.decode(errors='replace')[-2000:]}")

    def _start_somewhere(self) -> None:
        """Somebody else may have taken the port between when it was found free and when the server is there."""
        for left in reversed(range(TRIES)):
            try:
                self.start()
                return
            except NotStarted:
                if not left:
                    raise
                self.port = free_port()

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server (again) and wait until it answers. Raises NotStarted."""
        command = [
            shutil.which("mariadbd") or "mariadbd", "--no-defaults", f"--datadir={self._data}",
            f"--socket={self.folder}/s", f"--pid-file={self.folder}/pid", f"--port={self.port}",
            "--bind-address=127.0.0.1", "--innodb-log-file-size=64M", "--skip-name-resolve",
            "--character-set-server=utf8mb4", "--max-connections=200", *self.options, *self._user,
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.stop(kill=True)
                raise NotStarted((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether it is this server that answers, and not another one at the same port."""
        try:
            [(data,)] = self.query("SELECT @@datadir", database=None, seconds=ANSWER_SECONDS)
        except (pymysql.err.MySQLError, OSError):
            return False
        return Path(str(data)) == self._data

    def stop(self, kill: bool = False) -> None:
        """Stop the server, or kill it as a power cut would."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def query(
        self, statement: str, database: str | None = None, seconds: float | None = None
    ) -> list[tuple[object, ...]]:
        """Run one statement as root and give its rows; `seconds`: how long each answer is waited for."""
        connection = pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", database=database, autocommit=True, ssl_disabled=True,
            read_timeout=seconds,
        )  # fmt: skip
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()
