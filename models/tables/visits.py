"""Visits: who was in which hall from when to when, and how each end is known."""

import functools
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from models.rules.hours import LONGEST_STAY
from models.tables.database import changed, execute, one, sql
from models.tables.fields import (
    AsciiField,
    BytesField,
    DayField,
    MomentField,
    SecretField,
    Table,
    insert,
    moment_in,
    moment_out,
)
from models.tables.openids import IN_WECHAT, openid_in, openid_out


class Visit(Table):
    """One stay of one person. `open_key` is the person's id while the visit is open and null afterwards; being unique,
    it keeps anybody from being inside twice (MySQL and MariaDB have no partial index). Companions have none: they
    come and go with their lead. `companions` counts those of a lead; `slip` is the number of the paper slip that it was
    entered from, `remark` what staff noted."""

    public_id = AsciiField(16, unique=True)
    hall_id = peewee.IntegerField()
    door = peewee.IntegerField()
    person_id = peewee.IntegerField(null=True)
    lead_id = peewee.IntegerField(null=True)
    companions = peewee.IntegerField(default=0)
    open_key = peewee.IntegerField(null=True, unique=True)
    hall_day = DayField()
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
    slip = AsciiField(16, null=True)
    remark = SecretField(700, null=True)

    class Meta:
        table_name = "visits"
        indexes = (
            (("hall_id", "out_at", "in_at"), False),  # who is inside, in the order of their coming
            (("hall_id", "in_at"), False),  # who overlapped: no stay is longer than 24 h
            (("hall_id", "hall_day"), False),  # purge a day
            (("out_at", "due_at"), False),  # what is overdue
            (("person_id", "in_at"), False),  # my records
            (("lead_id",), False),  # companions
            (("hall_id", "id_hash", "in_at"), False),  # the same number under another openid; records of a number
            (("hall_id", "name_hash", "in_at"), False),  # records of a whole name,
            (("hall_id", "phone_hash", "in_at"), False),  # of a phone,
            (("hall_id", "phone_tail_hash", "in_at"), False),  # of its last four digits,
            (("hall_id", "matter", "in_at"), False),  # of those who came for something,
            (("hall_id", "door", "in_at"), False),  # by a door,
            (("hall_id", "how_out", "in_at"), False),  # and of exits known in one way
            (("hall_id", "slip"), True),  # a paper slip is entered once
        )


class Correction(Table):
    """An exit that was known otherwise before: the earlier value, and how it was known."""

    visit_id = peewee.IntegerField(index=True)
    at = MomentField()
    by = AsciiField(16)
    earlier_out_at = MomentField(null=True)
    earlier_how_out = AsciiField(16, null=True)
    out_at = MomentField()
    how_out = AsciiField(16)

    class Meta:
        table_name = "corrections"


class Earlier(NamedTuple):
    """An exit that gave way to another one: when that was, by whom (visitor, staff), and what stood there."""

    at: datetime
    by: str
    out_at: datetime | None
    how_out: str | None


class OpenVisit(NamedTuple):
    """The visit somebody is in."""

    id: int
    hall_id: int
    in_at: datetime
    due_at: datetime
    companions: int


class EntryCheck(NamedTuple):
    """What must be known before a visit is made, read in one statement."""

    inside: OpenVisit | None
    fevers: int
    same_number_inside: int
    fever_same_number: int


# An overdue visit is over, whether or not the job has closed it.
_NUMBERS_INSIDE = " visits d WHERE d.hall_id = ? AND d.id_hash IN ({}) AND d.out_at IS NULL AND d.due_at > ?"
_NUMBERS_WITH_FEVER = (
    " fevers g WHERE g.hall_id = ? AND g.hall_day = ? AND g.id_hash IN ({})"
    " AND g.released_at IS NULL AND g.cleared_at IS NULL"
)


@functools.cache
def _entry(hashes: int) -> Callable[[], str]:
    places = ", ".join("?" * hashes)
    return sql(
        "SELECT v.id, v.hall_id, v.in_at, v.due_at, v.companions,"
        " (SELECT COUNT(*) FROM fevers f WHERE f.openid = ? AND f.hall_id = ? AND f.hall_day = ?"
        " AND f.released_at IS NULL AND f.cleared_at IS NULL),"
        f" (SELECT COUNT(*) FROM{_NUMBERS_INSIDE.format(places)}),"
        f" (SELECT COUNT(*) FROM{_NUMBERS_WITH_FEVER.format(places)})"
        " FROM (SELECT 1 AS one) k LEFT JOIN visits v ON v.open_key = ?"
    )


def entry_check(
    openid: str, key: int, hall_id: int, day: date, at: datetime, id_hashes: Collection[bytes]
) -> EntryCheck:
    """Whether the person is inside somewhere or waits with a fever at this hall today, and how many are inside, or
    declared a fever here today that nobody has cleared, under the given hashes: those of the group's ID numbers,
    under each key."""
    hashes = tuple(id_hashes) or (b"",)
    row: Any = one(
        _entry(len(hashes)), openid_out(openid), hall_id, day.isoformat(), hall_id, *hashes, moment_out(at), hall_id,
        day.isoformat(), *hashes, key,
    )  # fmt: skip
    return EntryCheck(open_visit(row), row[5], row[6], row[7])


