"""While hash keys are changed, rows carry hashes under several: brought under one, so that one person stays one."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from models.services import hashing
from models.tables import found_visits, vault
from models.tables.found_visits import UNREADABLE, FoundVisit


class Hashes(NamedTuple):
    """The look-up hashes by which people are told apart."""

    id_hash: bytes | None
    name_hash: bytes
    phone_hash: bytes | None


_SOURCES = {"id_hash": ("id_number", "id"), "name_hash": ("name", "name"), "phone_hash": ("phone", "phone")}


def is_newest(hashes: Iterable[bytes | None]) -> bool:
    """Whether all of them are under the newest key."""
    newest = vault.current().newest()[1]
    return all(one is None or vault.key_of_hash(one) == newest for one in hashes)


def under_newest(rows: list[tuple[Any, ...]], hall_id: int) -> list[tuple[Any, ...]]:
    """Visits of a hall, of each the id first and the Hashes last, with the hashes under the newest key, as far as what
    they were made from is still there. Reads nothing where they are already. Part of a unit of work."""
    older = {row[0] for row in rows if not is_newest(row[-len(Hashes._fields) :])}
    if not older:
        return rows
    whole = {visit.id: visit for visit in found_visits.with_ids(hall_id, older)}
    return [
        (*row[: -len(Hashes._fields)], *_renewed(whole[row[0]], Hashes(*row[-len(Hashes._fields) :])))
        if row[0] in whole
        else row
        for row in rows
    ]


def _renewed(visit: FoundVisit, hashes: Hashes) -> Hashes:
    made = {
        name: _one(stored, getattr(visit, source), kind, visit.in_at.date())
        for (name, (source, kind)), stored in zip(_SOURCES.items(), hashes, strict=True)
    }
    return Hashes(**made)  # type: ignore[arg-type]


def _one(stored: bytes | None, text: str | None, kind: str, day: date) -> bytes | None:
    if stored is None or text is None or text == UNREADABLE:
        return stored
    return hashing.renewed(stored, kind, text, day) or stored
