"""Which of many entries are of one person: those that share what only one person has, however long the chain."""

from collections.abc import Hashable, Iterable, Sequence


def grouped(entries: Sequence[Iterable[Hashable]]) -> list[int]:
    """For each entry, given as the marks of its person (a number, an account with a name, …), the place of the first
    entry of the same person. An entry without marks is a person of its own."""
    parents = list(range(len(entries)))
    first_with: dict[Hashable, int] = {}
    for place, marks in enumerate(entries):
        for mark in marks:
            other = first_with.setdefault(mark, place)
            if other != place:
                _join(parents, other, place)
    return [_root(parents, place) for place in range(len(entries))]


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _join(parents: list[int], one: int, other: int) -> None:
    # The lower place is the root, so that a person goes by their first entry.
    low, high = sorted((_root(parents, one), _root(parents, other)))
    parents[high] = low