@functools.cache
def _which(places: int) -> tuple[Callable[[], str], Callable[[], str]]:
    marks = ", ".join("?" * places)
    return (
        sql("SELECT d.id_hash FROM" + _NUMBERS_INSIDE.format(marks)),
        sql("SELECT g.id_hash FROM" + _NUMBERS_WITH_FEVER.format(marks)),
    )


def numbers_inside(hall_id: int, at: datetime, id_hashes: Collection[bytes]) -> set[bytes]:
    """Those of these ID numbers, by hash, that are inside."""
    rows = execute(_which(len(id_hashes))[0], hall_id, *id_hashes, moment_out(at)).fetchall()
    return {bytes(row[0]) for row in rows}


def numbers_with_fever(hall_id: int, day: date, id_hashes: Collection[bytes]) -> set[bytes]:
    """Those of these ID numbers, by hash, with which somebody declared a fever that nobody has cleared."""
    rows = execute(_which(len(id_hashes))[1], hall_id, day.isoformat(), *id_hashes).fetchall()
    return {bytes(row[0]) for row in rows}


_INSIDE = sql("SELECT id, hall_id, in_at, due_at, companions FROM visits WHERE open_key = ?")


def inside(key: int) -> OpenVisit | None:
    """The open visit with this key."""
    row = one(_INSIDE, key)
    return None if row is None else open_visit(row)


_DOOR = sql("SELECT door FROM visits WHERE id = ?")


def door_of(visit_id: int) -> int:
    """The door of a visit's entry."""
    row: Any = one(_DOOR, visit_id)
    return int(row[0])


def open_visit(row: tuple[Any, ...]) -> OpenVisit | None:
    """An open visit from id, hall_id, in_at, due_at, companions; None where a join found none."""
    return None if row[0] is None else OpenVisit(row[0], row[1], moment_in(row[2]), moment_in(row[3]), row[4])


_CLOSE = sql("UPDATE visits SET out_at = ?, how_out = ?, open_key = NULL WHERE id = ? AND out_at IS NULL")
_CLOSE_COMPANIONS = sql("UPDATE visits SET out_at = ?, how_out = ? WHERE lead_id = ? AND out_at IS NULL")


def close(visit_id: int, companions: int, out_at: datetime, how_out: str) -> bool:
    """End an open visit and those of its companions; False if it was closed already."""
    at, how = moment_out(out_at), how_out.encode()
    if changed(_CLOSE, at, how, visit_id) != 1:
        return False
    if companions:
        execute(_CLOSE_COMPANIONS, at, how, visit_id)
    return True


class PastVisit(NamedTuple):
    """A visit as its person may see it."""

    id: int
    hall_id: int
    door: int
    in_at: datetime
    out_at: datetime | None
    how_in: str
    how_out: str | None
    due_at: datetime


_LAST = (
    "SELECT id, hall_id, door, in_at, out_at, how_in, how_out, due_at FROM visits"
    " WHERE person_id = ? ORDER BY in_at DESC LIMIT ?"
)
_LAST_IN_ANY = sql(_LAST)
_LAST_HERE = sql(_LAST.replace("ORDER BY", "AND hall_id = ? AND hall_day = ? ORDER BY"))


def latest(person_id: int, most: int) -> list[PastVisit]:
    """The person's own visits, newest first."""
    return [past_visit(row) for row in execute(_LAST_IN_ANY, person_id, most).fetchall()]


def latest_here(person_id: int, hall_id: int, day: date) -> PastVisit | None:
    """The person's last visit to one hall on one hall day."""
    row = one(_LAST_HERE, person_id, hall_id, day.isoformat(), 1)
    return None if row is None else past_visit(row)


_OVERLAPPING = sql(
    "SELECT id, hall_id, door, in_at, out_at, how_in, how_out, due_at FROM visits"
    " WHERE person_id = ? AND in_at < ? AND in_at > ? AND out_at > ? AND lead_id IS NULL ORDER BY in_at DESC LIMIT 1"
)


def overlapping(person_id: int, begin: datetime, end: datetime) -> PastVisit | None:
    """The person's last stay that is over and shares time with the one from `begin` to `end`."""
    row = one(_OVERLAPPING, person_id, moment_out(end), moment_out(begin - LONGEST_STAY), moment_out(begin))
    return None if row is None else past_visit(row)


def past_visit(row: tuple[Any, ...]) -> PastVisit:
    """A visit from the columns of a PastVisit in their order."""
    how_out = None if row[6] is None else bytes(row[6]).decode()
    out_at = None if row[4] is None else moment_in(row[4])
    return PastVisit(
        row[0], row[1], row[2], moment_in(row[3]), out_at, bytes(row[5]).decode(), how_out, moment_in(row[7])
    )


