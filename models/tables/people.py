"""People who talk to the account: who they said they are, once they agreed to its being kept."""

import peewee

from models.tables.fields import AsciiField, MomentField, SecretField, Table


class Person(Table):
    """`profile` is JSON of the answers to reuse; `facts` JSON of the rest, nothing of which names anybody: language,
    consents {hall id: notice version}, matters {hall id: code of the last one}, last hall."""

    openid = AsciiField(64, unique=True)
    profile = SecretField(2000)
    facts = peewee.TextField()
    created_at = MomentField()
    seen_at = MomentField()

    class Meta:
        table_name = "people"
