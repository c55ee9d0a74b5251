"""Who began a check-in and has not finished it: which flow a talk is of, readable without its answers."""

from typing import Any

import peewee

from models.migrations import add_columns
from models.tables.fields import AsciiField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class Conversation(db.Model):
        openid = AsciiField(64, primary_key=True)
        hall_id = peewee.IntegerField(null=True)
        revision = peewee.IntegerField()
        state = SecretField(8000)
        expires_at = MomentField(index=True)
        asks = AsciiField(24, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "conversations"
            indexes = ((("hall_id", "expires_at"), False),)

    add_columns(Conversation, "asks")
