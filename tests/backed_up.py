"""Databases beside the one in use, to be restored into, and backups to be restored from."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import peewee

import backups
import restoring
from models.tables.books_of_keys import Restoring
from models.tables.database import DB, open_database, thread_is_done
from tests.filled import everything
from tests.mariadb import MariaDB
from tests.service import MONDAY_9


def silent(_line: str) -> None:
    """Whoever does not want to be told of progress."""


def nothing_is_old(_now: object) -> int:
    """For tests of what is restored, not of what goes afterwards."""
    return 0


@contextlib.contextmanager
def in_use(url: str) -> Iterator[peewee.Database]:
    """Make the database at `url` the one in use, and then again the one that was."""
    before = DB.obj
    made = open_database(url)
    try:
        yield made
    finally:
        thread_is_done()
        DB.initialize(before)


def empty_url(kind: str, server: MariaDB | None, folder: Path) -> str:
    """The address of a database in which there is nothing yet."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/target.db"
    assert server is not None
    server.query("DROP DATABASE IF EXISTS target")
    server.query("CREATE DATABASE target CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    return server.url.replace("/hallpass", "/target")


def backed_up(folder: Path) -> Path:
    """A backup of the database in use."""
    return backups.back_up(folder, MONDAY_9, silent).path


def restored(path: Path, **how: bool) -> dict[str, int]:
    """Restore into the database in use; nothing is erased afterwards."""
    return restoring.restore(path, MONDAY_9, nothing_is_old, silent, **how)


def all_rows() -> dict[str, list[object]]:
    """Every row of the database in use, personal fields opened."""
    return everything(but=(Restoring,))
