"""What is done about a case as a whole: traced again, followed up by a step, closed, opened again, held."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import DateField, StringField
from wtforms.validators import InputRequired

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services.casework import case_work, cases
from models.services.casework.case_work import LONGEST_HOLD_REASON, MOST_HOLD_DAYS
from models.services.posts import Post
from web.access import needs
from web.cases.showing import hall_of, now, own, shown
from web.confirming import confirm_page
from web.forms import PageForm, Question
from web.language import Phrase, refusal, say

pages = Blueprint("changing", __name__)

USUAL_HOLD = timedelta(days=30)


class Hold(PageForm):
    """Until when, and why."""

    until = DateField(Phrase("case.hold.until"), [InputRequired()], description=Phrase("case.hold.until_help"))
    reason = StringField(Phrase("case.hold.reason"), [InputRequired()], description=Phrase("case.hold.reason_help"))


def _done(case: str, work: Callable[[], object], told: str) -> ResponseReturnValue:
    """Do it and go back to the page, which says that it was done, or why it was not."""
    if Question().validate_on_submit():
        try:
            work()
        except Refused as no:
            if no.code == "case_unknown":
                raise NotFound from None
            flash(refusal(no), "problem")
        else:
            flash(told, "done")
    return redirect(url_for("cases.one.shown_case", case=case), 303)


@pages.post("/<case>/again")
@needs(Action.CASES)
def again(post: Post, case: str) -> ResponseReturnValue:
    """Look for contacts anew."""
    return _done(case, lambda: cases.trace_again(post, case, now()), say("case.traced_again"))


@pages.route("/<case>/close", methods=["GET", "POST"])
@needs(Action.CASES)
def close(post: Post, case: str) -> ResponseReturnValue:
    """Asks first."""
    row = own(post, case)
    question = Question()
    if question.is_submitted():
        return _done(case, lambda: case_work.close(post, case, now()), say("case.closed_now"))
    back = url_for("cases.one.shown_case", case=case)
    title = say("case.close_title", number=row.number)
    return confirm_page(title, [say("case.close_then")], say("case.close"), back, question)


@pages.post("/<case>/reopen")
@needs(Action.CASES)
def reopen(post: Post, case: str) -> ResponseReturnValue:
    """Go on with it."""
    return _done(case, lambda: case_work.reopen(post, case, now()), say("case.reopened"))


@pages.route("/<case>/hold", methods=["GET", "POST"])
@needs(Action.CASES)
def hold(post: Post, case: str) -> ResponseReturnValue:
    """Until when the stays are kept, and why."""
    row = own(post, case)
    today = hall_of(post).calendar.hall_day(now())
    form = Hold(until=row.held_until or today + USUAL_HOLD, reason=row.hold_reason or "")
    if form.validate_on_submit() and form.until.data:
        try:
            gone = case_work.hold(post, case, form.until.data, form.reason.data or "", now())
        except Refused as no:
            form.refuse(form.reason if no.code.startswith("hold_reason") else form.until, no)
        else:
            flash(say("restored.hold_gone", count=gone) if gone else say("case.hold.held"), "done")
            return redirect(url_for("cases.one.shown_case", case=case), 303)
    return shown(
        post, "hold.html", row=row, form=form, question=Question(formdata=None), longest=LONGEST_HOLD_REASON,
        most=MOST_HOLD_DAYS,
    )  # fmt: skip


@pages.post("/<case>/release")
@needs(Action.CASES)
def release(post: Post, case: str) -> ResponseReturnValue:
    """Keep the stays no longer than all others."""
    return _done(case, lambda: case_work.release(post, case, now()), say("case.hold.released"))


@pages.post("/<case>/contacts/<int:number>/step")
@needs(Action.CASES)
def step(post: Post, case: str, number: int) -> ResponseReturnValue:
    """Open a case for the contacts of this contact, and go there."""
    if Question().validate_on_submit():
        try:
            opened = cases.step(post, case, number, now())
            return redirect(url_for("cases.one.shown_case", case=opened.public_id), 303)
        except Refused as no:
            if no.code in ("case_unknown", "contact_unknown"):
                raise NotFound from None
            flash(refusal(no), "problem")
    return redirect(url_for("cases.contact.shown_contact", case=case, number=number), 303)