_REPLACE = sql("UPDATE visits SET out_at = ?, how_out = ? WHERE id = ? AND out_at = ? AND how_out = ?")
_FOLLOWERS = sql("SELECT id FROM visits WHERE lead_id = ? AND out_at = ? AND how_out = ?")


def replace_exit(visit: PastVisit, out_at: datetime, how_out: str, by: str, at: datetime) -> list[int]:
    """Put a better known exit in place of the one there is, for the visit and the companions closed with it, and keep
    what stood there; gives the ids of these, none if the exit was changed meanwhile: then the unit of work is to be
    redone."""
    if visit.out_at is None or visit.how_out is None:
        return []
    earlier = (moment_out(visit.out_at), visit.how_out.encode())
    ids = [visit.id, *(row[0] for row in execute(_FOLLOWERS, visit.id, *earlier).fetchall())]
    for row_id in ids:
        if changed(_REPLACE, moment_out(out_at), how_out.encode(), row_id, *earlier) != 1:
            return []
        insert(
            Correction, visit_id=row_id, at=at, by=by, earlier_out_at=visit.out_at, earlier_how_out=visit.how_out,
            out_at=out_at, how_out=how_out,
        )  # fmt: skip
    return ids


_NEXT_ENTRY = sql("SELECT MIN(in_at) FROM visits WHERE person_id = ? AND in_at > ?")


def next_entry(person_id: int, after: datetime) -> datetime | None:
    """When an account person came in again, anywhere."""
    row: Any = one(_NEXT_ENTRY, person_id, moment_out(after))
    return None if row[0] is None else moment_in(row[0])


_CORRECTIONS = sql(
    "SELECT at, `by`, earlier_out_at, earlier_how_out FROM corrections WHERE visit_id = ? ORDER BY id DESC"
)


def earlier_exits(visit_id: int) -> list[Earlier]:
    """What stood in place of a visit's exit before, the latest first."""
    return [
        Earlier(
            moment_in(at), bytes(by).decode(), None if out is None else moment_in(out),
            None if how is None else bytes(how).decode(),
        )
        for at, by, out, how in execute(_CORRECTIONS, visit_id).fetchall()
    ]  # fmt: skip


_OVERDUE = sql("SELECT id, companions, due_at FROM visits WHERE out_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?")


def overdue(now: datetime, most: int) -> list[tuple[int, int, datetime]]:
    """Open visits whose due time has come, the longest overdue first: (id, companions, due_at)."""
    return [(row[0], row[1], moment_in(row[2])) for row in execute(_OVERDUE, moment_out(now), most).fetchall()]


_OPEN_IN = sql("SELECT id, in_at, due_at FROM visits WHERE hall_id = ? AND out_at IS NULL AND due_at > ?")
_REDATED_AT_ONCE = 200


@functools.cache
def _redate(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(f"UPDATE visits SET due_at = ? WHERE id IN ({places}) AND out_at IS NULL")


def open_in(hall_id: int, at: datetime) -> list[tuple[int, datetime, datetime]]:
    """Who is inside, companions too: (id, in_at, due_at)."""
    rows = execute(_OPEN_IN, hall_id, moment_out(at)).fetchall()
    return [(row[0], moment_in(row[1]), moment_in(row[2])) for row in rows]


def redate(visit_ids: list[int], due_at: datetime) -> int:
    """Set when these visits are closed if nobody closes them; gives how many of them are open."""
    due = moment_out(due_at)
    parts = (visit_ids[at : at + _REDATED_AT_ONCE] for at in range(0, len(visit_ids), _REDATED_AT_ONCE))
    return sum(changed(_redate(len(part)), due, *part) for part in parts)


class Remindable(NamedTuple):
    """An open visit that will soon be closed, and whom to ask about it."""

    id: int
    hall_id: int
    in_at: datetime
    due_at: datetime
    openid: str
    facts: str


_REMINDABLE = sql(
    "SELECT v.id, v.hall_id, v.in_at, v.due_at, p.openid, p.facts FROM visits v JOIN people p ON p.id = v.person_id"
    " LEFT JOIN outbox o ON o.visit_id = v.id AND o.kind = ?"
    " WHERE v.out_at IS NULL AND v.due_at > ? AND v.due_at <= ? AND v.in_at <= ? AND v.lead_id IS NULL"
    " AND o.id IS NULL AND SUBSTR(p.openid, 1, 1) = ? ORDER BY v.due_at LIMIT ?"
)


def remindable(kind: str, now: datetime, due_until: datetime, in_until: datetime, most: int) -> list[Remindable]:
    """Open visits of people in WeChat that are due soon and of which there is no message of this kind yet."""
    times = (moment_out(now), moment_out(due_until), moment_out(in_until))
    rows = execute(_REMINDABLE, kind.encode(), *times, IN_WECHAT, most).fetchall()
    return [Remindable(row[0], row[1], moment_in(row[2]), moment_in(row[3]), openid_in(row[4]), row[5]) for row in rows]
