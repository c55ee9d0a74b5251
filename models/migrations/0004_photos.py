"""Photos that are to be read: the queue of media ids, each for as long as its photo is in hand."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class Photo(db.Model):
        delivery = BytesField(32, primary_key=True)
        openid = AsciiField(64, index=True)
        media_id = SecretField(300)
        step = AsciiField(32)
        revision = peewee.IntegerField()
        state = AsciiField(8)
        tries = peewee.IntegerField()
        created_at = MomentField()
        claimed_until = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "photos"

    create(Photo)
