"""A file of lines to which any number of processes write at once, and from which old lines are taken away meanwhile."""

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_NEW = ".new"
PATIENCE = 60.0
_LOOKS_AGAIN = 0.005


def append(path: Path, lines: Sequence[str], seconds: float = PATIENCE) -> None:
    """Write whole lines of ASCII at the end; they are on the disk when this returns. Raises OSError with the file as it
    was, also where others have it to themselves for longer than so many seconds."""
    data = "".join(f"{line}\n" for line in lines).encode("ascii", "replace")
    with _alone(path, seconds) as file:
        size = os.fstat(file).st_size
        # What a machine that stopped in the middle has left there spoils no further line.
        cut = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        whole = b"\n" + data if cut else data
        try:
            if os.write(file, whole) != len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(file, size)
            raise
        if size == 0:
            _sync(path.parent)


def lines(path: Path) -> list[str]:
    """All lines, whatever they say. Raises OSError."""
    return path.read_bytes().decode("ascii", "replace").splitlines()


def first(path: Path) -> str:
    """The first line; "" where there is none. Raises OSError."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return file.readline().decode("ascii", "replace").strip()


def keep(path: Path, is_kept: Callable[[str], bool]) -> int:
    """Take away the lines that are not to be kept; gives how many. Raises OSError with the file as it was."""
    if not path.exists():
        return 0
    with _alone(path):
        found = lines(path)
        kept = [line for line in found if is_kept(line)]
        if len(kept) == len(found):
            return 0
        new = path.with_name(path.name + _NEW)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write("".join(f"{line}\n" for line in kept).encode("ascii", "replace"))
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
        _sync(path.parent)
        return len(found) - len(kept)


def may_write(path: Path) -> bool:
    """Whether this process may write to the file, or make it where it is not there; nothing is changed."""
    try:
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        return os.access(there, os.W_OK) and (there.is_dir() != (there == path))
    except OSError:  # a folder on the way is closed
        return False


@contextlib.contextmanager
def _alone(path: Path, seconds: float = PATIENCE) -> Iterator[int]:
    """The file, while no other process writes to it."""
    until = time.monotonic() + seconds
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(file, until)
            if _is_at(path, file):
                yield file
                return
        finally:
            os.close(file)


def _lock(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_LOOKS_AGAIN)
        else:
            return


def _is_at(path: Path, file: int) -> bool:
    """Whether this is still the file of that name, and not one that was replaced while it was waited for."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    """A name that was just given is on the disk only when its folder is."""
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
