"""Requests: what people without the chat ask for at a counter."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, LongTextField, MomentField


def up(migrator: object, db: Any) -> None:
    class OwnRequest(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        at = MomentField()
        session = AsciiField(16)
        asker = AsciiField(12)
        document = AsciiField(24)
        visits = LongTextField()
        fevers = LongTextField()
        unlike = peewee.IntegerField()
        copied_at = MomentField(null=True)
        erased_at = MomentField(null=True)
        outcome = LongTextField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "own_requests"
            indexes = ((("at",), False),)

    create(OwnRequest)
