"""Where somebody stands in a conversation: computed from what they answered, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.flow.steps import Review, Script, Step
from models.rules.refusal import Refused

ASK = "\x00"
"""Stored instead of an answer: ask this one, whatever the profile or a default says."""
EDIT = "\x01"
"""Stored before the old answer while it is being edited from the review. EDIT + ASK: there was none in this talk."""

NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST_LOOK = 64
"""How many steps the engine looks ahead: a script that loops on its own examples must not hold it up."""


Source: TypeAlias = Literal["said", "remembered", "default", "skipped"]


@dataclass(frozen=True)
class Answered:
    """A step that is answered: the stored text, the value sent into the script, and where the text is from."""

    step: Step
    text: str
    value: Any
    source: Source


@dataclass(frozen=True)
class Position:
    """The answered steps in order, and the step to ask now; without one the script has ended with `outcome`."""

    path: tuple[Answered, ...]
    asking: Step | None
    outcome: Any = None

    @property
    def items(self) -> tuple[Answered, ...]:
        """What the review lists; an item's number is its place here, counted from 1."""
        return tuple(known for known in self.path if known.step.listed)

    @property
    def is_as_remembered(self) -> bool:
        """Nothing that the review lists was said in this talk: a list with numbers is not needed, a line will do."""
        return all(known.source != "said" for known in self.items)


@dataclass(frozen=True)
class Ahead:
    """A step of the path as far as it can be foreseen, answered or not."""

    step: Step
    known: Answered | None


class Run:
    """One replay of a script, from its first line to the step it waits at."""

    def __init__(self, script: Script, facts: Any) -> None:
        self._generator = script(facts)
        self._names: set[str] = set()
        self.step: Step | None = None
        self.outcome: Any = None
        self.send(None)

    def send(self, value: Any) -> None:
        """Answer the waiting step. RuntimeError for a script that asks one name twice or goes on after its review."""
        was_review = isinstance(self.step, Review)
        try:
            self.step = self._generator.send(value)
        except StopIteration as end:
            self.step, self.outcome = None, end.value
            return
        if was_review:
            raise RuntimeError(f"the script asks {self.step.name!r} after its review")
        if self.step.name in self._names:
            raise RuntimeError(f"the script asks {self.step.name!r} twice on one path")
        self._names.add(self.step.name)


def stored(step: Step, answers: Mapping[str, str]) -> str | None:
    """What was stored for this step in this talk, under its name or an earlier one."""
    for name in (step.name, *step.was):
        if name in answers:
            return answers[name]
    return None


class _Read(NamedTuple):
    """A text read at the end of some way through the script: the way as it goes on from there, and the value."""

    way: int
    value: Any


_START = 0


class Replay:
    """A script with the facts and the profile of one message, replayed over whatever answers are tried.

    It lives for one message. A text is parsed once for each way that leads to its step: scripts are pure, so that the
    same way always ends at the same step and gives the same value.
    """

    def __init__(self, script: Script, facts: Any, remembered: Mapping[str, str] = NOTHING) -> None:
        self._script, self._facts, self._remembered = script, facts, remembered
        self._reads: dict[tuple[int, str, str | None], _Read | None] = {}

    def locate(self, answers: Mapping[str, str]) -> Position:
        """Where these answers lead."""
        run, path = self._walk(answers)
        return Position(path, run.step, run.outcome)

    def confirm(self, answers: Mapping[str, str]) -> Position:
        """Where a yes to the review leads at which these answers stand."""
        run, path = self._walk(answers)
        run.send(True)
        return Position(path, run.step, run.outcome)

    def look_ahead(self, answers: Mapping[str, str]) -> list[Ahead]:
        """The path up to the review, past unanswered steps by what their first example would open."""
        run, way = Run(self._script, self._facts), _START
        path: list[Ahead] = []
        while run.step and not isinstance(run.step, Review) and len(path) < LONGEST_LOOK:
            step = run.step
            known, read = self._recall(step, answers, way)
            path.append(Ahead(step, known))
            if read is None and step.examples:
                read = self._parsed(step, step.examples[0], way)
            if read is None and step.optional:
                read = self._parsed(step, None, way)
            if read is None:
                break
            way = read.way
            run.send(read.value)
        return path

    def _walk(self, answers: Mapping[str, str]) -> tuple[Run, tuple[Answered, ...]]:
        run, way = Run(self._script, self._facts), _START
        path: list[Answered] = []
        while run.step and not isinstance(run.step, Review):
            known, read = self._recall(run.step, answers, way)
            if known is None or read is None:
                break
            path.append(known)
            way = read.way
            run.send(read.value)
        return run, tuple(path)

    def _recall(self, step: Step, answers: Mapping[str, str], way: int) -> tuple[Answered, _Read] | tuple[None, None]:
        """The answer to this step, or nothing if it has to be asked: there is none, or it is no longer accepted."""
        said = stored(step, answers)
        if said is not None:
            if said.startswith((ASK, EDIT)):
                return None, None
            if not said and step.optional:
                return self._answered(step, None, way, "skipped")
            return self._answered(step, said, way, "said")
        if profile := stored(step, self._remembered):
            known = self._answered(step, profile, way, "remembered")
            if known[0]:
                return known
        return self._answered(step, step.default or None, way, "default") if step.quiet else (None, None)

    def _answered(
        self, step: Step, text: str | None, way: int, source: Source
    ) -> tuple[Answered, _Read] | tuple[None, None]:
        read = self._parsed(step, text, way)
        return (Answered(step, text or "", read.value, source), read) if read else (None, None)

    def _parsed(self, step: Step, text: str | None, way: int) -> _Read | None:
        key = (way, step.name, text)
        if key not in self._reads:
            try:
                self._reads[key] = _Read(len(self._reads) + 1, None if text is None else step.parse(text))
            except Refused:
                self._reads[key] = None
        return self._reads[key]


def locate(script: Script, facts: Any, answers: Mapping[str, str], remembered: Mapping[str, str] = NOTHING) -> Position:
    """Replay the script and stop at the first step that nobody has answered well.

    answers: what was said in this talk, by step name. remembered: what the profile knows, used where this talk says
    nothing. What the script itself raises is passed on.
    """
    return Replay(script, facts, remembered).locate(answers)
