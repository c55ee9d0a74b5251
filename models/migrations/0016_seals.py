"""Seals of the audit, and the public keys by which seals are verified."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, BytesField, DayField, LongTextField, MomentField


def up(migrator: object, db: Any) -> None:
    class Audit(db.Model):
        at = MomentField()
        hall_id = peewee.IntegerField()
        actor = BytesField(32, null=True)
        role = AsciiField(16)
        action = AsciiField(32)
        detail = LongTextField()

        class Meta:
            legacy_table_names = False
            table_name = "audits"
            indexes = (
                (("hall_id", "at"), False),
                (("hall_id", "id"), False),
                (("action", "at"), False),
                (("at",), False),
            )

    class SealKey(db.Model):
        number = peewee.IntegerField(primary_key=True)
        key_id = AsciiField(32, unique=True)
        public = BytesField(32)
        since = MomentField()
        countersigned_by = AsciiField(32, null=True)
        countersignature = BytesField(64, null=True)
        vouched = BytesField(64, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "seal_keys"

    class AuditSeal(db.Model):
        number = peewee.IntegerField(primary_key=True)
        hall_id = peewee.IntegerField()
        day = DayField()
        begins_at = MomentField()
        ends_at = MomentField()
        above_id = peewee.IntegerField()
        top_id = peewee.IntegerField()
        row_count = peewee.IntegerField()
        late = peewee.IntegerField()
        first_id = peewee.IntegerField()
        last_id = peewee.IntegerField()
        rows_digest = BytesField(32)
        sealed_at = MomentField()
        prior = BytesField(32)
        previous = BytesField(32)
        digest = BytesField(32)
        key_id = AsciiField(32)
        signature = BytesField(64)
        pruned_at = MomentField(null=True)
        pruned_key_id = AsciiField(32, null=True)
        pruned_signature = BytesField(64, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "audit_seals"
            indexes = ((("hall_id", "day"), True),)

    create(Audit)
    create(SealKey)
    create(AuditSeal)
