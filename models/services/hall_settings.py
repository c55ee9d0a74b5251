"""A hall's own settings: what its admins change, noted with before and after, and what follows from it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.rules.hall_names import hall_name
from models.rules.halls import NOTICE_VERSION, HallFacts
from models.rules.refusal import Refused
from models.services import audit, codes, halls, registering
from models.services.posts import Post
from models.tables import halls as hall_rows
from models.tables import visits
from models.tables.database import transaction

LONGEST_DOOR_NAME = 12
LONGEST_NOTICE = 500


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
    hall_double for a name that another hall of the region has, and with what facts cannot be. A new notice_text is a
    new version of the notice; the earlier one is kept, since people agreed to it. Open visits are re-dated by a change
    of the hours.
    """
    if by.hall is None:
        raise ValueError("settings are a hall's")
    hall, facts = halls.stored(by.hall.id)
    if hall.revision != revision:
        raise Refused("hall_changed")
    after = {**facts, **changes}
    if after.get("notice_text", "") != facts.get("notice_text", ""):
        after = {**after, **_new_notice(hall, facts)}
    called = hall_name(name) if name is not None else hall.name
    moved_name = called != hall.name or any(after.get(key) != facts.get(key) for key in ("region", "region_name"))
    if moved_name:
        _take_name(hall, called, after)
    saved = halls.keep(hall, called, after)
    differences = audit.changes({**facts, "name": hall.name}, {**after, "name": called})
    if differences:
        audit.note(by.actor, "settings", hall.id, now, changed=differences)
    if saved.is_open_for_visitors:
        codes.want(saved, now)
    redated = _redate(saved, now) if saved.calendar != hall.calendar else 0
    return Saved(saved, redated)


def _new_notice(hall: HallFacts, facts: Mapping[str, Any]) -> dict[str, Any]:
    earlier = {**facts.get("notices", {}), str(hall.notice_version): facts.get("notice_text", "")}
    return {"notices": earlier, "notice_version": max(hall.notice_version, NOTICE_VERSION) + 1}


def _take_name(hall: HallFacts, name: str, facts: Mapping[str, Any]) -> None:
    key = registering.double_key(name, facts)
    if hall_rows.with_double_key(key) not in (None, hall.id):
        raise Refused("hall_double")
    hall_rows.set_double_key(hall.id, key)


def _redate(hall: HallFacts, now: datetime) -> int:
    """By the new hours; somebody who is inside is not taken to have left before the change."""
    moved = 0
    for visit_id, in_at, due_at in visits.open_in(hall.id):
        due = max(hall.calendar.due(in_at).at, now)
        if due != due_at and visits.redate(visit_id, due):
            moved += 1
    return moved


@transaction
def add_door(by: Post, revision: int, name: str, now: datetime) -> Saved:
    """A further door with codes of its own. Refused with doors_too_many (details: most), door_there, door_name."""
    hall, facts = _mine(by)
    name = _door_name(hall, name)
    if len(hall.doors) >= codes.MOST_DOORS or codes.doors_ever(hall) >= codes.MOST_DOORS_EVER:
        raise Refused("doors_too_many", most=codes.MOST_DOORS)
    number = max(codes.last_door(hall), *hall.doors, 0) + 1
    return save(by, revision, {"doors": {**facts["doors"], str(number): {"name": name}}}, now)


@transaction
def rename_door(by: Post, revision: int, door: int, name: str, now: datetime) -> Saved:
    """Another name for a door; its codes stay. Refused with door_unknown, door_there, door_name."""
    hall, facts = _mine(by)
    if door not in hall.doors:
        raise Refused("door_unknown")
    if name.strip() == hall.doors[door].name:
        return Saved(hall, 0)
    named = {**facts["doors"][str(door)], "name": _door_name(hall, name)}
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


def _door_name(hall: HallFacts, text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_DOOR_NAME or not name.isprintable() or set(name) & set("<>[]{}=+@"):
        raise Refused("door_name", most=LONGEST_DOOR_NAME)
    if any(door.name == name for door in hall.doors.values()):
        raise Refused("door_there", name=name)
    return name
