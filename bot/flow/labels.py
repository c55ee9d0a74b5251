"""Answers that people label themselves: 姓名：张三, 电话 13800138000, 体温36.5, Name: John Smith."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.flow.openings import Openings
from bot.flow.steps import Choice, Step
from bot.flow.words import Piece, is_latin

_TIES = " \t\u3000\n:：,，、;；"


@lru_cache(maxsize=512)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(labels, key=len, reverse=True)
    return re.compile("|".join(r"\s*".join(map(re.escape, label.split())) for label in longest_first), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a line: where its answer starts, and how it is tied to it: "colon", "space", "glued"; or "bare"."""

    answer: int
    tie: str


def label_at(line: str, start: int, labels: tuple[str, ...]) -> Label | None:
    """The longest of these labels that stands at `start` in the line, or None."""
    match = _pattern(labels).match(line, start) if labels else None
    if not match:
        return None
    rest = line[match.end() :]
    answer = rest.lstrip(_TIES)
    if not answer:
        return Label(len(line), "bare")
    if tie := rest[: len(rest) - len(answer)]:
        return Label(len(line) - len(answer), "colon" if ":" in tie or "：" in tie else "space")
    # Chinese labels may touch their answer (体温36.5); "id" at the head of "idle" is no label.
    return None if match[0].isascii() else Label(match.end(), "glued")


def is_bare_label(text: str, labels: tuple[str, ...]) -> bool:
    """This text is one of the labels and nothing else (a colon does not matter)."""
    label = label_at(text, 0, labels)
    return label is not None and label.tie == "bare"


def without_label(text: str, labels: tuple[str, ...]) -> str:
    """The text without the label before it, if a colon or a space sets one off."""
    label = label_at(text, 0, labels)
    return text[label.answer :] if label and label.tie in ("colon", "space") else text


@dataclass(frozen=True)
class Labelled:
    """A label among the words of a line, its step, and the words that may be its answer, the longest run first."""

    step: Step
    label: Label
    spans: tuple[range, ...]


def labelled(line: str, pieces: Sequence[Piece], free: Collection[int], openings: Openings, i: int) -> Labelled | None:
    """The label with which the word `i` begins, if it is one of a step that may be filled. A list is all of its run:
    what is too much in it is nobody else's."""
    found = [
        (label, step) for step in openings.steps if (label := label_at(line, pieces[i].start, step.labels)) is not None
    ]
    if not found:
        return None
    label, step = max(found, key=lambda pair: pair[0].answer)
    if label.tie == "glued" and openings.is_sure(pieces[i].text):
        return None
    spans = tuple(_runs(line, pieces, free, openings, i, step, label))[::-1]
    return Labelled(step, label, spans if step.holds is None else spans[:1])


def _runs(
    line: str, pieces: Sequence[Piece], free: Collection[int], openings: Openings, i: int, step: Step, label: Label
) -> list[range]:
    """The words from the label on, up to the next label or a word that is surely meant for another step."""
    runs: list[range] = []
    before = ""
    for j in range(i, len(pieces)):
        piece = pieces[j]
        if piece.end <= label.answer:
            continue
        text = line[max(piece.start, label.answer) : piece.end]
        if j not in free or (piece.start >= label.answer and _begins_another(line, piece, openings)):
            break
        if (runs or label.tie == "space") and _is_narrow(step) and openings.is_sure(text, but=step):
            break
        if step.holds and openings.is_sure(text, but=step) and not step.holds(text):
            break
        if runs and step.is_name and not (is_latin(text) and is_latin(before)):
            break
        runs.append(range(i, j + 1))
        before = text
    return runs


def _is_narrow(step: Step) -> bool:
    """One thing, which other answers cannot be part of; a list of people holds phones of its own."""
    return step.claims is not None or step.is_name or isinstance(step, Choice)


def _begins_another(line: str, piece: Piece, openings: Openings) -> bool:
    return any(_begins(line, piece, step, openings) for step in openings.path)


def _begins(line: str, piece: Piece, step: Step, openings: Openings) -> bool:
    label = label_at(line, piece.start, step.labels)
    if label is None or label.tie != "glued":
        return label is not None
    return isinstance(step, Choice) and isinstance(openings.judged(step, line[label.answer : piece.end]), str)
