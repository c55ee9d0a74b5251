"""Cases: a person who was in a hall and is ill, the stays that are looked at, and who was there with them."""

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import peewee

from models.rules.tracing import Definition
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, DayField, MomentField, SecretField, Table, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in


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
    whatever the retention says. `ending_told_at`: when staff were told that it is erased soon."""

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
    opened_by = OpenidField(64)
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
    ending_told_at = MomentField(null=True)

    class Meta:
        table_name = "cases"
        indexes = (
            (("hall_id", "number"), True),
            (("hall_id", "opened_at"), False),  # a hall's list
            (("tracing", "claimed_until"), False),  # what a job may take
            (("held_until",), False),  # what retention leaves alone
            (("person",), False),  # and whom an erasure has to wait for
            (("status", "opened_at"), False),  # what is worked on in all halls
        )


class CaseVisit(Table):
    """A stay of the case's person (contact_id 0) or of a contact: what a hold keeps, and the times of a contact.
    `with_visit`: the stay of the case that it met longest. `least` and `most`: whole minutes together with the case;
    `tail`: at most so many after the case had left; `is_tail_only`: the two were never there at the same moment. `met`:
    how sure the two are of it (visits.Certainty)."""

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
    openid = OpenidField(64)
    session_id = AsciiField(16)
    way = AsciiField(8)
    reason = SecretField(700)
    approval_id = peewee.IntegerField(null=True)
    at = MomentField()
    until = MomentField()

    class Meta:
        table_name = "case_openings"
        indexes = ((("case_id", "session_id", "until"), False),)


class CaseRow(NamedTuple):
    """A case as it stands. A text that does not open (damaged, or under a key that is gone) is None."""

    id: int
    public_id: str
    hall_id: int
    number: str
    origin_id: int | None
    contact_id: int | None
    status: CaseStatus
    person: int
    reason: str | None
    authority: str | None
    first: date
    last: date
    asked_first: date
    definition: Definition
    opened_by: str
    opened_at: datetime
    tracing: Tracing
    claimed_until: datetime
    tries: int
    traced_at: datetime | None
    stays: int
    contacts: int
    closed_at: datetime | None
    held_until: date | None
    hold_reason: str | None

    @property
    def is_open(self) -> bool:
        return self.status is CaseStatus.OPEN

    @property
    def is_traced(self) -> bool:
        """Whether the list is there and is not being made anew."""
        return self.tracing is Tracing.DONE

    @property
    def is_cut(self) -> bool:
        """Whether days were asked for of which nothing is kept any more."""
        return self.asked_first < self.first

    @property
    def is_step(self) -> bool:
        """Whether it was opened for the contacts of one contact."""
        return self.contact_id is not None


_COLUMNS = "SELECT " + ", ".join(f"`{name}`" for name in CaseRow._fields) + " FROM cases"
_IN_HALL = sql(f"{_COLUMNS} WHERE public_id = ? AND hall_id = ?")
_WITH_ID = sql(f"{_COLUMNS} WHERE id = ?")
_WITH_PUBLIC_ID = sql(f"{_COLUMNS} WHERE public_id = ?")
# The first comparison bounds the range, the others tell apart the cases of one moment.
_OPEN = sql(
    f"{_COLUMNS} WHERE status = ? AND contact_id IS NULL AND opened_at <= ? AND (opened_at < ? OR id < ?)"
    " ORDER BY opened_at DESC, id DESC LIMIT ?"
)
_WITH_NUMBER = sql(f"{_COLUMNS} WHERE hall_id = ? AND `number` = ?")
_LATEST = sql(f"{_COLUMNS} WHERE hall_id = ? AND opened_at >= ? ORDER BY opened_at DESC, id DESC LIMIT ?")
_BEFORE = sql(f"{_COLUMNS} WHERE hall_id = ? AND opened_at < ? ORDER BY opened_at, id")
_STEPS = sql(f"{_COLUMNS} WHERE origin_id = ? ORDER BY id")
_NUMBERS = sql("SELECT `number` FROM cases WHERE hall_id = ? AND opened_at >= ?")
_DESCRIBE = sql("UPDATE cases SET reason = ?, authority = ? WHERE id = ? AND status = ?")
_TO_DO = sql("SELECT id FROM cases WHERE tracing = ? AND claimed_until <= ? ORDER BY claimed_until, id LIMIT ?")
_CLAIM = sql(
    "UPDATE cases SET tries = tries + 1, claimed_until = ?"
    " WHERE id = ? AND tracing = ? AND tries = ? AND claimed_until <= ?"
)
_AGAIN = sql("UPDATE cases SET tracing = ?, tries = tries + 1, claimed_until = ?, definition = ? WHERE id = ?")
_TAKE = sql("UPDATE cases SET tries = tries + 1 WHERE id = ? AND tries = ?")
_DONE = sql("UPDATE cases SET tracing = ?, traced_at = ?, stays = ?, contacts = ? WHERE id = ?")
_LEAVE = sql("UPDATE cases SET claimed_until = ? WHERE id = ? AND tries = ? AND tracing = ?")
_MOVE_STEPS = sql("UPDATE cases SET contact_id = ? WHERE origin_id = ? AND contact_id = ?")


def in_hall(hall_id: int, public_id: str) -> CaseRow | None:
    """The case of this hall with this public id."""
    return _found(one(_IN_HALL, public_id.encode("utf-8", "replace"), hall_id))


def with_id(case_id: int) -> CaseRow | None:
    """The case with this id, as it stands now."""
    return _found(one(_WITH_ID, case_id))


def with_public_id(public_id: str) -> CaseRow | None:
    """The case with this public id, of whatever hall."""
    return _found(one(_WITH_PUBLIC_ID, public_id.encode("utf-8", "replace")))


def open_ones(most: int, after: tuple[datetime, int]) -> list[CaseRow]:
    """The open cases of all halls but those for the contacts of a contact, the latest first, after this place: the
    moment and the id of the last one that is known."""
    at = moment_out(after[0])
    return [_row(row) for row in execute(_OPEN, CaseStatus.OPEN.encode(), at, at, after[1], most).fetchall()]


def with_number(hall_id: int, number: str) -> CaseRow | None:
    """The case that this hall calls so."""
    return _found(one(_WITH_NUMBER, hall_id, number.encode("utf-8", "replace")))


def latest(hall_id: int, since: datetime, most: int) -> list[CaseRow]:
    """The hall's cases opened since then, the latest first."""
    return [_row(row) for row in execute(_LATEST, hall_id, moment_out(since), most).fetchall()]


