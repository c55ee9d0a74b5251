"""A hall's own settings: what its admins change, noted with before and after, and what follows from it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.rules.hall_names import hall_name, name_key
from models.rules.halls import NOTICE_VERSION, Door, HallFacts
from models.rules.plain_words import plain_words
from models.rules.refusal import Refused
from models.rules.spelling import half_width, readable
from models.rules.tracing import Definition
from models.services import audit, codes, halls, registering, staff_notices
from models.services.posts import Post
from models.tables import halls as hall_rows
from models.tables import visits
from models.tables.database import transaction

LONGEST_DOOR_NAME = 12
LONGEST_NOTICE = 500
MOST_NOTICES = 20
"""Earlier ones that are kept beside the present one, so that a hall's facts do not grow without end; whatever a notice
said also stands in the audit."""


@dataclass(frozen=True)
class Saved:
    """The hall after a change, and how many open visits are closed at another time than before."""

    hall: HallFacts
    redated: int


@transaction
def stored(hall_id: int) -> tuple[HallFacts, dict[str, Any]]:
    """The hall as of now, and its facts as they are stored. Refused with hall_unknown."""
    return halls.stored(hall_id)


@transaction
def save(by: Post, revision: int, changes: Mapping[str, Any], now: datetime, name: str | None = None) -> Saved:
    """Put these facts (and this name) in place of the stored ones of the hall of `by`.

    `revision` is that of the hall which the person saw: Refused with hall_changed if it is another one by now, with
    hall_double for a name that another hall of the region has, notice_too_long (most), what hall_name refuses and what
    facts cannot be. A new notice_text is a new version of the notice; the earlier ones are kept, since people agreed to
    them. Another `tracing` is a new version of it, also where it is as it was. Open visits are re-dated by a change
    of the hours. Of another name or region the operators are told, of four eyes turned off the other admins, or where
    there are none the operators.
    """
    if by.hall is None:
        raise ValueError("settings are a hall's")
    hall, facts = halls.stored(by.hall.id)
    if hall.revision != revision:
        raise Refused("hall_changed")
    if "tracing" in changes:
        changes = _traced_anew(hall, changes)
    after = {**facts, **changes}
    if "notice_text" in changes:
        after = {**after, **_notice(hall, facts, changes["notice_text"])}
    called = hall_name(name) if name is not None else hall.name
    key = _name_taken(hall, facts, called, after)
    saved = halls.keep(hall, called, after)
    if key is not None:
        hall_rows.set_double_key(hall.id, key)
    # Of the notices, the text before and the one after say it all.
    differences = audit.changes({**facts, "name": hall.name, "notices": 0}, {**after, "name": called, "notices": 0})
    if differences:
        audit.note(by.actor, "settings", hall.id, now, changed=differences)
    if (saved.name, saved.region_name) != (hall.name, hall.region_name):
        # Whoever was approved under a plain name must not pose as another hall unseen.
        staff_notices.renamed(hall, saved, now)
    if hall.four_eyes and not saved.four_eyes:
        # Nobody gets round a second pair of eyes unseen.
        staff_notices.one_suffices(saved, by.openid, now)
    if saved.is_open_for_visitors:
        codes.want(saved, now)
    redated = _redate(saved, now) if saved.calendar != hall.calendar else 0
    return Saved(saved, redated)


def _notice(hall: HallFacts, before: Mapping[str, Any], given: str) -> dict[str, Any]:
    """What is kept of the notice; the same text again is no new version."""
    earlier, text = before.get("notice_text", ""), readable(given)
    if text == earlier:
        return {"notice_text": earlier}
    if len(text) > LONGEST_NOTICE:
        raise Refused("notice_too_long", most=LONGEST_NOTICE)
    kept = sorted({**before.get("notices", {}), str(hall.notice_version): earlier}.items(), key=lambda one: int(one[0]))
    return {
        "notice_text": text,
        "notices": dict(kept[-MOST_NOTICES:]),
        "notice_version": max(hall.notice_version, NOTICE_VERSION) + 1,
    }


def _traced_anew(hall: HallFacts, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, with a version of its own for who counts as a contact; the same again is no change."""
    given = {**changes["tracing"], "version": hall.tracing.version}
    if Definition.from_dict(given) == hall.tracing:
        return {fact: value for fact, value in changes.items() if fact != "tracing"}
    return {**changes, "tracing": {**given, "version": hall.tracing.version + 1}}


