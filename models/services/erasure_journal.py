"""A journal of what people asked to have erased, beside the database: a backup that is restored knows nothing of what
was erased after it was made, and by the journal it is erased again (erasing_again).

A line is stored with the erasure, or not at all, and is written to the file once that is stored, before anybody is told
that it is done. Where the file cannot be written the erasure is done all the same; the line waits in the database, and
the operator is told.
"""

import hmac
import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import peewee

from models.rules.erasure_lines import MOST_HASHES, Line, What, read
from models.services import halls
from models.tables import journal, vault
from models.tables import journal_file as files
from models.tables.database import UNIT_SECONDS, OutcomeUnknown, Unavailable, afterwards, run, transaction
from models.tables.vault import key_of_hash

OWN = frozenset((What.PERSON, What.LEFT, What.CONSENT, What.FIELD))
"""What is told by an openid, in place of rows."""
_MOST = 200
_PARTS = 50
"""What has waited for long is written by a job, so many at a time, in so many parts."""
_SECONDS = 0.5
"""Who asked has an answer to get within the platform's five."""
_MARK = b"erasure line"
_MARGIN = timedelta(days=2)
"""A backup is removed when the next one is made, a day later and then some."""
LATE = timedelta(minutes=3)
"""A line that waits for so long is one that cannot be written."""

log = logging.getLogger("hallpass.journal")


class _Bound:
    """The file of this process; services need it without being handed it."""

    path: Path | None = None


def use(path: Path | None) -> None:
    """Make `path` the file that this process writes to; None: nothing is kept for one."""
    _Bound.path = path


def note(what: What, names: Sequence[str], now: datetime, detail: str = "") -> None:
    """Put down that these were erased: the openid of whose it was, or rows by their names (tables.journal). Part of the
    unit of work that erases them."""
    if _Bound.path is None:
        return
    for at in range(0, len(names), MOST_HASHES):
        journal.add(_line(what, names[at : at + MOST_HASHES], now, detail).text, now)
    afterwards(_write_first)


def _line(what: What, names: Sequence[str], now: datetime, detail: str) -> Line:
    hashes = [vault.current().hash(meaning(what), name) for name in names]
    key = key_of_hash(hashes[0])
    bare = Line(now, what, detail, key, tuple(one[len(key) + 1 :] for one in hashes))
    return replace(bare, mark=vault.current().hash(_MARK, bare.said)[len(key) + 1 :])


def meaning(what: What) -> bytes:
    """What a hash in the journal is bound to: the same for everything that is told by an openid."""
    return b"erased openid" if what in OWN else f"erased {what}".encode()


def _write_first() -> None:
    """What waits, as far as whoever asked can wait for it."""
    write_out(1, _SECONDS)


def write_out(parts: int = _PARTS, seconds: float = UNIT_SECONDS) -> int:
    """Write to the file what waits for it, in so many parts, of which none may take longer than twice so many seconds;
    gives how many lines. Never raises: what cannot be written now waits."""
    done = 0
    try:
        for _ in range(parts):
            rows = run(lambda: journal.waiting(_MOST), time.monotonic() + seconds) if _Bound.path else []
            if not rows or _Bound.path is None:
                break
            files.append(_Bound.path, [row.line for row in rows], seconds)
            run(lambda rows=rows: journal.written(rows), time.monotonic() + seconds)  # type: ignore[misc]
            done += len(rows)
    except OSError as error:
        log.warning("the journal of erasures cannot be written: %s", error.strerror or type(error).__name__)
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown) as error:
        log.warning("the journal of erasures is not written yet: %s", type(error).__name__)
    return done


def forget(now: datetime) -> int:
    """Take away the lines from before any backup that may still be there; gives how many."""
    since = now - kept_for()
    try:
        # They stand in their order, and most days the oldest is young: nobody has to wait for this then.
        oldest = read(files.first(_Bound.path)) if _Bound.path else None
        if oldest is not None and oldest.at >= since:
            return 0
        return files.keep(_Bound.path, _Since(since)) if _Bound.path else 0
    except OSError as error:
        log.warning("the journal of erasures cannot be gone through: %s", error.strerror or type(error).__name__)
        return 0


def kept_for() -> timedelta:
    """For how long a line is kept: as long as the operator lets a backup be kept, and until it is surely removed."""
    return timedelta(days=halls.defaults().retention_days) + _MARGIN


class _Since:
    """Which lines are from then or later, asked in their order; one that tells no day goes with the one before it."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._last = True

    def __call__(self, text: str) -> bool:
        line = read(text)
        if line is not None:
            self._last = line.at >= self._since
        return self._last


@dataclass(frozen=True)
class Standing:
    """`path`: the file, None where there is none; `may_write`: whether this process may write to it; `waiting`: how
    many lines wait for that, and since when the oldest one does."""

    path: Path | None = None
    may_write: bool = True
    waiting: int = 0
    since: datetime | None = None

    def is_well(self, now: datetime) -> bool:
        """Whether whatever was erased stands in the file, or does in a moment."""
        return self.may_write and (self.since is None or now - self.since < LATE)


@transaction
def standing() -> Standing:
    """How the journal of this process stands."""
    path = _Bound.path
    return Standing(path, path is None or files.may_write(path), *journal.backlog())


# --- what the files say ---


@dataclass(frozen=True)
class Told:
    """The lines of journals that can be used, the earliest first, each once. `damaged`: how many say nothing, or were
    changed; `foreign`: how many were written under each hash key that is not here."""

    lines: list[Line]
    damaged: int = 0
    foreign: Counter[str] = field(default_factory=Counter)


def told(paths: Iterable[Path]) -> Told:
    """What these files say. Raises OSError."""
    texts = sorted({text for path in paths for text in files.lines(path) if text})
    good: list[Line] = []
    damaged, foreign = 0, Counter[str]()
    for text in texts:
        line = read(text)
        mark = _mark(line) if line else None
        if line is None or (mark and not hmac.compare_digest(mark, line.mark)):
            damaged += 1
        elif mark is None:
            foreign[line.key] += 1
        else:
            good.append(line)
    return Told(sorted(good, key=lambda line: line.at), damaged, foreign)


def _mark(line: Line) -> bytes | None:
    """What the mark of a line has to be; None where its key is not here."""
    prefix = line.key.encode() + b":"
    marks = (one for one in vault.current().hashes(_MARK, line.said) if one.startswith(prefix))
    return next((one[len(prefix) :] for one in marks), None)
