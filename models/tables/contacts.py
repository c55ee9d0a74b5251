"""Contacts of a case: one row a person, what was done about each, and the notices to them."""

from enum import StrEnum
from typing import NamedTuple

import peewee

from models.tables.database import one, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table
from models.tables.openids import OpenidField


class ContactState(StrEnum):
    """How far staff are with a contact."""

    TODO = "todo"
    CALLED = "called"
    """Called, nobody answered."""
    REACHED = "reached"
    REFUSED = "refused"
    PASSED_ON = "passed_on"
    """Told to the health authority."""


class Contact(Table):
    """`number` counts the contacts of one case. `visit_id` is the stay that met the case longest; `person_id` the
    account, or browser, that made it; null for companions and whoever staff registered. The rest sums up all stays:
    see CaseVisit. `is_tail_only`: they came after the case had left, each time. `certainty`: visits.Certainty of the
    surest meeting; `score`: rules.tracing. `is_gone`: tracing again did not find this person any more, and something
    had been noted."""

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
    assigned_to = OpenidField(64, null=True)
    changed_at = MomentField(null=True)

    class Meta:
        table_name = "contacts"
        indexes = (
            (("case_id", "number"), True),
            (("case_id", "is_gone", "score"), False),  # the list, the likeliest first
            (("person_id",), False),  # in which cases somebody is a contact
            (("visit_id",), False),
        )


class ContactNote(Table):
    """What somebody did or wrote about a contact. `kind`: a ContactState, "assigned", or "note"."""

    case_id = peewee.IntegerField()
    contact_id = peewee.IntegerField(index=True)
    at = MomentField()
    by = OpenidField(64)
    kind = AsciiField(12)
    text = SecretField(1500, null=True)

    class Meta:
        table_name = "contact_notes"
        indexes = ((("case_id",), False),)


class Notice(Table):
    """A message to a contact through the outbox, whose row has the same `key` (notice:CASE:CONTACT:NOTICE, the newest
    one before it) for as long as it is kept; afterwards what became of it stands here alone. `by`: who sent it."""

    case_id = peewee.IntegerField()
    contact_id = peewee.IntegerField()
    key = AsciiField(64, unique=True)
    by = OpenidField(64)
    at = MomentField()
    state = AsciiField(12)
    channel = AsciiField(16, null=True)
    reason = AsciiField(24, null=True)
    verdict = AsciiField(24, null=True)

    class Meta:
        table_name = "notices"
        indexes = (
            (("case_id", "contact_id"), False),
            (("state", "at"), False),  # of which the outbox may know more
        )


class Numbered(NamedTuple):
    """Who a number of a case's list stands for."""

    id: int
    visit_id: int
    is_gone: bool


_NUMBERED = sql("SELECT id, visit_id, is_gone FROM contacts WHERE case_id = ? AND `number` = ?")


def numbered(case_id: int, number: int) -> Numbered | None:
    """The contact of a case with this number."""
    row = one(_NUMBERED, case_id, number) if 0 < number < 2**31 else None
    return None if row is None else Numbered(row[0], row[1], bool(row[2]))
