"""A hall's visits as an export reads them: in the order of their coming, so many at a time, and as far as they open.

A value that does not open (written under a key that is lost, or damaged) stops nothing: it is left out and named.
"""

import functools
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.tables import vault
from models.tables.database import execute, one, sql
from models.tables.fields import moment_in, moment_out
from models.tables.openids import openid_in
from models.tables.vault import WrongKey


class Stretch(NamedTuple):
    """Visits of one hall that began from `begin` up to, and without, `end`; none that is stored later than the one
    with `last_id`, so that it is the same visits however often they are looked for."""

    hall_id: int
    begin: datetime
    end: datetime
    last_id: int


class ExportedVisit(NamedTuple):
    """A visit with its openid; `damaged` names the fields that are there and do not open."""

    id: int
    openid: str
    lead_id: int | None
    companions: int
    in_at: datetime
    out_at: datetime | None
    due_at: datetime
    how_in: str
    how_out: str | None
    matter: str | None
    temperature_tenths: int | None
    temperature_source: str | None
    id_kind: str | None
    name: str
    phone: str
    id_number: str
    address: str
    remark: str
    damaged: tuple[str, ...]


_SECRETS = ("name", "phone", "id_number", "address", "remark")
_OF_STRETCH = "FROM visits v{} WHERE v.hall_id = ? AND v.in_at >= ? AND v.in_at < ? AND v.id <= ?"
_LAST = sql("SELECT MAX(v.id) FROM visits v WHERE v.hall_id = ? AND v.in_at >= ? AND v.in_at < ?")
_COUNT = sql(f"SELECT COUNT(*) {_OF_STRETCH.format('')}")
_SELECT = (
    "SELECT v.id, p.openid, v.lead_id, v.companions, v.in_at, v.out_at, v.due_at, v.how_in, v.how_out, v.matter,"
    " v.temperature_tenths, v.temperature_source, v.id_kind, v.name, v.phone, v.id_number, v.address, v.remark "
)
_PAGE = sql(
    _SELECT
    + _OF_STRETCH.format(" LEFT JOIN people p ON p.id = v.person_id")
    + " AND (v.in_at > ? OR v.id > ?) ORDER BY v.in_at, v.id LIMIT ?"
)


def stretch(hall_id: int, begin: datetime, end: datetime) -> Stretch:
    """The visits of this time that are stored by now."""
    row: Any = one(_LAST, hall_id, moment_out(begin), moment_out(end))
    return Stretch(hall_id, begin, end, row[0] or 0)


def count(of: Stretch) -> int:
    """How many there are."""
    row: Any = one(_COUNT, of.hall_id, moment_out(of.begin), moment_out(of.end), of.last_id)
    return int(row[0])


def page(of: Stretch, most: int, after: datetime | None = None, after_id: int = 0) -> list[ExportedVisit]:
    """The first so many; of a further page, those after the moment and the id of the last visit of the page before."""
    at = moment_out(after or of.begin)
    values = (of.hall_id, at, moment_out(of.end), of.last_id, at, after_id, most)
    return [_visit(row) for row in execute(_PAGE, *values).fetchall()]


def of_case(hall_id: int, visit_ids: Sequence[int]) -> dict[int, ExportedVisit]:
    """These visits of a hall by their ids, those that are there."""
    return {row[0]: _visit(row) for row in _of_ids(_WITH_IDS, visit_ids, hall_id)}


_WITH_IDS = _SELECT + "FROM visits v LEFT JOIN people p ON p.id = v.person_id WHERE v.hall_id = ? AND v.id IN ({})"


def names(visit_ids: Sequence[int]) -> dict[int, str]:
    """The names of these visits by id, of those that open."""
    return {row[0]: name for row in _of_ids(_NAMES, visit_ids) if (name := _opened("name", row[1])[0])}


def companions(lead_ids: Sequence[int], without: Collection[int] = ()) -> dict[int, list[str]]:
    """The names of those who came with each of these leads, of those that open; `without` these visits."""
    found: dict[int, list[str]] = {}
    for lead_id, visit_id, stored in _of_ids(_COMPANIONS, lead_ids):
        name = "" if visit_id in without else _opened("name", stored)[0]
        if name:
            found.setdefault(lead_id, []).append(name)
    return found


_NAMES = "SELECT id, name FROM visits WHERE id IN ({})"
_COMPANIONS = "SELECT lead_id, id, name FROM visits WHERE lead_id IN ({}) ORDER BY id"


def _of_ids(text: str, ids: Sequence[int], *before: int) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    places = 1 << (len(ids) - 1).bit_length()
    values = (*before, *ids, *[0] * (places - len(ids)))
    rows: list[tuple[Any, ...]] = execute(_with_places(text, places), *values).fetchall()
    return rows


@functools.cache
def _with_places(text: str, places: int) -> Callable[[], str]:
    return sql(text.format(", ".join("?" * places)))


def _visit(row: tuple[Any, ...]) -> ExportedVisit:
    opened = [_opened(name, value) for name, value in zip(_SECRETS, row[13:], strict=True)]
    damaged = tuple(name for name, (_, is_whole) in zip(_SECRETS, opened, strict=True) if not is_whole)
    known = (
        row[0], "" if row[1] is None else openid_in(row[1]), row[2], row[3], moment_in(row[4]),
        None if row[5] is None else moment_in(row[5]), moment_in(row[6]), _text(row[7]) or "",
        _text(row[8]), _text(row[9]), row[10], _text(row[11]), _text(row[12]),
    )  # fmt: skip
    return ExportedVisit._make((*known, *(text for text, _ in opened), damaged))


def _opened(name: str, value: Any) -> tuple[str, bool]:
    """The text, and whether it is whole."""
    if value is None:
        return "", True
    try:
        return vault.current().open(bytes(value), b"visits." + name.encode()), True
    except WrongKey:
        return "", False


def _text(value: Any) -> str | None:
    return None if value is None else bytes(value).decode("ascii", "replace")
