"""Forms that were sent, and what each came to. The key is the lock: of several that carry it, one does something."""

from datetime import datetime

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import BytesField, MomentField, Table, insert, moment_out


class Submission(Table):
    """`key` is a hash of the form's key; `outcome` JSON of what it came to, nothing of which names anybody."""

    key = BytesField(32, primary_key=True)
    at = MomentField(index=True)
    outcome = peewee.CharField(max_length=200)

    class Meta:
        table_name = "submissions"


_READ = sql("SELECT outcome FROM submissions WHERE `key` = ?")
_KEEP = sql("UPDATE submissions SET outcome = ? WHERE `key` = ?")
_FORGET = sql("DELETE FROM submissions WHERE at < ?")


def outcome_of(key: bytes) -> str | None:
    """What the form with this key came to; None while none was stored."""
    row = one(_READ, key)
    return None if row is None else str(row[0])


def claim(key: bytes, at: datetime) -> None:
    """Make this form ours. Waits while another unit of work holds it; if that one is stored, this one is redone, and
    finds the outcome."""
    insert(Submission, key=key, at=at, outcome="")


def keep(key: bytes, outcome: str) -> None:
    """Keep what a claimed form came to."""
    execute(_KEEP, outcome, key)


def forget(before: datetime) -> int:
    """Remove those whose key holds no more."""
    return changed(_FORGET, moment_out(before))
