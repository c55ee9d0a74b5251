"""Cases and contacts in words. What is a guess is never told as anything else: minutes have their bounds."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from models.rules import tracing
from models.rules.halls import HallFacts
from models.rules.tracing import Definition
from models.rules.visits import Certainty
from models.services.casework.cases import Days, Suspect
from models.services.casework.contact_list import Shown
from models.tables.cases import CaseRow
from models.tables.found_visits import FoundVisit
from models.tables.listed_contacts import ContactRow, MetRow
from web.language import say
from web.records.blueprint import matter_words, readable


def moment(at: datetime, hall: HallFacts) -> str:
    """By the hall's clocks: 2026-03-02 09:03"""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%Y-%m-%d %H:%M}"


def days(row: CaseRow | Days) -> str:
    """The days of a case."""
    if row.first == row.last:
        return row.first.isoformat()
    return say("case.days", first=row.first.isoformat(), last=row.last.isoformat())


def definition(said: Definition) -> list[str]:
    """Who counts, in sentences."""
    tail = said.tail_minutes
    words = [say(f"case.area.{said.area}", minutes=tail) if tail else say(f"case.area_alone.{said.area}")]
    if said.least_minutes:
        words.append(say("case.least", minutes=said.least_minutes))
    return [*words, say("case.look_back", days=said.look_back_days)]


def together(met: ContactRow | MetRow, tail_minutes: int) -> str:
    """For how long somebody was there with the case: 12 分钟; 0–35 分钟 where an end is a guess."""
    if met.is_tail_only:
        return say("case.minutes.tail", minutes=tail_minutes)
    if met.least != met.most:
        return say("case.minutes.bounds", least=met.least, most=met.most)
    return say("case.minutes.exact", minutes=met.most) if met.most else say("case.minutes.none")


def how_sure(met: ContactRow | MetRow) -> str:
    """What is known of the ends that it follows from."""
    certainty = _certainty(met)
    if tracing.only_length_is_guessed(certainty, met.least, met.most):
        return say(f"case.sure.met_{certainty}")
    return say(f"case.sure.{certainty}")


def is_sure(met: ContactRow | MetRow) -> bool:
    """Whether no end is a guess."""
    return met.least == met.most and _certainty(met) is not Certainty.ESTIMATED


def _certainty(met: ContactRow | MetRow) -> Certainty:
    return met.certainty if isinstance(met, ContactRow) else met.met


def name_of(visit: FoundVisit | None) -> str:
    """The name as the session sees it; that the record is gone, where it is."""
    return say("case.erased") if visit is None else readable(visit.name)


def contact_row(one: Shown, row: CaseRow, hall: HallFacts, told: str = "") -> dict[str, Any]:
    """A contact as one of the list; `told`: what became of a notice."""
    contact = one.contact
    notes = [
        say("case.companion") if contact.is_companion else "",
        say("case.same_door") if contact.same_door else "",
        say("case.same_matter", matter=matter_words(one.visit.matter, hall) if one.visit else "")
        if contact.same_matter
        else "",
        say("case.stays", count=contact.stays) if contact.stays > 1 else "",
    ]
    work = [say(f"case.state.{contact.state}"), say("case.carer", name=one.carer) if one.carer else "", told]
    return {
        "url": url_for("cases.contact.shown_contact", case=row.public_id, number=contact.number),
        "number": contact.number,
        "name": name_of(one.visit),
        "notes": say("case.between").join(note for note in notes if note),
        "together": together(contact, row.definition.tail_minutes),
        "sure": how_sure(contact),
        "is_sure": is_sure(contact),
        "work": say("case.between").join(word for word in work if word),
        "score": contact.score,
    }


def status(row: CaseRow) -> str:
    """Whether it is worked on, and whether its list is there."""
    if not row.is_open:
        return say("case.status.closed")
    return say("case.status.open" if row.is_traced else "case.status.tracing")


def suspect_words(one: Suspect, hall: HallFacts) -> str:
    """Somebody who may be meant, told apart from others by what the masks leave."""
    shown = one.shown
    given = [readable(value) for value in (shown.name, shown.phone, shown.id_number) if value]
    seen = say("case.last_seen", time=moment(one.last_seen, hall), count=one.stays)
    return say("case.between").join([*given, seen])


def formula() -> list[str]:
    """What a score is made of (rules.tracing, score)."""
    points = {
        "companion": tracing.COMPANION, "sure": tracing.MOST_LEAST, "guessed": tracing.MOST_GUESSED,
        "tail": tracing.MOST_TAIL, "door": tracing.SAME_DOOR, "matter": tracing.SAME_MATTER,
    }  # fmt: skip
    return [say(f"case.formula.{name}", points=most) for name, most in points.items()]
