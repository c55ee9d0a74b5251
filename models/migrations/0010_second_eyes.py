"""Second pairs of eyes: what was asked of another admin, and the answer."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class Approval(db.Model):
        code = AsciiField(8, unique=True)
        hall_id = peewee.IntegerField()
        kind = AsciiField(12)
        of_id = peewee.IntegerField()
        purpose = SecretField(700)
        asked_by = AsciiField(64)
        answer = AsciiField(8)
        asked_at = MomentField()
        expires_at = MomentField(index=True)
        answered_by = AsciiField(64, null=True)
        answered_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "approvals"
            indexes = (
                (("hall_id", "expires_at"), False),
                (("kind", "of_id"), False),
            )

    create(Approval)
