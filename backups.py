"""A consistent copy of all data in one encrypted file.

Rows are copied as they are stored, so personal fields are encrypted twice: each with its own data key, and the file
with a key of its own, derived from the newest data key. Nothing is ever written in clear.
"""

import contextlib
import json
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import peewee

from models.adapters import frames
from models.migrations import known_steps
from models.tables import row_numbers, snapshot, vault
from models.tables.database import DB
from models.tables.fields import moment_in, moment_out
from models.tables.snapshot import BYTES, PLAIN, TEXT, Part

FRAME_BYTES = 256 * 1024
_SALT_BYTES = 32
_NAME = re.compile(r"hallpass-([0-9]{8}T[0-9]{6}\.[0-9]{6})Z\.backup")
_MOMENT = "%Y%m%dT%H%M%S.%f"
_UNDONE = ".part"
_PLAIN_NAME = re.compile(r"[a-z_]{1,64}")

Tell = Callable[[str], None]


class BackupFault(Exception):
    """Why there is no backup, or why one cannot be used, in one sentence."""


@dataclass(frozen=True)
class Header:
    """What a backup says of itself. `keys`: those that its rows need, with what they are known by; `steps`: those of
    the tables' history that it was made at; `numbers`: the highest that each table has given a row, which may be gone;
    none in one of before 0022_row_numbers."""

    made_at: datetime
    steps: list[str]
    key: str
    salt: bytes
    keys: dict[str, bytes]
    parts: list[Part]
    numbers: dict[str, int]


@dataclass(frozen=True)
class Made:
    """A backup: its file, and how many rows of each table it holds."""

    path: Path
    rows: dict[str, int]

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.path.stat().st_size


def back_up(folder: Path, now: datetime, tell: Tell) -> Made:
    """Write all data as it is now into a new file of `folder`, which is made where it is not there. Raises BackupFault
    where that cannot be written; nothing half is left then."""
    path = folder / f"hallpass-{now.astimezone(UTC).strftime(_MOMENT)}Z.backup"
    undone = path.with_suffix(_UNDONE)
    if path.exists():
        raise BackupFault(f"{path} exists already")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with _new_file(undone) as file, snapshot.snapshot(DB.obj) as plain:
                rows = _copy(plain, file, now, tell)
                file.flush()
                os.fsync(file.fileno())
            undone.rename(path)
        except BaseException:
            undone.unlink(missing_ok=True)
            raise
        _sync(folder)
    except OSError as fault:
        raise BackupFault(f"the backup cannot be written to {folder} ({fault.strerror or fault})") from None
    return Made(path, rows)


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(folder: Path) -> None:
    """A name that was just given is on the disk only when its folder is."""
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def _copy(plain: peewee.Database, file: BinaryIO, now: datetime, tell: Tell) -> dict[str, int]:
    parts = snapshot.parts()
    key, salt = vault.current().newest()[0], secrets.token_bytes(_SALT_BYTES)
    said = {
        "made_at": moment_out(now),
        "steps": known_steps(),
        "key": key,
        "salt": b64encode(salt).decode(),
        "keys": _needed(plain),
        "tables": [[part.name, part.key, part.columns] for part in parts],
        "numbers": row_numbers.highest(plain, [part.name for part in parts]),
    }
    writer = frames.Writer(file, said, vault.current().file_key(key, salt))
    rows: dict[str, int] = {}
    for number, part in enumerate(parts):
        rows[part.name] = 0
        for some in _framed(plain, part):
            writer.add(number, b"[" + b",".join(some) + b"]")
            rows[part.name] += len(some)
        if rows[part.name]:
            tell(f"{part.name}: {rows[part.name]} rows")
    writer.end({"rows": rows})
    return rows


def _framed(plain: peewee.Database, part: Part) -> Iterator[list[bytes]]:
    """The rows as JSON, as many at a time as a frame holds."""
    some: list[bytes] = []
    size = 0
    for fetched in snapshot.rows(plain, part):
        for row in fetched:
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
            some.append(text)
            size += len(text)
            if size >= FRAME_BYTES:
                yield some
                some, size = [], 0
    if some:
        yield some


def _needed(plain: peewee.Database) -> dict[str, str]:
    """The keys that rows of this moment may need."""
    statement = "SELECT `key`, check_value FROM key_checks WHERE retired_at IS NULL"
    found = plain.execute_sql(statement).fetchall()
    return {bytes(row[0]).decode(): b64encode(row[1]).decode() for row in found}


