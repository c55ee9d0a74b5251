"""Exports of a hall's visits, the pieces of their workbooks, and the copies taken of them."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, DayField, MediumBytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class Export(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        openid = AsciiField(64)
        first = DayField()
        last = DayField()
        status = AsciiField(12)
        rows_expected = peewee.IntegerField()
        rows_done = peewee.IntegerField()
        rows_faulty = peewee.IntegerField()
        tries = peewee.IntegerField()
        failures = peewee.IntegerField()
        claimed_until = MomentField()
        made_at = MomentField()
        expires_at = MomentField()
        full_bytes = peewee.BigIntegerField()
        masked_bytes = peewee.BigIntegerField()

        class Meta:
            legacy_table_names = False
            table_name = "exports"
            indexes = (
                (("hall_id", "made_at"), False),
                (("status", "claimed_until"), False),
                (("status", "expires_at"), False),
            )

    class ExportChunk(db.Model):
        export_id = peewee.IntegerField()
        kind = AsciiField(8)
        part = peewee.IntegerField()
        data = MediumBytesField()

        class Meta:
            legacy_table_names = False
            table_name = "export_chunks"
            indexes = ((("export_id", "kind", "part"), True),)

    class ExportCopy(db.Model):
        export_id = peewee.IntegerField()
        number = peewee.IntegerField()
        hall_id = peewee.IntegerField()
        kind = AsciiField(8)
        purpose = SecretField(700)
        openid = AsciiField(64)
        session_id = AsciiField(16)
        approval_id = peewee.IntegerField(null=True)
        made_at = MomentField()
        opened_until = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "export_copies"
            indexes = (
                (("export_id", "number"), True),
                (("hall_id", "made_at"), False),
            )

    for table in (Export, ExportChunk, ExportCopy):
        create(table)
