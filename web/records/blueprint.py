"""The blueprint of records, and how a stay is told on their pages."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for

from models.rules.halls import HallFacts
from models.rules.visits import HowIn, HowOut, certainty_in, certainty_out, is_estimate
from models.services.posts import Post
from models.tables.found_visits import UNREADABLE, FoundVisit
from web.frame import Section
from web.hall_sections import hall_sections
from web.language import asked_language, say
from web.outside import outside

pages = Blueprint("hall_records", __name__, url_prefix="/hall/<code>/records")


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, Any]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def sections(post: Post) -> list[Section]:
    """The way to the hall's other pages."""
    return hall_sections(post, "records")


def now() -> datetime:
    """The moment, in UTC."""
    return outside().clock()


def moment(at: datetime, hall: HallFacts) -> str:
    """By the hall's clocks: 2026-03-02 09:03"""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%Y-%m-%d %H:%M}"


def readable(value: str) -> str:
    """A personal value, or that it does not open; of a name that is none, that it was erased."""
    return say("record.one.unreadable") if value == UNREADABLE else value or say("rights.erased")


def door_words(number: int, hall: HallFacts) -> str:
    """The name of a door; of one that is gone its number."""
    door = hall.doors.get(number)
    return door.name if door else say("record.door_number", number=number)


def matter_words(code: str | None, hall: HallFacts) -> str:
    """What somebody came for; of what the hall offers no more its code."""
    matter = hall.matter(code)
    return matter.label(asked_language()) if matter else code or ""


def row(visit: FoundVisit, hall: HallFacts) -> dict[str, Any]:
    """A masked stay as one of a list."""
    notes = [matter_words(visit.matter, hall), door_words(visit.door, hall)]
    if visit.lead_id:
        notes.append(say("record.companion"))
    if visit.companions:
        notes.append(say("record.with_companions", count=visit.companions))
    return {
        "url": url_for("hall_records.shown", visit=visit.public_id),
        "name": readable(visit.name),
        "notes": " · ".join(note for note in notes if note),
        "entered": say("record.entered", time=moment(visit.in_at, hall)),
        "left": _left(visit, hall),
        "is_inside": visit.out_at is None,
    }


def _left(visit: FoundVisit, hall: HallFacts) -> str:
    if visit.out_at is None or visit.how_out is None:
        return say("record.still_inside")
    is_same_day = hall.calendar.hall_day(visit.out_at) == hall.calendar.hall_day(visit.in_at)
    left_at = moment(visit.out_at, hall)
    phrase = "record.left_estimated" if is_estimate(HowOut(visit.how_out)) else "record.left"
    return say(phrase, time=left_at[-5:] if is_same_day else left_at)


def entry_words(visit: FoundVisit, hall: HallFacts) -> str:
    """When somebody came, and how that is known."""
    how = HowIn(visit.how_in)
    sure = say(f"record.certainty.{certainty_in(how)}")
    return say("record.one.known", time=moment(visit.in_at, hall), certainty=sure, how=say(f"record.how_in.{how}"))


def exit_words(out_at: datetime | None, how_out: str | None, hall: HallFacts) -> str:
    """When somebody left, and how that is known; an estimate is told as one."""
    if out_at is None or how_out is None:
        return say("record.one.was_inside")
    how = HowOut(how_out)
    sure = say(f"record.certainty.{certainty_out(how)}")
    return say("record.one.known", time=moment(out_at, hall), certainty=sure, how=say(f"record.how_out.{how}"))
