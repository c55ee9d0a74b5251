"""A second pair of eyes: what somebody asks for, and the yes or no of another one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.refusal import Refused
from models.services import exporting, second_eyes
from models.services.posts import Post
from models.services.second_eyes import Second
from web.access import SignedIn, needs_somebody
from web.exports.showing import days
from web.forms import Question
from web.language import refusal, say
from web.outside import outside

pages = Blueprint("second", __name__)


@pages.route("/second/<approval>", methods=["GET", "POST"])
@needs_somebody
def answer(who: SignedIn, approval: str) -> ResponseReturnValue:
    """Who asks, for what and what for; the POST says yes or no. To whoever may not answer there is no such page."""
    now = outside().clock()
    form = Question()
    try:
        post, asked = _asked(who, approval)
        if form.validate_on_submit():
            is_yes = request.form.get("decision") == "yes"
            (second_eyes.approve if is_yes else second_eyes.refuse)(post, asked.code, now)
            yes = "names.second.said_yes" if asked.kind == second_eyes.CASE else "exports.second.said_yes"
            flash(say(yes if is_yes else "exports.second.said_no", name=asked.asker), "done")
            return redirect(url_for("account.me"), 303)
    except Refused as no:
        if no.code == "second_unknown":
            raise NotFound from None
        return render_template("error.html", title=say("exports.second.title"), sentence=refusal(no)), 409
    explain = "names.second.explain" if asked.kind == second_eyes.CASE else "exports.second.explain"
    return render_template("exports/second.html", form=form, facts_shown=_facts(asked), explain=say(explain))


def _asked(who: SignedIn, approval: str) -> tuple[Post, Second]:
    """The question, and the post by which this person may answer it."""
    for post in who.posts:
        try:
            return post, second_eyes.look(post, approval, outside().clock())
        except Refused as no:
            if no.code != "second_unknown":
                raise
    raise Refused("second_unknown")


def _facts(asked: Second) -> list[tuple[str, str]]:
    facts = [(say("exports.second.who"), asked.asker), (say("exports.second.hall"), asked.hall.name)]
    row = exporting.by_id(asked.of_id) if asked.kind == exporting.KIND else None
    if row is not None:
        label = "exports.label.condition" if row.case_id is not None else "exports.period"
        facts += [(say(label), days(row)), (say("exports.rows"), str(row.rows_done))]
    if asked.number:
        facts.append((say("names.second.case"), asked.number))
    return [
        *facts,
        (say("exports.why"), asked.purpose),
        (say("exports.second.until"), outside().time(asked.expires_at)),
    ]
