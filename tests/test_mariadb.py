"""The tests' own server is there when a test begins, whatever else goes on at the machine."""

import socket

import pytest

from tests.mariadb import MariaDB, NotStarted


def test_a_port_that_somebody_takes_just_before_is_given_up_for_another() -> None:
    server = MariaDB()
    with socket.create_server(("127.0.0.1", server.port)) as taken, server:
        assert server.port != taken.getsockname()[1]
        assert server.query("SELECT DATABASE()", "hallpass") == [("hallpass",)]
        assert f":{server.port}/" in server.url


def test_a_server_that_cannot_start_says_why_and_leaves_nothing() -> None:
    server = MariaDB(("--no-such-option",))
    with pytest.raises(NotStarted, match="no-such-option"):
        server.__enter__()
    assert not server.folder.exists()


def test_another_server_at_the_port_is_not_taken_for_it(mariadb: MariaDB) -> None:
    """Two that share one would empty each other's tables."""
    other = MariaDB()
    other.port = mariadb.port
    with other:
        assert other.port != mariadb.port
        assert mariadb.query("SELECT 1", None) == [(1,)]
