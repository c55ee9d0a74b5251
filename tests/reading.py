"""Reading what happened: replies by the key of their phrase, visits from the table."""

from bot.simulator import Delivered
from models.phrases import has, say
from models.tables.database import run
from models.tables.visits import Correction, Visit


def tells(delivered: Delivered, key: str, language: str = "zh", **values: object) -> bool:
    """Whether the reply holds this phrase, filled in so, and the platform took it at the first attempt."""
    assert not delivered.problems, delivered.problems
    assert delivered.attempts == 1
    return say(language, key, **values) in (delivered.reply or "")


def asks(delivered: Delivered, step: str, language: str = "zh") -> bool:
    """Whether the reply asks this step (not for consent, whose text has values)."""
    keys = [key for ending in ("", "_optional", "_declared") if has(key := f"step.{step}.ask{ending}")]
    return any(tells(delivered, key, language) for key in keys)


def visits() -> list[Visit]:
    """Every visit, in the order of entry."""
    return run(lambda: list(Visit.select().order_by(Visit.in_at, Visit.id)))


def inside() -> list[Visit]:
    """Every open visit."""
    return [visit for visit in visits() if visit.out_at is None]


def corrections() -> list[Correction]:
    """Every correction, in order."""
    return run(lambda: list(Correction.select().order_by(Correction.id)))
