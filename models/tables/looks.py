"""Looks: what staff opened of somebody's data, so that the person can be told; who it was stands in the audit."""

import peewee

from models.tables.fields import AsciiField, DayField, MomentField, SecretField, Table


class Look(Table):
    """`what`: record, case, sheet, copy, notice, step (contacts of a contact). Whose data it was follows from
    `visit_id`, from the contacts of `case_id`, or from the hall days `first` to `last` of a full export. `why`: a code,
    `words` what was said beside it."""

    at = MomentField()
    hall_id = peewee.IntegerField()
    role = AsciiField(16)
    what = AsciiField(12)
    why = AsciiField(24)
    words = SecretField(700, null=True)
    visit_id = peewee.IntegerField(null=True)
    case_id = peewee.IntegerField(null=True)
    first = DayField(null=True)
    last = DayField(null=True)

    class Meta:
        table_name = "looks"
        indexes = (
            (("visit_id", "at"), False),
            (("case_id", "at"), False),
            (("hall_id", "what", "at"), False),  # exports of a hall
            (("at",), False),  # purge
        )
