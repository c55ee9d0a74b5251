"""Where somebody stands in a conversation: computed from what they answered, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from bot.flow.steps import Review, Script, Step
from models.rules.refusal import Refused

ASK = "\x00"
"""Stored instead of an answer: ask this one, whatever the profile or a default says."""
EDIT = "\x01"
"""Stored before the old answer while it is being edited from the review. EDIT + ASK: there was none in this talk."""

NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST_LOOK = 64
"""How many steps the engine looks ahead: a script that loops on its own examples must not hold it up."""


@dataclass(frozen=True)
class Answered:
    """A step that is answered: the stored text, the value sent into the script, and where the text is from."""

    step: Step
    text: str
    value: Any
    source: Literal["said", "remembered", "default", "skipped"]


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
        if isinstance(self.step, Review):
            self._end_with(value)
            return
        try:
            self.step = self._generator.send(value)
        except StopIteration as end:
            self.step, self.outcome = None, end.value
            return
        if self.step.name in self._names:
            raise RuntimeError(f"the script asks {self.step.name!r} twice on one path")
        self._names.add(self.step.name)

    def _end_with(self, value: Any) -> None:
        try:
            step = self._generator.send(value)
        except StopIteration as end:
            self.step, self.outcome = None, end.value
            return
        raise RuntimeError(f"the script asks {step.name!r} after its review")


def stored(step: Step, answers: Mapping[str, str]) -> str | None:
    """What was stored for this step in this talk, under its name or an earlier one."""
    for name in (step.name, *step.was):
        if name in answers:
            return answers[name]
    return None


def recall(step: Step, answers: Mapping[str, str], remembered: Mapping[str, str]) -> Answered | None:
    """The answer to this step, or None if it has to be asked: there is none, or it is no longer accepted."""
    if isinstance(step, Review):
        return None
    text = stored(step, answers)
    if text is not None:
        if text.startswith((ASK, EDIT)):
            return None
        return Answered(step, "", None, "skipped") if not text and step.optional else _read(step, text, "said")
    text = stored(step, remembered)
    if text and (known := _read(step, text, "remembered")):
        return known
    if step.quiet:
        return _read(step, step.default, "default") if step.default else Answered(step, "", None, "default")
    return None


def _read(step: Step, text: str, source: Literal["said", "remembered", "default"]) -> Answered | None:
    try:
        return Answered(step, text, step.parse(text), source)
    except Refused:
        return None


def _walked(
    script: Script, facts: Any, answers: Mapping[str, str], remembered: Mapping[str, str]
) -> tuple[Run, list[Answered]]:
    run, path = Run(script, facts), []
    while run.step and (known := recall(run.step, answers, remembered)):
        path.append(known)
        run.send(known.value)
    return run, path


def locate(script: Script, facts: Any, answers: Mapping[str, str], remembered: Mapping[str, str] = NOTHING) -> Position:
    """Replay the script and stop at the first step that nobody has answered well.

    answers: what was said in this talk, by step name. remembered: what the profile knows, used where this talk says
    nothing. What the script itself raises is passed on.
    """
    run, path = _walked(script, facts, answers, remembered)
    return Position(tuple(path), run.step, run.outcome)


def confirmed(
    script: Script, facts: Any, answers: Mapping[str, str], remembered: Mapping[str, str] = NOTHING
) -> Position:
    """The position after a yes to the review at which these answers stand."""
    run, path = _walked(script, facts, answers, remembered)
    run.send(True)
    return Position(tuple(path), run.step, run.outcome)


def look_ahead(
    script: Script, facts: Any, answers: Mapping[str, str], remembered: Mapping[str, str] = NOTHING
) -> list[Ahead]:
    """The path up to the review, past unanswered steps by what their first example would open."""
    run = Run(script, facts)
    path: list[Ahead] = []
    while run.step and not isinstance(run.step, Review) and len(path) < LONGEST_LOOK:
        step = run.step
        known = recall(step, answers, remembered)
        path.append(Ahead(step, known))
        if known:
            run.send(known.value)
        elif step.examples and (example := _read(step, step.examples[0], "said")):
            run.send(example.value)
        elif step.optional:
            run.send(None)
        else:
            break
    return path
