"""The contacts of a case as its list shows them, the likeliest first, a page at a time; and what changes on one.

A page is a range of the index (case, is_gone, score): it costs the same wherever it is.
"""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.rules.visits import Certainty
from models.tables.contacts import ContactNote, ContactState
from models.tables.database import changed, execute, one, sql
from models.tables.fields import insert, moment_in, moment_out
from models.tables.openids import openid_in, openid_out

OWN = 0
"""In place of a contact: the case itself."""
_FIRST = (2**31 - 1, 0)
_LOOKED_AT = 300


class ContactRow(NamedTuple):
    """A contact as it stands (contacts.Contact)."""

    id: int
    case_id: int
    number: int
    visit_id: int
    person_id: int | None
    is_companion: bool
    is_gone: bool
    is_tail_only: bool
    stays: int
    same_door: bool
    same_matter: bool
    certainty: Certainty
    least: int
    most: int
    tail: int
    score: int
    state: ContactState
    assigned_to: str | None
    changed_at: datetime | None


class Chosen(NamedTuple):
    """Which contacts of a list. `companions`, `tail_only`: those alone. `met`: those who met the case, and how sure
    that is. `assigned_to`: an openid, "" for those whom nobody has taken on. None and False: all of them."""

    case_id: int
    companions: bool = False
    met: Certainty | None = None
    tail_only: bool = False
    state: ContactState | None = None
    assigned_to: str | None = None
    no_phone: bool = False
    is_gone: bool = False


class Place(NamedTuple):
    """Where a page ended: score and id of its last row."""

    score: int
    id: int


class MetRow(NamedTuple):
    """A stay of a contact, or (contact_id OWN) of the case, in a list; see cases.CaseVisit."""

    visit_id: int
    contact_id: int
    with_visit: int
    least: int
    most: int
    tail: int
    is_tail_only: bool
    met: Certainty


class NoteRow(NamedTuple):
    """What somebody did or wrote about a contact. `text`: None where there is none, or where it does not open."""

    at: datetime
    by: str
    kind: str
    text: str | None


_COLUMNS = ", ".join(f"c.`{name}`" for name in ContactRow._fields)
_MET_COLUMNS = ", ".join(f"m.{name}" for name in MetRow._fields)
_MET = f"SELECT {_MET_COLUMNS} FROM case_visits m"
_WITH_NUMBER = sql(f"SELECT {_COLUMNS} FROM contacts c WHERE c.case_id = ? AND c.`number` = ?")
_STANDS = sql(
    "SELECT c.is_gone, c.state, c.assigned_to, COUNT(*) FROM contacts c WHERE c.case_id = ?"
    " GROUP BY c.is_gone, c.state, c.assigned_to"
)
_OF_CONTACT = sql(f"{_MET} WHERE m.case_id = ? AND m.contact_id = ? ORDER BY m.visit_id")
_NOTES = sql("SELECT at, `by`, kind, text FROM contact_notes WHERE contact_id = ? ORDER BY id DESC LIMIT ?")
_SET_STATE = sql("UPDATE contacts SET state = ?, changed_at = ? WHERE id = ? AND state = ?")
_ASSIGN = sql("UPDATE contacts SET assigned_to = ?, changed_at = ? WHERE id = ? AND assigned_to = ?")
_ASSIGN_NOBODYS = sql("UPDATE contacts SET assigned_to = ?, changed_at = ? WHERE id = ? AND assigned_to IS NULL")


@functools.cache
def _page(conditions: tuple[str, ...], no_phone: bool) -> tuple[Callable[[], str], Callable[[], str]]:
    """The lowest score of a page, found by the index alone where all are asked for; and the rows down to it."""
    join = "LEFT JOIN visits v ON v.id = c.visit_id " if no_phone else ""
    # The first comparison bounds the range, the others tell apart those of one score.
    rest = "c.score <= ? AND (c.score < ? OR c.id > ?)"
    where = " AND ".join(("c.case_id = ? AND c.is_gone = ?", *conditions, rest))
    rows = f"FROM contacts c {join}WHERE {where}"
    return (
        sql(f"SELECT c.score {rows} ORDER BY c.score DESC LIMIT 1 OFFSET ?"),
        sql(f"SELECT {_COLUMNS} {rows} AND c.score >= ? ORDER BY c.score DESC, c.id LIMIT ?"),
    )


