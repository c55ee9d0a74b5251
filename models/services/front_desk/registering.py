"""Registering somebody at the desk who has no phone: typed by staff, or from a photo of their card."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from models.rules import check_in_answers, health
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.health import Temperature
from models.rules.persons import of_desk
from models.rules.refusal import Refused
from models.rules.visits import HowIn, SignIn, TemperatureSource, TurnAway
from models.services import audit, fever, hashing, stays, submissions
from models.services.front_desk import acts
from models.services.front_desk.acts import Detail, Kind
from models.services.posts import Post
from models.services.stays import Party
from models.tables import desk_visits, turns, visits
from models.tables import submissions as rows
from models.tables.database import transaction
from models.tables.desk_visits import Twin
from models.tables.door import Flag
from models.tables.fields import insert

REGISTERED_BY = "staff"


class What(StrEnum):
    """What a form of the desk came to."""

    DONE = "done"
    TWIN = "twin"
    FEVER = "fever"


@dataclass(frozen=True)
class Form:
    """A form as staff sent it. said: canonical texts, as check_in_answers reads them, the temperature as measured.
    is_told: the person has heard the hall's notice and agreed. despite: the public id of the visit that was shown as
    theirs, where they are to be registered all the same."""

    key: str
    said: SignIn
    door: int
    is_told: bool
    remark: str = ""
    despite: str = ""


@dataclass(frozen=True)
class Registered:
    """What came of a form: of a visit its public id, when it began, how many came along, and the act by which it is
    undone; of a fever when it was noted; TWIN: nothing was done, as the same person is inside already (`twin`)."""

    what: What
    at: datetime
    companions: int = 0
    visit: str | None = None
    act: str | None = None
    twin: Twin | None = None

    def written(self) -> str:
        """JSON of at most 200 characters."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()})

    @classmethod
    def read(cls, text: str) -> "Registered":
        """What `written` wrote."""
        kept = json.loads(text)
        return cls(
            What(kept["what"]), datetime.fromisoformat(kept["at"]), kept["companions"], kept["visit"], kept["act"]
        )


@transaction
def register(post: Post, form: Form, now: datetime) -> Registered:
    """Make the visit of somebody without a phone and those of their companions, once for each form; or note a fever
    that was measured, without a visit. Who has the same ID number (or, without one, the same name and phone) as
    somebody inside is told as TWIN first, and flagged if registered all the same. Noted in the audit.

    Refused, with nothing stored and the key still good, with not_yours, form_stale, notice_not_told, door_unknown,
    companion_is_lead.
    """
    hall = post.hall
    if hall is None or not post.may(Action.DESK):
        raise Refused("not_yours")
    key = submissions.row_key(form.key, post.openid, hall.id, now)
    if not form.is_told:
        raise Refused("notice_not_told")
    if form.door not in hall.doors:
        raise Refused("door_unknown")
    party = stays.party(form.said, hall.calendar.hall_day(now))
    # Nothing unique keeps two clerks from registering the same person: they take turns.
    turns.take(hall.id)
    outcome = rows.outcome_of(key)
    if outcome:
        return Registered.read(outcome)
    twin = _twin(hall, party, now)
    if twin and twin.public_id != form.despite:
        return Registered(What.TWIN, now, twin=twin)
    rows.claim(key, now)
    done = _registered(post, hall, form, party, twin, now)
    rows.keep(key, done.written())
    return done


def _twin(hall: HallFacts, who: Party, now: datetime) -> Twin | None:
    if who.number:
        return desk_visits.inside_with_number(hall.id, hashing.id_hashes(who.number), now)
    if who.said.phone:
        names, phones = hashing.name_hashes(who.said.name or ""), hashing.phone_hashes(who.said.phone)
        return desk_visits.inside_with_name(hall.id, names, phones, now)
    return None


def _registered(post: Post, hall: HallFacts, form: Form, party: Party, twin: Twin | None, now: datetime) -> Registered:
    away = check_in_answers.turned_away(asdict(form.said), _measured(form.said), hall)
    if away:
        _declare(hall, form, away, now)
        return Registered(What.FEVER, now)
    day = hall.calendar.hall_day(now)
    check = visits.entry_check("", 0, hall.id, day, now, party.hashes)
    doubts = stays.doubts(check, hall.id, day, now, party.hashes)
    stay = _stay(hall, form.door, day, now)
    visit_id = stays.add(stay, party, doubts, source=TemperatureSource.GUARD, remark=form.remark.strip() or None)
    if twin and not party.number:
        insert(Flag, hall_id=hall.id, visit_id=visit_id, kind="same_name_inside", at=now)
    public_id, companions = str(stay["public_id"]), len(party.companions)
    act = acts.keep(post, Kind.REGISTERED, 1 + companions, Detail(made=visit_id, about=visit_id), now)
    audit.note(post.actor, "register_visitor", hall.id, now, visit=public_id, people=1 + companions)
    return Registered(What.DONE, now, companions, public_id, act)


def _measured(said: SignIn) -> Temperature:
    text = said.temperature
    return health.temperature(text, declared_allowed=False) if text else Temperature(None)


def _declare(hall: HallFacts, form: Form, away: TurnAway, now: datetime) -> None:
    number = stays.party(form.said, hall.calendar.hall_day(now)).number
    fever.declare(
        of_desk(form.key), hall, form.door, away.temperature_tenths, now, away.name, away.phone,
        hashing.id_hash(number) if number else None,
    )  # fmt: skip


def _stay(hall: HallFacts, door: int, day: date, now: datetime) -> dict[str, object]:
    return {
        "public_id": stays.public_id(),
        "hall_id": hall.id,
        "door": door,
        "hall_day": day,
        "in_at": now,
        "due_at": hall.calendar.due(now).at,
        "how_in": HowIn.STAFF,
        "consent_version": hall.notice_version,
        "registered_by": REGISTERED_BY,
    }
