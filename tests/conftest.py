"""What tests stand on: both databases, migrated once and emptied for each test, and keys for personal fields."""

import os
from collections.abc import Iterator

import hypothesis
import peewee
import pytest

from models.migrations import migrate
from models.services import erasure_journal
from models.tables import openids, vault
from models.tables.database import DB, open_database, run
from models.tables.openids import OpenidKey
from tests.filled import filled
from tests.mariadb import MariaDB

pytest_plugins = [
    "tests.plugins.no_skips",
    "tests.plugins.certificates",
    "tests.plugins.chromium",
    "tests.plugins.routes",
    "tests.plugins.servers",
    "tests.plugins.garbage",
]

IS_TRIAL = bool(os.environ.get("HALLPASS_TRIAL"))
"""`make trial`: far more examples of whatever is tried at random."""

# No deadline for one example: how long it takes depends on what else the machine does.
hypothesis.settings.register_profile("test", max_examples=100, deadline=None)
hypothesis.settings.register_profile("trial", max_examples=3000, deadline=None)
hypothesis.settings.load_profile("trial" if IS_TRIAL else "test")

KEYS = vault.Keys(data={"d1": bytes(range(32))}, hash={"h1": bytes(range(32, 64))})


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """The private server of this run."""
    with MariaDB() as server:
        yield server


@pytest.fixture(scope="session")
def _opened() -> Iterator[dict[str, peewee.Database]]:
    opened: dict[str, peewee.Database] = {}
    yield opened
    for one in opened.values():
        one.close()


@pytest.fixture(params=["sqlite", "mariadb"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _opened: dict[str, peewee.Database]
) -> Iterator[peewee.Database]:
    """The tables, empty, on each of the two databases in turn."""
    kind = request.param
    if kind not in _opened:
        url = (
            request.getfixturevalue("mariadb").url
            if kind == "mariadb"
            else f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/hallpass.db"
        )
        _opened[kind] = open_database(url)
        migrate(_opened[kind])
    DB.initialize(_opened[kind])
    vault.use(vault.Vault(KEYS))
    erasure_journal.use(None)
    run(empty_tables)
    _read_openid_key()
    yield _opened[kind]
    DB.initialize(_opened[kind])


def empty_tables() -> None:
    """Nothing is left but the key of openids; part of a unit of work."""
    for table in filled():
        if table is not OpenidKey:
            table.delete().execute()


def _read_openid_key() -> None:
    """The one that earlier tests had, which spares a write; not one that a test wrote anew with other keys."""
    try:
        openids.make_ready()
    except vault.WrongKey:
        run(OpenidKey.delete().execute)
        openids.make_ready()
