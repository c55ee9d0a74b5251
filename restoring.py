"""Putting a backup into an empty database, wholly or, where that ends in the middle, so that everybody is told."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import peewee

import backups
from backups import BackupFault, Header, Tell
from models.migrations import applied_steps, create, known_steps, migrate
from models.services import erasure_journal, openid_keys
from models.services.erasure_journal import Told
from models.services.keys import check_keys
from models.tables import TABLES, row_numbers, snapshot, vault
from models.tables.books_of_keys import Restoring
from models.tables.database import DB
from models.tables.fields import moment_out
from models.tables.plainly import opened_plainly

HISTORY = "schema_migration"
_MARK = "restorings"
_NOTED_AT_START = ("key_checks", "seal_keys", "openid_keys")
_EMPTY_ANYWAY = (HISTORY, *_NOTED_AT_START, _MARK, "sqlite_sequence")
"""What any command writes into an empty database."""
TOLD_EVERY = 100_000

Purge = Callable[[datetime], int]
Mend = Callable[[datetime], Iterable[str]]
"""Given when the backup was made; says what was done, line by line."""


def begun(database: peewee.Database) -> bool:
    """Whether a restore has begun and has not ended, so that the data is not whole."""
    with opened_plainly(database) as plain:
        return _is_begun(plain)


def restore(
    path: Path, now: datetime, purge: Purge, tell: Tell, *, again: bool = False, mend: Mend = lambda _made_at: (),
) -> dict[str, int]:  # fmt: skip
    """Put the backup at `path` into the database in use, bring its tables up to date, let `mend` take back what is over
    since it was made, and `purge` erase what is too old by `now`; gives how many rows of each table there were. Only
    then may anything else start.

    Raises BackupFault with the database as it was: where the backup is damaged, of a newer program, or under keys that
    are not here, and where the database is not empty. `again`: what a restore that ended in the middle has left there
    is dropped first.
    """
    with backups.opened(path) as file:
        header = backups.header_of(file)
        _check_steps(header)
        rows = backups.verified(file, header)
        tell(f"{path.name}: made {header.made_at:%Y-%m-%d %H:%M} UTC, {sum(rows.values())} rows, whole")
        with opened_plainly(DB.obj) as plain:
            _begin(plain, now, again=again)
        _make_tables(header, again=again)
        with opened_plainly(DB.obj) as plain:
            _check_columns(plain, header)
            _load(plain, file, header, rows, tell)
    migrate(DB.obj)
    check_keys(vault.current())
    openid_keys.take_up()
    for line in mend(header.made_at):
        tell(line)
    tell(f"{purge(now)} rows were too old by now and are erased")
    with opened_plainly(DB.obj) as plain:
        plain.execute_sql(f"DELETE FROM {_MARK}")
    return rows


def journals(configured: Path, given: Sequence[Path], tell: Tell) -> Told:
    """What the journals of erasures say: the configured one, and those that are given besides. Whatever of them cannot
    be used is told. Raises BackupFault where one that is there, or is given, cannot be read."""
    try:
        is_there = configured.exists()
    except OSError as fault:
        raise BackupFault(f"{configured} cannot be read ({fault.strerror or fault})") from None
    if not is_there and not given:
        tell(
            f"WARNING: there is no journal of erasures at {configured}; whoever had themselves erased after the copy"
            " was made comes back. Where there is one, of this or another machine: --journal FILE"
        )
    paths = [*([configured] if is_there else []), *given]
    try:
        found = erasure_journal.told(paths)
    except OSError as fault:
        raise BackupFault(f"{fault.filename} cannot be read ({fault.strerror or fault})") from None
    tell(f"journal of erasures: {len(found.lines)} lines in {len(paths)} files")
    if found.damaged:
        tell(f"WARNING: {found.damaged} lines of it are damaged, and what they tell is not erased again")
    for key, count in sorted(found.foreign.items()):
        tell(
            f"WARNING: {count} lines of it need the hash key {key}, and are not done again: put it behind those in use"
        )
    return found


def _check_steps(header: Header) -> None:
    known = known_steps()
    if newer := [name for name in header.steps if name not in known]:
        raise BackupFault(f"this backup was made by a newer hallpass ({', '.join(newer)}): restore it with that")
    if header.steps != known[: len(header.steps)]:
        raise BackupFault(
            "this backup was made between two versions of hallpass: restore it with the one it was made by"
        )


def _is_begun(plain: peewee.Database) -> bool:
    return _MARK in plain.get_tables() and snapshot.count(plain, _MARK) > 0


def _begin(plain: peewee.Database, now: datetime, *, again: bool) -> None:
    """Mark that a restore has begun. Raises BackupFault where one had before, or the database is not empty."""
    if _is_begun(plain):
        if not again:
            raise BackupFault(
                "the database is half restored, or is being restored just now; where nothing restores it any more,"
                " begin again with restore --begin-again, which drops what is there"
            )
        return
    if again:
        raise BackupFault("no restore has ended in the middle here: leave out --begin-again")
    if holding := snapshot.filled(plain, *_EMPTY_ANYWAY):
        raise BackupFault(f"the database is not empty ({', '.join(holding)}): restore into a new one")
    with plain.bind_ctx([Restoring]):
        create(Restoring)
    values = (b"restore", moment_out(now))
    try:
        plain.execute_sql(f"INSERT INTO {_MARK} (what, begun_at) VALUES ({plain.param}, {plain.param})", values)
    except peewee.IntegrityError:
        raise BackupFault("another restore has just begun") from None


def _make_tables(header: Header, *, again: bool) -> None:
    """The tables as they were when the backup was made, empty."""
    with opened_plainly(DB.obj) as plain:
        if again or applied_steps(plain) != header.steps:
            there = set(plain.get_tables())
            for name in (HISTORY, *(table._meta.table_name for table in TABLES)):
                if name in there and name != _MARK:
                    plain.execute_sql(f"DROP TABLE `{name}`")
    migrate(DB.obj, header.steps[-1])
    with opened_plainly(DB.obj) as plain:
        for name in set(_NOTED_AT_START) & set(plain.get_tables()):
            plain.execute_sql(f"DELETE FROM {name}")


def _check_columns(plain: peewee.Database, header: Header) -> None:
    for part in header.parts:
        if {name for name, _ in part.columns} != snapshot.columns(plain, part.name):
            raise BackupFault(f"the table {part.name} of this backup is not that of its version")


def _load(plain: peewee.Database, file: BinaryIO, header: Header, rows: dict[str, int], tell: Tell) -> None:
    done: Counter[str] = Counter()
    for part, some in backups.rows_of(file, header):
        with plain.atomic():
            snapshot.put(plain, part, some)
        before, done[part.name] = done[part.name], done[part.name] + len(some)
        if done[part.name] // TOLD_EVERY > before // TOLD_EVERY:
            tell(f"{part.name}: {done[part.name]} of {rows[part.name]} rows")
    wrong = [part.name for part in header.parts if snapshot.count(plain, part.name) != rows[part.name]]
    if wrong:
        raise BackupFault(f"not all rows arrived ({', '.join(wrong)}): is something else writing to this database?")
    row_numbers.raise_to(plain, header.numbers)
