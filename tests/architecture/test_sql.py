"""Every statement there is can be read by MySQL 8, as a parser that is not ours reads it."""

import peewee
import pytest
import sqlglot

from tests.busy_day import BusyDay
from tests.service import Service


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_a_busy_day_parses_as_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        BusyDay(Service()).pass_by()
    finally:
        database.query_hooks.pop()
    assert len(seen) > 20
    for statement in seen:
        sqlglot.parse_one(statement.replace("%s", "?"), dialect="mysql")
        assert "RETURNING" not in statement.upper()
