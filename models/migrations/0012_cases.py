"""Cases: who was in a hall with somebody who is ill, what was done about each, and the exports of a case."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, DayField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    for table in (*_cases(db), *_contacts(db)):
        create(table)
    add_columns(_exports(db), "case_id")


def _cases(db: Any) -> list[type[peewee.Model]]:
    class Case(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        number = AsciiField(16)
        origin_id = peewee.IntegerField(null=True, index=True)
        contact_id = peewee.IntegerField(null=True)
        status = AsciiField(8)
        person = peewee.IntegerField()
        reason = SecretField(700, null=True)
        authority = SecretField(400, null=True)
        first = DayField()
        last = DayField()
        asked_first = DayField()
        definition = AsciiField(200)
        opened_by = AsciiField(64)
        opened_at = MomentField()
        tracing = AsciiField(8)
        claimed_until = MomentField()
        tries = peewee.IntegerField()
        traced_at = MomentField(null=True)
        stays = peewee.IntegerField()
        contacts = peewee.IntegerField()
        closed_at = MomentField(null=True)
        held_until = DayField(null=True)
        hold_reason = SecretField(700, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "cases"
            indexes = (
                (("hall_id", "number"), True),
                (("hall_id", "opened_at"), False),
                (("tracing", "claimed_until"), False),
                (("held_until",), False),
                (("status", "opened_at"), False),
            )

    class CaseVisit(db.Model):
        case_id = peewee.IntegerField()
        visit_id = peewee.IntegerField()
        contact_id = peewee.IntegerField()
        with_visit = peewee.IntegerField()
        least = peewee.IntegerField()
        most = peewee.IntegerField()
        tail = peewee.IntegerField()
        is_tail_only = peewee.BooleanField()
        met = AsciiField(12)

        class Meta:
            legacy_table_names = False
            table_name = "case_visits"
            indexes = (
                (("case_id", "visit_id"), True),
                (("visit_id",), False),
                (("case_id", "contact_id"), False),
            )

    class CaseOpening(db.Model):
        case_id = peewee.IntegerField()
        openid = AsciiField(64)
        session_id = AsciiField(16)
        way = AsciiField(8)
        reason = SecretField(700)
        approval_id = peewee.IntegerField(null=True)
        at = MomentField()
        until = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "case_openings"
            indexes = ((("case_id", "session_id", "until"), False),)

    return [Case, CaseVisit, CaseOpening]


def _contacts(db: Any) -> list[type[peewee.Model]]:
    class Contact(db.Model):
        case_id = peewee.IntegerField()
        number = peewee.IntegerField()
        visit_id = peewee.IntegerField()
        person_id = peewee.IntegerField(null=True)
        is_companion = peewee.BooleanField()
        is_gone = peewee.BooleanField()
        is_tail_only = peewee.BooleanField()
        stays = peewee.IntegerField()
        same_door = peewee.BooleanField()
        same_matter = peewee.BooleanField()
        certainty = AsciiField(12)
        least = peewee.IntegerField()
        most = peewee.IntegerField()
        tail = peewee.IntegerField()
        score = peewee.IntegerField()
        state = AsciiField(12)
        assigned_to = AsciiField(64, null=True)
        changed_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "contacts"
            indexes = (
                (("case_id", "number"), True),
                (("case_id", "is_gone", "score"), False),
                (("person_id",), False),
                (("visit_id",), False),
            )

    class ContactNote(db.Model):
        case_id = peewee.IntegerField()
        contact_id = peewee.IntegerField(index=True)
        at = MomentField()
        by = AsciiField(64)
        kind = AsciiField(12)
        text = SecretField(1500, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "contact_notes"
            indexes = ((("case_id",), False),)

    class Notice(db.Model):
        case_id = peewee.IntegerField()
        contact_id = peewee.IntegerField()
        key = AsciiField(64, unique=True)
        by = AsciiField(64)
        at = MomentField()
        state = AsciiField(12)
        channel = AsciiField(16, null=True)
        reason = AsciiField(24, null=True)
        verdict = AsciiField(24, null=True)

        class Meta:
            legacy_table_names = False
            table_name = "notices"
            indexes = (
                (("case_id", "contact_id"), False),
                (("state", "at"), False),
            )

    return [Contact, ContactNote, Notice]


def _exports(db: Any) -> type[peewee.Model]:
    class Export(db.Model):
        public_id = AsciiField(16, unique=True)
        hall_id = peewee.IntegerField()
        openid = AsciiField(64)
        first = DayField()
        last = DayField()
        status = AsciiField(12)
        rows_expected = peewee.IntegerField()
        rows_done = peewee.IntegerField()
        rows_faulty = peewee.IntegerField()
        tries = peewee.IntegerField()
        failures = peewee.IntegerField()
        claimed_until = MomentField()
        made_at = MomentField()
        expires_at = MomentField()
        full_bytes = peewee.BigIntegerField()
        masked_bytes = peewee.BigIntegerField()
        case_id = peewee.IntegerField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "exports"
            indexes = (
                (("hall_id", "made_at"), False),
                (("status", "claimed_until"), False),
                (("status", "expires_at"), False),
            )

    return Export
