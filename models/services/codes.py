"""The halls' codes: wanted when a hall may have them, made at the platform once, made anew when one got about."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from models.rules import scenes
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.scenes import Scene
from models.rules.sending import Result
from models.services import audit, halls
from models.services.desk import Desk, Made
from models.services.posts import Post
from models.tables import codes, turns
from models.tables import halls as hall_rows
from models.tables.codes import WANTED, CodeRow, HallCode
from models.tables.database import run, transaction
from models.tables.fields import insert

DIRECTIONS = ("in", "out")
MOST_DOORS = 20
MOST_DOORS_EVER = 60
"""Doors that come and go use up the account's codes too; a scene can name 99."""
MOST_REISSUES = 30
"""In a hall's life, unless an operator allows more: the account's codes are for ever."""
MOST_REISSUES_ALLOWED = 1000
"""By an operator."""
MOST_REISSUES_A_DAY = 3
ACCOUNT_HAS = 100_000
"""Permanent codes of an account (the platform's page on parametric codes)."""
WARN_AT = 80_000
BATCH = 50
CLAIM_LASTS = timedelta(minutes=2)
RETRY = timedelta(seconds=5)
"""After the first try; twice as long after each further one."""
RETRY_AT_MOST = timedelta(minutes=30)

log = logging.getLogger("hallpass.codes")

_keys: Sequence[bytes] = ()


def use(keys: Sequence[bytes]) -> None:
    """Make these the keys that codes are signed with, in this process; the first signs."""
    global _keys
    _keys = keys


@dataclass(frozen=True)
class DoorCode:
    """The code that holds for one direction of a door; url None while the platform has not made it, reason: why it
    refused."""

    door: int
    door_name: str
    direction: str
    version: int
    url: str | None
    reason: str | None


@dataclass(frozen=True)
class OldPoster:
    """A poster with a code that no longer holds and was scanned all the same."""

    door: int
    door_name: str
    direction: str
    version: int
    scans: int
    seen_at: datetime


@transaction
def want(hall: HallFacts, now: datetime) -> int:
    """Have every code of the hall that holds be made, as far as it is not, and none that no longer holds; gives how
    many are new. Of two at once the unique key makes the second one's unit start again."""
    holding = {
        (number, direction, door.version(direction)) for number, door in hall.doors.items() for direction in DIRECTIONS
    }
    rows = {(row.door, row.direction, row.version): row for row in codes.of_hall(hall.id)}
    for key, row in rows.items():
        if row.state == WANTED and key not in holding:
            codes.drop(row.id)
    for door, direction, version in sorted(holding - rows.keys()):
        scene = scenes.encode(Scene(hall.code, direction, door, version), _keys[0])
        insert(
            HallCode, hall_id=hall.id, door=door, direction=direction, version=version, scene=scene, state=WANTED,
            wanted_at=now, due_at=now, tries=0, old_scans=0,
        )  # fmt: skip
    return len(holding - rows.keys())


@transaction
def of_hall(hall: HallFacts) -> list[DoorCode]:
    """The codes that hold, door by door, in before out."""
    rows = {(row.door, row.direction, row.version): row for row in codes.of_hall(hall.id)}
    return [
        DoorCode(number, door.name, direction, version, row.url if row else None, row.reason if row else None)
        for number, door in sorted(hall.doors.items())
        for direction in DIRECTIONS
        for version in (door.version(direction),)
        for row in (rows.get((number, direction, version)),)
    ]


@transaction
def old_posters(hall: HallFacts, since: datetime) -> list[OldPoster]:
    """Old posters that somebody scanned since a moment: they still hang."""
    return [
        OldPoster(row.door, hall.doors[row.door].name if row.door in hall.doors else str(row.door), row.direction,
                  row.version, row.old_scans, row.old_seen_at)
        for row in codes.of_hall(hall.id)
        if row.old_seen_at is not None and row.old_seen_at >= since
    ]  # fmt: skip


@transaction
def seen_old(hall: HallFacts, scene: Scene, now: datetime) -> None:
    """Note a scan of a code that no longer holds."""
    codes.seen_old(hall.id, scene.door, scene.direction, scene.version, now)


