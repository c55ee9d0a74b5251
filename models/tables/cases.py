"""Cases: a person who was in a hall and is ill, the stays that are looked at, and who was there with them."""

from enum import StrEnum

import peewee

from models.tables.fields import AsciiField, DayField, MomentField, SecretField, Table


class CaseStatus(StrEnum):
    """Whether a case is still worked on."""

    OPEN = "open"
    CLOSED = "closed"


class Tracing(StrEnum):
    """How far the list of contacts is."""

    WANTED = "wanted"
    DONE = "done"


class Case(Table):
    """`number` is said aloud and typed, and is the hall's own: 2026-7. `person` is the id of the visit by which the
    case's person was told apart. `first` and `last` are the hall days of the case's stays; `asked_first` the first one
    asked for, before what is no longer kept was cut off. `definition`: JSON of tracing.Definition. `reason` and
    `authority` (for whom it was opened) may come later than the case. `origin_id`: the case that it was opened from, of
    another hall or, with `contact_id`, for the contacts of one contact. `held_until`: its stays are kept until then,
    whatever the retention says."""

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
        table_name = "cases"
        indexes = (
            (("hall_id", "number"), True),
            (("hall_id", "opened_at"), False),  # a hall's list
            (("tracing", "claimed_until"), False),  # what a job may take
            (("held_until",), False),  # what retention leaves alone
        )


class CaseVisit(Table):
    """A stay of the case's person (contact_id 0) or of a contact: what a hold keeps, and the times of a contact.
    `with_visit`: the stay of the case that it met longest. `least` and `most`: whole minutes together with the case;
    `tail`: at most so many after the case had left. `met`: how sure the two are of it (visits.Certainty)."""

    case_id = peewee.IntegerField()
    visit_id = peewee.IntegerField()
    contact_id = peewee.IntegerField()
    with_visit = peewee.IntegerField()
    least = peewee.IntegerField()
    most = peewee.IntegerField()
    tail = peewee.IntegerField()
    met = AsciiField(12)

    class Meta:
        table_name = "case_visits"
        indexes = (
            (("case_id", "visit_id"), True),
            (("visit_id",), False),  # in which cases somebody's stay is
            (("case_id", "contact_id"), False),  # the stays of one contact
        )


class CaseOpening(Table):
    """The names of a case, shown whole to one session from `at` until `until`. `way`: plain, second (another one said
    yes: `approval_id`) or alone (nobody had answered)."""

    case_id = peewee.IntegerField()
    openid = AsciiField(64)
    session_id = AsciiField(16)
    way = AsciiField(8)
    reason = SecretField(700)
    approval_id = peewee.IntegerField(null=True)
    at = MomentField()
    until = MomentField()

    class Meta:
        table_name = "case_openings"
        indexes = ((("case_id", "session_id", "until"), False),)