# --- what there is ---


def newest_in(folder: Path) -> Path:
    """The latest backup of a folder, or the file itself where that is given. Raises BackupFault where there is none."""
    if folder.is_file():
        return folder
    found = [path for path, _ in _backups(folder)]
    if not found:
        raise BackupFault(f"there is no backup in {folder}")
    return found[-1]


def forget(folder: Path, older_than: timedelta, now: datetime) -> list[Path]:
    """Remove the backups of a folder that are older, and what a backup that was killed left there; gives them."""
    old = [path for path, at in _backups(folder) if at < now - older_than]
    old += [path for path in sorted(folder.glob(f"hallpass-*Z{_UNDONE}")) if _touched(path) < now - timedelta(days=1)]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _backups(folder: Path) -> list[tuple[Path, datetime]]:
    found = [(path, named) for path in folder.glob("hallpass-*.backup") if (named := _NAME.fullmatch(path.name))]
    dated = [(path, datetime.strptime(named[1], _MOMENT).replace(tzinfo=UTC)) for path, named in found]
    return sorted(dated, key=lambda one: one[1])


def _touched(path: Path) -> datetime:
    with contextlib.suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.max.replace(tzinfo=UTC)


# --- reading one ---


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file of a backup; whatever is wrong with it, also while it is read, is a BackupFault."""
    said = {
        "foreign": "it is no backup of hallpass",
        "cut": "it ends too early: it was cut off when it was written or copied",
        "changed": "it was changed after it was written, or its key is another one",
    }
    try:
        with path.open("rb") as file:
            yield file
    except frames.Damaged as fault:
        raise BackupFault(f"{path.name} cannot be used: {said[fault.code]}") from None
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read ({fault.strerror or fault})") from None


def header_of(file: BinaryIO) -> Header:
    """What the backup says of itself; raises frames.Damaged where it says nothing that makes sense."""
    file.seek(0)
    said = frames.header(file)
    try:
        return Header(
            moment_in(said["made_at"]),
            [str(name) for name in said["steps"]],
            str(said["key"]),
            b64decode(said["salt"]),
            {str(name): b64decode(check) for name, check in said["keys"].items()},
            (parts := [_part(*one) for one in said["tables"]]),
            _numbers(said.get("numbers", {}), parts),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise frames.Damaged("changed") from None


def _part(name: Any, key: Any, columns: Any) -> Part:
    """Names go into statements, and nothing vouches for a header before the frames are read."""
    kinds = tuple((str(column), str(kind)) for column, kind in columns)
    if not all(_PLAIN_NAME.fullmatch(str(one)) for one in (name, key, *dict(kinds))):
        raise ValueError(name)
    if not {kind for _, kind in kinds} <= {BYTES, TEXT, PLAIN}:
        raise ValueError(kinds)
    return Part(str(name), kinds, str(key))


def _numbers(said: dict[Any, Any], parts: list[Part]) -> dict[str, int]:
    if not said.keys() <= {part.name for part in parts}:
        raise ValueError(said)
    return {str(name): int(number) for name, number in said.items()}


def rows_of(file: BinaryIO, header: Header) -> Iterator[tuple[Part, list[list[Any]]]]:
    """The rows, some of one table at a time. Raises frames.Damaged."""
    key = vault.current().file_key(header.key, header.salt)
    for number, data in frames.frames(file, key):
        if number != frames.END:
            yield header.parts[number], json.loads(data)


def verified(file: BinaryIO, header: Header) -> dict[str, int]:
    """Read all of it and give the number of rows of each table. Raises frames.Damaged, or BackupFault where keys that
    it needs are not here."""
    given = vault.current().checks()
    missing = sorted(name for name, check in header.keys.items() if given.get(name) != check)
    if f"data:{header.key}" not in given:
        missing = sorted({*missing, f"data:{header.key}"})
    if missing:
        raise BackupFault(
            f"this backup needs keys that are missing or other ones than it was made with: {', '.join(missing)};"
            " put them behind those in use"
        )
    key = vault.current().file_key(header.key, header.salt)
    last = b""
    for _, data in frames.frames(file, key):
        last = data
    rows: dict[str, int] = json.loads(last)["rows"]
    return rows
