"""The job that builds exports, as processes of their own: several at once, and one that is killed in the middle."""

import base64
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest

import hallpass
from models.rules.halls import HallFacts
from models.services import building
from models.tables import exports
from models.tables.database import run
from models.tables.exports import ExportChunk, ExportRow, Kind, Status
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.exported import DESK, a_visit, as_it_stands, asked_for, rows_of
from tests.mariadb import MariaDB
from tests.service import MONDAY_9
from tests.staffed import registered
from tests.test_commands import CONFIG

PROGRAM = Path(hallpass.__file__)
VISITS = 4000
AT_ONCE = 500
PLACES = (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"), Path("/run"))
"""Where a program puts what it wants to be rid of, on disk and in memory."""


class Machine:
    """A hall with many visits, and processes that build exports in folders of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.begun = time.time()
        self.name = f"测{secrets.token_hex(8)}"
        data, hashes = (base64.b64encode(next(iter(keys.values()))).decode() for keys in (KEYS.data, KEYS.hash))
        text = CONFIG.format(url=url, folder=folder, data=data, hash=hashes)
        text = text.replace("a secret-like text", "secretliketext")
        (folder / "config.toml").write_text(text, "utf-8")
        for name in ("cwd", "tmp", "home"):
            (folder / name).mkdir()
        self.hall: HallFacts = registered()
        self._visits()

    def _visits(self) -> None:
        first = a_visit(self.hall, name=self.name, phone="13800138000")
        row = run(lambda: Visit.select().where(Visit.id == first).dicts().get())
        del row["id"]
        for at in range(1, VISITS, AT_ONCE):
            part = [{**row, "public_id": f"p{number}"} for number in range(at, min(at + AT_ONCE, VISITS))]
            run(lambda part=part: Visit.insert_many(part).execute())

    def job(self, minutes: int = 0) -> "subprocess.Popen[str]":
        """`job exports`, at so many minutes past nine."""
        now = (MONDAY_9 + timedelta(minutes=minutes)).isoformat()
        config = str(self.folder / "config.toml")
        return subprocess.Popen(
            [sys.executable, str(PROGRAM), "job", "exports", "--now", now, "--config", config],
            cwd=self.folder / "cwd", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(self.folder / "tmp"), "HOME": str(self.folder / "home")},
        )  # fmt: skip

    def left_in_clear(self) -> list[Path]:
        """Files, written since the beginning, that hold the visitors' name, or a workbook."""
        traces = (self.name.encode(), self.name.encode("utf-16-le"), b"xl/worksheets/", b"<sheetData>")
        return [file for file in self._written() if any(trace in _bytes(file) for trace in traces)]

    def _written(self) -> Iterator[Path]:
        yield from (file for file in self.folder.rglob("*") if file.is_file())
        for place in PLACES:
            for file in place.glob("*"):
                # Other tests write their workbooks below folders of their own.
                if file.is_file() and not file.is_symlink() and file.stat().st_mtime >= self.begun:
                    yield file


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def machine(database: peewee.Database, request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    if isinstance(database, peewee.MySQLDatabase):
        server: MariaDB = request.getfixturevalue("mariadb")
        return Machine(tmp_path, server.url)
    return Machine(tmp_path, f"sqlite:///{database.database}")


def ended(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=110)
    assert process.returncode == 0, err
    return out


def killed_in_the_middle(machine: Machine, export: ExportRow) -> None:
    """Once it has written some of the rows and is still at it."""
    process = machine.job()
    while True:
        row = as_it_stands(machine.hall, export.public_id)
        if row.rows_done or process.poll() is not None:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def test_of_processes_at_once_one_builds_it(machine: Machine) -> None:
    export = asked_for(machine.hall)
    for process in [machine.job() for _ in range(2)]:
        ended(process)
    row = as_it_stands(machine.hall, export.public_id)
    assert (row.status, row.tries, row.rows_done) == (Status.READY, 1, VISITS)
    assert [cells[1] for cells in rows_of(row)] == [machine.name] * VISITS


def test_one_that_is_killed_in_the_middle_leaves_nothing_in_clear_and_another_takes_over(machine: Machine) -> None:
    export = asked_for(machine.hall)
    killed_in_the_middle(machine, export)
    row = as_it_stands(machine.hall, export.public_id)
    assert row.status is Status.WORKING and 0 < row.rows_done < VISITS
    assert machine.left_in_clear() == []
    ended(machine.job(1))
    assert as_it_stands(machine.hall, export.public_id) == row, "the claim of the dead one still holds"
    ended(machine.job(5))
    row = as_it_stands(machine.hall, export.public_id)
    assert (row.status, row.tries, row.failures) == (Status.READY, 2, 1)
    for kind in Kind:
        assert len(rows_of(row, kind)) == VISITS
    assert machine.left_in_clear() == []
    pieces = run(lambda: list(ExportChunk.select(ExportChunk.kind, ExportChunk.part)))
    assert sorted((piece.kind, piece.part) for piece in pieces) == [
        (kind, part) for kind in sorted(Kind) for part in range(len(pieces) // 2)
    ]


def test_the_search_for_what_is_left_finds_it(machine: Machine) -> None:
    (machine.folder / "tmp" / "left.xml").write_text(f"<t>{machine.name}</t>", "utf-8")
    assert machine.left_in_clear() == [machine.folder / "tmp" / "left.xml"]


def test_one_export_is_not_built_four_times_over_a_process_that_dies_of_it(database: peewee.Database) -> None:
    """As many as MOST_FAILURES; then somebody is told, not kept waiting for ever."""
    hall = registered()
    a_visit(hall)
    export = asked_for(hall)
    at = MONDAY_9
    for _ in range(building.MOST_FAILURES):
        row = as_it_stands(hall, export.public_id)
        assert run(lambda row=row, at=at: exports.claim(row, at, at + building.CLAIM_LASTS))
        at += timedelta(minutes=5)
    assert building.build_due(at, DESK) == 0
    assert as_it_stands(hall, export.public_id).status is Status.FAILED
