"""Every way through a script, by its examples: for the generated pages about the flows and for tests of the wording."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.flow.replay import Run
from bot.flow.steps import Review, Script, Step
from models.rules.refusal import Refused

LONGEST_PATH = 60


@dataclass(frozen=True)
class Walked:
    """A step of a path and its text: an example, an option, a default, "" for nothing; None at the review."""

    step: Step
    text: str | None


@dataclass(frozen=True)
class Path:
    """One way through a script and what it ends with."""

    steps: tuple[Walked, ...]
    outcome: Any


def paths(script: Script, facts: Any, *, most: int = 20_000) -> Iterator[Path]:
    """Every path that examples, options, skipping and quiet defaults open, in the order of the examples.

    ValueError if an example is refused or a step has none; RuntimeError past `most` paths or LONGEST_PATH steps,
    so that a script that loops on its examples is found instead of waited for.
    """
    for count, path in enumerate(_paths_from(script, facts, {}), 1):
        if count > most:
            raise RuntimeError(f"more than {most} paths: the examples should hold one text for each way on")
        yield path


def _paths_from(script: Script, facts: Any, answers: dict[str, str]) -> Iterator[Path]:
    run = Run(script, facts)
    walked: list[Walked] = []
    while run.step is not None:
        if isinstance(run.step, Review):
            walked.append(Walked(run.step, None))
            run.send(True)
        elif run.step.name in answers:
            text = answers[run.step.name]
            walked.append(Walked(run.step, text))
            run.send(_value(run.step, text))
        else:
            if len(walked) >= LONGEST_PATH:
                raise RuntimeError(f"a path of more than {LONGEST_PATH} steps, at {run.step.name!r}")
            for text in _texts(run.step):
                yield from _paths_from(script, facts, {**answers, run.step.name: text})
            return
    yield Path(tuple(walked), run.outcome)


def _texts(step: Step) -> list[str]:
    silent = ("",) if step.optional else ()
    texts = (step.default, *step.examples) if step.quiet else (*step.examples, *silent)
    if not texts:
        raise ValueError(f"{step.name!r} has no example, so the paths behind it cannot be walked")
    return list(dict.fromkeys(texts))


def _value(step: Step, text: str) -> Any:
    if not text:
        return None
    try:
        return step.parse(text)
    except Refused as refused:
        raise ValueError(f"{step.name!r} refuses its own example {text!r}: {refused.code}") from refused
