"""Looks: what staff opened of somebody's data."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, DayField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class Look(db.Model):
        at = MomentField()
        hall_id = peewee.IntegerField()
        role = AsciiField(16)
        what = AsciiField(12)
        why = AsciiField(24)
        words = SecretField(700, null=True)
        visit_id = peewee.IntegerField(null=True)
        case_id = peewee.IntegerField(null=True)
        first = DayField(null=True)
        last = DayField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "looks"
            indexes = (
                (("visit_id", "at"), False),
                (("case_id", "at"), False),
                (("hall_id", "what", "at"), False),
                (("at",), False),
            )

    create(Look)
