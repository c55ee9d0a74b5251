"""The people behind openids: their language, and what they agreed may be used again."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.tables import people
from models.tables.database import Raced, transaction
from models.tables.fields import insert
from models.tables.people import Person
from models.tables.standing import PersonRow, standing

REMEMBERED = ("name", "id_number", "phone", "address")
"""The answers that the next check-in is prefilled with."""


@dataclass(frozen=True)
class Known:
    """A person as kept. `profile` holds canonical texts by field; hall ids are keys as text, as JSON has them.
    `withdrawals`: how often consent was taken back in a hall; `facts`: all but the profile, as it was read; `edits`:
    how often something of the profile was changed or removed, so that no older reading of it is written back."""

    id: int
    openid: str
    language: str
    profile: dict[str, str]
    consents: dict[str, int]
    matters: dict[str, str]
    last_hall_id: int | None
    withdrawals: dict[str, int] = field(default_factory=dict)
    facts: str = ""
    edits: int = 0

    def agreed(self, hall_id: int, version: int) -> bool:
        """Whether the person agreed to this version of the hall's notice."""
        return self.consents.get(str(hall_id)) == version

    def withdrawn(self, hall_id: int) -> int:
        """How often consent to the hall's notice was taken back."""
        return self.withdrawals.get(str(hall_id), 0)


def opened(openid: str, row: PersonRow) -> Known:
    """A person read by `standing`, with the profile decrypted; an empty one where it does not open."""
    profile = json.loads(Person.profile.opened(row.profile) or "{}")
    facts = json.loads(row.facts)
    return Known(
        row.id, openid, facts["language"], profile, facts["consents"], facts["matters"], facts["last_hall_id"],
        facts.get("withdrawals", {}), row.facts, facts.get("edits", 0),
    )  # fmt: skip


@transaction
def found(openid: str) -> Known | None:
    """The person with this openid; None for somebody who never agreed to being kept."""
    row = standing(openid)[1]
    return opened(openid, row) if row else None


def language_of(row: PersonRow) -> str:
    """The language somebody chose, without opening the profile."""
    return language_in(row.facts)


def language_in(facts: str) -> str:
    """The language in the facts of a person's row."""
    language: str = json.loads(facts)["language"]
    return language


def language_at(openid: str) -> str:
    """The language of whoever has this openid; Chinese for somebody who is not kept. Part of a unit of work."""
    found = Person.select(Person.facts).where(Person.openid == openid).tuples().first()
    return language_in(found[0]) if found else "zh"


def remember(
    openid: str, known: Known | None, answers: dict[str, str], hall_id: int, version: int, matter: str | None,
    language: str, now: datetime,
) -> Known:  # fmt: skip
    """Keep what somebody agreed may be kept after a check-in; part of the unit of work that stores the visit."""
    profile = {name: answers[name] for name in REMEMBERED if answers.get(name)}
    matters = {str(hall_id): matter} if matter else {}
    if known is None:
        fresh = Known(0, openid, language, profile, {str(hall_id): version}, matters, hall_id)
        columns = _columns(fresh, now)
        person_id = insert(Person, openid=openid, created_at=now, **columns)
        return replace(fresh, id=person_id, facts=str(columns["facts"]))
    later = replace(
        known,
        language=language,
        profile=profile,
        consents={**known.consents, str(hall_id): version},
        matters={**known.matters, **matters},
        last_hall_id=hall_id,
    )
    return _keep(known, later, now)


def was_at(known: Known, hall_id: int, now: datetime) -> Known:
    """Keep the last hall, and nothing else, for the account of somebody who lent it; part of a unit of work."""
    return _keep(known, replace(known, last_hall_id=hall_id), now)


def _keep(known: Known, later: Known, now: datetime) -> Known:
    """Write to the row of whoever is here, be it only when; Raced where they were forgotten or changed something
    meanwhile, so that no stay is made for nobody, and nothing goes by a consent that was taken back."""
    if later == known:
        if not people.seen(known.id, known.facts, now):
            raise Raced
        return later
    columns = _columns(later, now)
    is_as_read = (Person.id == known.id) & (Person.facts == known.facts)
    if Person.update(**columns).where(is_as_read).execute() != 1:
        raise Raced
    return replace(later, facts=str(columns["facts"]))


def _columns(known: Known, now: datetime) -> dict[str, object]:
    facts = {
        "language": known.language,
        "consents": known.consents,
        "matters": known.matters,
        "last_hall_id": known.last_hall_id,
        **({"withdrawals": known.withdrawals} if known.withdrawals else {}),
        **({"edits": known.edits} if known.edits else {}),
    }
    return {
        "profile": json.dumps(known.profile, ensure_ascii=False),
        "facts": json.dumps(facts),
        "seen_at": now,
    }


def speak(known: Known, language: str, now: datetime) -> Known:
    """Keep the language a known person chose; part of a unit of work."""
    return _keep(known, replace(known, language=language), now)
