"""Fever: recorded without a visit, shown to staff, released by staff; a slip of the finger may be mended once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.halls import HallFacts
from models.rules.health import is_fever, temperature
from models.rules.refusal import Refused
from models.tables.database import transaction
from models.tables.door import Fever
from models.tables.fields import insert

CORRECTABLE = timedelta(minutes=2)
LONGEST_REASON = 200


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for staff at a door; the name is masked where it is shown."""

    id: int
    door: int
    declared_tenths: int
    corrected_tenths: int | None
    declared_at: datetime
    name: str | None


@dataclass(frozen=True)
class Pending:
    """A fever that somebody waits with; `is_correctable`: they may still give another value, once."""

    id: int
    is_correctable: bool


@transaction
def declare(
    openid: str, hall: HallFacts, door: int, tenths: int, at: datetime, name: str | None, phone: str | None,
    id_hash: bytes | None = None,
) -> int:  # fmt: skip
    """Record a declared temperature at or above the hall's threshold; gives the record's id."""
    return insert(
        Fever,
        hall_id=hall.id,
        hall_day=hall.calendar.hall_day(at),
        door=door,
        openid=openid,
        declared_tenths=tenths,
        declared_at=at,
        name=name,
        phone=phone,
        id_hash=id_hash,
    )


@transaction
def correct(fever_id: int, hall: HallFacts, tenths: int, at: datetime) -> bool:
    """Take the one other value a person may give within two minutes; both are kept. True if it is no fever.

    Refused with fever_waiting when it comes too late or for the second time.
    """
    fine = not is_fever(temperature(f"{tenths / 10:.1f}", declared_allowed=False), hall.fever_tenths)
    changed = (
        Fever.update(corrected_tenths=tenths, corrected_at=at, cleared_at=at if fine else None)
        .where(
            Fever.id == fever_id,
            Fever.corrected_at.is_null(),
            Fever.released_at.is_null(),
            Fever.declared_at >= at - CORRECTABLE,
        )
        .execute()
    )
    if changed != 1:
        raise Refused("fever_waiting")
    return fine


@transaction
def pending(openid: str, hall: HallFacts, at: datetime) -> Pending | None:
    """The last fever that this person declared at this hall today and that neither they nor staff have cleared."""
    row = (
        Fever.select(Fever.id, Fever.declared_at, Fever.corrected_at)
        .where(
            Fever.openid == openid,
            Fever.hall_id == hall.id,
            Fever.hall_day == hall.calendar.hall_day(at),
            Fever.released_at.is_null(),
            Fever.cleared_at.is_null(),
        )
        .order_by(Fever.id.desc())
        .first()
    )
    return Pending(row.id, row.corrected_at is None and at - row.declared_at <= CORRECTABLE) if row else None


@transaction
def waits(openid: str, hall: HallFacts, day: date) -> bool:
    """Whether this person declared a fever at this hall today that neither they nor staff have cleared."""
    return bool(
        Fever.select(Fever.id)
        .where(
            Fever.openid == openid,
            Fever.hall_id == hall.id,
            Fever.hall_day == day,
            Fever.released_at.is_null(),
            Fever.cleared_at.is_null(),
        )
        .exists()
    )


@transaction
def declared(openid: str) -> bool:
    """Whether anything of a fever that this person ever declared is kept, cleared or not."""
    return bool(Fever.select(Fever.id).where(Fever.openid == openid).exists())


@transaction
def release(
    fever_id: int, hall: HallFacts, by: str, reason: str, at: datetime, measured_tenths: int | None,
    actor: bytes | None = None,
) -> None:  # fmt: skip
    """Let somebody in after all: who decided, why, and what the guard measured. Refused with nothing_to_release,
    reason_missing, reason_too_long."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise Refused("reason_too_long", most=LONGEST_REASON)
    changed = (
        Fever.update(
            released_at=at, released_by=by, release_reason=reason, measured_tenths=measured_tenths, released_actor=actor
        )
        .where(Fever.id == fever_id, Fever.hall_id == hall.id, Fever.released_at.is_null(), Fever.cleared_at.is_null())
        .execute()
    )
    if changed != 1:
        raise Refused("nothing_to_release")


@transaction
def queue(hall: HallFacts, day: date) -> list[Waiting]:
    """Who waits for staff at this hall on this day, longest first."""
    rows = (
        Fever.select()
        .where(
            Fever.hall_id == hall.id,
            Fever.hall_day == day,
            Fever.released_at.is_null(),
            Fever.cleared_at.is_null(),
        )
        .order_by(Fever.declared_at)
    )
    return [
        Waiting(row.id, row.door, row.declared_tenths, row.corrected_tenths, row.declared_at, row.name) for row in rows
    ]
