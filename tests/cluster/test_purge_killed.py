"""The process that erases is killed in the middle: nothing is half erased, and each row is counted once."""

import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from bench.installation import ROOT, Installation
from models.rules.retention import UNTOUCHED, What, fingerprint
from models.services import deletions
from models.tables.database import run, thread_is_done
from models.tables.deletions import Deletion
from models.tables.visits import Visit
from tests.grown import INSIDE_EACH, NOW, grow
from tests.mariadb import MariaDB

VISITS, DAYS, KILLS = 3000, 3, 3
PATIENCE_SECONDS = 120
LATER = NOW + timedelta(days=62)


def job(installation: Installation) -> "subprocess.Popen[bytes]":
    line = ["hallpass.py", "job", "retention", "--config", str(installation.config), "--now", LATER.isoformat()]
    return subprocess.Popen([sys.executable, *line], cwd=ROOT, stdout=subprocess.PIPE)


def count(server: MariaDB) -> int:
    [[found]] = server.query("SELECT COUNT(*) FROM visits", "hallpass")
    return int(str(found))


def killed(server: MariaDB, installation: Installation, luck: random.Random) -> int:
    """How many rows a run erased that was killed soon after its first batch."""
    before = count(server)
    running = job(installation)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while count(server) == before and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(luck.uniform(0.0, 0.05))
    running.send_signal(signal.SIGKILL)
    running.communicate()
    return before - count(server)


def by_day() -> dict[date, list[str]]:
    """The visits that are over, in the order of their ids."""
    found: dict[date, list[str]] = {}
    over = Visit.select().where(Visit.out_at.is_null(False)).order_by(Visit.id)
    for row in run(lambda: list(over)):
        found.setdefault(row.hall_day, []).append(row.public_id)
    return found


def test_whatever_is_killed_each_visit_is_erased_once_and_stands_in_the_record_of_its_day(tmp_path: Path) -> None:
    luck = random.Random(20260302)
    with MariaDB() as server:
        installation = Installation(server.url, tmp_path)
        grow(lambda statement: server.query(statement, "hallpass"), VISITS, 1, days=DAYS)
        there = by_day()
        thread_is_done()
        gone = [killed(server, installation, luck) for _ in range(KILLS)]
        last = job(installation)
        told, _ = last.communicate(timeout=PATIENCE_SECONDS)
        assert last.returncode == 0
        assert sum(gone) > 0
        assert int(told.split()[-1]) == VISITS - INSIDE_EACH - sum(gone)
        assert count(server) == INSIDE_EACH
        rows = run(lambda: list(Deletion.select().where(Deletion.what == What.VISITS)))
        assert {row.day: (row.erased, row.fingerprint) for row in rows} == {
            day: (len(ids), fingerprint(UNTOUCHED, ids)) for day, ids in there.items()
        }
        assert deletions.verify(1).fault is None
        thread_is_done()
