"""The first tables: halls, people, visits, conversations, receipts, and the door's and the service's books."""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    for table in _tables(db):
        create(table)


def _tables(db: Any) -> list[type[peewee.Model]]:  # one frozen copy of each, whole
    class Hall(db.Model):
        code = AsciiField(16, unique=True)
        name = peewee.CharField(max_length=100)
        status = AsciiField(16)
        revision = peewee.IntegerField(default=1)
        facts = peewee.TextField()
        created_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "halls"

    class Person(db.Model):
        openid = AsciiField(64, unique=True)
        profile = SecretField(2000)
        facts = peewee.TextField()
        created_at = MomentField()
        seen_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "people"

    class Visit(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        door = peewee.IntegerField()
        person_id = peewee.IntegerField(null=True)
        lead_id = peewee.IntegerField(null=True)
        companions = peewee.IntegerField(default=0)
        open_key = peewee.IntegerField(null=True, unique=True)
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
            legacy_table_names = False
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

    class Correction(db.Model):
        visit_id = peewee.IntegerField(index=True)
        at = MomentField()
        by = AsciiField(16)
        earlier_out_at = MomentField(null=True)
        earlier_how_out = AsciiField(16, null=True)
        out_at = MomentField()
        how_out = AsciiField(16)

        class Meta:
            legacy_table_names = False
            table_name = "corrections"

    class Conversation(db.Model):
        openid = AsciiField(64, primary_key=True)
        hall_id = peewee.IntegerField(null=True)
        revision = peewee.IntegerField()
        state = SecretField(8000)
        expires_at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "conversations"

    class Receipt(db.Model):
        delivery = BytesField(32, primary_key=True)
        at = MomentField(index=True)
        reply = SecretField(4000, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "receipts"

    class Fever(db.Model):
        hall_id = peewee.IntegerField()
        hall_day = peewee.DateField()
        door = peewee.IntegerField()
        openid = AsciiField(64)
        declared_tenths = peewee.IntegerField()
        declared_at = MomentField()
        corrected_tenths = peewee.IntegerField(null=True)
        corrected_at = MomentField(null=True)
        cleared_at = MomentField(null=True)
        measured_tenths = peewee.IntegerField(null=True)
        released_at = MomentField(null=True)
        released_by = AsciiField(16, null=True)
        release_reason = peewee.CharField(max_length=200, null=True)
        name = SecretField(200, null=True)
        phone = SecretField(100, null=True)
        id_hash = BytesField(32, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "fevers"
            indexes = (
                (("openid", "hall_id", "hall_day"), False),
                (("hall_id", "hall_day"), False),
            )

    class HelpRequest(db.Model):
        hall_id = peewee.IntegerField()
        door = peewee.IntegerField()
        asked_at = MomentField()
        done_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "help_requests"
            indexes = ((("hall_id", "asked_at"), False),)

    class Flag(db.Model):
        hall_id = peewee.IntegerField()
        visit_id = peewee.IntegerField()
        kind = AsciiField(24)
        at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "flags"
            indexes = ((("hall_id", "at"), False),)

    class KeyCheck(db.Model):
        key = AsciiField(24, primary_key=True)
        check = BytesField(32, column_name="check_value")

        class Meta:
            legacy_table_names = False
            table_name = "key_checks"

    class JobRun(db.Model):
        name = AsciiField(32)
        slot = peewee.BigIntegerField()
        started_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "job_runs"
            indexes = ((("name", "slot"), True),)

    return [Hall, Person, Visit, Correction, Conversation, Receipt, Fever, HelpRequest, Flag, KeyCheck, JobRun]
