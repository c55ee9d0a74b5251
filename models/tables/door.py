"""What staff must look at: fevers, calls for help, doubts about a visit. Who of staff has seen to it stands there as
in the audit, as a keyed hash."""

from datetime import datetime

import peewee

from models.tables.database import execute, sql
from models.tables.fields import AsciiField, BytesField, DayField, MomentField, SecretField, Table, moment_out
from models.tables.openids import OpenidField


class Fever(Table):
    """A declared temperature at or above the hall's threshold: recorded without a visit, until staff release it."""

    hall_id = peewee.IntegerField()
    hall_day = DayField()
    door = peewee.IntegerField()
    openid = OpenidField(64)
    declared_tenths = peewee.IntegerField()
    declared_at = MomentField()
    corrected_tenths = peewee.IntegerField(null=True)
    corrected_at = MomentField(null=True)
    cleared_at = MomentField(null=True)
    measured_tenths = peewee.IntegerField(null=True)
    released_at = MomentField(null=True)
    released_by = AsciiField(16, null=True)
    release_reason = peewee.CharField(max_length=200, null=True)
    released_actor = BytesField(32, null=True)
    name = SecretField(200, null=True)
    phone = SecretField(100, null=True)
    id_hash = BytesField(32, null=True)

    class Meta:
        table_name = "fevers"
        indexes = (
            (("openid", "hall_id", "hall_day"), False),
            (("hall_id", "hall_day"), False),
        )


class HelpRequest(Table):
    """Somebody at a door asked for a person; no name stands here."""

    hall_id = peewee.IntegerField()
    door = peewee.IntegerField()
    asked_at = MomentField()
    done_at = MomentField(null=True)
    done_by = BytesField(32, null=True)

    class Meta:
        table_name = "help_requests"
        indexes = ((("hall_id", "asked_at"), False),)


class Flag(Table):
    """Something about a visit that staff should see; it never changes the visit."""

    hall_id = peewee.IntegerField()
    visit_id = peewee.IntegerField(index=True)
    kind = AsciiField(24)
    at = MomentField()
    done_at = MomentField(null=True)
    done_by = BytesField(32, null=True)

    class Meta:
        table_name = "flags"
        indexes = ((("hall_id", "at"), False),)


_FLAGS = sql("SELECT kind FROM flags WHERE hall_id = ? AND at >= ? AND visit_id = ? ORDER BY id")


def flags_of(hall_id: int, visit_id: int, in_at: datetime) -> list[str]:
    """What staff should see of a visit: the kinds of its flags, none of which is older than its entry."""
    rows = execute(_FLAGS, hall_id, moment_out(in_at), visit_id).fetchall()
    return [bytes(row[0]).decode() for row in rows]
