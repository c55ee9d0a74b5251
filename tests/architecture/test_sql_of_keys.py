"""Every statement by which keys are changed, and data is backed up and restored, can be read by MySQL 8."""

from pathlib import Path

import pytest

from models.migrations import migrate
from models.services.keys import check_keys
from models.services.rekeying import rekey
from models.tables import openids, vault
from models.tables.database import DB, open_database, run
from models.tables.exports import add_chunk
from models.tables.vault import Keys, Vault
from tests.architecture.test_sql import faults
from tests.backed_up import backed_up, restored
from tests.busy_day import BusyDay
from tests.conftest import KEYS
from tests.mariadb import MariaDB
from tests.service import MONDAY_9, Service
from tests.wire import Wire

NEWER = Keys(data={"d2": b"\x07" * 32, **KEYS.data}, hash={"h2": b"\x08" * 32, **KEYS.hash})
# The parser takes it for an unknown command; MySQL 8 has had it since 5.5.
SNAPSHOT = "START TRANSACTION WITH CONSISTENT SNAPSHOT"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_keys_backups_and_restores_speak_mysql_8(mariadb: MariaDB, tmp_path: Path) -> None:
    before = DB.obj
    seen: set[str] = set()
    for name in ("from_here", "to_there"):
        mariadb.query(f"DROP DATABASE IF EXISTS {name}")
        mariadb.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        with Wire(mariadb.port, name) as wire:
            made = open_database(wire.url)
            if name == "from_here":
                migrate(made)
                openids.make_ready()
                BusyDay(Service()).pass_by()
                run(lambda: add_chunk(1, "full", 1, b"a piece"))
                check_keys(vault.current())
                vault.use(Vault(NEWER))
                check_keys(vault.current())
                rekey(MONDAY_9, lambda _: None)
                backed_up(tmp_path)
            else:
                restored(next(tmp_path.iterdir()))
            made.close()
            DB.initialize(before)
            seen |= set(wire.statements)
    assert SNAPSHOT in seen
    ours = {text for text in seen if any(word in text for word in ("rekeyings", "restorings", "CAST(", "net_write"))}
    assert len(ours) > 10
    assert faults(seen - {SNAPSHOT}) == {}
