"""How long people stay: the quartiles of stays whose ends are known."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Quartiles(NamedTuple):
    """Of so many stays a quarter was shorter than `lower`, half shorter than `median`, three quarters shorter than
    `upper`; minutes."""

    stays: int
    lower: float
    median: float
    upper: float


def quartiles(minutes: Sequence[float]) -> Quartiles:
    """The quartiles of at least one stay."""
    if len(minutes) == 1:
        return Quartiles(1, minutes[0], minutes[0], minutes[0])
    lower, median, upper = statistics.quantiles(minutes, n=4, method="inclusive")
    return Quartiles(len(minutes), lower, median, upper)
