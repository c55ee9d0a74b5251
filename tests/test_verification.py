"""`hallpass.py verify` says chain by chain whether what was sealed is what it was, and where it is not."""

import re
from pathlib import Path

import pytest

import hallpass
from models.phrases import say
from models.services import verifying
from models.services.sealing import seal_due
from models.tables.audit import Audit
from models.tables.database import run, thread_is_done
from models.tables.deletions import Deletion
from models.tables.seals import AuditSeal
from tests.erased import came_ago, purged
from tests.filled import everything
from tests.sealed import DAY, noted
from tests.service import MONDAY_9
from tests.staffed import registered
from tests.test_commands import hall, written

Told = pytest.CaptureFixture[str]


@pytest.fixture
def config(tmp_path: Path, capsys: Told) -> Path:
    """Settings of a service in which a hall was registered and its day is sealed."""
    file = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    hall("migrate", file)
    hall("verify", file)
    registered()
    noted(MONDAY_9, 0)
    seal_due(MONDAY_9 + 2 * DAY)
    noted(MONDAY_9 + 3 * DAY, 0)
    capsys.readouterr()
    return file


def told(capsys: Told) -> list[str]:
    thread_is_done()
    return capsys.readouterr().out.splitlines()


def test_a_service_in_which_nothing_happened_verifies(tmp_path: Path, capsys: Told) -> None:
    file = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    hall("migrate", file)
    capsys.readouterr()
    assert hall("verify", file) == 0
    assert told(capsys) == ["keys of seals: ok", "order of seals: ok"]


def test_what_is_whole_is_said_chain_by_chain_with_what_is_not_sealed_yet(config: Path, capsys: Told) -> None:
    assert hall("verify", config) == 0
    lines = told(capsys)
    assert lines[:3] == [
        "keys of seals: ok",
        "order of seals: ok",
        "audit of the account: 1 days with 1 rows sealed, 2026-03-02 to 2026-03-02; "
        "1 rows not yet sealed, since 2026-03-05 01:00 UTC: ok",
    ]
    assert lines[3].startswith("audit of hall ") and lines[3].endswith(": ok")
    assert lines[4].startswith("latest seal: 2:")


def test_a_changed_row_ends_it_with_1_and_says_where(config: Path, capsys: Told) -> None:
    run(lambda: Audit.update(action="x").where(Audit.hall_id == 0).execute())
    assert hall("verify", config) == 1
    lines = told(capsys)
    assert "audit of the account: 2026-03-02: A row of this day was changed, or moved." in lines
    assert any(line.startswith("audit of the account: ") and line.endswith(": 1 FAULTS") for line in lines)


def test_the_latest_seal_noted_on_paper_is_looked_for(config: Path, capsys: Told) -> None:
    head = verifying.head()
    assert hall("verify", config, "--head", head) == 0
    assert f"latest seal: {head} is still there: ok" in told(capsys)
    run(lambda: AuditSeal.delete().execute())
    assert hall("verify", config, "--head", head) == 1


@pytest.mark.parametrize("head", ["x", "1:0", "\0", "9" * 5000, "<script>"])
def test_whatever_is_given_as_noted_is_answered(config: Path, capsys: Told, head: str) -> None:
    assert hall("verify", config, "--head", head) == 1
    assert len(max(told(capsys), key=len)) < 300


WHATS = re.findall(r"\b(?:rows|seal|prune|number|key)_[a-z_]+", verifying.Fault.__doc__ or "")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("what", sorted({*WHATS} - {"key_id"}))
def test_every_fault_that_there_is_has_words(what: str, language: str) -> None:
    assert say(language, f"seals.fault.{what}", count=1, found=2, name="h1-0")


def test_it_changes_nothing(config: Path) -> None:
    before = everything()
    hall("verify", config)
    assert everything() == before


def test_it_is_a_command_of_its_own() -> None:
    assert "verify" in hallpass.COMMANDS


def test_what_was_erased_is_verified_along_with_it(config: Path, capsys: Told) -> None:
    one = registered("另一个大厅", "Other")
    for days in (31, 32):
        came_ago(one, days)
    purged()
    assert hall("verify", config) == 0
    [line] = [line for line in told(capsys) if line.startswith(f"deletions of hall {one.code}")]
    assert line.startswith(f"deletions of hall {one.code}: 2 records, the last one ") and line.endswith(": ok")


def test_where_what_was_erased_does_not_hold_is_said(config: Path, capsys: Told) -> None:
    one = registered("另一个大厅", "Other")
    came_ago(one, 31)
    purged()
    run(lambda: Deletion.update(erased=0).execute())
    assert hall("verify", config) == 1
    lines = [line for line in told(capsys) if line.startswith(f"deletions of hall {one.code}")]
    assert lines[0].endswith("0 records: 1 FAULT")
    assert lines[1].endswith("record 1: something in it was changed")