def opened_before(hall_id: int, before: datetime) -> list[CaseRow]:
    """The hall's cases opened before then, the oldest first."""
    return [_row(row) for row in execute(_BEFORE, hall_id, moment_out(before)).fetchall()]


def opened_from(case_id: int) -> list[CaseRow]:
    """The cases that were opened from this one, in the order of their opening."""
    return [_row(row) for row in execute(_STEPS, case_id).fetchall()]


def numbers(hall_id: int, since: datetime) -> list[str]:
    """What the hall's cases opened since then are called."""
    return [_text(row[0]) for row in execute(_NUMBERS, hall_id, moment_out(since)).fetchall()]


def describe(case_id: int, reason: str, authority: str) -> bool:
    """Keep why, and for whom, a case was opened; False where it is closed."""
    texts = Case.reason.db_value(reason), Case.authority.db_value(authority)
    return changed(_DESCRIBE, *texts, case_id, CaseStatus.OPEN.encode()) == 1


def to_do(now: datetime, most: int) -> list[int]:
    """The ids of cases that a job may trace: nobody has, or whoever had has not been heard of."""
    return [row[0] for row in execute(_TO_DO, Tracing.WANTED.encode(), moment_out(now), most).fetchall()]


def claim(row: CaseRow, now: datetime, until: datetime) -> bool:
    """Make the tracing of a case ours; False where another process was quicker."""
    return changed(_CLAIM, moment_out(until), row.id, Tracing.WANTED.encode(), row.tries, moment_out(now)) == 1


def again(case_id: int, now: datetime, definition: Definition) -> None:
    """Have a case traced by this definition; whoever was at it stores nothing any more. Later units of work about this
    case wait for the end of this one."""
    execute(_AGAIN, Tracing.WANTED.encode(), moment_out(now), stored(definition).encode(), case_id)


def take(case_id: int, tries: int) -> bool:
    """Be the one who stores what this try has found; False where somebody has begun anew."""
    return changed(_TAKE, case_id, tries) == 1


def done(case_id: int, now: datetime, stays: int, contacts: int) -> None:
    """The list of contacts is there."""
    execute(_DONE, Tracing.DONE.encode(), moment_out(now), stays, contacts, case_id)


def leave(case_id: int, tries: int, until: datetime) -> None:
    """Give up this try, for another one after a moment."""
    execute(_LEAVE, moment_out(until), case_id, tries, Tracing.WANTED.encode())


def move_steps(case_id: int, contact_id: int, to: int) -> None:
    """The cases for the contacts of one contact are of another row by now, who is the same person."""
    execute(_MOVE_STEPS, to, case_id, contact_id)


def stored(definition: Definition) -> str:
    """A definition as its column holds it."""
    return json.dumps(definition.to_dict())


def _found(row: tuple[Any, ...] | None) -> CaseRow | None:
    return None if row is None else _row(row)


def _row(row: tuple[Any, ...]) -> CaseRow:
    return CaseRow._make(None if value is None else opens(value) for value, opens in zip(row, _OPENERS, strict=True))


def _text(value: Any) -> str:
    return bytes(value).decode()


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


_OPENERS: tuple[Callable[[Any], Any], ...] = (
    int, _text, int, _text, int, int, lambda value: CaseStatus(_text(value)), int, Case.reason.opened,
    Case.authority.opened, _day, _day, _day, lambda value: Definition.from_dict(json.loads(_text(value))), openid_in,
    moment_in, lambda value: Tracing(_text(value)), moment_in, int, moment_in, int, int, moment_in, _day,
    Case.hold_reason.opened,
)  # fmt: skip
