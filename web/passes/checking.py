"""What the code of a pass leads to: a guard of that hall sees whose it is and signs out; anybody else is told to show
it to staff."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from models.rules import passes
from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import passes as stays
from models.services.check_out import Leaving
from models.services.passes import Pass
from models.services.posts import Post
from web import access
from web.access import needs
from web.forms import Question
from web.hall_sections import hall_sections
from web.language import refusal, say
from web.outside import outside
from web.passes.blueprint import clock, facts, left, pages, sign


@pages.route("/pass/check/<token>", methods=["GET", "POST"])
def check(token: str) -> ResponseReturnValue:
    """A GET looks and changes nothing; the POST signs out, also some minutes after the look."""
    if access.must_authorize():
        return access.to_sign_in()
    who = access.signed_in()
    held = [post for post in who.posts if post.may(Action.PASSES)] if who else []
    if not held:
        return _for_staff(is_signed_in=who is not None)
    now = outside().clock()
    form = Question()
    is_sent = form.validate_on_submit()
    try:
        public_id = passes.decode(token, now, outside().pass_key, slots=passes.SLOTS_HELD if is_sent else passes.SLOTS)
    except Refused as no:
        page = render_template("error.html", title=say("pass.not_valid_title"), sentence=refusal(no))
        return page, 409
    looked = stays.shown(public_id, held, now)
    if looked is None:
        return _for_staff(is_signed_in=True)
    found, post = looked
    return _signed_out(found, post) if is_sent else _looked_at(found, post, form)


def _for_staff(*, is_signed_in: bool) -> str:
    """The same for everybody, whosever pass it is and whether it is one: nothing is told."""
    further = None if is_signed_in else (url_for("sign_in.desk"), say("pass.staff_sign_in"))
    return render_template(
        "error.html", title=say("pass.show_staff_title"), sentence=say("pass.show_staff"), further=further
    )


def _looked_at(found: Pass, post: Post, form: Question) -> str:
    now = outside().clock()
    return render_template(
        "passes/check.html",
        hall=found.hall,
        sign=sign(found.hall, now),
        facts_shown=facts(found),
        left=left(found),
        form=form if found.out_at is None and post.may(Action.DESK) else None,
    )


def _signed_out(found: Pass, post: Post) -> ResponseReturnValue:
    done = stays.sign_out(post, found.public_id, outside().clock())
    words = "signed_out" if done.what in (Leaving.CLOSED, Leaving.REPLACED) else "already_out"
    if done.is_guess:
        words = "already_out_by_guess"
    left_at = clock(done.out_at, found.hall) if done.out_at else ""
    return render_template(
        "passes/signed_out.html",
        hall=found.hall,
        title=say(f"pass.{words}_title"),
        sentence=say(f"pass.{words}", time=left_at),
        facts_shown=facts(found),
    )


@pages.get("/hall/<code>/passes")
@needs(Action.PASSES)
def of_hall(post: Post) -> ResponseReturnValue:
    """What today's passes of a hall look like, for those at its doors."""
    if post.hall is None:
        raise ValueError("this page is a hall's")
    now = outside().clock()
    day = f"{post.hall.calendar.hall_day(now)}"
    return render_template(
        "passes/of_hall.html",
        hall=post.hall,
        sections=hall_sections(post, "desk"),
        sign=sign(post.hall, now),
        day=day,
    )
