"""Seals of the audit: for each hall and day what its rows came to, chained and signed."""

import peewee

from models.tables.fields import AsciiField, BytesField, DayField, MomentField, Table


class AuditSeal(Table):
    """The rows of one hall (0: the account) that no earlier seal holds, that are of before `ends_at`, and whose ids are
    not above `top_id`: `count` of them from `first_id` to `last_id`, `late` of them of before `begins_at`, where the
    seal before ended. `number` counts the seals of all halls, without gaps; `prior` is the digest of the one before in
    that order, `previous` that of the hall's one before. `pruned_at`: when its rows were erased for their age."""

    number = peewee.IntegerField(primary_key=True)
    hall_id = peewee.IntegerField()
    day = DayField()
    begins_at = MomentField()
    ends_at = MomentField()
    top_id = peewee.IntegerField()
    count = peewee.IntegerField()
    late = peewee.IntegerField()
    first_id = peewee.IntegerField()
    last_id = peewee.IntegerField()
    rows_digest = BytesField(32)
    sealed_at = MomentField()
    prior = BytesField(32)
    previous = BytesField(32)
    digest = BytesField(32)
    key_id = AsciiField(32)
    signature = BytesField(64)
    pruned_at = MomentField(null=True)
    pruned_key_id = AsciiField(32, null=True)
    pruned_signature = BytesField(64, null=True)

    class Meta:
        table_name = "audit_seals"
        indexes = ((("hall_id", "day"), True),)
