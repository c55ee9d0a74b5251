"""One record: how each end of the stay is known, what it said before, who came along; whole once a reason is given."""

from datetime import datetime
from math import ceil

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from models.phrases import has
from models.rules import masks
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import TemperatureSource
from models.services import looking
from models.services.looking import LONGEST_REASON, OTHER, WHY, Record
from models.services.posts import Post
from models.tables.amendments import Replaced
from models.tables.found_visits import UNREADABLE, FoundVisit
from models.tables.visits import Earlier
from web.access import needs, signed_in
from web.forms import PageForm
from web.language import Phrase, say
from web.records.blueprint import (
    door_words,
    entry_words,
    exit_words,
    hall_of,
    matter_words,
    moment,
    now,
    pages,
    readable,
    row,
    sections,
)
from web.said import degrees

Facts = list[tuple[str, str]]


class Look(PageForm):
    """What the record is needed whole for."""

    why = RadioField(
        Phrase("record.look.why"),
        [InputRequired()],
        choices=[SelectChoice(one, Phrase(f"record.why.{one}")) for one in WHY],
    )
    words = StringField(Phrase("record.look.words"))


@pages.route("/<visit>", methods=["GET", "POST"])
@needs(Action.RECORDS)
def shown(post: Post, visit: str) -> ResponseReturnValue:
    """A GET shows what this session may see by now; the POST notes why, and opens the record for some minutes."""
    form = Look()
    if form.validate_on_submit():
        try:
            if not looking.look(post, visit, _session(), form.why.data or "", form.words.data or "", now()):
                raise NotFound
            return redirect(url_for("hall_records.shown", visit=visit), 303)
        except Refused as no:
            form.refuse(form.words if form.why.data == OTHER else form.why, no)
    found = looking.record(post, visit, _session(), now())
    if found is None:
        raise NotFound
    return _page(post, form, found)


def _session() -> str:
    who = signed_in()
    return who.session.public_id if who else ""


def _page(post: Post, form: Look, found: Record) -> ResponseReturnValue:
    hall = hall_of(post)
    response = make_response(
        render_template(
            "records/record.html",
            hall=hall,
            sections=sections(post),
            name=readable(found.visit.name),
            who=_who(found.visit, is_whole=found.until is not None),
            stay=_stay(found.visit, hall),
            flags=[_flag(kind) for kind in dict.fromkeys(found.flags)],
            earlier=[replaced_words(one, hall) for one in found.earlier],
            replaced=[changed_words(one, hall, is_whole=found.until is not None) for one in found.replaced],
            correct_url=url_for("desks.one_visit", code=hall.code, visit=found.visit.public_id),
            lead=row(found.lead, hall) if found.lead else None,
            companions=[row(one, hall) for one in found.companions],
            others=[row(one, hall) for one in found.others],
            until=moment(found.until, hall)[-5:] if found.until else "",
            form=form,
            longest_reason=LONGEST_REASON,
        )
    )
    if found.until:
        # Nobody leaves a whole record standing open: the browser asks anew once it is masked.
        response.headers["Refresh"] = str(_seconds_until(found.until))
    return response


def _seconds_until(until: datetime) -> int:
    return max(1, ceil((until - now()).total_seconds()))


def _who(visit: FoundVisit, *, is_whole: bool) -> Facts:
    """Who it was, as far as that was asked and said."""
    given = {name: getattr(visit, name) for name in ("name", "id_number", "phone", "address", "remark")}
    return [(say(f"record.one.{name}"), _value(name, value, is_whole)) for name, value in given.items() if value]


def _value(field: str, value: str, is_whole: bool) -> str:
    grouped = is_whole and field in ("id_number", "phone") and value != UNREADABLE
    return masks.in_groups(value) if grouped else readable(value)


def _stay(visit: FoundVisit, hall: HallFacts) -> Facts:
    left = exit_words(visit.out_at, visit.how_out, hall)
    if visit.out_at is None:
        left = f"{say('record.still_inside')} {say('record.one.due', time=moment(visit.due_at, hall))}"
    facts = [
        ("entry", entry_words(visit, hall)),
        ("exit", left),
        ("door", door_words(visit.door, hall)),
        ("matter", matter_words(visit.matter, hall)),
        ("temperature", warmth_words(visit)),
        ("by", say("record.one.by_visitor" if visit.registered_by == "visitor" else "record.one.by_staff")),
        ("slip", visit.slip or ""),
    ]
    return [(say(f"record.one.{name}"), value) for name, value in facts if value]


def warmth_words(visit: FoundVisit) -> str:
    """The temperature of a stay and how it is known; "" where there is none."""
    if visit.temperature_source == TemperatureSource.DECLARED_NORMAL:
        return say("record.one.declared_normal")
    if visit.temperature_tenths is None:
        return ""
    phrase = "guard" if visit.temperature_source == TemperatureSource.GUARD else "declared"
    return say(f"record.one.{phrase}", degrees=degrees(visit.temperature_tenths))


def _flag(kind: str) -> str:
    return say(f"record.flag.{kind}") if has(f"record.flag.{kind}") else say("record.flag.other")


def replaced_words(one: Earlier, hall: HallFacts) -> str:
    """An exit that gave way to another one."""
    by = say("record.one.by_visitor" if one.by == "visitor" else "record.one.by_staff")
    return say("record.one.replaced", at=moment(one.at, hall), by=by, time=exit_words(one.out_at, one.how_out, hall))


def changed_words(one: Replaced, hall: HallFacts, *, is_whole: bool) -> str:
    """What stood in a field before."""
    stood = say("record.one.nothing")
    if one.earlier and one.field == "temperature":
        reading, _, source = one.earlier.partition(" ")
        is_normal = source == TemperatureSource.DECLARED_NORMAL
        phrase = "guard" if source == TemperatureSource.GUARD else "declared"
        stood = say("record.one.declared_normal") if is_normal else say(f"record.one.{phrase}", degrees=reading)
    elif one.earlier and one.field == "matter":
        stood = matter_words(one.earlier, hall)
    elif one.earlier:
        stood = _value(one.field, one.earlier, is_whole)
    return say("record.one.changed", at=moment(one.at, hall), what=say(f"record.one.{one.field}"), stood=stood)
