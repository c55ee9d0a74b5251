"""What operators decide about a hall: approve, reject, suspend, resume, more re-issues. A GET asks, a POST does."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from models.rules.access import REJECTED, WAITING, Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import codes, registering
from models.services.codes import MOST_REISSUES, MOST_REISSUES_ALLOWED
from models.services.posts import Post
from web.access import operator_needs
from web.confirming import confirm_page
from web.forms import PageForm, Question, SeenForm
from web.language import Phrase, refusal, say
from web.operator.blueprint import hall_of, pages
from web.operator.halls import DEEDS
from web.outside import outside


class Reason(PageForm):
    """Why; the hall is told."""

    reason = TextAreaField(Phrase("operating.reason"), [InputRequired()], description=Phrase("operating.reason_help"))


class Approval(SeenForm, Question):
    """A yes to the hall as the operator saw it: until then its admins may give it another name."""


class Limit(PageForm):
    """How often a hall may have its codes made anew in its life."""

    most = IntegerField(
        Phrase("operating.most_reissues"), [InputRequired(), NumberRange(MOST_REISSUES, MOST_REISSUES_ALLOWED)]
    )


@pages.route("/halls/<code>/<any('approve', 'reject'):what>", methods=["GET", "POST"])
@operator_needs(Action.APPROVE)
def review(post: Post, code: str, what: str) -> ResponseReturnValue:
    """批准, 驳回."""
    return _decide(post, hall_of(code), what)


@pages.route("/halls/<code>/<any('suspend', 'resume'):what>", methods=["GET", "POST"])
@operator_needs(Action.SUSPEND)
def stop(post: Post, code: str, what: str) -> ResponseReturnValue:
    """停用, 恢复."""
    return _decide(post, hall_of(code), what)


def _decide(post: Post, hall: HallFacts, what: str) -> ResponseReturnValue:
    form = _form(hall, what)
    if form.validate_on_submit():
        try:
            _do(post, hall, what, form)
        except Refused as no:
            if not isinstance(form, Reason) or no.code not in ("reason_missing", "reason_too_long"):
                return _too_late(hall, no)
            form.refuse(form.reason, no)
        else:
            flash(say(f"operating.done.{what}", hall=hall.name), "done")
            # What waits is gone through one after another.
            return redirect(url_for("operators.halls") if what in DEEDS[WAITING] else _page_of(hall), 303)
    elif what not in DEEDS[hall.status]:
        return _too_late(hall, Refused(_NOT_NOW[what]))
    return _asked(hall, what, form)


def _form(hall: HallFacts, what: str) -> PageForm:
    if what == "approve":
        return Approval(revision=hall.revision)
    return Reason() if what in ("reject", "suspend") else Question()


_NOT_NOW = {
    "approve": "hall_not_waiting",
    "reject": "hall_not_waiting",
    "suspend": "hall_not_open_now",
    "resume": "hall_not_suspended",
}
"""How the services refuse what a hall in its state is not open to."""


def _do(post: Post, hall: HallFacts, what: str, form: PageForm) -> None:
    now = outside().clock()
    if isinstance(form, Reason):
        with_reason = registering.reject if what == "reject" else registering.suspend
        with_reason(post, hall.code, form.reason.data or "", now)
    elif isinstance(form, Approval):
        registering.approve(post, hall.code, now, form.seen)
    else:
        registering.resume(post, hall.code, now)


def _asked(hall: HallFacts, what: str, form: PageForm) -> str:
    question = say(f"operating.ask.{what}", hall=hall.name)
    follows = "wait" if hall.status == REJECTED else what
    sentences = [say("operating.which", region=hall.region_name, code=hall.code), say(f"operating.follows.{follows}")]
    if hall.status == WAITING and (like := registering.like_named(hall)):
        sentences.append(say("operating.like_warning", count=len(like)))
    button, back_url = say(f"operating.do.{what}"), _page_of(hall)
    if isinstance(form, Question):
        return confirm_page(question, sentences, button, back_url, form)
    return _form_page(question, sentences, button, back_url, form)


def _too_late(hall: HallFacts, no: Refused) -> ResponseReturnValue:
    """Another operator was quicker, or the page is an old one: the hall as it is now, with the reason on top."""
    flash(refusal(no), "problem")
    return redirect(_page_of(hall), 303)


@pages.route("/halls/<code>/limits", methods=["GET", "POST"])
@operator_needs(Action.LIMITS)
def limits(post: Post, code: str) -> ResponseReturnValue:
    """Let a hall have its codes made anew more often."""
    hall = hall_of(code)
    used, most = codes.reissues(hall)
    form = Limit(data={"most": most})
    if form.validate_on_submit():
        codes.allow_reissues(post, hall.code, form.most.data or 0, outside().clock())
        flash(say("operating.done.limits", hall=hall.name, most=form.most.data), "done")
        return redirect(_page_of(hall), 303)
    sentences = [say("operating.reissues_used", used=used, most=most), say("operating.follows.limits")]
    question = say("operating.ask.limits", hall=hall.name)
    return _form_page(question, sentences, say("operating.do.limits"), _page_of(hall), form)


def _page_of(hall: HallFacts) -> str:
    return url_for("operators.hall", code=hall.code)


def _form_page(question: str, sentences: list[str], button: str, back_url: str, form: PageForm) -> str:
    return render_template(
        "operator/form.html", question=question, sentences=sentences, button=button, back_url=back_url, form=form
    )
