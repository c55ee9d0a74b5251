"""A conversation as it is kept between two messages: text in, text out."""

import json
from dataclasses import dataclass, field

VERSION = 1
"""Of the text form. A talk written by another version is not guessed at: it reads as no talk."""

WAIT_SECONDS = 30 * 60
"""How long a talk that another purpose interrupted can still be taken up again."""

MOST_WAITING = 3


@dataclass(frozen=True)
class Waiting:
    """A talk that another purpose interrupted, kept until a moment (seconds since 1970)."""

    flow: str
    context: dict[str, str | int]
    answers: dict[str, str]
    until_epoch: int


@dataclass(frozen=True)
class Talk:
    """A conversation: which flow, opened where (context), what was said, and what waits behind it."""

    flow: str
    context: dict[str, str | int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    language: str = "zh"


def pause(talk: Talk, now: int) -> tuple[Waiting, ...]:
    """What the next talk has waiting if it interrupts this one now: the newest last, at most MOST_WAITING.

    A talk in which nothing was said yet is not worth coming back to. An older one of the same flow and context gives
    way to the newer.
    """
    return put_behind(talk, now) if talk.answers else still_waiting(talk, now)


def put_behind(talk: Talk, now: int) -> tuple[Waiting, ...]:
    """The same for a talk that is sure to be taken up again, whether anything was said in it or not."""
    kept = [old for old in still_waiting(talk, now) if (old.flow, old.context) != (talk.flow, talk.context)]
    kept.append(Waiting(talk.flow, talk.context, talk.answers, now + WAIT_SECONDS))
    return tuple(kept[-MOST_WAITING:])


def still_waiting(talk: Talk, now: int) -> tuple[Waiting, ...]:
    """What waits behind a talk and has not expired."""
    return tuple(old for old in talk.waiting if old.until_epoch > now)


def resume(talk: Talk, now: int) -> Talk | None:
    """The talk that was interrupted last and has not expired, with the others still waiting behind it; else None."""
    kept = still_waiting(talk, now)
    if not kept:
        return None
    *others, last = kept
    return Talk(last.flow, last.context, last.answers, tuple(others), talk.language)


def to_text(talk: Talk) -> str:
    """The talk as JSON, for `from_text`."""
    written = {"version": VERSION, **vars(talk), "waiting": [vars(old) for old in talk.waiting]}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Talk | None:
    """The talk that `to_text` wrote; None for another version's or anything else."""
    try:
        written = json.loads(text)
        if written.pop("version") != VERSION:
            return None
        waiting = tuple(Waiting(**old) for old in written.pop("waiting"))
        return Talk(**written, waiting=waiting)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None
