"""待处理: what waits for the staff of a hall today, and seeing to it. Whoever is second is told who was first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from models.rules import health
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.spelling import readable
from models.services import audit, fever
from models.services.posts import Post
from models.tables import staff, vault, waiting
from models.tables.database import Raced, transaction
from models.tables.waiting import Counts, FeverRow, FlagRow, HelpRow, UndeliveredRow

Row = TypeVar("Row", FeverRow, HelpRow, FlagRow)


@dataclass(frozen=True)
class Fever:
    """Somebody who waits at a door; `name` whole, to be masked where it is shown. key: names it in an address."""

    key: str
    door: int
    declared_tenths: int
    corrected_tenths: int | None
    at: datetime
    name: str | None


@dataclass(frozen=True)
class Help:
    """A call for a person at a door."""

    key: str
    door: int
    at: datetime


@dataclass(frozen=True)
class Flag:
    """A doubt about the visit with this public id, of somebody who came in at this door then; `name` whole. kind:
    same_number_inside, same_name_inside, fever_same_number, slip_fever, fever_inside."""

    key: str
    kind: str
    at: datetime
    public_id: str
    door: int
    in_at: datetime
    name: str


@dataclass(frozen=True)
class Waiting:
    """What waits in a hall today, the longest ago first."""

    fevers: tuple[Fever, ...]
    helps: tuple[Help, ...]
    flags: tuple[Flag, ...]
    undelivered: tuple[UndeliveredRow, ...]

    @property
    def counts(self) -> Counts:
        """How many of each."""
        lost = sum(one.messages for one in self.undelivered)
        return Counts(len(self.fevers), len(self.helps), len(self.flags), lost)


@transaction
def all_of(hall: HallFacts, now: datetime) -> Waiting:
    """Everything that waits in this hall on the hall day of `now`."""
    since = _since(hall, now)
    return Waiting(
        tuple(
            Fever(_key("fever", one), one.door, one.declared_tenths, one.corrected_tenths, one.at, one.name)
            for one in waiting.fevers(hall.id, hall.calendar.hall_day(now))
            if one.done_at is None and one.cleared_at is None
        ),
        tuple(Help(_key("help", one), one.door, one.at) for one in _open(waiting.helps(hall.id, since))),
        tuple(
            Flag(_key("flag", one), one.kind, one.at, one.public_id, one.door, one.in_at, one.name)
            for one in _open(waiting.flags(hall.id, since))
        ),
        tuple(waiting.undelivered(hall.id, since)),
    )


@transaction
def count(hall: HallFacts, now: datetime) -> Counts:
    """How many of each, in one statement."""
    return waiting.counts(hall.id, hall.calendar.hall_day(now), _since(hall, now))


@transaction
def release(post: Post, key: str, reason: str, measured: str, now: datetime) -> None:
    """Let somebody with a fever in after all; they can then check in on that day. `measured`: what the guard's
    thermometer says, empty where nobody measured.

    Refused with waiting_unknown (nothing of today with this key), waiting_done (by, time), waiting_cleared (they took
    it back themselves), measured_fever (at or above the hall's threshold), reason_missing, reason_too_long (most), and
    what health.temperature refuses.
    """
    hall = _hall(post)
    tenths = _measured(measured, hall)
    row = _found(waiting.fevers(hall.id, hall.calendar.hall_day(now)), "fever", key)
    _not_done(post, row)
    if row.cleared_at is not None:
        raise Refused("waiting_cleared")
    try:
        fever.release(row.id, hall, post.role, readable(reason), now, tenths, audit.hash_of(post.openid))
    except Refused as no:
        if no.code == "nothing_to_release":
            raise Raced from None
        raise
    audit.note(post.actor, "release", hall.id, now, door=_door(hall, row.door))


@transaction
def help_done(post: Post, key: str, now: datetime) -> None:
    """Somebody has been to the door of a call. Refused with waiting_unknown, waiting_done (by, time)."""
    hall = _hall(post)
    row = _found(waiting.helps(hall.id, _since(hall, now)), "help", key)
    _not_done(post, row)
    if not waiting.helped(row.id, now, audit.hash_of(post.openid)):
        raise Raced
    audit.note(post.actor, "help_done", hall.id, now, door=_door(hall, row.door))


@transaction
def flag_seen(post: Post, key: str, now: datetime) -> None:
    """Somebody has looked at a doubt; the visit stays as it is. Refused with waiting_unknown, waiting_done (by,
    time)."""
    hall = _hall(post)
    row = _found(waiting.flags(hall.id, _since(hall, now)), "flag", key)
    _not_done(post, row)
    if not waiting.seen(row.id, now, audit.hash_of(post.openid)):
        raise Raced
    audit.note(post.actor, "flag_seen", hall.id, now, visit=row.public_id)


def _hall(post: Post) -> HallFacts:
    if post.hall is None:
        raise ValueError("what waits is a hall's")
    return post.hall


def _door(hall: HallFacts, number: int) -> str:
    return hall.doors[number].name if number in hall.doors else ""


def _since(hall: HallFacts, now: datetime) -> datetime:
    day = hall.calendar.hall_day(now)
    return hall.calendar.span(day, day)[0]


def _measured(text: str, hall: HallFacts) -> int | None:
    if not text.strip():
        return None
    found = health.temperature(text, declared_allowed=False)
    if health.is_fever(found, hall.fever_tenths):
        raise Refused("measured_fever", measured=str(found), threshold=str(health.Temperature(hall.fever_tenths)))
    return found.tenths


def _key(kind: str, row: Row) -> str:
    """Row numbers stay inside; a key is found again among the rows of the day."""
    return _keys(kind, row)[0]


def _keys(kind: str, row: Row) -> list[str]:
    """The same under every hash key that a page may have been made with."""
    return [made.hex()[-16:] for made in vault.current().hashes(b"waiting", f"{kind} {row.id}")]


def _found(rows: Sequence[Row], kind: str, key: str) -> Row:
    found = next((one for one in rows if key in _keys(kind, one)), None)
    if found is None:
        raise Refused("waiting_unknown")
    return found


def _open(rows: Sequence[Row]) -> list[Row]:
    return [one for one in rows if one.done_at is None]


def _not_done(post: Post, row: FeverRow | HelpRow | FlagRow) -> None:
    if row.done_at is None:
        return
    hall = _hall(post)
    names = {one.openid: one.name for one in staff.members(hall.id)}
    by = names.get(audit.by_hash(list(names)).get(row.done_by or b"", ""), "")
    if audit.hash_of(post.openid) == row.done_by or not by:
        raise Refused("waiting_done_before", time=hall.calendar.clock(row.done_at))
    raise Refused("waiting_done", by=by, time=hall.calendar.clock(row.done_at))
