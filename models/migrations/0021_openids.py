"""Openids are encrypted: the same one always to the same bytes, under a key of this installation.

Whatever was written before is written anew, a few hundred rows at a time; a step that failed half-way goes on where it
ended, since what is encrypted does not begin as an openid does.
"""

from typing import Any

import peewee

from models.migrations import create
from models.tables.fields import AsciiField, SecretField
from models.tables.openids import openid_cipher, sealed

_BYTES = 64 + 17
_AT_ONCE = 500
_FIRST_OF_ASCII = b"!"

# Table, column, and whether it may be NULL.
_COLUMNS = (
    ("people", "openid", False),
    ("conversations", "openid", False),
    ("fevers", "openid", False),
    ("outbox", "openid", False),
    ("grants", "openid", False),
    ("members", "openid", False),
    ("invites", "made_by", True),
    ("menu_changes", "openid", False),
    ("exports", "openid", False),
    ("export_copies", "openid", False),
    ("approvals", "asked_by", False),
    ("approvals", "answered_by", True),
    ("photos", "openid", False),
    ("sign_ins", "openid", True),
    ("sessions", "openid", False),
    ("cases", "opened_by", False),
    ("case_openings", "openid", False),
    ("contacts", "assigned_to", True),
    ("contact_notes", "by", False),
    ("notices", "by", False),
)


def up(migrator: object, db: Any) -> None:
    class OpenidKey(db.Model):
        name = AsciiField(8, primary_key=True)
        key = SecretField(200)

        class Meta:
            legacy_table_names = False
            table_name = "openid_keys"

    create(OpenidKey)
    database = OpenidKey._meta.database
    if isinstance(database, peewee.MySQLDatabase):
        for table, column, may_be_null in _COLUMNS:
            _widen(database, table, column, may_be_null=may_be_null)
    # By no index would they be found one by one; whoever was about to sign in begins once more.
    database.execute_sql("DELETE FROM sign_ins")
    for table, column, _ in _COLUMNS:
        _encrypt(OpenidKey, table, column)


def _widen(database: peewee.Database, table: str, column: str, *, may_be_null: bool) -> None:
    """SQLite holds no column to its length."""
    null = "NULL" if may_be_null else "NOT NULL"
    database.execute_sql(f"ALTER TABLE {table} MODIFY `{column}` VARBINARY({_BYTES}) {null}")


def _encrypt(keys: Any, table: str, column: str) -> None:
    database = keys._meta.database
    place = database.param
    due = f"SELECT DISTINCT `{column}` FROM {table} WHERE `{column}` >= {place} ORDER BY `{column}` LIMIT {_AT_ONCE}"
    change = f"UPDATE {table} SET `{column}` = {place} WHERE `{column}` = {place}"
    while rows := database.execute_sql(due, (_FIRST_OF_ASCII,)).fetchall():
        with database.atomic():
            # The key is stored before anything is encrypted with it; other processes wait for the step to end.
            cipher = openid_cipher(keys)
            for (openid,) in rows:
                database.execute_sql(change, (sealed(cipher, bytes(openid).decode()), openid))
