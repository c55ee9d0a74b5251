"""People who talk to the account: who they said they are, once they agreed to its being kept."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, one, sql
from models.tables.fields import MomentField, SecretField, Table, moment_in, moment_out
from models.tables.openids import OpenidField, openid_out


class Person(Table):
    """`profile` is JSON of the answers to reuse; `facts` JSON of the rest, nothing of which names anybody: language,
    consents {hall id: notice version}, matters {hall id: code of the last one}, last hall; where consent was taken
    back withdrawals {hall id: how often}; and edits, how often the profile was changed by itself."""

    openid = OpenidField(64, unique=True)
    profile = SecretField(2000)
    facts = peewee.TextField()
    created_at = MomentField()
    seen_at = MomentField(index=True)

    class Meta:
        table_name = "people"


class Kept(NamedTuple):
    """A person as stored, the profile as cipher text, which is another one with each writing."""

    id: int
    facts: str
    profile: bytes
    seen_at: datetime


_KEPT = sql("SELECT id, facts, profile, seen_at FROM people WHERE openid = ?")
_SET_PROFILE = sql("UPDATE people SET profile = ?, facts = ? WHERE id = ? AND profile = ? AND facts = ?")
_SET_FACTS = sql("UPDATE people SET facts = ? WHERE id = ? AND facts = ?")


_SEEN = sql("UPDATE people SET seen_at = ? WHERE id = ? AND facts = ?")


def seen(person_id: int, facts: str, at: datetime) -> bool:
    """Note that a person is here; False where they are not kept any more, or the facts are not those that were read."""
    return changed(_SEEN, moment_out(at), person_id, facts) == 1


def kept(openid: str) -> Kept | None:
    """The person with this openid."""
    row: Any = one(_KEPT, openid_out(openid))
    return None if row is None else Kept(row[0], row[1], bytes(row[2]), moment_in(row[3]))


def set_profile(person: Kept, profile: str, facts: str) -> bool:
    """Keep another profile and other facts (JSON); False where those that were read are not there any more. The facts
    have to differ: by them whoever read both before knows that they are not what they were."""
    written = Person.profile.db_value(profile), facts
    return changed(_SET_PROFILE, *written, person.id, person.profile, person.facts) == 1


def set_facts(person: Kept, facts: str) -> bool:
    """Keep other facts (JSON); False where those that were read are not there any more."""
    return changed(_SET_FACTS, facts, person.id, person.facts) == 1
