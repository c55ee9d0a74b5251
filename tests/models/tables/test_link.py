"""The connection to MySQL: whichever machine a name stands for, in clear or over TLS, in time."""

import socket
import time
from typing import Any

import pymysql
import pytest

from models.tables.link import Link
from tests.mariadb import MariaDB


def link(server: MariaDB, seconds: float = 5.0, **parameters: Any) -> Link:
    made = Link(time.monotonic() + seconds, host="several.machines", port=server.port, user="root", **parameters)
    made.connect()
    return made


@pytest.fixture
def several_machines(monkeypatch: pytest.MonkeyPatch, mariadb: MariaDB) -> list[int]:
    """A name that stands for one machine a port, on which nothing may listen; the server is to be added."""
    ports: list[int] = []

    def addresses(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    return ports


def test_a_machine_that_is_away_gives_way_to_the_next_of_its_name(
    mariadb: MariaDB, several_machines: list[int]
) -> None:
    several_machines += [1, mariadb.port]
    connection = link(mariadb)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7")
        assert cursor.fetchone() == (7,)
    connection.close()


def test_no_machine_of_a_name_is_a_connection_that_cannot_be_had(mariadb: MariaDB, several_machines: list[int]) -> None:
    several_machines += [1, 1]
    with pytest.raises(pymysql.err.OperationalError, match="2003"):
        link(mariadb)


def test_a_link_whose_moment_has_come_is_not_begun(mariadb: MariaDB, several_machines: list[int]) -> None:
    several_machines += [mariadb.port]
    with pytest.raises(pymysql.err.OperationalError, match="2003"):
        link(mariadb, seconds=0.0)


@pytest.mark.parametrize(
    ("expression", "value"), [("7", 7), ("'七'", "七"), ("X'00FF'", b"\x00\xff"), ("NULL", None), ("1.5e0", 1.5)]
)
def test_columns_of_one_name_are_each_read_as_what_they_are(
    mariadb: MariaDB, several_machines: list[int], expression: str, value: object
) -> None:
    several_machines += [mariadb.port]
    connection = link(mariadb)
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(f"SELECT {expression} AS one, 'text' AS two")
            assert cursor.fetchall() == ((value, "text"),)
            assert [column[0] for column in cursor.description] == ["one", "two"]
    connection.close()
