"""The list of a case as tracing writes it: contacts and the stays that they met the case with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from models.rules.visits import Certainty
from models.tables.cases import CaseVisit
from models.tables.contacts import Contact, ContactState
from models.tables.database import changed, execute, one, sql
from models.tables.fields import insert_rows
from models.tables.openids import openid_in, openid_out

OWN = 0
"""In place of a contact: the stays of the case itself."""


class Traced(NamedTuple):
    """What tracing says of a contact."""

    visit_id: int
    person_id: int | None
    is_companion: bool
    is_gone: bool
    is_tail_only: bool
    stays: int
    same_door: bool
    same_matter: bool
    certainty: str
    least: int
    most: int
    tail: int
    score: int


class Listed(NamedTuple):
    """A contact that is in the list already: what tracing said, and what staff did."""

    id: int
    number: int
    state: ContactState
    assigned_to: str | None
    traced: Traced


class ListedVisit(NamedTuple):
    """A stay in the list, of a contact or (OWN) of the case."""

    visit_id: int
    contact_id: int
    with_visit: int
    least: int
    most: int
    tail: int
    is_tail_only: bool
    met: str


class Counts(NamedTuple):
    """The contacts of a case: how many in all, and of these how many came along; all of them parted into who met the
    case for certain, as stated, or only perhaps, and who came only after it had left."""

    contacts: int
    companions: int
    certain: int
    stated: int
    estimated: int
    tail_only: int


_TRACED = ", ".join(f"`{name}`" for name in Traced._fields)
_LISTED = sql(
    f"SELECT id, `number`, state, assigned_to, {_TRACED} FROM contacts"
    " WHERE case_id = ? AND `number` > ? ORDER BY `number` LIMIT ?"
)
EACH = 5000
"""Rows of one answer: the server has seconds for each."""
_IDS = sql("SELECT `number`, id FROM contacts WHERE case_id = ? AND `number` > ?")
_UPDATE = sql(
    "UPDATE contacts SET state = ?, assigned_to = ?, "
    + ", ".join(f"`{name}` = ?" for name in Traced._fields)
    + " WHERE id = ?"
)
_DROP = sql("DELETE FROM contacts WHERE id = ?")
_NOTED = (
    sql("SELECT DISTINCT contact_id FROM contact_notes WHERE case_id = ?"),
    sql("SELECT DISTINCT contact_id FROM notices WHERE case_id = ?"),
    sql("SELECT contact_id FROM cases WHERE origin_id = ? AND contact_id IS NOT NULL"),
)
_MOVE = (
    sql("UPDATE contact_notes SET contact_id = ? WHERE contact_id = ?"),
    sql("UPDATE notices SET contact_id = ? WHERE case_id = ? AND contact_id = ?"),
)
_VISITS = sql(
    "SELECT " + ", ".join(ListedVisit._fields) + " FROM case_visits"
    " WHERE case_id = ? AND visit_id > ? ORDER BY visit_id LIMIT ?"
)
_OWN_VISITS = sql("SELECT visit_id FROM case_visits WHERE case_id = ? AND contact_id = ?")
_DROP_VISIT = sql("DELETE FROM case_visits WHERE case_id = ? AND visit_id = ?")
_COUNTS = sql(
    "SELECT COUNT(*), SUM(is_companion), SUM(CASE WHEN is_tail_only = 0 AND certainty = ? THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN is_tail_only = 0 AND certainty = ? THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN is_tail_only = 0 AND certainty = ? THEN 1 ELSE 0 END), SUM(is_tail_only)"
    " FROM contacts WHERE case_id = ? AND is_gone = 0"
)
_EARLIEST = sql(
    "SELECT MIN(v.in_at) FROM case_visits c JOIN visits v ON v.id = c.visit_id WHERE c.case_id = ? AND c.contact_id = ?"
)


def listed(case_id: int) -> list[Listed]:
    """Every contact in the list, by number, those that are gone too."""
    return [
        Listed(
            row_id, number, ContactState(bytes(state).decode()), None if whose is None else openid_in(whose),
            Traced._make(opens(value) for value, opens in zip(said, _TRACED_OPENERS, strict=True)),
        )
        for row_id, number, state, whose, *said in _pages(_LISTED, case_id, 1)
    ]  # fmt: skip


def _text(value: Any) -> str:
    return bytes(value).decode()


def _as_it_is(value: Any) -> Any:
    return value


_TRACED_OPENERS: tuple[Callable[[Any], Any], ...] = (
    _as_it_is, _as_it_is, bool, bool, bool, _as_it_is, bool, bool, _text, *[_as_it_is] * 4,
)  # fmt: skip


def noted(case_id: int) -> set[int]:
    """The ids of contacts of whom something was noted, who were sent something, or for whom a case was opened."""
    return {row[0] for statement in _NOTED for row in execute(statement, case_id).fetchall()}


def add(case_id: int, first_number: int, rows: Sequence[Traced]) -> list[int]:
    """Add contacts, numbered on from there, and give their ids in the same order."""
    names = ("case_id", "number", "state", *Traced._fields)
    insert_rows(
        Contact, names, [(case_id, first_number + at, ContactState.TODO, *row) for at, row in enumerate(rows)]
    )  # fmt: skip
    ids = dict(execute(_IDS, case_id, first_number - 1).fetchall())
    return [ids[first_number + at] for at in range(len(rows))]


def update(row: Listed) -> None:
    """Keep what is said of a contact by now."""
    values = [Contact._meta.fields[name].db_value(value) for name, value in row.traced._asdict().items()]
    execute(_UPDATE, row.state.encode(), row.assigned_to and openid_out(row.assigned_to), *values, row.id)


def drop(contact_id: int) -> None:
    """Remove a contact of whom nothing was noted, or whose notes have gone to another row."""
    changed(_DROP, contact_id)


def move(case_id: int, contact_id: int, to: int) -> None:
    """Notes on a contact, and what was sent to them, are of another row by now, who is the same person."""
    execute(_MOVE[0], to, contact_id)
    execute(_MOVE[1], to, case_id, contact_id)


def visits(case_id: int) -> list[ListedVisit]:
    """The stays in the list."""
    return [ListedVisit._make((*row[:6], bool(row[6]), _text(row[7]))) for row in _pages(_VISITS, case_id, 0)]


def own_visits(case_id: int) -> list[int]:
    """The ids of the case's own stays."""
    return [row[0] for row in execute(_OWN_VISITS, case_id, OWN).fetchall()]


