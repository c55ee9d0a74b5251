"""A dump of the database, or its bare files, tell whoever gets hold of them nothing of anybody."""

from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest

from models.tables import TABLES
from models.tables.database import run, thread_is_done
from models.tables.mysql import BoundedMySQL
from tests.busy_day import PERSONAL, BusyDay
from tests.canaries import Search
from tests.mariadb import MariaDB
from tests.service import Service

SHORTEST_LINE = 8
"""Shorter lines of replies may stand in a table by chance."""


@pytest.fixture
def day(database: peewee.Database) -> BusyDay:
    """A day has passed, and one talk is still in its middle."""
    passed = BusyDay(Service())
    passed.pass_by()
    return passed


@pytest.fixture
def dump(day: BusyDay, database: peewee.Database, request: pytest.FixtureRequest) -> bytes:
    """Everything that could be carried away: each value of each row, and the files as they lie there."""
    values = run(lambda: b"\n".join(_values(database)))
    thread_is_done()
    if isinstance(database, BoundedMySQL):
        return values + _table_files(request.getfixturevalue("mariadb"))
    beside = Path(str(database.database))
    return values + b"".join(path.read_bytes() for path in sorted(beside.parent.glob(f"{beside.name}*")))


def _values(database: peewee.Database) -> Iterator[bytes]:
    for table in database.get_tables():
        yield table.encode()
        for row in database.execute_sql(f"SELECT * FROM {table}").fetchall():
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()


def _table_files(server: MariaDB) -> bytes:
    """The files of the tables, once the server has written to them what it had in memory."""
    names = ", ".join(table._meta.table_name for table in TABLES)
    server.query(f"FLUSH TABLES {names} FOR EXPORT", database="hallpass")
    return b"".join(path.read_bytes() for path in sorted((server.folder / "data" / "hallpass").glob("*.ibd")))


def test_what_may_be_read_is_found(dump: bytes) -> None:
    # Without this the tests below would pass on an empty dump.
    readable = ("市民中心", "门口复测")
    assert [text for text in readable if text.encode() not in dump] == []


def test_no_name_number_phone_or_address_is_found(dump: bytes) -> None:
    assert Search(PERSONAL).found(dump) == set()


def test_no_part_of_a_number_that_would_name_somebody_is_found(dump: bytes) -> None:
    numbers = [text for text in PERSONAL if text.isdigit()]
    parts = {number[:-4] for number in numbers} | {number[-8:] for number in numbers if len(number) == 18}
    assert [part for part in parts if part.encode() in dump] == []


def test_no_answer_is_found(dump: bytes, day: BusyDay) -> None:
    answers = [text for text in day.said if len(text) >= SHORTEST_LINE]
    assert len(answers) >= 10
    assert [text for text in answers if text.encode() in dump] == []


def test_no_line_of_a_reply_is_found(dump: bytes, day: BusyDay) -> None:
    lines = {line for reply in day.replies for line in reply.split("\n") if len(line) >= SHORTEST_LINE}
    assert len(lines) > 30
    assert [line for line in lines if line.encode() in dump] == []
