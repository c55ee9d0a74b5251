"""Erasures that are still to be written to the journal beside the database, and how far a round of work has come."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, MomentField, RowNumberField


def up(migrator: object, db: Any) -> None:
    class ErasureLine(db.Model):
        id = RowNumberField()
        line = AsciiField(2000)
        at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "erasure_lines"

    class Round(db.Model):
        name = AsciiField(16, primary_key=True)
        reached = peewee.IntegerField()

        class Meta:
            legacy_table_names = False
            table_name = "rounds"

    create(ErasureLine)
    create(Round)