def _name_taken(hall: HallFacts, before: Mapping[str, Any], name: str, after: Mapping[str, Any]) -> bytes | None:
    """The key of the place that the hall takes among all halls, where that is another one than before."""
    if name == hall.name and all(after.get(part) == before.get(part) for part in ("region", "region_name")):
        return None
    key = registering.double_key(name, after)
    if hall_rows.with_double_key(key) not in (None, hall.id):
        raise Refused("hall_double")
    return key


def _redate(hall: HallFacts, now: datetime) -> int:
    """By the new hours. Nobody who is inside is taken to have left before the change; who is overdue has left."""
    due: dict[datetime, list[int]] = {}
    for visit_id, in_at, due_at in visits.open_in(hall.id, now):
        at = max(hall.calendar.due(in_at).at, now)
        if at != due_at:
            due.setdefault(at, []).append(visit_id)
    return sum(visits.redate(ids, at) for at, ids in due.items())


@transaction
def add_door(by: Post, revision: int, name: str, now: datetime) -> Saved:
    """A further door with codes of its own. Refused with doors_too_many and doors_too_many_ever (details: most),
    door_there, door_name."""
    hall, facts = _mine(by)
    name = _door_name(hall.doors, name)
    if len(hall.doors) >= codes.MOST_DOORS:
        raise Refused("doors_too_many", most=codes.MOST_DOORS)
    if codes.doors_ever(hall) >= codes.MOST_DOORS_EVER:
        raise Refused("doors_too_many_ever", most=codes.MOST_DOORS_EVER)
    number = max(codes.last_door(hall), *hall.doors, 0) + 1
    return save(by, revision, {"doors": {**facts["doors"], str(number): {"name": name}}}, now)


@transaction
def rename_door(by: Post, revision: int, door: int, name: str, now: datetime) -> Saved:
    """Another name for a door; its codes stay. Refused with door_unknown, door_there, door_name."""
    hall, facts = _mine(by)
    if door not in hall.doors:
        raise Refused("door_unknown")
    others = {number: one for number, one in hall.doors.items() if number != door}
    named = {**facts["doors"][str(door)], "name": _door_name(others, name)}
    return save(by, revision, {"doors": {**facts["doors"], str(door): named}}, now)


@transaction
def remove_door(by: Post, revision: int, door: int, now: datetime) -> Saved:
    """Take a door away; its codes open nothing any more. Refused with door_unknown, last_door."""
    hall, facts = _mine(by)
    if door not in hall.doors:
        raise Refused("door_unknown")
    if len(hall.doors) == 1:
        raise Refused("last_door")
    return save(by, revision, {"doors": {key: one for key, one in facts["doors"].items() if key != str(door)}}, now)


def _mine(by: Post) -> tuple[HallFacts, dict[str, Any]]:
    if by.hall is None:
        raise ValueError("doors are a hall's")
    return halls.stored(by.hall.id)


def _door_name(others: Mapping[int, Door], text: str) -> str:
    """A name that stands on posters, and looks like that of none of the other doors."""
    name = plain_words(half_width(text))
    if not 1 <= len(name) <= LONGEST_DOOR_NAME:
        raise Refused("door_name", most=LONGEST_DOOR_NAME)
    if any(name_key(door.name) == name_key(name) for door in others.values()):
        raise Refused("door_there", name=name)
    return name
