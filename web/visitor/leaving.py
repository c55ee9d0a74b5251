"""The way out of a hall, on a page: the visit that is open, and one button."""

from datetime import datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired

from models.rules.access import OPEN, SUSPENDED
from models.rules.clock_times import clock_time
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import form_check_out, limits
from models.services.form_check_out import AtExit
from web.forms import PageForm, Question, accepted_by
from web.language import Phrase, refusal, say
from web.outside import outside
from web.visiting import visitor
from web.visitor.blueprint import at_door, closed, pages
from web.visitor.moments import moment_words

JUST_NOW = timedelta(minutes=10)
"""So long after it a browser's person is told of their exit: whoever has the browser later learns nothing by it."""


class LeftEarlier(PageForm):
    """When somebody left who did not say so then."""

    left_at = StringField(
        Phrase("step.left_at.label"),
        [InputRequired(), accepted_by(clock_time)],
        description=Phrase("visit_form.left_at"),
    )


# Whoever is inside a hall that was suspended may leave it.
@pages.route("/h/<code>/out", methods=["GET", "POST"], endpoint="out")
@at_door(lambda hall: hall.status in (OPEN, SUSPENDED))
def check_out(hall: HallFacts) -> ResponseReturnValue:
    """Where they are registered and since when; the POST signs them out, at `left_at` if the form has that field."""
    who, now = visitor(), outside().clock()
    question = LeftEarlier() if "left_at" in request.form else Question()
    if question.validate_on_submit():
        try:
            limits.count(limits.FORMS, who.openid, now)
            form_check_out.leave(who.openid, hall, now, _stated(question))
            return redirect(url_for("visitor.out", code=hall.code), 303)
        except Refused as no:
            _refuse(question, no)
    seen = form_check_out.look(who.openid, hall, now)
    if not hall.is_open_for_visitors and seen.inside is None and seen.last is None:
        return closed()
    return _page(hall, seen, question, now)


def _stated(question: PageForm) -> time | None:
    return clock_time(question.left_at.data or "") if isinstance(question, LeftEarlier) else None


def _refuse(question: PageForm, no: Refused) -> None:
    if isinstance(question, LeftEarlier):
        question.refuse(question.left_at, no)
    else:
        question.form_errors = [refusal(no)]


def _page(hall: HallFacts, seen: AtExit, question: PageForm, now: datetime) -> str:
    may_leave = seen.inside is not None or (seen.is_guess and not seen.has_moved)
    return render_template(
        "visitor/out.html",
        hall=hall.name,
        facts_shown=_facts(hall, seen),
        told=_told(hall, seen, now),
        question=question,
        earlier=_earlier(seen, question),
        may_leave=may_leave,
        is_guess=seen.is_guess,
        further=_further(hall, seen),
    )


def _facts(hall: HallFacts, seen: AtExit) -> list[tuple[str, str]]:
    """The visit that is open."""
    if seen.inside is None:
        return []
    facts = [(say("visit_form.entered"), moment_words(seen.inside.in_at, hall))]
    if seen.inside.companions:
        facts.append((say("step.companions.label"), say("visit_form.people", count=seen.inside.companions)))
    return facts


def _told(hall: HallFacts, seen: AtExit, now: datetime) -> list[str]:
    """What there is to say where nothing is open here."""
    if seen.inside:
        return []
    told = []
    if seen.elsewhere and seen.where:
        entered = moment_words(seen.elsewhere.in_at, seen.where)
        told.append(say("visit_form.inside_other", hall=seen.where.name, entered=entered))
    last = seen.last
    if last is None or last.out_at is None:
        return [*told, say("visit_form.nothing_open")]
    left = moment_words(last.out_at, hall)
    if seen.is_guess:
        return [*told, say("visit_form.moved" if seen.has_moved else "visit_form.due", left=left)]
    if visitor().is_in_wechat or now - last.out_at <= JUST_NOW:
        return [*told, say("check_out.closed", entered=moment_words(last.in_at, hall), left=left)]
    return [*told, say("visit_form.nothing_open")]


def _earlier(seen: AtExit, question: PageForm) -> LeftEarlier | None:
    """The form for an exit that was earlier, where that may be so."""
    if not (seen.is_doubtful or seen.is_guess):
        return None
    return question if isinstance(question, LeftEarlier) else LeftEarlier(formdata=None)


def _further(hall: HallFacts, seen: AtExit) -> tuple[str, str] | None:
    """Where to go from here."""
    if seen.elsewhere and seen.where:
        return url_for("visitor.out", code=seen.where.code), say("visit_form.to_out_of", hall=seen.where.name)
    if seen.inside is None and hall.is_open_for_visitors:
        return url_for("visitor.form", code=hall.code), say("visit_form.to_in")
    return None
