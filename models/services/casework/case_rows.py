"""The stays of a case and of its contacts as rows of a workbook: the case first, then each contact by number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.phrases import has, say
from models.rules.halls import HallFacts
from models.rules.notices import Fate, fate
from models.rules.tracing import only_length_is_guessed
from models.rules.workbook import CASE_COLUMNS, CASE_WIDTHS, COLUMNS, WIDTHS
from models.services.export_rows import LANGUAGE, Row, Words
from models.tables import exported_visits, listed_contacts, notices
from models.tables.database import run
from models.tables.listed_contacts import OWN, ContactRow, MetRow

BATCH = 200
"""Contacts that are read in one unit of work."""


@dataclass(frozen=True)
class Contacts:
    """Every stay of a case and of its contacts that is still in the records."""

    hall: HallFacts
    case_id: int
    columns: Sequence[str] = (*COLUMNS, *CASE_COLUMNS)
    widths: Sequence[int] = (*WIDTHS, *CASE_WIDTHS)

    def count(self) -> int:
        return listed_contacts.count_stays(self.case_id)

    def batches(self, now: datetime) -> Iterator[list[Row]]:
        words = Words(self.hall, now)
        if own := run(lambda: _rows(self, words, listed_contacts.of_contact(self.case_id, OWN), {})):
            yield own
        number = 0
        while True:
            contacts, rows = run(lambda after=number: _batch(self, words, after))  # type: ignore[misc]
            if rows:
                yield rows
            if len(contacts) < BATCH:
                break
            number = contacts[-1].number


def _batch(of: Contacts, words: Words, after: int) -> tuple[list[ContactRow], list[Row]]:
    contacts = listed_contacts.after_number(of.case_id, after, BATCH)
    by_id = {one.id: one for one in contacts}
    met = listed_contacts.met_by(of.case_id, list(by_id))
    return contacts, _rows(of, words, sorted(met, key=lambda one: (by_id[one.contact_id].number, one.visit_id)), by_id)


def _rows(of: Contacts, words: Words, met: Sequence[MetRow], contacts: dict[int, ContactRow]) -> list[Row]:
    visits = exported_visits.of_case(of.hall.id, [one.visit_id for one in met])
    leads = exported_visits.names([one.lead_id for one in visits.values() if one.lead_id is not None])
    companions = exported_visits.companions([one.id for one in visits.values() if one.companions])
    told = {row.contact_id: fate(row.state, row.reason, row.verdict) for row in notices.of(of.case_id, list(contacts))}
    found = []
    for one in met:
        if visit := visits.get(one.visit_id):
            cells, damaged = words.row(visit, leads, companions)
            contact = contacts.get(one.contact_id)
            beside = _beside(contact, one, told.get(contact.id)) if contact else _own()
            found.append(Row([*cells, *beside], damaged))
    return found


def _own() -> list[str]:
    return [say(LANGUAGE, "names.export.own"), *[""] * (len(CASE_COLUMNS) - 1)]


def _beside(contact: ContactRow, met: MetRow, told: Fate | None) -> list[str]:
    """The columns of CASE_COLUMNS; minutes with their bounds where an end is a guess."""
    minutes = str(met.most) if met.least == met.most else f"{met.least}–{met.most}"
    only_length = only_length_is_guessed(met.met, met.least, met.most)
    known = say(LANGUAGE, f"case.sure.met_{met.met}" if only_length else f"case.sure.{met.met}")
    tail = str(met.tail) if met.tail or met.is_tail_only else ""
    return [
        str(contact.number), minutes, known, tail,
        _yes(contact.same_door), _yes(contact.same_matter), _yes(contact.is_companion), str(contact.score),
        say(LANGUAGE, f"case.state.{contact.state}"), _told(told), str(contact.stays),
    ]  # fmt: skip


def _yes(is_so: bool) -> str:
    return say(LANGUAGE, "names.export.yes") if is_so else ""


def _told(told: Fate | None) -> str:
    if told is None:
        return ""
    what = say(LANGUAGE, f"notices.told.{told.told}")
    key = f"notices.why.{told.why}"
    return say(LANGUAGE, "notices.told_why", told=what, why=say(LANGUAGE, key)) if has(key) else what
