"""Entering slips: each number once, with the times that are written on it, and nobody's stay twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.rules.access import Action
from models.rules.contact import name_for_matching
from models.rules.halls import HallFacts
from models.rules.hours import LONGEST_STAY
from models.rules.refusal import Refused
from models.rules.retention import cuts
from models.rules.slips import numbered
from models.rules.spelling import readable
from models.rules.visits import HowIn, HowOut, SignIn, TemperatureSource, is_estimate, stated_exit
from models.services import audit, hashing, slips, stays
from models.services.check_out import as_due
from models.services.posts import Post
from models.services.stays import Party
from models.tables import found_visits, turns, visits
from models.tables import slips as rows
from models.tables.database import Raced, transaction
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.found_visits import UNREADABLE, FoundVisit, Sought
from models.tables.slips import Times
from models.tables.visits import Correction, PastVisit

ANOTHER = "another"
"""Said of the stays that were shown: this one is none of them."""
LONGEST_REMARK = 200
MOST_ALIKE = 5
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Form:
    """A slip as staff typed it. slip: number and letters. said: canonical texts, as check_in_answers reads them, the
    temperature as the door measured it. day, entered, left: as written, by the hall's clocks; left is None where
    nothing is written. same: the public id of the stay shown that is this one, ANOTHER for none of them, "" where
    nobody was asked yet."""

    slip: str
    said: SignIn
    door: int
    day: date
    entered: time
    left: time | None = None
    remark: str = ""
    same: str = ""


class What(StrEnum):
    """What a slip came to."""

    SAVED = "saved"
    MERGED = "merged"
    ALIKE = "alike"
    THERE = "there"


@dataclass(frozen=True)
class Entered:
    """What came of slip `number`. SAVED: its visit; MERGED: the one it was put to. Nothing was done where it is THERE,
    entered before, or where stays of the same person in this hall overlap the written one (ALIKE): `visits` are these.
    Personal fields are whole: whoever shows them masks them."""

    what: What
    number: int
    visits: tuple[FoundVisit, ...]


@transaction
def enter(post: Post, form: Form, now: datetime) -> Entered:
    """Make the visit that is written on a slip (HowIn.SLIP; an exit that is written is stated, where none is it is
    closed as due), or put the slip to the stay of the same person that is there. Noted in the audit.

    Refused, with nothing stored, with not_yours, what slips.check refuses, door_unknown, slip_day_today (an earlier day
    is an admin's), slip_too_old (days), slip_in_future, remark_too_long (most), companion_is_lead, slip_remark_damaged
    (there is one on the visit that does not open, and another one on the slip), and as stated_exit.
    """
    hall = slips.hall_of(post, Action.DESK)
    number = slips.check(hall, form.slip)
    if form.door not in hall.doors:
        raise Refused("door_unknown")
    _check_day(post, hall, form.day, now)
    times = _times(hall, form.day, form.entered, form.left, now)
    party = stays.party(_kept(hall, form, now), form.day)
    remark = _remark(form.remark)
    # Nothing unique keeps two slips of one person apart: those who enter them take turns.
    turns.take(hall.id)
    there = with_slip(hall, number, now)
    if there:
        return Entered(What.THERE, number, (there,))
    alike = _alike(hall, party, times, now)
    if alike and form.same != ANOTHER:
        meant = next((one for one in alike if one.public_id == form.same and one.slip is None), None)
        if meant is None:
            return Entered(What.ALIKE, number, tuple(alike))
        return Entered(What.MERGED, number, (_merge(post, hall, meant, number, party, times, remark, now),))
    return Entered(What.SAVED, number, (_save(post, hall, number, form, party, times, remark, now),))


@transaction
def correct(post: Post, number: int, entered: time, left: time | None, now: datetime) -> FoundVisit:
    """Put other times to a visit that was made from a slip, also those of whoever came along; the earlier ones are
    kept. Gives the visit as it is then.

    Refused with not_yours, slip_not_entered, slip_merged_times (the entry is known better than from the slip),
    slip_exit_kept (the exit was put right since), and as `enter`.
    """
    hall = slips.hall_of(post, Action.DESK)
    visit = with_slip(hall, number, now)
    if visit is None:
        raise Refused("slip_not_entered")
    day = hall.calendar.hall_day(visit.in_at)
    _check_day(post, hall, day, now)
    if visit.how_in != HowIn.SLIP:
        raise Refused("slip_merged_times")
    if visit.how_out is not None and visit.how_out not in (HowOut.STATED, HowOut.CLOSING):
        raise Refused("slip_exit_kept")
    stored = found_visits.with_public_id(hall.id, visit.public_id)
    if stored is None:
        raise Raced
    was = Times(stored.in_at, stored.out_at, stored.how_out, stored.due_at)
    to = _times(hall, day, entered, left, now)
    if (to.in_at, to.out_at, to.how_out) != (was.in_at, was.out_at, was.how_out):
        for row_id in (visit.id, *rows.followers(visit.id, was)):
            _retime(row_id, was, to, now)
        clock = hall.calendar.clock
        earlier = {"entered_before": clock(was.in_at), "left_before": clock(was.out_at) if was.out_at else ""}
        audit.note(post.actor, "slip_corrected", hall.id, now, slip=numbered(number), visit=visit.public_id, **earlier)
    return _found(hall, visit.public_id, now)


@transaction
def with_slip(hall: HallFacts, number: int, now: datetime) -> FoundVisit | None:
    """The visit that has this slip; one that is due as it will be closed."""
    public_id = rows.public_id_of(hall.id, numbered(number))
    return _found(hall, public_id, now) if public_id else None


def may_see(post: Post, hall: HallFacts, visit: FoundVisit, now: datetime) -> bool:
    """Whether this post may be shown whose slip it is: those of earlier days are an admin's."""
    return post.may(Action.RECORDS) or hall.calendar.hall_day(visit.in_at) == hall.calendar.hall_day(now)


def _found(hall: HallFacts, public_id: str, now: datetime) -> FoundVisit:
    found = found_visits.with_public_id(hall.id, public_id)
    if found is None:
        raise Raced
    return as_due(found, now)


def _check_day(post: Post, hall: HallFacts, day: date, now: datetime) -> None:
    today = hall.calendar.hall_day(now)
    if day > today:
        raise Refused("slip_in_future")
    if day < today and not post.may(Action.RECORDS):
        raise Refused("slip_day_today")
    if (today - day).days >= hall.retention_days:
        raise Refused("slip_too_old", days=hall.retention_days)


def _kept(hall: HallFacts, form: Form, now: datetime) -> SignIn:
    """What the slip says, without a temperature of a day whose temperatures are gone."""
    if form.day >= cuts(hall, hall.calendar.hall_day(now)).temperatures:
        return form.said
    return replace(form.said, temperature=None)


def _times(hall: HallFacts, day: date, entered: time, left: time | None, now: datetime) -> Times:
    """The stay that is written. Without an exit it ends as due, or goes on where that has not come."""
    zone = hall.calendar.zone
    # There is no 02:30 in the night in which clocks are put forward: whatever it is taken for stays in that day.
    in_at = datetime.combine(day, entered, ZoneInfo(zone)).astimezone(now.tzinfo)
    if in_at > now:
        raise Refused("slip_in_future")
    due_at = hall.calendar.due(in_at).at
    if left is not None:
        return Times(in_at, stated_exit(left, in_at, due_at, now, zone), HowOut.STATED, due_at)
    return Times(in_at, due_at, HowOut.CLOSING, due_at) if due_at <= now else Times(in_at, None, None, due_at)


def _remark(text: str, before: str | None = None, companions: str = "") -> str | None:
    said = "；".join(one for one in (before, readable(text), companions) if one)
    if len(said) > LONGEST_REMARK:
        raise Refused("remark_too_long", most=LONGEST_REMARK)
    return said or None


def _alike(hall: HallFacts, party: Party, times: Times, now: datetime) -> list[FoundVisit]:
    """Stays of the same person (by ID number, or by name and phone where one of the two has no number) that share time
    with the written one."""
    span = (times.in_at - LONGEST_STAY, (times.out_at or times.due_at) + _A_MINUTE, now)
    found: list[FoundVisit] = []
    if party.number:
        found += _of(Sought(hall.id, *span, "id_hash", hashing.id_hashes(party.number)))
    if party.said.phone:
        name = name_for_matching(party.said.name or "")
        found += [
            one
            for one in _of(Sought(hall.id, *span, "phone_hash", hashing.phone_hashes(party.said.phone)))
            if (one.id_number is None or party.number is None) and name_for_matching(one.name) == name
        ]
    shown = [as_due(one, now) for one in found]
    return [one for one in shown if one.out_at is None or one.out_at >= times.in_at][:MOST_ALIKE]


def _of(sought: Sought) -> Sequence[FoundVisit]:
    return found_visits.page(sought, MOST_ALIKE)


def _save(
    post: Post, hall: HallFacts, number: int, form: Form, party: Party, times: Times, remark: str | None, now: datetime
) -> FoundVisit:  # fmt: skip
    stay = {
        "public_id": stays.public_id(),
        "hall_id": hall.id,
        "door": form.door,
        "hall_day": form.day,
        **times._asdict(),
        "how_in": HowIn.SLIP,
        "consent_version": hall.notice_version,
        "registered_by": "staff",
    }
    visit_id = stays.add(
        stay, party, _doubts(hall, party, form.day, now), source=TemperatureSource.GUARD, slip=numbered(number),
        remark=remark,
    )  # fmt: skip
    found = _found(hall, str(stay["public_id"]), now)
    if found.temperature_tenths is not None and found.temperature_tenths >= hall.fever_tenths:
        insert(Flag, hall_id=hall.id, visit_id=visit_id, kind="slip_fever", at=now)
    people = 1 + len(party.companions)
    audit.note(post.actor, "slip", hall.id, now, slip=numbered(number), visit=found.public_id, people=people)
    return found


def _doubts(hall: HallFacts, party: Party, day: date, now: datetime) -> dict[str, set[bytes]]:
    if day != hall.calendar.hall_day(now):
        return {}
    check = visits.entry_check("", 0, hall.id, day, now, party.hashes)
    return stays.doubts(check, hall.id, day, now, party.hashes)


def _merge(
    post: Post, hall: HallFacts, visit: FoundVisit, number: int, party: Party, times: Times, remark: str | None,
    now: datetime,
) -> FoundVisit:  # fmt: skip
    """The visit keeps what is known of it; of the slip it takes the number, the remark, whoever came along (as a remark
    too), and an exit that is written where there is only an estimate, or none."""
    along = "；".join(map(str, party.companions)) if not visit.companions else ""
    if visit.remark == UNREADABLE and (remark or along):
        # What does not open today may open with a key that is found again.
        raise Refused("slip_remark_damaged")
    noted = None if visit.remark == UNREADABLE else _remark(remark or "", visit.remark, along)
    if not rows.put(visit.id, numbered(number), noted):
        raise Raced
    if times.how_out == HowOut.STATED and times.out_at is not None:
        _put_exit(visit, max(times.out_at, visit.in_at), now)
    audit.note(post.actor, "slip_merged", hall.id, now, slip=numbered(number), visit=visit.public_id)
    return _found(hall, visit.public_id, now)


def _put_exit(visit: FoundVisit, left_at: datetime, now: datetime) -> None:
    # One that was due is shown as closed, and may be open as it is stored.
    if visits.close(visit.id, visit.companions, left_at, HowOut.STATED):
        return
    known = HowOut(visit.how_out or HowOut.UNKNOWN)
    if not is_estimate(known) or (known is HowOut.MOVED and visit.out_at and left_at > visit.out_at):
        return
    past = PastVisit(
        visit.id, visit.hall_id, visit.door, visit.in_at, visit.out_at, visit.how_in, visit.how_out, visit.due_at
    )
    if not visits.replace_exit(past, left_at, HowOut.STATED, "staff", now):
        raise Raced


def _retime(visit_id: int, was: Times, to: Times, now: datetime) -> None:
    if not rows.retime(visit_id, was, to):
        raise Raced
    if to.out_at is not None and was.out_at is not None and to.out_at != was.out_at:
        insert(
            Correction, visit_id=visit_id, at=now, by="staff", earlier_out_at=was.out_at, earlier_how_out=was.how_out,
            out_at=to.out_at, how_out=to.how_out or HowOut.UNKNOWN,
        )  # fmt: skip
