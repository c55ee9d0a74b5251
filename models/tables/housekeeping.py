"""The service's own books: which key is in use, which job ran when."""

from datetime import datetime

import peewee

from models.tables.database import execute, sql
from models.tables.fields import AsciiField, BytesField, MomentField, Table, moment_in, moment_out


class KeyCheck(Table):
    """By which a key is known again; written when the key is first used. `retired_at`: since when nothing needs it, so
    that the settings may leave it out."""

    key = AsciiField(24, primary_key=True)
    check = BytesField(32, column_name="check_value")
    retired_at = MomentField(null=True)

    class Meta:
        table_name = "key_checks"


class JobRun(Table):
    """A slot of time in which a job was taken by one of the processes that run jobs."""

    name = AsciiField(32)
    slot = peewee.BigIntegerField()
    started_at = MomentField()

    class Meta:
        table_name = "job_runs"
        indexes = ((("name", "slot"), True),)


_RETIRED = sql("SELECT `key` FROM key_checks WHERE retired_at < ?")
# The latest two slots of each job are kept.
_LAST_RUNS = sql("SELECT name, MAX(started_at) FROM job_runs GROUP BY name")


def retired_before(moment: datetime) -> list[str]:
    """The keys (hash:h1) that nothing needed any more at a moment."""
    return [bytes(row[0]).decode() for row in execute(_RETIRED, moment_out(moment)).fetchall()]


def last_runs() -> dict[str, datetime]:
    """When each job last began."""
    return {bytes(row[0]).decode(): moment_in(row[1]) for row in execute(_LAST_RUNS).fetchall()}
