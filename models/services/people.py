"""The people behind openids: their language, and what they agreed may be used again."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.tables.database import Raced, transaction
from models.tables.fields import insert
from models.tables.people import Person
from models.tables.standing import PersonRow, standing

REMEMBERED = ("name", "id_number", "phone", "address")
"""The answers that the next check-in is prefilled with."""
SEEN_WITHIN = timedelta(days=1)
"""When somebody was last seen is known to so much: else every check-in would write it."""


@dataclass(frozen=True)
class Known:
    """A person as kept. `profile` holds canonical texts by field; hall ids are keys as text, as JSON has them."""

    id: int
    openid: str
    language: str
    profile: dict[str, str]
    consents: dict[str, int]
    matters: dict[str, str]
    last_hall_id: int | None
    seen_at: datetime | None = None

    def agreed(self, hall_id: int, version: int) -> bool:
        """Whether the person agreed to this version of the hall's notice."""
        return self.consents.get(str(hall_id)) == version


def opened(openid: str, row: PersonRow) -> Known:
    """A person read by `standing`, with the profile decrypted; an empty one where it does not open."""
    profile = json.loads(Person.profile.opened(row.profile) or "{}")
    facts = json.loads(row.facts)
    return Known(
        row.id,
        openid,
        facts["language"],
        profile,
        facts["consents"],
        facts["matters"],
        facts["last_hall_id"],
        row.seen_at,
    )


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
        return replace(fresh, id=insert(Person, openid=openid, created_at=now, **_columns(fresh, now)))
    later = replace(
        known,
        language=language,
        profile=profile,
        consents={**known.consents, str(hall_id): version},
        matters={**known.matters, **matters},
        last_hall_id=hall_id,
    )
    is_stale = known.seen_at is None or now - known.seen_at >= SEEN_WITHIN
    if (later != known or is_stale) and not _keep(later, now):
        # Whom nobody has seen for long is forgotten; where that has just happened, they are somebody new.
        raise Raced
    return later


def _keep(known: Known, now: datetime) -> bool:
    """Whether the person was still there."""
    return bool(Person.update(**_columns(known, now)).where(Person.id == known.id).execute() == 1)


def was_at(known: Known, hall_id: int, now: datetime) -> Known:
    """Keep the last hall, and nothing else, for the account of somebody who lent it; part of a unit of work."""
    later = replace(known, last_hall_id=hall_id)
    if later != known:
        Person.update(**_columns(later, now)).where(Person.id == known.id).execute()
    return later


def _columns(known: Known, now: datetime) -> dict[str, object]:
    facts = {
        "language": known.language,
        "consents": known.consents,
        "matters": known.matters,
        "last_hall_id": known.last_hall_id,
    }
    return {
        "profile": json.dumps(known.profile, ensure_ascii=False),
        "facts": json.dumps(facts),
        "seen_at": now,
    }


def speak(known: Known, language: str, now: datetime) -> None:
    """Keep the language a known person chose; part of a unit of work."""
    Person.update(**_columns(replace(known, language=language), now)).where(Person.id == known.id).execute()
