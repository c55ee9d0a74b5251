"""What waits for staff: who has seen to it; what did not reach the people of a hall; sheets of numbered slips."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    fever, help_request, flag = _at_the_door(db)
    add_columns(fever, "released_actor")
    add_columns(help_request, "done_by")
    add_columns(flag, "done_at", "done_by")
    add_columns(_outbox(db))
    create(_slip_sheets(db))


def _at_the_door(db: Any) -> tuple[type[peewee.Model], ...]:
    class Fever(db.Model):
        hall_id = peewee.IntegerField()
        hall_day = peewee.DateField()
        openid = AsciiField(64)
        released_actor = BytesField(32, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "fevers"
            indexes = (
                (("openid", "hall_id", "hall_day"), False),
                (("hall_id", "hall_day"), False),
            )

    class HelpRequest(db.Model):
        hall_id = peewee.IntegerField()
        asked_at = MomentField()
        done_by = BytesField(32, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "help_requests"
            indexes = ((("hall_id", "asked_at"), False),)

    class Flag(db.Model):
        hall_id = peewee.IntegerField()
        at = MomentField()
        done_at = MomentField(null=True)
        done_by = BytesField(32, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "flags"
            indexes = ((("hall_id", "at"), False),)

    return Fever, HelpRequest, Flag


def _outbox(db: Any) -> type[peewee.Model]:
    class Outgoing(db.Model):
        key = AsciiField(64, unique=True)
        kind = AsciiField(16)
        hall_id = peewee.IntegerField(null=True)
        visit_id = peewee.IntegerField(null=True, index=True)
        openid = AsciiField(64)
        content = SecretField(6000)
        state = AsciiField(12)
        due_at = MomentField()
        created_at = MomentField()
        sent_at = MomentField(null=True)
        msgid = AsciiField(32, null=True)
        verdict = AsciiField(24, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "outbox"
            indexes = (
                (("state", "due_at"), False),
                (("openid", "sent_at"), False),
                (("msgid",), False),
                (("created_at",), False),
                (("hall_id", "created_at", "state", "verdict"), False),
            )

    return Outgoing


def _slip_sheets(db: Any) -> type[peewee.Model]:
    class SlipSheet(db.Model):
        hall_id = peewee.IntegerField()
        first = peewee.IntegerField()
        count = peewee.IntegerField()
        made_at = MomentField()
        made_by = BytesField(32)

        class Meta:
            legacy_table_names = False
            table_name = "slip_sheets"
            indexes = ((("hall_id", "first"), True),)

    return SlipSheet
