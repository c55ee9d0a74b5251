"""Writing everything anew with the newest keys, while the service runs, so that older keys can be given up.

Each value is written only where it still is what was read, so that nobody's change is lost, and two at once, or one
that was killed and begun again, do no harm. Whether an older key is still needed is never taken from how far a walk
came, but looked up in a walk over all rows in which there was nothing left to write.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.services import audit, hashing, seals
from models.services.keys import names
from models.tables import rekeying, vault
from models.tables.database import run
from models.tables.door import Fever
from models.tables.fields import Table
from models.tables.housekeeping import KeyCheck
from models.tables.rekeying import Walked
from models.tables.staff import Member
from models.tables.visits import Visit

READ_AT_ONCE = 500
LONG_READ_AT_ONCE = 4
WRITTEN_AT_ONCE = 50
"""Rows of one unit of work: whoever checks in waits for one of them at most."""
MOST_WALKS = 4
TOLD_EVERY = 20_000

HASHED: dict[tuple[type[Table], str], tuple[str, str]] = {
    (Visit, "name_hash"): ("name", "name"),
    (Visit, "id_hash"): ("id_number", "id"),
    (Visit, "phone_hash"): ("phone", "phone"),
    (Visit, "phone_tail_hash"): ("phone", "phone tail"),
    (Fever, "id_hash"): ("", "id"),
}
"""The look-up hashes: the column that holds what each was made from ("": none, it stays as it is until its row goes),
and its kind."""


@dataclass
class Walk:
    """What one walk over the tables came to: rows looked at and written; what is left under older keys, by key
    (data:k1) and column; and rows that changed between reading and writing."""

    rows: int = 0
    written: int = 0
    raced: int = 0
    left: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Done:
    """How it ended. `retired`: the keys that nothing needs any more; `left`: what still needs which of the others.
    `is_whole`: a walk found nothing to write; otherwise something goes on writing with an older key."""

    is_whole: bool
    retired: tuple[str, ...]
    left: dict[tuple[str, str], int]


def rekey(now: datetime, tell: Callable[[str], None]) -> Done:
    """Write everything anew with the newest keys, from where the last run for these keys ended; `tell` is given lines
    of progress. Marks the keys that are not needed any more as retired."""
    walk = _walked(now, tell, from_start=False)
    walks = 1
    # The first walk may have begun in the middle, and rows may have come behind it.
    while walks == 1 or (walk.written or walk.raced):
        if walks == MOST_WALKS:
            return Done(False, (), dict(walk.left))
        walk = _walked(now, tell, from_start=True)
        walks += 1
    if _sealing() not in names(vault.current()):
        tell(f"{_sealing()}: what is sealed is signed with it until a newer hash key follows")
    return Done(True, run(lambda: _retire(walk, now)), dict(walk.left))


def _walked(now: datetime, tell: Callable[[str], None], *, from_start: bool) -> Walk:
    whole = Walk()
    for table in rekeying.with_secrets():
        one = _table(table, now, tell, from_start=from_start)
        if one.rows:
            tell(f"{table._meta.table_name}: {one.rows} rows looked at, {one.written} written anew")
        whole.rows += one.rows
        whole.written += one.written
        whole.raced += one.raced
        whole.left.update(one.left)
    return whole


def _table(table: type[Table], now: datetime, tell: Callable[[str], None], *, from_start: bool) -> Walk:
    newest = vault.current().newest()
    keys = " ".join(newest)
    walk = Walk()
    of_hashes = [column for of_table, column in HASHED if of_table is table]
    columns = rekeying.columns_of(table, of_hashes)
    most = LONG_READ_AT_ONCE if rekeying.has_long_rows(table) else READ_AT_ONCE
    after = None if from_start else run(lambda: rekeying.upto(table, keys))
    while rows := run(lambda: rekeying.batch(table, columns, after, most)):  # noqa: B023 - run at once
        due = [(row, new, seen) for row in rows for new, seen in [_renewed(table, row, now.date(), walk.left)] if new]
        for start in range(0, len(due), WRITTEN_AT_ONCE):
            part = due[start : start + WRITTEN_AT_ONCE]
            written = run(lambda part=part: sum(rekeying.write(table, *one) for one in part))  # type: ignore[misc]
            walk.written += written
            walk.raced += len(part) - written
        after = rows[-1].key
        run(lambda: rekeying.set_upto(table, keys, after))  # noqa: B023 - run at once
        walk.rows += len(rows)
        if walk.rows % TOLD_EVERY < len(rows):
            tell(f"{table._meta.table_name}: {walk.rows} rows …")
    return walk


def _renewed(
    table: type[Table], row: Walked, today: date, left: Counter[tuple[str, str]]
) -> tuple[dict[str, bytes], set[str]]:
    """What is to be written into a row, and the columns that it depends on; what cannot be is counted as left."""
    new: dict[str, bytes] = {}
    seen: set[str] = set()
    newest_data, newest_hash = vault.current().newest()
    name = table._meta.table_name
    for one in rekeying.secrets(table):
        value = row.values[one.column_name]
        if value is None or vault.key_of(bytes(value)) == newest_data:
            continue
        try:
            new[one.column_name] = vault.current().renewed(bytes(value), rekeying.place(one, row))
            seen.add(one.column_name)
        except vault.WrongKey:
            left[f"data:{vault.key_of(bytes(value))}", f"{name}.{one.column_name}"] += 1
    for column, source, kind in _hashes(table):
        stored = row.values[column]
        if stored is None or vault.key_of_hash(bytes(stored)) == newest_hash:
            continue
        made = _rehashed(table, row, bytes(stored), source, kind, today)
        if made is None:
            left[f"hash:{vault.key_of_hash(bytes(stored))}", f"{name}.{column}"] += 1
        else:
            new[column] = made
            seen |= {column, source}
    return new, seen


def _hashes(table: type[Table]) -> Iterator[tuple[str, str, str]]:
    for (of_table, column), (source, kind) in HASHED.items():
        if of_table is table:
            yield column, source, kind


def _rehashed(table: type[Table], row: Walked, stored: bytes, source: str, kind: str, today: date) -> bytes | None:
    """None where what it was made from is not there any more, as of somebody who had themselves erased."""
    value: Any = row.values[source] if source else None
    text = None if value is None else table._meta.fields[source].opened(value)
    return None if text is None else hashing.renewed(stored, kind, text, today)


def _sealing() -> str:
    """The hash key of the key that seals. Where an older one is put first again, the one that had followed it goes on
    sealing until another one follows."""
    return f"hash:{seals.hash_key_of(seals.key_in_use())}"


def _retire(walk: Walk, now: datetime) -> tuple[str, ...]:
    """Mark the keys that nothing needs; gives all that are retired by now. Part of a unit of work."""
    # The key that seals comes from the newest hash key, and the one before has to agree while it is here.
    seals.introduce(now)
    needed = {key for key, _ in walk.left} | set(names(vault.current())) | {_sealing()}
    audit.keep_earlier(sorted({row.openid for row in Member.select(Member.openid)}))
    noted = list(KeyCheck.select().order_by(KeyCheck.key))
    for row in noted:
        if row.key in needed and row.retired_at is not None:
            KeyCheck.update(retired_at=None).where(KeyCheck.key == row.key).execute()
        if row.key not in needed and row.retired_at is None:
            KeyCheck.update(retired_at=now).where(KeyCheck.key == row.key).execute()
    return tuple(row.key for row in noted if row.key not in needed)
