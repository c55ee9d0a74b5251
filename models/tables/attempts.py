"""How often something was tried within a stretch of time, by every process together."""

from datetime import datetime

import peewee

from models.tables.database import changed, one, sql
from models.tables.fields import BytesField, MomentField, Table, insert, moment_out


class Attempt(Table):
    """`key` is a hash of who tried what; `slot` the number of the stretch of time."""

    key = BytesField(32)
    slot = peewee.BigIntegerField()
    count = peewee.IntegerField()
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "attempts"
        indexes = ((("key", "slot"), True),)


_ADD = sql("UPDATE attempts SET count = count + ? WHERE `key` = ? AND slot = ?")
_READ = sql("SELECT count FROM attempts WHERE `key` = ? AND slot = ?")
_FORGET = sql("DELETE FROM attempts WHERE expires_at < ?")


def add(key: bytes, slot: int, expires_at: datetime, by: int = 1) -> int:
    """Count so many more tries and give the sum; of two first ones at once the unit of work of one is redone."""
    if changed(_ADD, by, key, slot) == 0:
        insert(Attempt, key=key, slot=slot, count=by, expires_at=expires_at)
        return by
    return counted(key, slot)


def counted(key: bytes, slot: int) -> int:
    """The sum so far."""
    row = one(_READ, key, slot)
    return row[0] if row else 0


def forget(before: datetime) -> int:
    """Remove what is over."""
    return changed(_FORGET, moment_out(before))
