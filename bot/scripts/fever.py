"""The one chance to mend a mistyped temperature."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.flow import Step
from models.rules import health


@dataclass(frozen=True)
class ReadAgain:
    """The temperature as given the second time, in tenths."""

    tenths: int


def read_again(facts: None) -> Generator[Step, Any, ReadAgain]:
    """A reading, not 正常: somebody who has just declared a fever says a number."""
    reading = yield Step(
        "temperature_again",
        partial(health.temperature, declared_allowed=False),
        claims=health.looks_like_temperature,
        examples=("36.5",),
    )
    return ReadAgain(reading.tenths)
