"""A worker killed under load loses nothing that was told. `make trial` does it a hundred times."""

from pathlib import Path

from bench.installation import Installation
from bench.kills import drill
from tests.mariadb import MariaDB

KILLS = 4


def test_every_check_in_that_was_told_is_there_once_whatever_was_killed(tmp_path: Path) -> None:
    with MariaDB() as server:
        installation = Installation(server.url, tmp_path)
        with installation.served() as served:
            toll = drill(installation, server, served, KILLS, seed=20260302)
    assert (toll.lost, toll.doubled) == (0, 0)
    assert toll.told > 0