@transaction
def reissue(by: Post, door: int, direction: str, now: datetime) -> HallFacts:
    """Make the code of one direction of a door anew: from now on the one before it opens nothing.

    Refused with door_unknown, reissues_today (details: most), reissues_ever."""
    if by.hall is None:
        raise ValueError("codes are a hall's")
    turns.take(by.hall.id)
    hall, facts = halls.stored(by.hall.id)
    if door not in hall.doors or direction not in DIRECTIONS:
        raise Refused("door_unknown")
    _check_reissues(hall, now)
    version = hall.doors[door].version(direction) + 1
    doors = {**facts["doors"], str(door): {**facts["doors"][str(door)], direction: version}}
    changed = halls.keep(hall, hall.name, {**facts, "doors": doors})
    want(changed, now)
    audit.note(by.actor, "reissue", hall.id, now, door=hall.doors[door].name, direction=direction, version=version)
    return changed


@transaction
def reissues_left(hall: HallFacts, now: datetime) -> tuple[int, int]:
    """How often codes may still be made anew: today, and ever."""
    anew = _made_anew(hall)
    today = hall.calendar.hall_day(now)
    done_today = sum(hall.calendar.hall_day(at) == today for at in anew)
    return max(0, MOST_REISSUES_A_DAY - done_today), max(0, _most_reissues(hall) - len(anew))


@transaction
def reissues(hall: HallFacts) -> tuple[int, int]:
    """How often codes of this hall were made anew, and how often that may be in its life."""
    return len(_made_anew(hall)), _most_reissues(hall)


def _most_reissues(hall: HallFacts) -> int:
    row = hall_rows.listed(hall.code)
    return (row.most_reissues if row else None) or MOST_REISSUES


def _check_reissues(hall: HallFacts, now: datetime) -> None:
    today, ever = reissues_left(hall, now)
    if not ever:
        raise Refused("reissues_ever")
    if not today:
        raise Refused("reissues_today", most=MOST_REISSUES_A_DAY)


def _made_anew(hall: HallFacts) -> list[datetime]:
    rows = HallCode.select(HallCode.wanted_at).where(HallCode.hall_id == hall.id, HallCode.version > 1)
    return [row.wanted_at for row in rows]


@transaction
def allow_reissues(by: Post, code: str, most: int, now: datetime) -> None:
    """Let a hall make its codes anew so often in its life. Refused with hall_unknown, reissues_out_of_range."""
    row = hall_rows.listed(code)
    if row is None:
        raise Refused("hall_unknown")
    if not MOST_REISSUES <= most <= MOST_REISSUES_ALLOWED:
        raise Refused("reissues_out_of_range", least=MOST_REISSUES, most=MOST_REISSUES_ALLOWED)
    hall_rows.set_most_reissues(row.id, most)
    audit.note(by.actor, "limits", row.id, now, before=row.most_reissues or MOST_REISSUES, after=most)


@transaction
def last_door(hall: HallFacts) -> int:
    """The highest number that a door of this hall ever had codes under; none is given twice, so that the poster of a
    door that is gone never opens another one."""
    return max((row.door for row in codes.of_hall(hall.id)), default=0)


@transaction
def doors_ever(hall: HallFacts) -> int:
    """How many doors the hall has had in its life."""
    return len({row.door for row in codes.of_hall(hall.id)} | set(hall.doors))


class Usage(NamedTuple):
    """How many of the account's permanent codes are made, of how many there are, and whether that is worth a warning:
    no code can be given back. `refused`: how many the platform has refused so far, and is asked for again."""

    used: int
    of: int
    is_much: bool
    refused: int = 0


@transaction
def usage() -> Usage:
    """What is used up of the account's permanent codes."""
    used = codes.used()
    return Usage(used, ACCOUNT_HAS, used >= WARN_AT, codes.refused_ones())


def make_due(now: datetime, desk: Desk) -> int:
    """Make at the platform what is wanted, each in units of work of its own; gives how many were tried.

    A process that dies after the platform's answer leaves the code to a later run: the same scene again takes no
    further place of the account (docs of the platform). A scene that is refused stops no other; where the platform or
    the account is at fault, every other one would fail alike, and is left for the next run."""
    handled = 0
    for code in run(lambda: codes.due(now, BATCH)):
        if desk.is_stopping():
            break
        if not run(lambda code=code: codes.claim(code, now + CLAIM_LASTS)):  # type: ignore[misc]
            continue
        handled += 1
        if not _make(code, now, desk):
            break
    return handled


def _make(code: CodeRow, now: datetime, desk: Desk) -> bool:
    """Whether others may be tried in this run."""
    answer = desk.create_code(code.scene)
    if isinstance(answer, Made):
        run(lambda: codes.made(code.id, answer.ticket, answer.url, now))
        return True
    log.error("code %d was not made: %s", code.id, answer.reason)
    wait = min(RETRY * 2 ** min(code.tries, 10), RETRY_AT_MOST)
    run(lambda: codes.refused(code, answer.reason, now + wait))
    return answer.result is Result.CLOSED
