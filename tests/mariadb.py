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
START_SECONDS = 100


class MariaDB:
    """Start with `with MariaDB() as server:`; `server.url` opens its empty database `hallpass`."""

    def __init__(self, options: tuple[str, ...] = QUICK, folder: str | None = None) -> None:
        missing = [name for name in ("mariadbd", "mariadb-install-db") if not shutil.which(name)]
        if missing:
            raise RuntimeError(f"MariaDB is not installed: {', '.join(missing)}; apt-get install mariadb-server")
        # A short path: the server refuses a socket whose name is over 107 characters.
        base = folder or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.folder = Path(tempfile.mkdtemp(prefix="hallpass-db-", dir=base))
        self.port = free_port()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.url = f"mysql://root@127.0.0.1:{self.port}/hallpass"

    def __enter__(self) -> "MariaDB":
        user = ["--user=root"] if os.geteuid() == 0 else []
        data = self.folder / "data"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
             f"--datadir={data}", *user],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._command = [
            shutil.which("mariadbd") or "mariadbd", "--no-defaults", f"--datadir={data}",
            f"--socket={self.folder}/s", f"--pid-file={self.folder}/pid", f"--port={self.port}",
            "--bind-address=127.0.0.1", "--innodb-log-file-size=64M", "--skip-name-resolve",
            "--character-set-server=utf8mb4", "--max-connections=200", *self.options, *user,
        ]  # fmt: skip
        self.start()
        self.query("CREATE DATABASE hallpass CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server (again) and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.query("SELECT 1", database=None)
                return
            except pymysql.err.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)

    def stop(self, kill: bool = False) -> None:
        """Stop the server, or kill it as a power cut would."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait()
            self.process = None

    def query(self, statement: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Run one statement as root and give its rows."""
        connection = pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", database=database, autocommit=True, ssl_disabled=True
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()