def _conditions(chosen: Chosen) -> list[tuple[str, Any]]:
    """Each with its value; None for one that has none."""
    found: list[tuple[str, Any]] = []
    if chosen.companions:
        found.append(("c.is_companion = ?", 1))
    if chosen.tail_only:
        found.append(("c.is_tail_only = ?", 1))
    if chosen.met is not None:
        found += [("c.is_tail_only = ?", 0), ("c.certainty = ?", chosen.met.encode())]
    if chosen.state is not None:
        found.append(("c.state = ?", chosen.state.encode()))
    if chosen.assigned_to is not None:
        whose = chosen.assigned_to
        found.append(("c.assigned_to = ?", openid_out(whose)) if whose else ("c.assigned_to IS NULL", None))
    if chosen.no_phone:
        found.append(("v.phone_hash IS NULL", None))
    return found


def page(chosen: Chosen, most: int, after: Place | None = None) -> list[ContactRow]:
    """So many of the highest scores; of a further page, those after where the page before ended. Of one score in the
    order in which they were found, which is against the index's: so it is asked first how far down a page goes."""
    conditions = _conditions(chosen)
    lowest, rows = _page(tuple(text for text, _ in conditions), chosen.no_phone)
    given = [value for _, value in conditions if value is not None]
    score, row_id = after or _FIRST
    values = (chosen.case_id, int(chosen.is_gone), *given, score, score, row_id)
    down_to = one(lowest, *values, most - 1)
    found = execute(rows, *values, down_to[0] if down_to else 0, most).fetchall()
    return [_contact(row) for row in found]


def with_number(case_id: int, number: int) -> ContactRow | None:
    """The contact of a case with this number."""
    row = one(_WITH_NUMBER, case_id, number) if 0 < number < 2**31 else None
    return None if row is None else _contact(row)


def stands(case_id: int) -> list[tuple[bool, ContactState, str | None, int]]:
    """How many of a case's contacts are gone or not, in each state, taken on by each of the staff."""
    rows = execute(_STANDS, case_id).fetchall()
    return [(bool(row[0]), ContactState(_text(row[1])), row[2] and openid_in(row[2]), row[3]) for row in rows]