def put_visits(case_id: int, gone: Iterable[int], rows: Iterable[ListedVisit]) -> None:
    """Take the stays of some visits out of the list, then put these in."""
    for visit_id in gone:
        execute(_DROP_VISIT, case_id, visit_id)
    insert_rows(CaseVisit, ("case_id", *ListedVisit._fields), [(case_id, *row) for row in rows])


def _pages(statement: Callable[[], str], case_id: int, key: int) -> Iterator[tuple[Any, ...]]:
    """All rows of a list, a page after another by the number in their column `key`."""
    after = 0
    while True:
        rows = execute(statement, case_id, after, EACH).fetchall()
        yield from rows
        if len(rows) < EACH:
            return
        after = rows[-1][key]


def counts(case_id: int) -> Counts:
    """What the list comes to, without those who are gone."""
    kinds = (Certainty.CERTAIN.encode(), Certainty.STATED.encode(), Certainty.ESTIMATED.encode())
    row: Any = one(_COUNTS, *kinds, case_id)
    return Counts(*(int(value or 0) for value in row))


def first_entry(case_id: int, contact_id: int) -> Any:
    """When a contact came in the first time that they met the case, as the database has it; None where no such stay is
    kept any more."""
    row: Any = one(_EARLIEST, case_id, contact_id)
    return row[0]
