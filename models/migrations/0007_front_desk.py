"""What the desk did and may take back within minutes, and values that staff put right."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, BytesField, LongTextField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    for table in _tables(db):
        create(table)


def _tables(db: Any) -> list[type[peewee.Model]]:
    class DeskAct(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        actor = BytesField(32)
        at = MomentField()
        kind = AsciiField(16)
        count = peewee.IntegerField()
        detail = LongTextField()
        undone_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "desk_acts"
            indexes = (
                (("hall_id", "at"), False),
                (("at",), False),
            )

    class Amendment(db.Model):
        visit_id = peewee.IntegerField(index=True)
        at = MomentField()
        actor = BytesField(32)
        field = AsciiField(16)
        earlier = SecretField(700, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "amendments"

    return [DeskAct, Amendment]
