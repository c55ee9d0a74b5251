"""What staff look for in a hall's records, and what they note: indexes, the number of a slip, a remark."""

from typing import Any

import peewee

from models.migrations import add_columns, drop_index
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    visits = _visits(db)
    add_columns(visits, "slip", "remark")
    drop_index(visits, "hall_id", "out_at")
    drop_index(visits, "hall_id", "id_hash")


def _visits(db: Any) -> type[peewee.Model]:
    class Visit(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        door = peewee.IntegerField()
        person_id = peewee.IntegerField(null=True)
        lead_id = peewee.IntegerField(null=True)
        companions = peewee.IntegerField(default=0)
        open_key = peewee.IntegerField(null=True, unique=True)
        hall_day = peewee.DateField()
        scanned_at = MomentField(null=True)
        in_at = MomentField()
        out_at = MomentField(null=True)
        due_at = MomentField()
        how_in = AsciiField(16)
        how_out = AsciiField(16, null=True)
        matter = AsciiField(32, null=True)
        temperature_tenths = peewee.IntegerField(null=True)
        temperature_source = AsciiField(16, null=True)
        consent_version = peewee.IntegerField(null=True)
        registered_by = AsciiField(16)
        name = SecretField(200)
        id_kind = AsciiField(24, null=True)
        id_number = SecretField(100, null=True)
        phone = SecretField(100, null=True)
        address = SecretField(500, null=True)
        name_hash = BytesField(32)
        id_hash = BytesField(32, null=True)
        phone_hash = BytesField(32, null=True)
        phone_tail_hash = BytesField(32, null=True)
        slip = AsciiField(16, null=True)
        remark = SecretField(700, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "visits"
            indexes = (
                (("hall_id", "out_at", "in_at"), False),
                (("hall_id", "in_at"), False),  # who overlapped: no stay is longer than 24 h
                (("hall_id", "hall_day"), False),  # purge a day
                (("out_at", "due_at"), False),  # what is overdue
                (("person_id", "in_at"), False),  # my records
                (("lead_id",), False),  # companions
                (("hall_id", "id_hash", "in_at"), False),
                (("hall_id", "name_hash", "in_at"), False),
                (("hall_id", "phone_hash", "in_at"), False),
                (("hall_id", "phone_tail_hash", "in_at"), False),
                (("hall_id", "matter", "in_at"), False),
                (("hall_id", "door", "in_at"), False),
                (("hall_id", "how_out", "in_at"), False),
                (("hall_id", "slip"), True),
            )

    return Visit
