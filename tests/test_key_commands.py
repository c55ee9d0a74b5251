"""What somebody with the command line sees who changes keys, backs up and restores."""

import base64
import contextlib
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

import assembly
import checks
import hallpass
from models.services import forgetting
from models.tables.database import DB, run, thread_is_done
from models.tables.fields import insert
from models.tables.housekeeping import JobRun
from models.tables.people import Person
from models.tables.vault import Keys, Vault, use
from tests.test_commands import CONFIG, hall, key

Keyed = tuple[tuple[str, int], ...]
TODAY = assembly.now()
"""The commands go by the clock, and erase who has not been here for long."""
FACTS = '{"language": "zh", "consents": {}, "matters": {}, "last_hall_id": null}'
OLD, NEW = ("d1", 1), ("d2", 3)


def config_of(
    folder: Path, database: str, *data: tuple[str, int], hashes: tuple[tuple[str, int], ...] = (("h1", 2),)
) -> Path:
    """A settings file with keys in this order, each an id and the byte that it is made of."""
    folder.mkdir(exist_ok=True)
    text = CONFIG.format(url=f"sqlite:///{folder}/{database}", folder=folder, data=key(1), hash=key(2))
    text = text.replace("a secret-like text", "secretliketext")
    for name, keys in (("data", data), ("hash", hashes)):
        written = ", ".join(f'"{one}:{key(number)}"' for one, number in keys)
        text = "\n".join(
            f"{name}_keys = [{written}]" if line.startswith(f"{name}_keys") else line for line in text.splitlines()
        )
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return file


@pytest.fixture
def used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of an installation with one person, written under the first keys."""
    assert hall("migrate", config_of(tmp_path, "hallpass.db", OLD)) == 0
    somebody()
    capsys.readouterr()
    return tmp_path


def somebody() -> None:
    def add() -> None:
        Person.insert(
            openid="oSomebody", profile='{"name": "张三"}', facts=FACTS, created_at=TODAY, seen_at=TODAY
        ).execute()

    use(Vault(Keys(data={"d1": b"\x01" * 32}, hash={"h1": b"\x02" * 32})))
    run(add)
    thread_is_done()


def test_a_key_is_changed_in_three_steps(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = config_of(used, "hallpass.db", NEW, OLD)
    assert hall("rekey", both) == 0
    told = capsys.readouterr().out
    assert "people: 1 rows looked at, 1 written anew" in told
    assert "data:d1: nothing needs it any more" in told
    assert "张三" not in told
    assert hall("job sign_out", config_of(used, "hallpass.db", NEW)) == 0


def test_a_key_that_is_left_out_before_is_missed_by_every_command(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = config_of(used, "hallpass.db", NEW)
    for command in (
        "serve",
        "jobs",
        "job sign_out",
        "rekey",
        "migrate",
        f"backup {tmp_path}/backups",
        "invite operator",
    ):
        assert hall(command, without) == 1
        assert "data:d1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "hashes", "named"),
    [
        ((NEW,), (("h1", 2),), "data:d1"),
        ((OLD,), (("h2", 4),), "hash:h1"),
        ((("d1", 3),), (("h1", 2),), "data:d1"),
        ((OLD,), (("h1", 4),), "hash:h1"),
        ((("d1", 2),), (("h1", 1),), "data:d1, hash:h1"),
    ],
)
def test_a_key_that_is_lost_wrong_or_taken_for_another_is_refused_by_its_name(
    used: Path, data: Keyed, hashes: Keyed, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hall("job sign_out", config_of(used, "hallpass.db", *data, hashes=hashes)) == 1
    assert f": {named}\n" in capsys.readouterr().err


def test_openids_get_a_new_key_once_jobs_are_stopped(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(used, "hallpass.db", OLD)
    before = openids_as_stored(used)
    run(lambda: insert(JobRun, name="sign_out", slot=1, started_at=assembly.now()))
    thread_is_done()
    assert hall("rekey --openids", config) == 1
    assert "stop serve and jobs" in capsys.readouterr().err
    assert openids_as_stored(used) == before
    run(JobRun.delete().execute)
    thread_is_done()
    assert hall("rekey --openids", config) == 0
    told = capsys.readouterr().out
    assert "people.openid: 1 openids written anew" in told
    assert "oSomebody" not in told
    assert openids_as_stored(used) != before
    assert run(lambda: Person.get(Person.openid == "oSomebody").openid) == "oSomebody"
    thread_is_done()


def test_tables_in_which_openids_stand_in_clear_are_upgraded_once_jobs_are_stopped(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(used, "hallpass.db", OLD)
    run(lambda: insert(JobRun, name="sign_out", slot=1, started_at=assembly.now()))
    run(lambda: DB.obj.execute_sql("DELETE FROM schema_migration WHERE name = '0021_openids'"))
    thread_is_done()
    assert hall("migrate", config) == 1
    assert "stop serve and jobs" in capsys.readouterr().err
    run(JobRun.delete().execute)
    thread_is_done()
    assert hall("migrate", config) == 0
    assert "0021_openids" in capsys.readouterr().out


def test_tables_are_not_upgraded_with_other_keys(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it encrypts would be lost with the keys that nobody meant to use."""
    run(lambda: DB.obj.execute_sql("DELETE FROM schema_migration WHERE name = '0021_openids'"))
    thread_is_done()
    before = openids_as_stored(used)
    assert hall("migrate", config_of(used, "hallpass.db", ("d1", 9))) == 1
    assert "data:d1" in capsys.readouterr().err
    assert openids_as_stored(used) == before
    assert hall("migrate", config_of(used, "hallpass.db", OLD)) == 0
    assert "0021_openids" in capsys.readouterr().out


