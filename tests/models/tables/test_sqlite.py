"""The file of a small hall: nobody but whoever runs the service may read it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.tables.sqlite import QueuedSqlite


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
