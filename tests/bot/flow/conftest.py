"""A conversation that is put away as text and taken out again between any two messages."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.flow import Position, Script, Turn, hear, locate, normalised
from tests.bot.flow.visit import A_VISIT, Facts, visit

RESERVED = frozenset(map(normalised, ("设置", "签退", "English")))


class Conversation:
    """What somebody says to a script, and what the engine makes of it."""

    def __init__(self) -> None:
        self.script: Script = visit
        self.facts: Any = Facts()
        self.remembered: Mapping[str, str] = {}
        self.answers: dict[str, str] = {}
        self.turn: Turn | None = None

    def in_(self, script: Script, facts: Any = None) -> "Conversation":
        """From now on this script is the one deployed."""
        self.script, self.facts = script, facts
        return self

    def deployed(self, facts: Facts) -> "Conversation":
        """From now on these are the facts."""
        self.facts = facts
        return self

    def known(self, **remembered: str) -> "Conversation":
        """The profile knows this of the visitor."""
        self.remembered = remembered
        return self

    def says(self, *messages: str) -> "Conversation":
        """One message after the other."""
        for said in messages:
            kept = json.loads(json.dumps(self.answers))
            self.turn = hear(self.script, self.facts, kept, said, self.remembered, RESERVED)
            assert kept == self.answers, "hear must not change what it was given"
            self.answers = self.turn.answers
        return self

    def at_review(self) -> "Conversation":
        """Everything is answered, one thing after the other."""
        self.says(*A_VISIT)
        assert self.asking == "review"
        return self

    @property
    def position(self) -> Position:
        if self.turn is not None and self.turn.event == "confirmed":
            return self.turn.position
        return locate(self.script, self.facts, self.answers, self.remembered)

    @property
    def asking(self) -> str | None:
        step = self.position.asking
        return step.name if step else None

    @property
    def outcome(self) -> Any:
        return self.position.outcome

    @property
    def event(self) -> str:
        assert self.turn is not None
        return self.turn.event

    @property
    def understood(self) -> tuple[str, ...]:
        assert self.turn is not None
        return self.turn.understood

    @property
    def left_over(self) -> tuple[str, ...]:
        assert self.turn is not None
        return self.turn.left_over

    @property
    def refused(self) -> tuple[str, str] | None:
        """The step and the code."""
        assert self.turn is not None
        refusal = self.turn.refused
        return (refusal.step_name, refusal.refused.code) if refusal else None

    @property
    def values(self) -> dict[str, Any]:
        """What the script has been told, by step."""
        return {known.step.name: known.value for known in self.position.path}

    @property
    def sources(self) -> dict[str, str]:
        return {known.step.name: known.source for known in self.position.path}


@pytest.fixture
def talk() -> Conversation:
    return Conversation()
