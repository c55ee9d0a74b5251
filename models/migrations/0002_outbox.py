"""Messages that are not replies: outbox, verdicts, consents, the access token; receipts tell who opened a window."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    add_columns(_receipts(db), "sender", "opens")
    for table in _tables(db):
        create(table)


def _receipts(db: Any) -> type[peewee.Model]:
    class Receipt(db.Model):
        delivery = BytesField(32, primary_key=True)
        at = MomentField(index=True)
        reply = SecretField(4000, null=True)
        sender = BytesField(32, null=True)
        opens = AsciiField(8, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "receipts"
            indexes = ((("sender", "at"), False),)

    return Receipt


def _tables(db: Any) -> list[type[peewee.Model]]:
    class AccessToken(db.Model):
        app_id = AsciiField(32, primary_key=True)
        revision = peewee.IntegerField()
        token = SecretField(1200, null=True)
        expires_at = MomentField(null=True)
        claimed_until = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "access_tokens"

    class Outgoing(db.Model):
        key = AsciiField(64, unique=True)
        kind = AsciiField(16)
        hall_id = peewee.IntegerField(null=True)
        visit_id = peewee.IntegerField(null=True, index=True)
        openid = AsciiField(64)
        content = SecretField(6000)
        state = AsciiField(12)
        channel = AsciiField(16, null=True)
        closed = AsciiField(64)
        tries = peewee.IntegerField()
        created_at = MomentField()
        due_at = MomentField()
        expires_at = MomentField()
        unsure_since = MomentField(null=True)
        claimed_at = MomentField(null=True)
        sent_at = MomentField(null=True)
        reason = AsciiField(24, null=True)
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
            )

    class Verdict(db.Model):
        msgid = AsciiField(32, primary_key=True)
        outcome = AsciiField(24)
        at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "verdicts"

    class Grant(db.Model):
        openid = AsciiField(64)
        template_id = AsciiField(64)
        left = peewee.IntegerField()
        at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "grants"
            indexes = ((("openid", "template_id"), True),)

    return [AccessToken, Outgoing, Verdict, Grant]
