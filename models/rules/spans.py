"""Spans of time: pairs of a first and a last moment, both included."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]
MINUTE = timedelta(minutes=1)
NO_TIME = timedelta()


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, no span touching another."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def shared(spans: Iterable[Span], begin: datetime, end: datetime) -> list[Span]:
    """What of these lies from one moment to another."""
    # max() and min() would take twice the time, for each of 50,000 stays.
    return [
        (first if first > begin else begin, last if last < end else end)
        for first, last in spans
        if first <= end and begin <= last
    ]


def without(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """What is left of spans when others, in order and none touching another, are taken out. Moments at which the two
    meet stay on both sides: for lengths, not for asking what holds a moment."""
    left = []
    for first, last in spans:
        begin = first
        for out, back in others:
            if out < last and begin < back:
                if begin < out:
                    left.append((begin, out))
                begin = back
        if begin < last:
            left.append((begin, last))
    return left


def minutes(spans: Iterable[Span]) -> int:
    """How many whole minutes spans that do not touch last together."""
    together = NO_TIME
    for first, last in spans:
        together += last - first
    return together // MINUTE
