"""What was erased of each hall day; and what erasing looks up."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, BytesField, DayField, MomentField


def up(migrator: object, db: Any) -> None:
    class Deletion(db.Model):
        hall_id = peewee.IntegerField()
        day = DayField()
        what = AsciiField(16)
        part = peewee.IntegerField()
        kept_days = peewee.IntegerField()
        erased = peewee.IntegerField()
        left = peewee.IntegerField()
        fingerprint = BytesField(32)
        began_at = MomentField()
        ended_at = MomentField()
        number = peewee.IntegerField(null=True)
        previous = BytesField(32, null=True)
        digest = BytesField(32, null=True)
        key_id = AsciiField(32, null=True)
        signature = BytesField(64, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "deletions"
            indexes = (
                (("hall_id", "what", "day", "part"), True),
                (("hall_id", "number"), True),
            )

    create(Deletion)
    add_columns(_cases(db), "ending_told_at")
    for table in _of_what_goes(db):
        add_columns(table)


def _cases(db: Any) -> type[peewee.Model]:
    class Case(db.Model):
        ending_told_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "cases"

    return Case


def _of_what_goes(db: Any) -> list[type[peewee.Model]]:
    """The tables that get an index: of each what the index needs."""

    class Flag(db.Model):
        visit_id = peewee.IntegerField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "flags"

    class Person(db.Model):
        seen_at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "people"

    class Grant(db.Model):
        at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "grants"

    return [Flag, Person, Grant]
