"""One visit at the desk: its times, 签退, and putting it right."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import SelectChoice, SelectField, StringField

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut, TemperatureSource, is_estimate
from models.services import front_desk, searching
from models.services.check_out import as_due
from models.services.posts import Post
from models.tables.found_visits import FoundVisit
from web.access import needs
from web.desk.blueprint import door_name, hall_of, now, pages, shown, to_home
from web.desk.home import About
from web.forms import PageForm
from web.language import asked_language, say
from web.records.blueprint import readable
from web.said import degrees
from web.visitor.fields import refused_words
from web.visitor.moments import moment_words


class Value(PageForm):
    """What is to stand in a field."""

    value = StringField()


class Choice(PageForm):
    """The same for a matter."""

    value = SelectField()


@pages.get("/visit/<visit>")
@needs(Action.DESK)
def one_visit(post: Post, visit: str) -> ResponseReturnValue:
    """Whose it is, masked, its times, and what of it may be put right."""
    found, fields = _found(post, visit)
    hall = hall_of(post)
    return shown(
        post,
        "visit.html",
        name=readable(found.name),
        facts_shown=_facts(found, hall),
        is_inside=found.out_at is None,
        form=About(formdata=None),
        visit=visit,
        changes=[(_label(name), url_for("desks.correct", visit=visit, field=name)) for name in fields],
    )


@pages.route("/visit/<visit>/<field>", methods=["GET", "POST"])
@needs(Action.DESK)
def correct(post: Post, visit: str, field: str) -> ResponseReturnValue:
    """Put one field right."""
    found, fields = _found(post, visit)
    if field not in fields:
        raise NotFound
    form = _form(field, hall_of(post))
    if form.validate_on_submit():
        try:
            done = front_desk.correct(post, visit, field, form.value.data or "", now())
        except Refused as no:
            form.value.errors = [refused_words(no)]
        else:
            if done.is_fever:
                flash(say("desk.fever_inside"), "problem")
            if done.act:
                return to_home(done.act)
            form.value.errors = [say("desk.same_as_before")]
    return shown(
        post,
        "correct.html",
        name=readable(found.name),
        label=_label(field),
        form=form,
        stands=_stands(found, field, hall_of(post)),
        keyboard={"autocomplete": "off", **({"inputmode": "decimal"} if field == "temperature" else {})},
        back_url=url_for("desks.one_visit", visit=visit),
    )


def _found(post: Post, visit: str) -> tuple[FoundVisit, tuple[str, ...]]:
    """The visit as it stands, masked; no such page for one that is not this post's to touch."""
    try:
        found, fields = front_desk.correctable(post, visit, now())
    except Refused:
        raise NotFound from None
    return searching.masked(as_due(found, now())), fields


def _form(field: str, hall: HallFacts) -> PageForm:
    form: PageForm = Choice() if field == "matter" else Value()
    form.value.label.text = _label(field)
    form.value.flags.required = field in ("exit", "temperature", "name")
    if field == "matter":
        nothing = SelectChoice("", say("visit_form.no_matter"))
        form.value.choices = [nothing, *(SelectChoice(one.code, one.label(asked_language())) for one in hall.matters)]
    else:
        form.value.description = say(f"desk.how.{field}")
    return form


def _label(field: str) -> str:
    if field == "exit":
        return say("desk.exit")
    return say("desk.remark") if field == "remark" else say(f"step.{field}.label")


def _stands(found: FoundVisit, field: str, hall: HallFacts) -> str:
    """What the field says now, masked."""
    if field == "exit":
        return _exit(found, hall)
    if field == "temperature":
        return _temperature(found)
    if field == "matter":
        matter = hall.matter(found.matter)
        return matter.label(asked_language()) if matter else say("said.nothing")
    return getattr(found, field) or say("said.nothing")


def _exit(found: FoundVisit, hall: HallFacts) -> str:
    if found.out_at is None:
        return say("desk.still_inside")
    time = moment_words(found.out_at, hall)
    return say("desk.estimated", time=time) if is_estimate(HowOut(found.how_out or HowOut.UNKNOWN)) else time


def _temperature(found: FoundVisit) -> str:
    if found.temperature_source is None:
        return say("said.nothing")
    if found.temperature_tenths is None:
        return say("desk.normal")
    who = "measured" if found.temperature_source == TemperatureSource.GUARD else "declared"
    return say(f"desk.{who}", reading=degrees(found.temperature_tenths))


def _facts(found: FoundVisit, hall: HallFacts) -> list[tuple[str, str]]:
    entered = f"{moment_words(found.in_at, hall)} {door_name(found.door, hall)}".strip()
    facts = [(say("pass.entry"), entered), (say("desk.exit"), _exit(found, hall))]
    facts += [(_label(name), _stands(found, name, hall)) for name in ("matter", "temperature")]
    if found.companions:
        facts.append((say("pass.companions"), say("pass.people", count=found.companions)))
    return facts
