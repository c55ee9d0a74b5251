"""Spans of time: pairs of a first and a last moment, both included."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]
MINUTE = timedelta(minutes=1)


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
    return [(max(first, begin), min(last, end)) for first, last in spans if first <= end and begin <= last]


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
    return sum((last - first for first, last in spans), timedelta()) // MINUTE
