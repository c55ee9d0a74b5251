"""Keys: which are no longer needed, how far tables are written anew, who staff were under earlier keys; and that a
restore has begun."""

from typing import Any

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, BytesField, MomentField


def up(migrator: object, db: Any) -> None:
    class KeyCheck(db.Model):
        key = AsciiField(24, primary_key=True)
        check = BytesField(32, column_name="check_value")
        retired_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "key_checks"

    class Rekeying(db.Model):
        of_table = AsciiField(64, primary_key=True)
        keys = AsciiField(24)
        upto = BytesField(80)

        class Meta:
            legacy_table_names = False
            table_name = "rekeyings"

    class ActorAlias(db.Model):
        earlier = BytesField(32, primary_key=True)
        newest = BytesField(32, index=True)

        class Meta:
            legacy_table_names = False
            table_name = "actor_aliases"

    class Restoring(db.Model):
        what = AsciiField(16, primary_key=True)
        begun_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "restorings"

    add_columns(KeyCheck, "retired_at")
    for table in (Rekeying, ActorAlias, Restoring):
        create(table)
