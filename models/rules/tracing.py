"""Who was in a hall together with a case: stays, what is known of their ends, and what follows for each contact."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

from models.rules.spans import NO_TIME, Span, merged, minutes, shared, without
from models.rules.visits import Certainty


class Area(StrEnum):
    """Who of those in the hall counts."""

    HALL = "hall"
    """Everybody who was in the hall."""
    DOOR = "door"
    """Those who came in by the same door."""
    MATTER = "matter"
    """Those who came for the same matter."""


MOST_LOOK_BACK_DAYS = 30
MOST_MINUTES = 240
"""Of the tail and of the least time together: half a working day, beyond which either would say nothing of a hall."""


@dataclass(frozen=True)
class Definition:
    """Who is looked for: stays of the case from `look_back_days` before the day that is named; contacts who were there
    with the case, or up to `tail_minutes` after the case had left, for `least_minutes` at least. Companions count
    whatever `area` and minutes are. `version` grows with each change that a hall makes.

    Defaults: two days back (国家卫健委, 新冠肺炎防控方案, close contacts since two days before onset), a tail of 30
    minutes (Corona-Warn-App's check-ins)."""

    look_back_days: int = 2
    tail_minutes: int = 30
    least_minutes: int = 0
    area: Area = Area.HALL
    version: int = 1

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Definition":
        """From what `to_dict` gave; defaults where that is silent."""
        given = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**given, "area": Area(given.get("area", Area.HALL))})

    def to_dict(self) -> dict[str, Any]:
        """As it is stored in a hall's facts and with a case."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


AS_USUAL = Definition()


class Stay(NamedTuple):
    """One stay as far as tracing needs it. `person` tells people apart: the same for all stays of one. `lead`: the id
    of the stay that it was registered with, its own for a lead. `left_at`: the latest moment at which the person may
    have been there: the exit where it is known, the estimate where it is guessed, now where they are still inside;
    `sure_out` is ESTIMATED in both of the latter."""

    id: int
    person: int
    lead: int
    door: int
    matter: str | None
    in_at: datetime
    left_at: datetime
    sure_in: Certainty
    sure_out: Certainty


COMPANION = 300
MOST_LEAST, MOST_GUESSED, MOST_TAIL = 120, 60, 30
SAME_DOOR, SAME_MATTER = 20, 10
"""What a score is made of: see `score`. COMPANION is more than all the rest together."""


def score(*, is_companion: bool, least: int, most: int, tail: int, same_door: bool, same_matter: bool) -> int:
    """How near somebody came to the case, for the order of the list and nothing else: COMPANION for who came along, so
    that those are first; a point for each minute that is sure, at most MOST_LEAST; half a point for each that is only
    possible, at most MOST_GUESSED; a tenth for each after the case had left, at most MOST_TAIL; SAME_DOOR and
    SAME_MATTER."""
    return (
        COMPANION * is_companion
        + min(least, MOST_LEAST)
        + min((most - least) // 2, MOST_GUESSED)
        + min(tail // 10, MOST_TAIL)
        + SAME_DOOR * same_door
        + SAME_MATTER * same_matter
    )


class Meeting(NamedTuple):
    """A stay of a contact beside those of the case. `with_stay`: the id of the case's stay that it met longest; whole
    minutes together, by the earliest ends and by the latest; `tail`: at most so many after the case had left. `met`:
    what is known of the four ends, of the surest pair of stays. `is_tail_only`: the two were never there at the same
    moment."""

    stay: Stay
    with_stay: int
    least: int
    most: int
    tail: int
    met: Certainty
    is_tail_only: bool
    same_door: bool
    same_matter: bool


class Candidate(NamedTuple):
    """Somebody who may be a contact: who is one, the health authority decides. `meetings` in the order of their coming;
    the rest sums them up, in whole minutes of the whole time: what two stays of theirs share counts once. `visit_id`:
    the stay that met the case longest."""

    person: int
    is_companion: bool
    meetings: tuple[Meeting, ...]
    visit_id: int
    least: int
    most: int
    tail: int
    certainty: Certainty
    is_tail_only: bool
    same_door: bool
    same_matter: bool
    score: int


def stretches(case: Iterable[Stay], definition: Definition) -> list[Span]:
    """When somebody can have met the case or come into its tail: spans of time in order, none touching another."""
    return merged((stay.in_at, stay.left_at + _tail(definition)) for stay in case)


def trace(case: Sequence[Stay], others: Iterable[Stay], definition: Definition) -> list[Candidate]:
    """Who was there with the case, or came within its tail; the highest score first.

    An exit that is a guess may have been at any moment since the entry. Stays include both their ends: who comes in the
    moment in which the case leaves has met it, for 0 minutes. Stays of the case's own person never count, whichever
    they are. Somebody who came along counts with all their stays, whatever area and minutes are asked for; anybody else
    if the latest ends make `least_minutes`, and without having met the case only where that is 0.
    """
    own = {stay.person for stay in case}
    leads = {stay.lead for stay in case}
    strangers: dict[int, list[Stay]] = {}
    for stay in others:
        if stay.person not in own:
            strangers.setdefault(stay.person, []).append(stay)
    views = _Views(case, definition)
    candidates = [
        candidate
        for person, stays in strangers.items()
        if (candidate := _candidate(person, stays, leads, views)) is not None
    ]
    kept = [one for one in candidates if one.is_companion or _is_enough(one, definition)]
    return sorted(kept, key=lambda one: (-one.score, one.meetings[0].stay.in_at, one.visit_id))


def _is_enough(one: Candidate, definition: Definition) -> bool:
    return not definition.least_minutes or (not one.is_tail_only and one.most >= definition.least_minutes)


def _tail(definition: Definition) -> timedelta:
    return timedelta(minutes=definition.tail_minutes)


def _candidate(person: int, stays: list[Stay], leads: set[int], views: "_Views") -> Candidate | None:
    """What one person's stays come to; None where none of them met the case."""
    along = [stay.lead in leads for stay in stays]
    is_companion = True in along
    found = [
        (views.whole if is_companion else views.of(stay)).seen(stay, came_along)
        for stay, came_along in zip(stays, along, strict=True)
    ]
    seen = [one for one in found if one is not None]
    return _summed(person, is_companion, seen) if seen else None


