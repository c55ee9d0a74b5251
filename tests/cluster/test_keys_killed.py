"""Processes of the command line that are killed in the middle of changing keys or restoring."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import peewee
import pytest

import restoring
from models.tables.database import DB, open_database, run
from models.tables.people import Person
from tests.mariadb import MariaDB
from tests.test_commands import ROOT, hall
from tests.test_key_commands import NEW, OLD, TODAY, config_of, somebody

PEOPLE = 6000
SECONDS = 60


@pytest.fixture
def used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of an installation with some thousand people, and a backup of it."""
    config = config_of(tmp_path, "hallpass.db", OLD)
    assert hall("migrate", config) == 0
    somebody()
    run(lambda: Person.insert_many(
        [{"openid": f"o{number}", "profile": '{"name": "李四"}', "facts": "{}", "created_at": TODAY,
          "seen_at": TODAY} for number in range(PEOPLE)]).execute())  # fmt: skip
    assert hall(f"backup {tmp_path}/backups", config) == 0
    capsys.readouterr()
    return tmp_path


def killed(command: str, config: Path, when: Callable[[], bool]) -> None:
    """Run a command and kill it as soon as that holds; it has to hold before the command ends."""
    process = subprocess.Popen(
        [sys.executable, "hallpass.py", *command.split(), "--config", str(config)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + SECONDS
    while not when() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def names(url: str) -> list[str]:
    """The profiles of the database at this address."""
    open_database(url)
    found = run(lambda: [row.profile for row in Person.select().order_by(Person.id)])
    DB.obj.close()
    return found


def is_begun(url: str) -> bool:
    """Whether a restore into the database at this address has begun."""
    database = open_database(url)
    try:
        return restoring.begun(database)
    except peewee.OperationalError:  # its file is just being made
        return False


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_a_killed_restore_is_told_and_begun_again(
    used: Path, kind: str, mariadb: MariaDB, capsys: pytest.CaptureFixture[str]
) -> None:
    other = config_of(used, "other.db", OLD)
    url = f"sqlite:///{used}/other.db"
    if kind == "mariadb":
        mariadb.query("DROP DATABASE IF EXISTS killed")
        mariadb.query("CREATE DATABASE killed CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        url, before = mariadb.url.replace("/hallpass", "/killed"), url
        other.write_text(other.read_text().replace(before, url))
    killed(f"restore {used}/backups", other, lambda: is_begun(url))
    assert hall("job sign_out", other) == 1
    assert "the data is not whole" in capsys.readouterr().err
    assert hall(f"restore {used}/backups", other) == 1
    assert "--begin-again" in capsys.readouterr().err
    assert hall(f"restore {used}/backups --begin-again", other) == 0
    assert hall("job sign_out", other) == 0
    assert len(names(url)) == PEOPLE + 1


def test_a_killed_rekey_is_run_again_and_ends(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(used, "hallpass.db", NEW, OLD)
    url = f"sqlite:///{used}/hallpass.db"
    before = sorted(names(url))

    def has_written_some() -> bool:
        open_database(url)
        found = run(lambda: DB.execute_sql("SELECT COUNT(*) FROM rekeyings").fetchone()[0])
        DB.obj.close()
        return bool(found)

    killed("rekey", config, has_written_some)
    assert hall("rekey", config) == 0
    assert "data:d1: nothing needs it any more" in capsys.readouterr().out
    assert hall("job sign_out", config_of(used, "hallpass.db", NEW)) == 0
    assert sorted(names(url)) == before
