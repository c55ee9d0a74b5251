"""Looks: what staff opened of somebody's data, so that the person can be told; who it was stands in the audit."""

import functools
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, sql
from models.tables.fields import AsciiField, DayField, MomentField, SecretField, Table, moment_in, moment_out


class Look(Table):
    """`what`: record, case, sheet, copy, notice. Whose data it was follows from
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


class LookRow(NamedTuple):
    """A look as it was noted. `words`: None too where they do not open."""

    id: int
    at: datetime
    hall_id: int
    role: str
    what: str
    why: str
    words: str | None
    visit_id: int | None
    case_id: int | None
    first: date | None
    last: date | None


class Stay(NamedTuple):
    """A stay of whoever asks, or of somebody whom they registered: as much of it as tells who may have seen it."""

    id: int
    hall_id: int
    hall_day: date
    in_at: datetime
    is_inside: bool
    companions: int


_AT_ONCE = 200
_COLUMNS = "SELECT " + ", ".join(LookRow._fields) + " FROM looks"
_STAY = "SELECT id, hall_id, hall_day, in_at, out_at, companions FROM visits"
_OWN_STAYS = sql(f"{_STAY} WHERE person_id = ? AND in_at > ? ORDER BY in_at DESC LIMIT ?")
_OF_DAYS = sql(f"{_COLUMNS} WHERE hall_id = ? AND what = ? AND at >= ? ORDER BY at DESC LIMIT ?")
_AS_CONTACT = sql("SELECT case_id, id FROM contacts WHERE person_id = ?")
_OLD = sql("SELECT id FROM looks WHERE at < ? ORDER BY at LIMIT ?")
_FORGET = sql("DELETE FROM looks WHERE id = ?")


@functools.cache
def _among(statement: str, count: int) -> Callable[[], str]:
    return sql(statement.format(", ".join("?" * count)))


def _asked(statement: str, ids: Collection[int], *before: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement with so many ids in its brackets, which follow the values `before` them."""
    each = sorted(ids)
    for at in range(0, len(each), _AT_ONCE):
        part = each[at : at + _AT_ONCE]
        yield from execute(_among(statement, len(part)), *before, *part).fetchall()


def own_stays(person_id: int, since: datetime, most: int) -> list[Stay]:
    """The stays of an account or browser from then on, the latest so many, and after them those of whoever it
    registered with it."""
    own = [_stay(row) for row in execute(_OWN_STAYS, person_id, moment_out(since), most).fetchall()]
    led = [stay.id for stay in own if stay.companions]
    return own + [_stay(row) for row in _asked(f"{_STAY} WHERE lead_id IN ({{}})", led)]


def stays(visit_ids: Collection[int]) -> list[Stay]:
    """These stays, in no order; those that are there."""
    return [_stay(row) for row in _asked(f"{_STAY} WHERE id IN ({{}})", visit_ids)]


def at_visits(visit_ids: Collection[int], most: int) -> list[LookRow]:
    """The looks at these visits, of each two hundred the latest so many."""
    return [
        _row(row) for row in _asked(f"{_COLUMNS} WHERE visit_id IN ({{}}) ORDER BY at DESC LIMIT {most:d}", visit_ids)
    ]


def in_cases(person_id: int, visit_ids: Collection[int]) -> set[tuple[int, int]]:
    """The cases that hold somebody as one of their contacts, by account or by a stay: (id of the case, of the contact;
    0: the case is about them)."""
    by_stay = _asked("SELECT case_id, contact_id FROM case_visits WHERE visit_id IN ({})", visit_ids)
    return {(row[0], row[1]) for row in (*execute(_AS_CONTACT, person_id).fetchall(), *by_stay)}


def at_cases(case_ids: Collection[int], most: int) -> list[LookRow]:
    """The looks at these cases, of each two hundred the latest so many."""
    return [
        _row(row) for row in _asked(f"{_COLUMNS} WHERE case_id IN ({{}}) ORDER BY at DESC LIMIT {most:d}", case_ids)
    ]


def notices_at(case_id: int, contact_ids: Collection[int]) -> set[datetime]:
    """When messages were sent to these contacts of a case."""
    statement = "SELECT at FROM notices WHERE case_id = ? AND contact_id IN ({})"
    return {moment_in(row[0]) for row in _asked(statement, contact_ids, case_id)}


def of_days(hall_id: int, what: str, since: datetime, most: int) -> list[LookRow]:
    """The latest so many of a hall's looks of one kind from a moment on."""
    return [_row(row) for row in execute(_OF_DAYS, hall_id, what.encode(), moment_out(since), most).fetchall()]


def forget(before: datetime, most: int) -> int:
    """Remove so many looks of before a moment, the oldest first; gives how many."""
    rows = execute(_OLD, moment_out(before), most).fetchall()
    return sum(changed(_FORGET, row[0]) for row in rows)


def _stay(row: tuple[Any, ...]) -> Stay:
    return Stay(row[0], row[1], _day(row[2]), moment_in(row[3]), row[4] is None, row[5])


def _row(row: tuple[Any, ...]) -> LookRow:
    opens = (None, moment_in, None, _text, _text, _text, Look.words.opened, None, None, _day, _day)
    return LookRow._make(
        value if opened is None or value is None else opened(value) for value, opened in zip(row, opens, strict=True)
    )


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return bytes(value).decode()
