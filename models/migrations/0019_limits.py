"""Where a sign-in leads is encrypted: an address that somebody asked for may hold a token, or whatever a stranger wrote
there."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    class SignIn(db.Model):
        kind = AsciiField(8)
        token_hash = BytesField(32, unique=True)
        number_hash = BytesField(32, null=True)
        browser_hash = BytesField(32, null=True)
        state = AsciiField(12)
        openid = AsciiField(64, null=True)
        spent_hash = BytesField(32, null=True)
        target = SecretField(300)
        device = peewee.CharField(max_length=80)
        made_at = MomentField()
        expires_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "sign_ins"
            indexes = (
                (("number_hash",), True),
                (("kind", "expires_at"), False),
            )

    # Its rows live minutes: whoever is about to sign in begins once more.
    SignIn._schema.drop_table(safe=True)
    create(SignIn)
