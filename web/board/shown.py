"""What the pages of a board have in common: whose it is, and how people and times are said there."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from models.rules import masks
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.services.posts import Post
from models.services.watching import Inside
from web.hall_sections import hall_sections
from web.language import asked_language, say


class Person(NamedTuple):
    """Somebody inside, as staff may see them; `note` says what stands out; `url`: the desk's page of the visit, empty
    for who may not open it."""

    name: str
    matter: str
    door: str
    entered: str
    due: str
    note: str
    url: str


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def page(post: Post, template: str, **values: Any) -> str:
    """The page, with the way to the hall's others."""
    hall = hall_of(post)
    return render_template(f"board/{template}", hall=hall, sections=hall_sections(post, "board"), wide=True, **values)


def clock(at: datetime, hall: HallFacts) -> str:
    """By the hall's clocks: 09:03."""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"


def door_name(hall: HallFacts, door: int) -> str:
    """A door; one that is no more by its number."""
    found = hall.doors.get(door)
    return found.name if found else say("board.door", number=door)


def matter_name(hall: HallFacts, code: str | None) -> str:
    """A matter; one that is no more by its code."""
    found = hall.matter(code)
    return found.label(asked_language()) if found else code or say("board.no_matter")


def person(one: Inside, post: Post) -> Person:
    """One of those inside, the name masked."""
    hall = hall_of(post)
    notes = []
    if one.is_companion:
        notes.append(say("board.companion"))
    if one.companions:
        notes.append(say("board.with", count=one.companions))
    if one.is_long:
        notes.append(say("board.long_stay"))
    return Person(
        masks.mask_name(one.name) if one.name else say("board.no_name"),
        matter_name(hall, one.matter),
        door_name(hall, one.door),
        clock(one.in_at, hall),
        clock(one.due_at, hall),
        say("said.between").join(notes),
        url_for("desks.one_visit", code=hall.code, visit=one.public_id) if post.may(Action.DESK) else "",
    )
