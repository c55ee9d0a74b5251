"""What people in the town were told, read from the answers alone, and whether it is true.

What must hold comes from what the service promises (contract, notice page), not from how it is made.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from models.phrases import LANGUAGES, PHRASES
from models.rules.halls import HallFacts

_TIME = r"\d\d:\d\d"
_ANYTHING = r"[^\n]+?"
_VALUES = {
    "time": _TIME, "entered": _TIME, "left": rf"(?:\d\d-\d\d )?{_TIME}", "day": r"\d\d-\d\d", "count": r"\d+",
}  # fmt: skip
_STAY = re.compile(rf"(?P<day>\d\d-\d\d) {_TIME}–(?P<left>{_TIME})(?P<mark>[（ (]*[^\d\s]*[)）]?)", re.ASCII)
_ESTIMATE, _STATED = re.compile("估计|estimate"), re.compile("自报|told by you")
_AGREES = re.compile(r"(?<!不)同意|(?<!dis)agree", re.IGNORECASE)

Row = tuple[int, datetime]
"""Which hall, and when somebody came in."""


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    made = []
    for language in LANGUAGES:
        parts = re.split(r"\{(\w+)\}", PHRASES[language][key])
        literals = [re.escape(part) for part in parts[::2]]
        names = parts[1::2]
        values = [
            f"(?P={name})" if name in names[:at] else f"(?P<{name}>{_VALUES.get(name, _ANYTHING)})"
            for at, name in enumerate(names)
        ]
        made.append(re.compile("".join(x + y for x, y in zip(literals, [*values, ""], strict=True))))
    return tuple(made)


def found(key: str, answer: str) -> re.Match[str] | None:
    """Where this phrase stands in an answer, in whichever language, its values by their names."""
    matches = (pattern.search(answer) for pattern in _patterns(key))
    return next(filter(None, matches), None)


@dataclass
class Stay:
    """A stay that somebody was told of."""

    openid: str
    hall_id: int
    in_at: datetime
    companions: int


@dataclass
class Ledger:
    """Whoever was told that they are registered, and what each of them knows of their exits; `agreed`: who has said so
    since the account forgot them last."""

    halls: dict[str, HallFacts]
    stays: list[Stay] = field(default_factory=list)
    agreed: set[str] = field(default_factory=set)
    exits: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def says(self, openid: str, said: str) -> None:
        """Somebody says something."""
        if _AGREES.search(said):
            self.agreed.add(openid)

    def tells(self, openid: str, answer: str, at: datetime) -> None:
        """Somebody is answered; `at` is when they wrote. AssertionError where that cannot be true."""
        self._entry(openid, answer, at)
        self._missed(openid, answer, at)
        self._exit(openid, answer, at)
        self._no_guess_as_a_fact(openid, answer)

    def _entry(self, openid: str, answer: str, at: datetime) -> None:
        told = found("check_in.done", answer) or found("check_in.done_companions", answer)
        if not told:
            return
        hall = self.halls[told["hall"]]
        assert told["time"] == clock(at, hall)
        self.stays.append(Stay(openid, hall.id, at, int(told.groupdict().get("count", 0))))

    def _missed(self, openid: str, answer: str, at: datetime) -> None:
        told = found("check_in.missed_done", answer)
        if not told:
            return
        hall = self.halls[told["hall"]]
        self.stays.append(Stay(openid, hall.id, of_today(told["entered"], at, hall), 0))
        self.exits[openid].add(told["left"])

    def _exit(self, openid: str, answer: str, at: datetime) -> None:
        for key in ("check_out.closed", "check_out.replaced"):
            if told := found(key, answer):
                assert told["left"] in {clock(at, hall) for hall in self.halls.values()}, answer
                self.exits[openid].add(told["left"])
        for key in ("check_out.stated", "correction.done"):
            if told := found(key, answer):
                self.exits[openid].add(told["left"][-5:])

    def _no_guess_as_a_fact(self, openid: str, answer: str) -> None:
        known = self.exits[openid]
        for stay in _STAY.finditer(answer):
            assert _ESTIMATE.search(stay["mark"]) or stay["left"] in known, answer
        for key in ("check_out.already_out", "check_in.missed_already", "refused.entry_in_other"):
            if told := found(key, answer):
                assert told["left"][-5:] in known, answer

    def rows(self) -> Counter[Row]:
        """The stays that there must be."""
        return Counter((stay.hall_id, stay.in_at) for stay in self.stays)


def clock(at: datetime, hall: HallFacts) -> str:
    """As the hall's clocks show it."""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"


def of_today(shown: str, at: datetime, hall: HallFacts) -> datetime:
    """The moment of the day of `at` at which the hall's clocks showed this."""
    hours, minutes = map(int, shown.split(":"))
    zone = ZoneInfo(hall.calendar.zone)
    return at.astimezone(zone).replace(hour=hours, minute=minutes, second=0, microsecond=0)
