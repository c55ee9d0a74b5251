"""The form of a hall: a check-in on one page, without following the account or in any browser."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import form_check_in, limits, submissions
from models.services.form_check_in import Before, Form, Sent, What
from web.language import asked_language, refusal, say
from web.outside import outside
from web.visiting import visitor
from web.visitor import photo_words
from web.visitor.blueprint import at_door, closed, pages
from web.visitor.fields import CheckInForm, kept_of, refused_words
from web.visitor.moments import moment_words

OTHER = "other"
"""?who=: somebody else with the same phone fills in the form."""


@dataclass(frozen=True)
class Here:
    """Who has the form of which hall before them, when, and where they stand."""

    hall: HallFacts
    openid: str
    now: datetime
    before: Before
    for_another: bool

    @property
    def needs_consent(self) -> bool:
        return form_check_in.needs_consent(self.before.known, self.hall, for_another=self.for_another)

    @property
    def notice_mark(self) -> str:
        return form_check_in.notice_mark(self.before.known, self.hall)


@pages.route("/h/<code>/in", methods=["GET", "POST"], endpoint="form")
@at_door(lambda hall: hall.is_open_for_visitors)
def check_in(hall: HallFacts) -> ResponseReturnValue:
    """The form; once it was sent, or to whoever is inside, that they are registered."""
    here = here_at(hall)
    form = form_for(here)
    if form.is_submitted():
        return _sent(here, form)
    if here.before.is_inside(hall):
        return _inside(here)
    return form_page(here, form)


def here_at(hall: HallFacts) -> Here:
    """Who is asking for the form of this hall."""
    openid, now = visitor().openid, outside().clock()
    before = form_check_in.before(openid, hall, now)
    return Here(hall, openid, now, before, before.known is not None and request.args.get("who") == OTHER)


def form_for(here: Here) -> CheckInForm:
    """The hall's form as this person is asked to fill it in, with what they have sent, if they have."""
    known = None if here.for_another else here.before.known
    form = CheckInForm()
    if not form.is_submitted() and known:
        form.matter.data = known.matters.get(str(here.hall.id), "")
        form.well.data = True
    return form.fit(here.hall, kept_of(known, here.hall, here.now))


def form_page(here: Here, form: CheckInForm, told: str = "", of_photo: str = "") -> str:
    """The page with the form, as it stands, under a new key. told: why nothing was registered; of_photo: what came of
    a photo that was sent without a script; both are said above it."""
    before, hall = here.before, here.hall
    if before.fever and not before.fever.is_correctable:
        return render_template("error.html", title=say("visit_form.wait_title"), sentence=say("fever.wait"))
    form.key.data = submissions.new_key(here.openid, hall.id, here.now)
    form.agree.data = form.agree.data and form.agreed() == here.notice_mark
    return render_template(
        "visitor/form.html",
        hall=hall,
        form=form,
        told=told,
        of_photo=of_photo,
        who={"who": OTHER} if here.for_another else {},
        photo_words=photo_words.for_script(),
        notes=_notes(here),
        is_fever=before.fever is not None,
        needs_consent=here.needs_consent,
        notice_mark=here.notice_mark,
        for_another=here.for_another,
        other_url=url_for("visitor.form", code=hall.code, who=OTHER),
        notice_url=url_for("visitor.notice", code=hall.code),
    )


def _notes(here: Here) -> list[str]:
    """What somebody should know before they fill in the form."""
    notes = []
    if not here.hall.calendar.is_open(here.now):
        notes.append(say("check_in.off_hours"))
    inside, where = here.before.inside, here.before.where
    if inside and where:
        notes.append(say("visit_form.elsewhere", hall=where.name, entered=moment_words(inside.in_at, where)))
    return notes


def _sent(here: Here, form: CheckInForm) -> ResponseReturnValue:
    """Register, or show the form again with what was typed."""
    try:
        limits.count(limits.FORMS, here.openid, here.now)
    except Refused as no:
        return form_page(here, form, refusal(no)), 429
    form.validate()
    said = form.read(here.now)
    if said is None:
        return _done() if here.before.is_inside(here.hall) else form_page(here, form)
    sent_form = Form(
        form.key.data or "", here.openid, here.hall, said, form.agreed(), here.for_another, asked_language()
    )
    try:
        sent = form_check_in.send(sent_form, here.now)
    except Refused as no:
        return _refused(here, form, no)
    if sent.what is What.FEVER:
        # Whoever sends the same temperature again by mistake would have used up their one correction.
        form.temperature.data = ""
        return form_page(here_at(here.hall), form)
    return _done(sent)


def _refused(here: Here, form: CheckInForm, no: Refused) -> ResponseReturnValue:
    if here.before.is_inside(here.hall):
        return _done()
    if no.code == "hall_not_open":
        return closed()
    field = {
        "consent_missing": form.agree,
        "companion_is_lead": form.companions if "companions" in form else None,
        "temperature_reading_needed": form.temperature if "temperature" in form else None,
    }.get(no.code)
    if field is None:
        return form_page(here_at(here.hall), form, refused_words(no))
    form.refuse(field, no)
    return form_page(here, form)


def _done(sent: Sent | None = None) -> ResponseReturnValue:
    """Lead to the pass, which may be asked for again and again."""
    if sent and sent.moved:
        flash(say("check_in.moved"))
    return redirect(url_for("passes.own"), 303)


def _inside(here: Here) -> str:
    inside, hall = here.before.inside, here.hall
    facts = [(say("visit_form.hall"), hall.name)]
    if inside:
        facts.append((say("visit_form.entered"), moment_words(inside.in_at, hall)))
        if inside.companions:
            facts.append((say("step.companions.label"), say("visit_form.people", count=inside.companions)))
    return render_template(
        "visitor/inside.html",
        facts_shown=facts,
        pass_url=url_for("passes.own"),
        out_url=url_for("visitor.out", code=hall.code),
    )
