"""People who talk to the account: who they said they are, once they agreed to its being kept."""

import peewee

from models.tables.fields import AsciiField, MomentField, SecretField, Table


class Person(Table):
    """All three texts are JSON: `profile` the answers to reuse, `consents` {hall id: notice version}, `matters`
    {hall id: code of the last matter}."""

    openid = AsciiField(64, unique=True)
    language = AsciiField(8, default="zh")
    profile = SecretField(2000)
    consents = peewee.TextField()
    matters = peewee.TextField()
    last_hall_id = peewee.IntegerField(null=True)
    created_at = MomentField()
    seen_at = MomentField()

    class Meta:
        table_name = "people"
