"""The blueprint of 本人申请, and how a visit is told to whoever it is of."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rules import masks
from models.rules.halls import HallFacts
from models.services.own_answers import Done
from models.services.own_requests import Own
from models.services.posts import Post
from models.tables.found_visits import UNREADABLE, FoundVisit
from models.tables.own_requests import OwnFever
from web.access import signed_in
from web.hall_sections import hall_sections
from web.language import say
from web.outside import outside
from web.records.blueprint import door_words, entry_words, exit_words, matter_words, moment, readable
from web.records.record import changed_words, replaced_words, warmth_words
from web.said import degrees

pages = Blueprint("counter", __name__, url_prefix="/hall/<code>/own-requests")

Facts = list[tuple[str, str]]


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


def session_id() -> str:
    """In which session it is asked."""
    who = signed_in()
    return who.session.public_id if who else ""


def shown(post: Post, template: str, **values: Any) -> str:
    """The page, with the way to the others of its hall."""
    return render_template(
        f"own_requests/{template}", hall=hall_of(post), sections=hall_sections(post, "desk"), **values
    )


def to_asking() -> Response:
    """To the form, for a request that is over."""
    return redirect(url_for("counter.ask", over=1), 303)


def personal(visit: FoundVisit) -> Facts:
    """Who it was, as far as that was asked and said, whole."""
    given = {name: getattr(visit, name) for name in ("name", "id_number", "phone", "address", "remark")}
    return [(say(f"record.one.{name}"), _value(name, value)) for name, value in given.items() if value]


def _value(field: str, value: str) -> str:
    return masks.in_groups(value) if field in ("id_number", "phone") and value != UNREADABLE else readable(value)


def stay(own: Own, hall: HallFacts) -> Facts:
    """When and where, how each end is known, and who registered it: never by name."""
    visit = own.visit
    left = exit_words(visit.out_at, visit.how_out, hall) if visit.out_at else say("record.still_inside")
    facts = [
        ("entry", entry_words(visit, hall)),
        ("exit", left),
        ("door", door_words(visit.door, hall)),
        ("matter", matter_words(visit.matter, hall)),
        ("temperature", warmth_words(visit)),
        ("by", say(f"own_requests.by.{_registrar(visit)}")),
        ("slip", visit.slip or ""),
    ]
    return [(say(f"record.one.{name}"), value) for name, value in facts if value]


def _registrar(visit: FoundVisit) -> str:
    if visit.lead_id is not None:
        return "companion"
    return "visitor" if visit.registered_by == "visitor" else "staff"


def before(own: Own, hall: HallFacts) -> list[str]:
    """What it said before it was put right."""
    exits = [replaced_words(one, hall) for one in own.earlier]
    return exits + [changed_words(one, hall, is_whole=True) for one in own.replaced]


def lasts(own: Own) -> str:
    """Until when it is kept."""
    if own.is_waiting and own.held:
        return say("own_requests.is_waiting", day=day(own.held))
    if own.held and own.held > own.until:
        return say("own_requests.held", day=day(own.held))
    return say("own_requests.until", day=day(own.until))


def fever(one: OwnFever, hall: HallFacts) -> Facts:
    """A declared fever, and until when it is kept."""
    facts = [
        (say("own_requests.fever_at"), f"{moment(one.at, hall)} {door_words(one.door, hall)}"),
        (say("own_requests.fever_declared"), degrees(one.declared_tenths)),
        (say("own_requests.fever_measured"), degrees(one.measured_tenths) if one.measured_tenths else ""),
        (say("record.one.name"), one.name or ""),
        (say("record.one.phone"), masks.in_groups(one.phone) if one.phone else ""),
    ]
    return [(label, value) for label, value in facts if value]


def erased_words(done: Done) -> list[str]:
    """What came, or would come, of erasing."""
    stays = done.stays
    told = [say("own_requests.erased", count=stays.emptied + stays.later)] if stays.emptied + stays.later else []
    if stays.held and stays.held_until:
        told.append(say("own_requests.erased_held", count=stays.held, day=day(stays.held_until)))
    if done.companions > 0:
        told.append(say("own_requests.erased_company", count=done.companions))
    if stays.gone_on:
        told.append(say("own_requests.erased_times", day=day(stays.gone_on)))
    if done.fevers:
        told.append(say("own_requests.erased_fevers", count=done.fevers))
    return told or [say("own_requests.erased_nothing")]


def day(value: date) -> str:
    """2026-03-02"""
    return value.isoformat()
