"""Forms that visitors send, each once."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import BytesField, MomentField


def up(migrator: object, db: Any) -> None:
    class Submission(db.Model):
        key = BytesField(32, primary_key=True)
        at = MomentField(index=True)
        outcome = peewee.CharField(max_length=200)

        class Meta:
            legacy_table_names = False
            table_name = "submissions"

    create(Submission)
