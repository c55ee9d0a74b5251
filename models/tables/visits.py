"""Visits: who was in which hall from when to when, and how each end is known."""

import peewee

from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table


class Visit(Table):
    """One stay of one person. `open_key` is unique while the visit is open and null afterwards, so that a person
    cannot be inside twice (MySQL and MariaDB have no partial index)."""

    public_id = AsciiField(16, unique=True)
    hall_id = peewee.IntegerField()
    door = peewee.IntegerField()
    person_id = peewee.IntegerField(null=True)
    lead_id = peewee.IntegerField(null=True)
    open_key = BytesField(32, null=True, unique=True)
    hall_day = peewee.DateField()
    scanned_at = MomentField(null=True)
    in_at = MomentField()
    out_at = MomentField(null=True)
    due_at = MomentField()
    how_in = AsciiField(16)
    how_out = AsciiField(16, null=True)
    matter = AsciiField(32, null=True)
    temperature_tenths = peewee.IntegerField(null=True)
    temperature_source = AsciiField(16, null=True)
    consent_version = peewee.IntegerField(null=True)
    registered_by = AsciiField(16)
    name = SecretField(200)
    id_kind = AsciiField(24, null=True)
    id_number = SecretField(100, null=True)
    phone = SecretField(100, null=True)
    address = SecretField(500, null=True)
    name_hash = BytesField(32)
    id_hash = BytesField(32, null=True)
    phone_hash = BytesField(32, null=True)
    phone_tail_hash = BytesField(32, null=True)

    class Meta:
        table_name = "visits"
        indexes = (
            (("hall_id", "out_at"), False),  # who is inside
            (("hall_id", "in_at"), False),  # who overlapped: no stay is longer than 24 h
            (("hall_id", "hall_day"), False),  # purge a day
            (("out_at", "due_at"), False),  # what is overdue
            (("person_id", "in_at"), False),  # my records
            (("lead_id",), False),  # companions
            (("hall_id", "id_hash"), False),  # the same number under another openid
        )


class Correction(Table):
    """An exit that was known otherwise before: the earlier value, and how it was known."""

    visit_id = peewee.IntegerField(index=True)
    at = MomentField()
    by = AsciiField(16)
    earlier_out_at = MomentField(null=True)
    earlier_how_out = AsciiField(16, null=True)
    out_at = MomentField()
    how_out = AsciiField(16)

    class Meta:
        table_name = "corrections"
