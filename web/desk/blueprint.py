"""The blueprint of the desk, and what its pages have in common."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rules import masks
from models.rules.halls import HallFacts
from models.services.front_desk import RecentAct
from models.services.posts import Post
from models.tables.found_visits import FoundVisit
from web.hall_sections import hall_sections
from web.language import asked_language, say
from web.outside import outside

pages = Blueprint("desks", __name__, url_prefix="/hall/<code>/desk")


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


def now() -> datetime:
    """The moment, in UTC."""
    return outside().clock()


def shown(post: Post, template: str, **values: Any) -> str:
    """The page, with the way to the others of its hall."""
    return render_template(f"desk/{template}", hall=hall_of(post), sections=hall_sections(post, "desk"), **values)


def to_home(act: str | None = None) -> Response:
    """Back to the desk, which says what was just done, and offers to undo it."""
    return redirect(url_for("desks.home", **({"act": act} if act else {})), 303)


def clock(at: datetime, hall: HallFacts) -> str:
    """By the hall's clocks: 09:03."""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"


def door_name(number: int, hall: HallFacts) -> str:
    """东门; "" for a door that is no more."""
    door = hall.doors.get(number)
    return door.name if door else ""


def act_words(act: RecentAct) -> str:
    """已签退：张* 等 3 人"""
    name = masks.mask_name(act.name) if act.name else ""
    who = say("desk.several", name=name, count=act.count) if name and act.count > 1 else name
    return say(f"desk.did.{act.kind}", who=who or say("desk.people", count=act.count))


def row_words(visit: FoundVisit, hall: HallFacts) -> tuple[str, str]:
    """Who somebody inside is, masked, and what there is to tell them apart by: (张*, 09:12 东门 社会保险)."""
    matter = hall.matter(visit.matter)
    parts = [clock(visit.in_at, hall), door_name(visit.door, hall), matter.label(asked_language()) if matter else ""]
    if visit.companions:
        parts.append(say("desk.with", count=visit.companions))
    if visit.lead_id is not None:
        parts.append(say("desk.along"))
    return visit.name, " ".join(part for part in parts if part)
