"""The job that traces full halls, as processes of their own: several at once, and one that is killed in the middle."""

import base64
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import peewee
import pytest

import hallpass
from models.rules.halls import HallFacts
from models.services.casework import tracing
from models.services.casework.cases import Opened
from models.tables.cases import Tracing
from models.tables.contacts import Contact
from models.tables.database import run
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.mariadb import MariaDB
from tests.staffed import registered
from tests.test_commands import CONFIG
from tests.traced import NOON, OPEN_ALL_DAY, at, opened, row_of, stays_of
from tests.visited import came

PROGRAM = Path(hallpass.__file__)
VISITS = 1500

pytestmark = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


class Machine:
    """A hall that is too full to be traced at once, and processes that trace."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        data, hashes = (base64.b64encode(next(iter(keys.values()))).decode() for keys in (KEYS.data, KEYS.hash))
        text = CONFIG.format(url=url, folder=folder, data=data, hash=hashes)
        text = text.replace("a secret-like text", "secretliketext")
        (folder / "config.toml").write_text(text, "utf-8")
        self.hall: HallFacts = registered(calendar=OPEN_ALL_DAY)
        suspect = came(self.hall, at(0), left=timedelta(minutes=40))
        like = run(lambda: Visit.get(Visit.public_id == suspect).__data__)
        rows = [{**_beside(like), "public_id": f"p{number}", "name_hash": b"%d" % number} for number in range(VISITS)]
        run(lambda: Visit.insert_many(rows).execute(), time.monotonic() + 60)
        self.case: Opened = opened(self.hall, suspect)

    def job(self, minutes: int = 0) -> "subprocess.Popen[str]":
        """`job cases`, so many minutes past noon."""
        now = (NOON + timedelta(minutes=minutes)).isoformat()
        words = ["job", "cases", "--now", now, "--config", str(self.folder / "config.toml")]
        return subprocess.Popen(
            [sys.executable, str(PROGRAM), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ),
        )  # fmt: skip

    def contacts(self) -> int:
        return run(Contact.select().count)


def _beside(like: dict[str, object]) -> dict[str, object]:
    row = {name: value for name, value in like.items() if name != "id"}
    return {**row, "id_hash": None, "phone_hash": None}


@pytest.fixture
def machine(
    database: peewee.Database, mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Machine:  # fmt: skip
    monkeypatch.setattr(tracing, "AT_ONCE", 0)
    return Machine(tmp_path, mariadb.url)


def ended(process: "subprocess.Popen[str]") -> None:
    _, err = process.communicate(timeout=110)
    assert process.returncode == 0, err


def test_of_processes_at_once_one_traces_it(machine: Machine) -> None:
    assert machine.case.is_traced is False
    for process in [machine.job() for _ in range(2)]:
        ended(process)
    assert (row_of(machine.case).tracing, machine.contacts()) == (Tracing.DONE, VISITS)
    assert len(stays_of(machine.case)) == VISITS + 1


def test_one_that_is_killed_in_the_middle_leaves_no_half_list_and_another_takes_over(machine: Machine) -> None:
    process = machine.job()
    while row_of(machine.case).tries == 0 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert (row_of(machine.case).tracing, machine.contacts()) == (Tracing.WANTED, 0)
    ended(machine.job(1))
    assert machine.contacts() == 0, "the claim of the dead one still holds"
    ended(machine.job(5))
    assert (row_of(machine.case).tracing, machine.contacts()) == (Tracing.DONE, VISITS)
