"""What is in the tables, and in which of them there is anything."""

from typing import Any

import peewee

from models.tables import TABLES
from models.tables.database import DB, run

# Most tests write to few tables: to ask which, in one statement, is many times quicker than to go through all of them.
_FILLED = " UNION ALL ".join(
    f"SELECT {number} FROM (SELECT 1 FROM {table._meta.table_name} LIMIT 1) filled"
    for number, table in enumerate(TABLES)
)


def filled() -> list[type[peewee.Model]]:
    """The tables with rows; within a unit of work."""
    return [TABLES[number] for (number,) in DB.execute_sql(_FILLED).fetchall()]


def everything(*, but: tuple[type, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, by the table's class."""

    def rows() -> dict[str, list[Any]]:
        holding = filled()
        return {
            table.__name__: sorted(table.select().tuples(), key=repr) if table in holding else []
            for table in TABLES
            if table not in but
        }

    return run(rows)