def test_without_the_key_of_openids_nothing_starts(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(used, "hallpass.db", OLD)
    run(lambda: DB.obj.execute_sql("DELETE FROM openid_keys"))
    thread_is_done()
    for command in ("migrate", "job sign_out", "check"):
        assert hall(command, config) == 1
    assert "key of openids is gone" in capsys.readouterr().err


def openids_as_stored(folder: Path) -> list[bytes]:
    with contextlib.closing(sqlite3.connect(folder / "hallpass.db")) as connection:
        return [row[0] for row in connection.execute("SELECT openid FROM people")]


def test_a_backup_is_restored_into_a_new_database(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(used, "hallpass.db", OLD)
    assert hall(f"backup {used}/backups --keep 30", config) == 0
    (made,) = (used / "backups").iterdir()
    assert str(made) in capsys.readouterr().out
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    other = config_of(used, "other.db", OLD)
    assert hall(f"restore {used}/backups", other) == 0
    told = capsys.readouterr()
    assert "whole" in told.out
    assert "restored" in told.out
    assert hall("job sign_out", other) == 0
    assert hall(f"restore {used}/backups", other) == 1
    assert "not empty (people)" in capsys.readouterr().err


def test_backups_go_when_no_hall_keeps_visits_for_so_long(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = used / "backups"
    folder.mkdir()
    for days in (31, 29):
        made_at = TODAY - timedelta(days=days)
        (folder / f"hallpass-{made_at:%Y%m%dT%H%M%S.%f}Z.backup").touch()
    assert hall(f"backup {folder}", config_of(used, "hallpass.db", OLD)) == 0
    assert "older than 30 days, removed" in capsys.readouterr().out
    assert len(list(folder.iterdir())) == 2


def test_who_was_erased_after_a_backup_on_another_machine_does_not_come_back(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(used, "hallpass.db", OLD)
    assert hall(f"backup {used}/backups", config) == 0
    assert hall("job sign_out", config) == 0
    forgetting.forget("oSomebody", assembly.now(), "chat")
    thread_is_done()
    journal = used / "erasures.journal"
    other = config_of(used / "other", "hallpass.db", OLD)
    assert hall(f"restore {used}/backups --journal {used}/nowhere", other) == 1
    assert "nowhere cannot be read" in capsys.readouterr().err
    assert hall(f"restore {used}/backups --journal {journal}", other) == 0
    assert "1 erasures from after it was made are done again" in capsys.readouterr().out
    assert run(lambda: Person.select().count()) == 0
    thread_is_done()


def test_a_database_that_only_commands_have_looked_at_is_still_empty(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hall(f"backup {used}/backups", config_of(used, "hallpass.db", OLD)) == 0
    other = config_of(used, "other.db", OLD)
    for command in ("migrate", "job sign_out"):
        assert hall(command, other) == 0
    assert hall(f"restore {used}/backups", other) == 0
    assert "restored" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "jobs", "job sign_out", "check", "migrate", "rekey", "invite operator"])
def test_on_half_restored_data_nothing_starts(command: str, used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda: DB.execute_sql("INSERT INTO restorings VALUES ('restore', '2026-03-02 01:00:00.000000')"))
    thread_is_done()
    assert hall(command, config_of(used, "hallpass.db", OLD)) == 1
    told = capsys.readouterr()
    assert "the data is not whole" in told.out + told.err
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize(
    "command", ["backup", "restore", "backup a b", "backup a --keep 0", "backup a --keep x", "rekey x"]
)
def test_whatever_else_is_asked_is_answered_with_the_usage(
    command: str, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        hall(command, config_of(used, "hallpass.db", OLD))
    assert ended.value.code == 2
    assert "usage: hallpass.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["backup /dev/null/x", "backup /proc/x", "restore /nowhere", "restore /etc/hostname"]
)
def test_a_folder_that_is_of_no_use_is_one_sentence(
    command: str, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = "hallpass.db" if command.startswith("backup") else "other.db"
    assert hall(command, config_of(used, database, OLD)) == 1
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "Traceback" not in told


@pytest.mark.parametrize("command", ["rekey", "backup backups", "restore backups"])
def test_a_database_that_is_down_is_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = config_of(tmp_path, "hallpass.db", OLD)
    file.write_text(
        file.read_text().replace(f"sqlite:///{tmp_path}/hallpass.db", "mysql://root:hunter2@127.0.0.1:1/hallpass")
    )
    assert hall(command, file) == 1
    told = capsys.readouterr().err
    assert "hunter2" not in told
    assert "Traceback" not in told


def test_a_key_may_stand_in_a_file_of_its_own(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config_of(used, "hallpass.db", OLD)
    keys = used / "data_keys"
    keys.write_text(f"d2:{base64.b64encode(bytes([3]) * 32).decode()}\nd1:{key(1)}\n")
    lines = [
        f'data_keys_file = "{keys}"' if line.startswith("data_keys") else line for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(lines))
    assert hall("rekey", file) == 0
    assert "data:d1: nothing needs it" in capsys.readouterr().out
    assert hallpass.load(file).privacy.data_keys[0][0] == "d2"


@pytest.mark.parametrize(
    ("mode", "passes"),
    [(0o600, True), (0o640, True), (0o400, True), (0o644, False), (0o660, False), (0o602, False)],
)
@pytest.mark.parametrize("which", ["config.toml", "data_keys"])
def test_check_finds_a_file_of_secrets_that_others_may_read(used: Path, mode: int, passes: bool, which: str) -> None:
    file = config_of(used, "hallpass.db", OLD)
    held = used / "data_keys"
    held.write_text(f"d1:{key(1)}\n")
    held.chmod(0o600)
    text = "\n".join(
        f'data_keys_file = "{held}"' if line.startswith("data_keys") else line for line in file.read_text().splitlines()
    )
    file.write_text(text)
    (used / which).chmod(mode)
    line = checks.of_the_secret_files(file)
    assert line.passed is passes
    assert passes or str(used / which) in line.said
    assert key(1) not in line.said


def test_check_names_keys_that_may_be_left_out(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = config_of(used, "hallpass.db", NEW, OLD)
    hall("rekey", both)
    capsys.readouterr()
    hall("check", both)
    assert "keys: ok; not needed any more: data:d1" in capsys.readouterr().out