def _summed(person: int, is_companion: bool, seen: list["_Seen"]) -> Candidate:
    meetings: tuple[Meeting, ...]
    if len(seen) == 1:
        longest = seen[0].meeting
        meetings, known = (longest,), longest.met
        least, most, tail = longest.least, longest.most, longest.tail
    else:
        seen.sort(key=lambda one: (one.meeting.stay.in_at, one.meeting.stay.id))
        meetings = tuple(one.meeting for one in seen)
        longest = max(meetings, key=lambda one: (not one.is_tail_only, one.most, one.least, one.tail))
        known = _surest([one.met for one in meetings if one.is_tail_only == longest.is_tail_only])
        least, most, tail = _together(seen)
    same_door, same_matter = any(one.same_door for one in meetings), any(one.same_matter for one in meetings)
    points = score(
        is_companion=is_companion, least=least, most=most, tail=tail, same_door=same_door, same_matter=same_matter
    )
    return Candidate(
        person, is_companion, meetings, longest.stay.id, least, most, tail, known, longest.is_tail_only, same_door,
        same_matter, points,
    )  # fmt: skip


def _together(seen: list["_Seen"]) -> tuple[int, int, int]:
    """The minutes of several stays of one person, in the order of their coming."""
    sure = [span for one in seen for span in one.sure]
    possible = [span for one in seen for span in one.possible]
    after = [span for one in seen for span in one.after]
    stays = [one.meeting.stay for one in seen]
    if any(later.in_at <= earlier.left_at for earlier, later in pairwise(stays)):
        sure, possible, after = merged(sure), merged(possible), merged(after)
    return minutes(sure), minutes(possible), minutes(after)


_STATED, _ESTIMATED = Certainty.STATED, Certainty.ESTIMATED
_NEVER = datetime.max.replace(tzinfo=UTC)


class _Seen(NamedTuple):
    """A meeting with the time that it is made of."""

    meeting: Meeting
    sure: list[Span]
    possible: list[Span]
    after: list[Span]


