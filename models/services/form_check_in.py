"""Checking in by the form of a hall: all answers at once, and each form once."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from models.rules import check_in_answers, consent, health
from models.rules.halls import HallFacts
from models.rules.health import Temperature
from models.rules.identity import id_number
from models.rules.refusal import Refused
from models.rules.visits import HowIn, SignIn, TurnAway
from models.services import check_in, check_out, fever, halls, hashing, people, submissions
from models.services.check_in import Entry
from models.services.fever import Pending
from models.services.people import Known
from models.tables import submissions as rows
from models.tables import visits
from models.tables.database import transaction
from models.tables.visits import OpenVisit


@dataclass(frozen=True)
class Before:
    """Where somebody stands when they open the form of a hall: who they are as kept, the visit they are in (none that
    was due) and its hall, the fever they wait with at this hall."""

    known: Known | None
    inside: OpenVisit | None
    where: HallFacts | None
    fever: Pending | None

    def is_inside(self, hall: HallFacts) -> bool:
        """Whether they are in this hall."""
        return self.inside is not None and self.inside.hall_id == hall.id


@transaction
def before(openid: str, hall: HallFacts, now: datetime) -> Before:
    """Look, and change nothing."""
    known = people.found(openid)
    inside = visits.inside(known.id) if known else None
    inside = inside if inside and now <= inside.due_at else None
    where = halls.by_id(inside.hall_id, None) if inside else None
    return Before(known, inside, where, fever.pending(openid, hall, now))


class What(StrEnum):
    """What a form came to."""

    DONE = "done"
    ALREADY = "already"
    FEVER = "fever"


@dataclass(frozen=True)
class Form:
    """A form as it was sent. said: canonical texts, as check_in_answers reads them. agreed: what was agreed to, as
    `notice_mark` gave it with the page; "" where nothing was. for_another: not the one whose phone it is, of whom
    nothing is used or kept."""

    key: str
    openid: str
    hall: HallFacts
    said: SignIn
    agreed: str
    for_another: bool
    language: str


@dataclass(frozen=True)
class Sent:
    """What came of a form: when the visit began (the one there was before, if already inside), how many came along,
    whether a visit in another hall ended with it. Of a fever: when it was declared."""

    what: What
    at: datetime
    companions: int = 0
    moved: bool = False

    def written(self) -> str:
        """JSON of at most 200 characters."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()})

    @classmethod
    def read(cls, text: str) -> "Sent":
        """What `written` wrote."""
        kept = json.loads(text)
        return cls(What(kept["what"]), datetime.fromisoformat(kept["at"]), kept["companions"], kept["moved"])


@transaction
def send(form: Form, now: datetime) -> Sent:
    """Do what the form says, once: whoever sends it again, later or at the same moment, is told the same.

    Refused, with nothing stored and the key still good, with form_stale, consent_missing, fever_waiting,
    temperature_reading_needed (a fever is only taken back by a reading), and as check_in.sign_in.
    """
    key = submissions.row_key(form.key, form.openid, form.hall.id, now)
    outcome = rows.outcome_of(key)
    if outcome:
        return Sent.read(outcome)
    rows.claim(key, now)
    sent = _checked_in(form, now)
    rows.keep(key, sent.written())
    return sent


def needs_consent(known: Known | None, hall: HallFacts, *, for_another: bool) -> bool:
    """Whether whoever fills in the form has yet to agree to the hall's notice."""
    return for_another or known is None or not known.agreed(hall.id, hall.notice_version)


def notice_mark(known: Known | None, hall: HallFacts) -> str:
    """What a yes to the hall's notice, as it is now, is a yes to."""
    return consent.mark(hall.notice_version, known.withdrawn(hall.id) if known else 0)


def _checked_in(form: Form, now: datetime) -> Sent:
    hall = form.hall
    known = people.found(form.openid)
    inside = check_out.settled(known, now)
    if inside and inside.hall_id == hall.id:
        return Sent(What.ALREADY, inside.in_at)
    if form.agreed != notice_mark(known, hall) and needs_consent(known, hall, for_another=form.for_another):
        raise Refused("consent_missing")
    if _is_turned_away(form, now):
        return Sent(What.FEVER, now)
    entry = Entry(
        form.openid, hall, min(hall.doors), HowIn.FORM, now, scanned_at=None, language=form.language,
        for_another=form.for_another,
    )  # fmt: skip
    done = check_in.sign_in(entry, form.said, known)
    return Sent(What.ALREADY if done.already else What.DONE, done.at, done.companions, done.moved)


def _is_turned_away(form: Form, now: datetime) -> bool:
    """Whether a fever keeps them out: the one they declare, which is noted, or one from before that they do not take
    back in time."""
    said = form.said.temperature
    told = health.temperature(said, declared_allowed=True) if said else Temperature(None)
    pending = fever.pending(form.openid, form.hall, now)
    if pending is None:
        away = check_in_answers.turned_away(asdict(form.said), told, form.hall)
        if away:
            _declare(form, away, now)
        return away is not None
    if not pending.is_correctable:
        raise Refused("fever_waiting")
    if told.tenths is None:
        raise Refused("temperature_reading_needed")
    return not fever.correct(pending.id, form.hall, told.tenths, now)


def _declare(form: Form, away: TurnAway, now: datetime) -> None:
    number = id_number(away.id_number, today=form.hall.calendar.hall_day(now)) if away.id_number else None
    fever.declare(
        form.openid, form.hall, min(form.hall.doors), away.temperature_tenths, now, away.name, away.phone,
        hashing.id_hash(number) if number else None,
    )  # fmt: skip
