"""Halls that register themselves: staff and invites, codes at the platform, sign-ins and sessions, limits, audit."""

from typing import Any

import peewee

from models.migrations import add_columns, create
from models.tables.fields import AsciiField, BytesField, LongTextField, MomentField, SecretField


def up(migrator: object, db: Any) -> None:
    add_columns(_halls(db), "double_key", "name_key", "reason", "most_reissues")
    for table in (*_of_staff(db), *_of_signing_in(db)):
        create(table)


def _halls(db: Any) -> type[peewee.Model]:
    class Hall(db.Model):
        code = AsciiField(16, unique=True)
        name = peewee.CharField(max_length=100)
        status = AsciiField(16)
        revision = peewee.IntegerField(default=1)
        facts = peewee.TextField()
        created_at = MomentField()
        double_key = BytesField(32, null=True)
        name_key = BytesField(16, null=True)
        reason = peewee.CharField(max_length=200, null=True)
        most_reissues = peewee.IntegerField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "halls"
            indexes = (
                (("double_key",), True),
                (("name_key",), False),
                (("status", "id"), False),
            )

    return Hall


def _of_staff(db: Any) -> list[type[peewee.Model]]:
    class Member(db.Model):
        openid = AsciiField(64)
        hall_id = peewee.IntegerField()
        role = AsciiField(16)
        name = SecretField(200)
        bound_at = MomentField()
        chosen_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "members"
            indexes = (
                (("openid", "hall_id"), True),
                (("hall_id", "id"), False),
            )

    class Invite(db.Model):
        code_hash = BytesField(32, unique=True)
        hall_id = peewee.IntegerField()
        role = AsciiField(16)
        name = SecretField(200)
        made_by = AsciiField(64, null=True)
        made_at = MomentField()
        expires_at = MomentField(index=True)
        used_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "invites"
            indexes = ((("hall_id", "expires_at"), False),)

    class MenuChange(db.Model):
        openid = AsciiField(64, primary_key=True)
        revision = peewee.IntegerField()
        due_at = MomentField(index=True)
        tries = peewee.IntegerField()

        class Meta:
            legacy_table_names = False
            table_name = "menu_changes"

    class HallCode(db.Model):
        hall_id = peewee.IntegerField()
        door = peewee.IntegerField()
        direction = AsciiField(4)
        version = peewee.IntegerField()
        scene = AsciiField(64)
        state = AsciiField(12)
        wanted_at = MomentField()
        due_at = MomentField()
        tries = peewee.IntegerField()
        ticket = AsciiField(200, null=True)
        url = AsciiField(256, null=True)
        reason = AsciiField(24, null=True)
        made_at = MomentField(null=True)
        old_scans = peewee.IntegerField()
        old_seen_at = MomentField(null=True)

        class Meta:
            legacy_table_names = False
            table_name = "hall_codes"
            indexes = (
                (("hall_id", "door", "direction", "version"), True),
                (("state", "due_at"), False),
            )

    class Audit(db.Model):
        at = MomentField()
        hall_id = peewee.IntegerField()
        actor = BytesField(32, null=True)
        role = AsciiField(16)
        action = AsciiField(32)
        detail = LongTextField()

        class Meta:
            legacy_table_names = False
            table_name = "audits"
            indexes = (
                (("hall_id", "at"), False),
                (("action", "at"), False),
                (("at",), False),
            )

    class Turn(db.Model):
        hall_id = peewee.IntegerField(primary_key=True)
        taken = peewee.IntegerField()

        class Meta:
            legacy_table_names = False
            table_name = "turns"

    return [Member, Invite, MenuChange, HallCode, Audit, Turn]


def _of_signing_in(db: Any) -> list[type[peewee.Model]]:
    class SignIn(db.Model):
        kind = AsciiField(8)
        token_hash = BytesField(32, unique=True)
        number_hash = BytesField(32, null=True)
        browser_hash = BytesField(32, null=True)
        state = AsciiField(12)
        openid = AsciiField(64, null=True)
        spent_hash = BytesField(32, null=True)
        target = peewee.CharField(max_length=200)
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

    class Session(db.Model):
        id_hash = BytesField(32, primary_key=True)
        public_id = AsciiField(16, unique=True)
        openid = AsciiField(64)
        place = AsciiField(16)
        device = peewee.CharField(max_length=80)
        begun_at = MomentField()
        seen_at = MomentField()
        expires_at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "sessions"
            indexes = ((("openid", "seen_at"), False),)

    class Attempt(db.Model):
        key = BytesField(32)
        slot = peewee.BigIntegerField()
        count = peewee.IntegerField()
        expires_at = MomentField(index=True)

        class Meta:
            legacy_table_names = False
            table_name = "attempts"
            indexes = ((("key", "slot"), True),)

    return [SignIn, Session, Attempt]
