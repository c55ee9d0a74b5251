"""The books that are kept of keys: how far tables are written anew, and who staff were under earlier hash keys."""

import functools
from collections.abc import Callable, Sequence

from models.tables.database import changed, execute, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table

AT_ONCE = 256


class Rekeying(Table):
    """How far a table is written with the keys `keys` ("d2 h2"); `upto`: the primary key of the last row, in ASCII
    where it is a number."""

    of_table = AsciiField(64, primary_key=True)
    keys = AsciiField(24)
    upto = BytesField(80)

    class Meta:
        table_name = "rekeyings"


class ActorAlias(Table):
    """The hash under an earlier key of somebody who was staff when it was retired, and theirs under the newest.

    What staff did is noted by such hashes, in rows that are sealed and stay as they were."""

    earlier = BytesField(32, primary_key=True)
    newest = BytesField(32, index=True)

    class Meta:
        table_name = "actor_aliases"


class Restoring(Table):
    """That a restore has begun; while this row is there, the data is not whole and nothing but a restore starts."""

    what = AsciiField(16, primary_key=True)
    begun_at = MomentField()

    class Meta:
        table_name = "restorings"


# What a hash begins with is the id of its key and a colon; a semicolon follows that.
_FORGET = sql("DELETE FROM actor_aliases WHERE earlier >= ? AND earlier < ?")
_MOVE = sql("UPDATE actor_aliases SET newest = ? WHERE newest = ?")


def earlier(newest: Sequence[bytes]) -> dict[bytes, bytes]:
    """Of these hashes, those that the same people had under keys that are gone: {earlier: newest}. Part of a unit of
    work."""
    found: dict[bytes, bytes] = {}
    for start in range(0, len(newest), AT_ONCE):
        part = newest[start : start + AT_ONCE]
        found.update((bytes(row[0]), bytes(row[1])) for row in execute(_earlier(len(part)), *part).fetchall())
    return found


def add_alias(was: bytes, newest: bytes) -> None:
    """Keep that `was` is by now `newest`, and whatever was `was` before. Part of a unit of work."""
    execute(_MOVE, newest, was)
    if not ActorAlias.select().where(ActorAlias.earlier == was).exists():
        ActorAlias.insert(earlier=was, newest=newest).execute()


def forget_aliases(hash_key: str) -> int:
    """Forget who anybody was under this hash key; gives how many rows. Part of a unit of work."""
    prefix = hash_key.encode()
    return changed(_FORGET, prefix + b":", prefix + b";")


@functools.cache
def _earlier(count: int) -> Callable[[], str]:
    return sql(f"SELECT earlier, newest FROM actor_aliases WHERE newest IN ({', '.join('?' * count)})")
