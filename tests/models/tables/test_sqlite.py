"""The file of a small hall: nobody but whoever runs the service may read it."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.migrations import migrate
from models.tables.sqlite import QueuedSqlite, lock_file


@pytest.fixture
def _careless() -> Iterator[None]:
    """As a shell is by default: what is made may be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_careless")
def test_others_may_not_read_the_data_nor_its_log(tmp_path: Path) -> None:
    database = QueuedSqlite.from_url(f"sqlite:///{tmp_path}/hall.db")
    database.connect()
    with database.atomic():
        database.execute_sql("CREATE TABLE visits (id INTEGER)")
    holding = [path for path in tmp_path.iterdir() if path.stat().st_size]
    assert tmp_path / "hall.db-wal" in holding
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    database.close()


def test_what_a_hall_gave_to_a_group_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    path.touch()
    path.chmod(0o660)
    QueuedSqlite.from_url(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_others_may_not_lock_the_service_out_either(tmp_path: Path, umask: int) -> None:
    """Whoever can open the file of a lock can hold the lock."""
    database = QueuedSqlite.from_url(f"sqlite:///{tmp_path}/hall.db")
    before = os.umask(umask)
    try:
        migrate(database)
        with database.bounded(time.monotonic() + 5), database.transaction():
            database.execute_sql("SELECT 1")
    finally:
        os.umask(before)
    locks = [tmp_path / "hall.db.migrate", tmp_path / "hall.db.queue"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in locks] == [0o600, 0o600]
    database.close()


def test_a_group_that_may_write_the_data_may_wait_for_its_turn_too(tmp_path: Path) -> None:
    (tmp_path / "hall.db").touch()
    (tmp_path / "hall.db").chmod(0o660)
    with lock_file(f"{tmp_path}/hall.db.queue") as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o660


def test_a_lock_that_somebody_holds_is_the_same_for_whoever_comes_later(tmp_path: Path) -> None:
    with lock_file(f"{tmp_path}/lock") as held, lock_file(f"{tmp_path}/lock") as later:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            fcntl.flock(later, fcntl.LOCK_EX | fcntl.LOCK_NB)
