"""Nothing personal can be read in what the databases keep."""

from pathlib import Path

import peewee
import pytest

from models.tables import TABLES
from models.tables.database import DB, run
from tests.busy_day import PERSONAL, BusyDay
from tests.service import Service


def _everything(database: peewee.Database) -> bytes:
    """Every value of every column of every table, as the server gives it."""

    def rows() -> bytes:
        values: list[bytes] = []
        for table in TABLES:
            for row in DB.execute_sql(f"SELECT * FROM {table._meta.table_name}").fetchall():
                values += [bytes(one) if isinstance(one, bytes) else str(one).encode() for one in row]
        return b"\n".join(values)

    return run(rows)


def test_a_dump_after_a_busy_day_names_nobody(database: peewee.Database) -> None:
    BusyDay(Service()).pass_by()
    dump = _everything(database)
    assert b"social" in dump
    assert [word for word in PERSONAL if word.encode() in dump] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nor_do_the_files_of_sqlite(database: peewee.Database) -> None:
    day = BusyDay(Service())
    day.pass_by()
    raw = b"".join(path.read_bytes() for path in Path(database.database).parent.glob("hallpass.db*"))
    assert b"social" in raw
    assert [word for word in (*PERSONAL, *day.replies) if word.encode() in raw] == []