@functools.cache
def _done(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(
        f"SELECT c.case_id, COUNT(*) FROM contacts c WHERE c.case_id IN ({places}) AND c.is_gone = 0 AND c.state <> ?"
        " GROUP BY c.case_id"
    )


def done(case_ids: Sequence[int]) -> dict[int, int]:
    """How many contacts of each of these cases are in another state than the first; of none it is left out."""
    if not case_ids:
        return {}
    rows = execute(_done(len(case_ids)), *case_ids, ContactState.TODO.encode()).fetchall()
    return {row[0]: row[1] for row in rows}


def of_contact(case_id: int, contact_id: int) -> list[MetRow]:
    """The stays of one contact, or (OWN) of the case."""
    return [_met(row) for row in execute(_OF_CONTACT, case_id, contact_id).fetchall()]


_BY_NUMBER = sql(
    f"SELECT {_COLUMNS} FROM contacts c WHERE c.case_id = ? AND c.`number` > ? AND c.is_gone = ?"
    " ORDER BY c.`number` LIMIT ?"
)
_STAYS = sql(
    "SELECT COUNT(*) FROM case_visits m JOIN visits v ON v.id = m.visit_id LEFT JOIN contacts c ON c.id = m.contact_id"
    " WHERE m.case_id = ? AND (m.contact_id = ? OR c.is_gone = ?)"
)


def after_number(case_id: int, number: int, most: int) -> list[ContactRow]:
    """So many contacts whose numbers come after this one, in their order; without those who are gone."""
    return [_contact(row) for row in execute(_BY_NUMBER, case_id, number, False, most).fetchall()]


def count_stays(case_id: int) -> int:
    """How many stays of the case and of its contacts are still in the records."""
    row: Any = one(_STAYS, case_id, OWN, False)
    return int(row[0])


@functools.cache
def _met_by(count: int) -> Callable[[], str]:
    return sql(f"{_MET} WHERE m.case_id = ? AND m.contact_id IN ({', '.join('?' * count)}) ORDER BY m.visit_id")


def met_by(case_id: int, contact_ids: Sequence[int]) -> list[MetRow]:
    """The stays of these contacts, each contact's in the order of entering them."""
    return [_met(row) for row in execute(_met_by(len(contact_ids)), case_id, *contact_ids)] if contact_ids else []


@functools.cache
def _beside(count: int) -> tuple[Callable[[], str], Callable[[], str]]:
    """Among the highest scores of the list, and among all."""
    those = "SELECT id, score FROM contacts WHERE case_id = ? AND is_gone = 0"
    met = f"m.case_id = ? AND m.with_visit IN ({', '.join('?' * count)})"
    order = "ORDER BY c.score DESC, c.id, m.visit_id LIMIT ?"
    return (
        sql(
            f"SELECT {_MET_COLUMNS} FROM ({those} ORDER BY score DESC LIMIT {_LOOKED_AT}) c"
            f" JOIN case_visits m ON m.contact_id = c.id WHERE {met} {order}"
        ),
        sql(f"{_MET} JOIN contacts c ON c.id = m.contact_id WHERE {met} AND c.is_gone = 0 {order}"),
    )


def beside(case_id: int, visit_ids: Sequence[int], most: int) -> list[MetRow]:
    """So many stays that met one of these stays of the case, those of the highest scores first. In a full hall they
    are among the first of the list, where they are found without looking at all of it."""
    among_first, among_all = _beside(len(visit_ids))
    rows = execute(among_first, case_id, case_id, *visit_ids, most).fetchall()
    if len(rows) < most:
        rows = execute(among_all, case_id, *visit_ids, most).fetchall()
    return [_met(row) for row in rows]


@functools.cache
def _count_beside(count: int) -> Callable[[], str]:
    places = ", ".join("?" * count)
    return sql(
        "SELECT COUNT(DISTINCT m.contact_id) FROM case_visits m JOIN contacts c ON c.id = m.contact_id"
        f" WHERE m.case_id = ? AND m.with_visit IN ({places}) AND c.is_gone = 0"
    )


def count_beside(case_id: int, visit_ids: Sequence[int]) -> int:
    """How many contacts met one of these stays of the case."""
    row: Any = one(_count_beside(len(visit_ids)), case_id, *visit_ids)
    return int(row[0])


@functools.cache
def _with_ids(count: int) -> Callable[[], str]:
    return sql(f"SELECT {_COLUMNS} FROM contacts c WHERE c.id IN ({', '.join('?' * count)})")


def with_ids(ids: Sequence[int]) -> dict[int, ContactRow]:
    """These contacts by their ids."""
    rows = execute(_with_ids(len(ids)), *ids).fetchall() if ids else []
    return {row[0]: _contact(row) for row in rows}


def set_state(contact_id: int, was: ContactState, state: ContactState, now: datetime) -> bool:
    """Put a contact into another state; False where it is not in the one that it was in."""
    return changed(_SET_STATE, state.encode(), moment_out(now), contact_id, was.encode()) == 1


def assign(contact_id: int, was: str | None, openid: str | None, now: datetime) -> bool:
    """Have somebody (None: nobody) care for a contact; False where it is not any more who did."""
    values = openid and openid_out(openid), moment_out(now), contact_id
    if was is None:
        return changed(_ASSIGN_NOBODYS, *values) == 1
    return changed(_ASSIGN, *values, openid_out(was)) == 1


def add_note(row: ContactRow, by: str, kind: str, text: str | None, now: datetime) -> None:
    """Keep what somebody did or wrote."""
    insert(ContactNote, case_id=row.case_id, contact_id=row.id, at=now, by=by, kind=kind, text=text)


def notes(contact_id: int, most: int) -> list[NoteRow]:
    """What was done about a contact, the last first."""
    rows = execute(_NOTES, contact_id, most).fetchall()
    return [
        NoteRow(moment_in(row[0]), openid_in(row[1]), _text(row[2]), row[3] and ContactNote.text.opened(row[3]))
        for row in rows
    ]


def _contact(row: tuple[Any, ...]) -> ContactRow:
    return ContactRow._make(
        None if value is None else opens(value) for value, opens in zip(row, _OPENERS, strict=True)
    )  # fmt: skip


def _met(row: tuple[Any, ...]) -> MetRow:
    return MetRow(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]), Certainty(_text(row[7])))


def _text(value: Any) -> str:
    return bytes(value).decode()


_OPENERS: tuple[Callable[[Any], Any], ...] = (
    *(int,) * 5, *(bool,) * 3, int, bool, bool, lambda value: Certainty(_text(value)), *(int,) * 4,
    lambda value: ContactState(_text(value)), openid_in, moment_in,
)  # fmt: skip
