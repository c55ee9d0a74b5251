"""What is kept of a person for their next check-in: told to them, and changed by them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.check_in_answers import READERS, Asked
from models.rules.erasure_lines import What
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import audit, erasure_journal, halls
from models.services.audit import VISITOR, Actor
from models.services.people import REMEMBERED, Known, opened
from models.tables import own_rows, people, vault
from models.tables.database import Raced, transaction
from models.tables.people import Kept
from models.tables.standing import PersonRow

TALK_MINUTES = 15
"""So long what is not finished in the chat is kept."""


@dataclass(frozen=True)
class OwnData:
    """`profile`: canonical texts by field, in the order of a check-in, "" for what is not kept. `seen`: by field, what
    a change of it has to be made with. `consents`: the halls whose notice they agreed to, and its version."""

    profile: dict[str, str]
    seen: dict[str, str]
    language: str
    consents: list[tuple[HallFacts, int]]
    used_at: datetime
    until: datetime


@transaction
def of(openid: str) -> OwnData | None:
    """What is kept of this person; None where nothing is. `until`: when it has not been used for as long as halls may
    keep visits."""
    row = people.kept(openid)
    if row is None:
        return None
    known = _opened(openid, row)
    agreed = [(halls.by_id(int(hall_id), None), version) for hall_id, version in known.consents.items()]
    return OwnData(
        {field: known.profile.get(field, "") for field in REMEMBERED},
        {field: _marks(known, field)[0] for field in REMEMBERED},
        known.language,
        [(hall, version) for hall, version in agreed if hall],
        row.seen_at,
        row.seen_at + timedelta(days=halls.defaults().retention_days),
    )


@transaction
def change(openid: str, field: str, text: str, seen: str, now: datetime) -> None:
    """Keep another answer for a field of REMEMBERED, as a check-in would read it; one that says nothing removes it.

    Refused with data_gone, with data_changed where it is not as it was `seen`, and with what the field's reader
    refuses; nothing is written then.
    """
    row, known = _found(openid)
    if seen not in _marks(known, field):
        raise Refused("data_changed")
    hall = halls.by_id(known.last_hall_id, None) if known.last_hall_id else None
    if hall is None:
        raise Refused("data_gone")
    value = str(READERS[field](text, Asked(hall, hall.calendar.hall_day(now), optional=field == "address")))
    is_other = _keep(row, known, lambda profile: {**profile, field: value})
    if is_other and not value:
        erasure_journal.note(What.FIELD, [openid], now, field)


@transaction
def remove(openid: str, field: str, now: datetime) -> None:
    """Forget a field of REMEMBERED, whatever it says by now; doing it twice is no matter. Refused with data_gone."""
    row, known = _found(openid)
    if _keep(row, known, lambda profile: {name: text for name, text in profile.items() if name != field}):
        erasure_journal.note(What.FIELD, [openid], now, field)


@transaction
def withdraw(openid: str, hall_id: int, now: datetime) -> bool:
    """Take back what was agreed to in a hall, and to notices about cases: it asks anew next time. With the last hall of
    all nothing is kept for a next check-in either. A yes that was said before, in a talk or on a page that is still
    open, counts no more. What was registered until then stays lawful, to its day. Noted in
    the audit; False where nothing was agreed to there, which changes nothing."""
    row = people.kept(openid)
    facts = json.loads(row.facts) if row else {"consents": {}}
    if row is None or str(hall_id) not in facts["consents"]:
        return False
    for name in ("consents", "matters"):
        facts[name].pop(str(hall_id), None)
    facts["withdrawals"] = counted = facts.get("withdrawals", {})
    counted[str(hall_id)] = counted.get(str(hall_id), 0) + 1
    written = json.dumps(facts)
    if not (people.set_facts(row, written) if facts["consents"] else people.set_profile(row, "{}", written)):
        raise Raced
    own_rows.remove_grants(openid)
    erasure_journal.note(What.CONSENT, [openid], now, str(hall_id))
    audit.note(Actor(openid, VISITOR), "own_consent", hall_id, now)
    return True


@dataclass(frozen=True)
class StaysIn:
    """The stays of one account in one hall: how many, the day of the last one, and the day on which that goes."""

    hall: HallFacts
    count: int
    last: date
    gone_on: date


@transaction
def stays_in_halls(openid: str) -> list[StaysIn]:
    """Where stays of this person are kept, and until when; by the names of the halls."""
    row = people.kept(openid)
    counted = own_rows.stays_in_halls(row.id) if row else []
    found = halls.by_ids([one.hall_id for one in counted])
    shown = [
        StaysIn(hall, one.visits, one.last, one.last + timedelta(days=hall.retention_days + 1))
        for one in counted
        if (hall := found.get(one.hall_id))
    ]
    return sorted(shown, key=lambda one: (one.hall.name, one.hall.id))


@transaction
def speak(openid: str, language: str) -> None:
    """Keep the language that the person wants. Refused with data_gone."""
    row, known = _found(openid)
    facts = json.dumps({**json.loads(row.facts), "language": language})
    if known.language != language and not people.set_facts(row, facts):
        raise Raced


def _found(openid: str) -> tuple[Kept, Known]:
    row = people.kept(openid)
    if row is None:
        raise Refused("data_gone")
    return row, _opened(openid, row)


def _opened(openid: str, row: Kept) -> Known:
    return opened(openid, PersonRow(row.id, row.facts, row.profile))


def _keep(row: Kept, known: Known, changed: Callable[[dict[str, str]], dict[str, str]]) -> bool:
    """Whether that makes another profile of it."""
    profile = {name: text for name, text in changed(known.profile).items() if text}
    facts = json.dumps({**json.loads(row.facts), "edits": known.edits + 1})
    if profile == known.profile:
        return False
    if not people.set_profile(row, json.dumps(profile, ensure_ascii=False), facts):
        raise Raced
    return True


def _marks(known: Known, field: str) -> list[str]:
    """Tell whether a field still says what it said, under every key that a page may have been made with, the newest
    first; nobody can tell from them what that was."""
    said = f"{known.openid}\0{field}\0{known.profile.get(field, '')}"
    return [made[-16:].hex() for made in vault.current().hashes(b"own data", said)]