class _View:
    """The stays of a case as somebody may meet them: all, or those of one door or matter."""

    def __init__(self, stays: list[Stay], tail: timedelta) -> None:
        self._stays = stays
        self._tail = tail
        self._is_guessed = any(stay.sure_out is _ESTIMATED for stay in stays)
        self._left = min((stay.left_at for stay in stays), default=_NEVER)
        self._sure = merged((stay.in_at, sure_until(stay)) for stay in stays)
        self._possible = merged((stay.in_at, stay.left_at) for stay in stays)
        tails = merged((stay.left_at, stay.left_at + tail) for stay in stays)
        self._after = without(tails, self._possible)
        self._spans = merged((stay.in_at, stay.left_at + tail) for stay in stays)

    def seen(self, stay: Stay, came_along: bool) -> _Seen | None:
        """What a stay has of these; None where it meets none of them."""
        if not came_along and not any(begin <= stay.left_at and stay.in_at <= end for begin, end in self._spans):
            return None
        met, later = self._met(stay)
        beside = met or later
        if not beside:
            if not came_along:
                return None
            beside = [(NO_TIME, one) for one in self._stays if one.lead == stay.lead]
        longest = (beside[0] if len(beside) == 1 else max(beside, key=lambda one: one[0]))[1]
        possible = shared(self._possible, stay.in_at, stay.left_at)
        sure = possible
        if self._is_guessed or stay.sure_out is _ESTIMATED:
            sure = shared(self._sure, stay.in_at, sure_until(stay))
        after = shared(self._after, stay.in_at, stay.left_at) if stay.left_at > self._left else []
        meeting = Meeting(
            stay, longest.id, minutes(sure), minutes(possible), minutes(after) if after else 0,
            _surest([_known(stay, one) for _, one in beside]), not met and not came_along,
            stay.door in [one.door for _, one in beside],
            stay.matter is not None and stay.matter in [one.matter for _, one in beside],
        )  # fmt: skip
        return _Seen(meeting, sure, possible, after)

    def _met(self, stay: Stay) -> tuple[list[tuple[timedelta, Stay]], list[tuple[timedelta, Stay]]]:
        """The stays of the case that this one met, and those in whose tail it was, each with for how long."""
        met, later = [], []
        for one in self._stays:
            if stay.in_at > one.left_at + self._tail or stay.left_at < one.in_at:
                continue
            if stay.in_at <= one.left_at:
                met.append((min(stay.left_at, one.left_at) - max(stay.in_at, one.in_at), one))
            else:
                later.append((min(stay.left_at, one.left_at + self._tail) - stay.in_at, one))
        return met, later


class _Views:
    """A case as those of each door, or of each matter, see it; `whole`: all of it."""

    def __init__(self, case: Sequence[Stay], definition: Definition) -> None:
        self.whole = _View(list(case), _tail(definition))
        self._tell = _TOLD_BY[definition.area]
        self._parts: dict[object, _View] = {}
        if self._tell:
            for mark in {self._tell(stay) for stay in case} - {None}:
                part = [stay for stay in case if self._tell(stay) == mark]
                self._parts[mark] = _View(part, _tail(definition))

    def of(self, stay: Stay) -> _View:
        """As this stay may have met it."""
        return self._parts.get(self._tell(stay), _NOTHING) if self._tell else self.whole


_NOTHING = _View([], NO_TIME)
_TOLD_BY: Mapping[Area, Callable[[Stay], object] | None] = {
    Area.HALL: None,
    Area.DOOR: lambda stay: stay.door,
    Area.MATTER: lambda stay: stay.matter,
}


def sure_until(stay: Stay) -> datetime:
    """Until when somebody was surely there."""
    return stay.in_at if stay.sure_out is _ESTIMATED else stay.left_at


def only_length_is_guessed(met: Certainty, least: int, most: int) -> bool:
    """Whether they did meet, and how long is a guess all the same, since another of the stays that are summed up ends
    by one."""
    return met is not _ESTIMATED and least != most


def _known(one: Stay, other: Stay) -> Certainty:
    """What is known of four ends: what is known of the worst."""
    ends = (one.sure_in, one.sure_out, other.sure_in, other.sure_out)
    if _ESTIMATED in ends:
        return _ESTIMATED
    return _STATED if _STATED in ends else Certainty.CERTAIN


def _surest(known: Sequence[Certainty]) -> Certainty:
    if Certainty.CERTAIN in known:
        return Certainty.CERTAIN
    return _STATED if _STATED in known else _ESTIMATED
