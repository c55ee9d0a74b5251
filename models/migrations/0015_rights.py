"""Erasing: what somebody asked to have erased and has to wait."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, MomentField


def up(migrator: object, db: Any) -> None:
    class Erasure(db.Model):
        kind = AsciiField(8)
        row_id = peewee.IntegerField()
        asked_at = MomentField()
        due_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "erasures"
            indexes = (
                (("kind", "row_id"), True),
                (("kind", "due_at"), False),
            )

    create(Erasure)
    add_columns(_cases(db))


def _cases(db: Any) -> type[peewee.Model]:
    class Case(db.Model):
        person = peewee.IntegerField()

        class Meta:
            legacy_table_names = False
            table_name = "cases"
            indexes = ((("person",), False),)

    return Case
