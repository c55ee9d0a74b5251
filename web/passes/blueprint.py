"""The blueprint of passes, and what a stay looks like on their pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint

from models import phrases
from models.rules import masks
from models.rules.day_signs import day_sign
from models.rules.halls import HallFacts
from models.services.passes import Pass
from web.language import say
from web.outside import outside

pages = Blueprint("passes", __name__)


def facts(found: Pass) -> list[tuple[str, str]]:
    """Who, where and since when, as far as a guard may know it; the visitor's own page shows the same, since it is
    held out to others."""
    door = found.hall.doors.get(found.door)
    entered = say("pass.entered", time=clock(found.in_at, found.hall), door=door.name if door else "")
    shown = [(say("pass.name"), masks.mask_name(found.name)), (say("pass.entry"), entered.strip())]
    if found.companions:
        shown.append((say("pass.companions"), say("pass.people", count=found.companions)))
    return shown


def left(found: Pass) -> str:
    """When somebody left; a guess is told as one."""
    if found.out_at is None:
        return ""
    return say("pass.left_estimated" if found.is_estimated else "pass.left", time=clock(found.out_at, found.hall))


def clock(at: datetime, hall: HallFacts) -> str:
    """By the hall's clocks: 09:03."""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"


def sign(hall: HallFacts, now: datetime) -> dict[str, str]:
    """The hall's sign of the day: its kinds, and its word in both languages, since guard and visitor may read
    different ones."""
    found = day_sign(hall.code, hall.calendar.hall_day(now), outside().pass_key)
    return {
        "colour": found.colour,
        "shape": found.shape,
        "word": phrases.say("zh", f"pass.word.{found.word}"),
        "word_en": phrases.say("en", f"pass.word.{found.word}"),
        "label": say("pass.sign", colour=say(f"pass.colour.{found.colour}"), shape=say(f"pass.shape.{found.shape}")),
    }
