"""A backup is what the data was at one moment, for nobody to read, and back to the last row."""

import contextlib
import os
import resource
import stat
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee
import pytest

import backups
from backups import BackupFault
from models.services.keys import check_keys
from models.tables import vault
from models.tables.database import run, thread_is_done
from models.tables.exports import add_chunk
from models.tables.people import Person
from models.tables.vault import Keys, Vault
from tests.backed_up import all_rows, backed_up, empty_url, in_use, restored, silent
from tests.busy_day import PERSONAL, BusyDay
from tests.canaries import spellings
from tests.conftest import KEYS
from tests.service import MONDAY_9, Service


@pytest.fixture
def day(database: peewee.Database) -> BusyDay:
    passed = BusyDay(Service())
    passed.pass_by()
    run(lambda: add_chunk(1, "full", 1, os.urandom(900_000)))
    return passed


@pytest.fixture(params=["sqlite", "mariadb"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    server = request.getfixturevalue("mariadb") if request.param == "mariadb" else None
    return empty_url(request.param, server, tmp_path)


def test_everything_comes_back_as_it_was_from_either_database_into_either(
    day: BusyDay, target: str, tmp_path: Path
) -> None:
    before = all_rows()
    path = backed_up(tmp_path)
    with in_use(target):
        rows = restored(path)
        assert all_rows() == before
        check_keys(vault.current())
    assert sum(rows.values()) == sum(map(len, before.values()))


def test_workbooks_are_copied_a_few_pieces_at_a_time_and_not_all_in_memory(
    database: peewee.Database, tmp_path: Path
) -> None:
    """A day's workbooks of a town are some hundred pieces, and a service is not given that much."""
    for part in range(1, 49):
        run(lambda part=part: add_chunk(1, "full", part, bytes(900_000)))
    tracemalloc.start()
    try:
        backed_up(tmp_path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 24 * 1024 * 1024


def test_a_backup_of_what_was_restored_holds_the_same(day: BusyDay, target: str, tmp_path: Path) -> None:
    before = all_rows()
    first = backed_up(tmp_path / "first")
    with in_use(target):
        restored(first)
        second = backed_up(tmp_path / "second")
    with in_use(f"sqlite:///{tmp_path}/again.db"):
        restored(second)
        assert all_rows() == before


def test_what_comes_while_it_is_written_is_not_in_it(day: BusyDay, tmp_path: Path) -> None:
    before = all_rows()
    numbers = iter(range(1000))

    def tell(_line: str) -> None:
        openid = f"oMeanwhile{next(numbers)}"
        run(lambda: Person.insert(openid=openid, profile="{}", facts="{}", created_at=MONDAY_9, seen_at=MONDAY_9)
            .execute())  # fmt: skip
        run(lambda: Person.update(profile='{"name": "改过"}').execute())

    made = backups.back_up(tmp_path, MONDAY_9, tell)
    with in_use(f"sqlite:///{tmp_path}/target.db"):
        restored(made.path)
        assert all_rows() == before


def test_an_empty_installation_can_be_backed_up_too(database: peewee.Database, target: str, tmp_path: Path) -> None:
    path = backed_up(tmp_path)
    with in_use(target):
        assert [name for name, rows in restored(path).items() if rows] == ["openid_keys"]


def test_nothing_personal_can_be_read_in_the_file(day: BusyDay, tmp_path: Path) -> None:
    held = backed_up(tmp_path).read_bytes()
    assert b'"visits"' in held
    assert [text for text in PERSONAL if any(spelling in held for spelling in spellings(text).values())] == []
    # Nor who talks to the account, which the tables themselves do not hide.
    assert b"oBusyDay" not in held


def test_only_its_owner_may_read_it(database: peewee.Database, tmp_path: Path) -> None:
    path = backed_up(tmp_path / "backups")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_its_name_tells_when_it_was_made_and_nothing_else_is_left(database: peewee.Database, tmp_path: Path) -> None:
    path = backed_up(tmp_path)
    assert path.name == "hallpass-20260302T010000.000000Z.backup"
    assert list(tmp_path.iterdir()) == [path]


def test_no_backup_takes_the_place_of_another(database: peewee.Database, tmp_path: Path) -> None:
    path = backed_up(tmp_path)
    held = path.read_bytes()
    with pytest.raises(BackupFault, match="exists"):
        backed_up(tmp_path)
    assert path.read_bytes() == held
    assert list(tmp_path.iterdir()) == [path]


@contextlib.contextmanager
def small_disk() -> Iterator[None]:
    """No file of this process may grow beyond 300 KB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_nothing_half_is_left(day: BusyDay, tmp_path: Path) -> None:
    thread_is_done()
    with small_disk(), pytest.raises(BackupFault, match="cannot be written"):
        backups.back_up(tmp_path, MONDAY_9, silent)
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_ended_leaves_nothing_that_looks_like_a_backup(day: BusyDay, tmp_path: Path) -> None:
    def ended(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        backups.back_up(tmp_path, MONDAY_9, ended)
    assert list(tmp_path.iterdir()) == []


# --- which there are ---


def kept(folder: Path, *days_ago: int) -> list[str]:
    """Backups of so many days ago; gives their names."""
    return [backups.back_up(folder, MONDAY_9 - timedelta(days=days), silent).path.name for days in days_ago]


def test_the_latest_of_a_folder_is_restored_unless_one_is_named(database: peewee.Database, tmp_path: Path) -> None:
    older, latest = kept(tmp_path, 3, 1)
    (tmp_path / "hallpass-99991231.backup").write_bytes(b"no backup")
    assert backups.newest_in(tmp_path).name == latest
    assert backups.newest_in(tmp_path / older).name == older
    with pytest.raises(BackupFault, match="no backup in"):
        backups.newest_in(tmp_path / "elsewhere")


def test_backups_that_are_too_old_are_removed_and_no_other_file(database: peewee.Database, tmp_path: Path) -> None:
    names = kept(tmp_path, 40, 31, 30, 1)
    strange = tmp_path / "hallpass-20200101T000000.000000Z.backup.gpg"
    strange.touch()
    left_behind = tmp_path / "hallpass-20260101T000000.000000Z.part"
    left_behind.touch()
    os.utime(left_behind, (0, 0))
    gone = backups.forget(tmp_path, timedelta(days=30), MONDAY_9)
    assert sorted(path.name for path in gone) == sorted([*names[:2], left_behind.name])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names[2:], strange.name])


def test_a_backup_that_is_being_written_is_not_removed(database: peewee.Database, tmp_path: Path) -> None:
    undone = tmp_path / "hallpass-20260302T000000.000000Z.part"
    undone.touch()
    assert backups.forget(tmp_path, timedelta(days=1), datetime.now(UTC)) == []


# --- keys ---


def test_after_a_rotation_an_old_backup_needs_its_old_keys(database: peewee.Database, tmp_path: Path) -> None:
    BusyDay(Service()).pass_by()
    before = all_rows()
    path = backed_up(tmp_path)
    new = Keys(data={"d2": b"\x07" * 32}, hash={"h2": b"\x08" * 32})
    url = f"sqlite:///{tmp_path}/target.db"
    with in_use(url):
        vault.use(Vault(new))
        with pytest.raises(BackupFault, match="data:d1, hash:h1"):
            restored(path)
        both = Vault(Keys(data={**new.data, **KEYS.data}, hash={**new.hash, **KEYS.hash}))
        vault.use(both)
        restored(path)
        noted = {row[0] for row in all_rows().pop("KeyCheck")}  # type: ignore[index]
        assert noted == {"data:d1", "hash:h1", "data:d2", "hash:h2"}
        assert all_rows()["Visit"] == before["Visit"]
