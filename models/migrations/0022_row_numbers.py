"""Numbers of rows: on SQLite none is given again once its row is gone, and on either database none is that something
still names.

SQLite cannot change how a table counts: each is made anew, filled and put in the place of the old one, in the order of
https://www.sqlite.org/lang_altertable.html#otheralter; there are no triggers, views or foreign keys. All of it is one
transaction."""

import json
import re
from collections.abc import Iterator
from typing import Any

import peewee

from models.tables import row_numbers

_NUMBER = '"id" INTEGER NOT NULL PRIMARY KEY'
_COUNTING_ON = f"{_NUMBER} AUTOINCREMENT"
_HISTORY = "schema_migration"

_NAMED_BY = {
    "visits": (
        ("visits", "lead_id"), ("corrections", "visit_id"), ("amendments", "visit_id"), ("flags", "visit_id"),
        ("outbox", "visit_id"), ("looks", "visit_id"), ("contacts", "visit_id"), ("case_visits", "visit_id"),
        ("case_visits", "with_visit"), ("cases", "person"), ("erasures", "row_id"),
    ),
    "people": (("visits", "person_id"), ("visits", "open_key"), ("contacts", "person_id"), ("erasures", "row_id")),
    "fevers": (("erasures", "row_id"),),
    "cases": (
        ("cases", "origin_id"), ("case_visits", "case_id"), ("case_openings", "case_id"), ("contacts", "case_id"),
        ("contact_notes", "case_id"), ("notices", "case_id"), ("looks", "case_id"), ("exports", "case_id"),
        ("approvals", "of_id"),
    ),
    "contacts": (
        ("case_visits", "contact_id"), ("contact_notes", "contact_id"), ("notices", "contact_id"),
        ("cases", "contact_id"),
    ),
    "exports": (("export_chunks", "export_id"), ("export_copies", "export_id"), ("approvals", "of_id")),
    "approvals": (("export_copies", "approval_id"), ("case_openings", "approval_id")),
    "audits": (("audit_seals", "top_id"), ("audit_seals", "last_id")),
}  # fmt: skip
"""Where the number of a row stands that may be gone. Nobody removes a hall."""
_LISTED_BY = {"visits": "visits", "fevers": "fevers"}
"""And in which columns of a request there is a list of them."""
_IN_KEYS = ("cases", "contacts", "notices")
"""What the key of a notice names, in its order."""


def up(migrator: object, db: Any) -> None:
    if isinstance(db, peewee.SqliteDatabase):
        for name, text in db.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
            if name != _HISTORY and _NUMBER in text and _COUNTING_ON not in text:
                _count_on(db, name, text)
    highest: dict[str, int] = {}
    for table, number in _named(db):
        highest[table] = max(number, highest.get(table, 0))
    row_numbers.raise_to(db, highest)


def _count_on(db: Any, name: str, text: str) -> None:
    """Make the table anew, so that it never gives a number again."""
    indexes = db.execute_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
    ).fetchall()
    columns = ", ".join(f'"{row[1]}"' for row in db.execute_sql(f'PRAGMA table_info("{name}")').fetchall())
    made = text.replace(_NUMBER, _COUNTING_ON)
    made, replaced = re.subn(rf'^CREATE TABLE "{name}"', f'CREATE TABLE "new_{name}"', made)
    if replaced != 1:
        raise ValueError(f"the table {name} was not made by this program: {text[:40]}")
    db.execute_sql(made)
    db.execute_sql(f'INSERT INTO "new_{name}" ({columns}) SELECT {columns} FROM "{name}" ORDER BY "id"')
    db.execute_sql(f'DROP TABLE "{name}"')
    db.execute_sql(f'ALTER TABLE "new_{name}" RENAME TO "{name}"')
    for (index,) in indexes:
        db.execute_sql(index)


def _named(db: Any) -> Iterator[tuple[str, int]]:
    """Each table whose rows are named somewhere, with the highest number there."""
    for table, places in _NAMED_BY.items():
        for other, column in places:
            yield table, db.execute_sql(f"SELECT MAX({column}) FROM {other}").fetchone()[0] or 0
    for table, column in _LISTED_BY.items():
        for (listed,) in db.execute_sql(f"SELECT {column} FROM own_requests").fetchall():
            yield table, max(json.loads(listed), default=0)
    for place in ("outbox", "notices"):
        for (key,) in db.execute_sql(f"SELECT `key` FROM {place}").fetchall():
            kind, *numbers = bytes(key).decode().split(":")
            if kind == "notice" and len(numbers) == len(_IN_KEYS) and all(map(str.isdigit, numbers)):
                yield from zip(_IN_KEYS, map(int, numbers), strict=True)
