"""How far the numbers of the rows have come: none is given twice, though its row be gone, and goes with it into a
backup.

Read from the catalogue of the database and not from the tables' classes, so that any step of their history may use it.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping

import peewee

_SEQUENCES = "sqlite_sequence"
_NEXT = re.compile(r"\bAUTO_INCREMENT=(\d+)")


def highest(plain: peewee.Database, tables: Iterable[str]) -> dict[str, int]:
    """The highest number that each of these tables has ever given; nothing of those that have given none."""
    given = {table: _highest(plain, table) for table in tables}
    return {table: number for table, number in given.items() if number}


def _highest(plain: peewee.Database, table: str) -> int:
    if isinstance(plain, peewee.MySQLDatabase):
        # Where MySQL 8 tells of all tables, it tells what was true up to a day ago.
        found = _NEXT.search(str(plain.execute_sql(f"SHOW CREATE TABLE `{table}`").fetchone()[1]).rpartition(")")[2])
        return int(found[1]) - 1 if found else 0
    if _SEQUENCES not in plain.get_tables():
        return 0
    row = plain.execute_sql(f"SELECT seq FROM {_SEQUENCES} WHERE name = ?", (table,)).fetchone()
    return int(row[0]) if row else 0


def raise_to(plain: peewee.Database, numbers: Mapping[str, int]) -> None:
    """Let these tables give numbers above these only. What has come further stays as it is."""
    for table, number in numbers.items():
        if number > _highest(plain, table):
            _raise(plain, table, number)


def _raise(plain: peewee.Database, table: str, number: int) -> None:
    if isinstance(plain, peewee.MySQLDatabase):
        plain.execute_sql(f"ALTER TABLE `{table}` AUTO_INCREMENT = {int(number) + 1}")
        return
    if not plain.execute_sql(f"UPDATE {_SEQUENCES} SET seq = ? WHERE name = ?", (number, table)).rowcount:
        plain.execute_sql(f"INSERT INTO {_SEQUENCES} (name, seq) VALUES (?, ?)", (table, number))


@contextlib.contextmanager
def kept(plain: peewee.Database, table: str) -> Iterator[None]:
    """Whatever is done to the table meanwhile, its numbers go on from where they were."""
    before = highest(plain, [table])
    yield
    raise_to(plain, before)
