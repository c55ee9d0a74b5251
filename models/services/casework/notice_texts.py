"""What a contact of a case is told: when they were where, to look after themselves, and how to verify it.

Never the case, nor that anybody is ill; never a question, a link, or anything to be sent back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.phrases import say
from models.rules.halls import HallFacts

MOST_STAYS = 3
"""So many of somebody's stays are named, the latest."""


class Stayed(NamedTuple):
    """From when to when somebody was there; `is_guess`: they left then at the latest; `is_inside`: they have not left,
    as far as anybody knows, and `left_at` is now."""

    in_at: datetime
    left_at: datetime
    is_guess: bool
    is_inside: bool = False


def text(language: str, hall: HallFacts, stays: Sequence[Stayed]) -> str:
    """The message in the chat; at most 2047 bytes."""
    spans = [_span(language, hall, one) for one in stays[-MOST_STAYS:]]
    more = say(language, "notices.earlier", count=len(stays) - MOST_STAYS) if len(stays) > MOST_STAYS else ""
    when = say(language, "notices.and").join([more] * bool(more) + spans)
    return say(language, "notices.text", hall=hall.name, when=when, phone=hall.phone)


def values(language: str, hall: HallFacts, stay: Stayed) -> dict[str, str]:
    """What templates are filled with (setting_values.CONTACT_VALUES). A field for times takes no word beside them, so
    that the span of a stay whose end is a guess is its entry alone."""
    entered, left = (_local(at, hall) for at in (stay.in_at, stay.left_at))
    begin, end = f"{entered:%Y-%m-%d %H:%M}", f"{left:%Y-%m-%d %H:%M}"
    span = begin if stay.is_guess else f"{begin}~{end}"
    return {
        "hall": hall.name, "day": f"{entered:%Y-%m-%d}", "from": begin, "to": end, "span": span,
        "phone": hall.phone, "advice": say(language, "notices.advice"),
    }  # fmt: skip


def _span(language: str, hall: HallFacts, stay: Stayed) -> str:
    entered, left = (_local(at, hall) for at in (stay.in_at, stay.left_at))
    key = "notices.span_inside" if stay.is_inside else "notices.span_guess" if stay.is_guess else "notices.span"
    until = f"{left:%H:%M}" if left.date() == entered.date() else f"{left:%Y-%m-%d %H:%M}"
    return say(language, key, day=f"{entered:%Y-%m-%d}", entered=f"{entered:%H:%M}", left=until)


def _local(at: datetime, hall: HallFacts) -> datetime:
    return at.astimezone(ZoneInfo(hall.calendar.zone))
