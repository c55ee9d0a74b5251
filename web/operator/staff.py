"""Who else is an operator, how one becomes one, and how one ceases to be."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import staff as members
from models.services.posts import Post
from models.services.staff import OPERATOR_INVITE_LASTS
from models.tables.staff import NO_HALL
from web.access import operator_needs
from web.confirming import confirm_page
from web.forms import Question
from web.language import refusal, say
from web.operator.blueprint import pages
from web.outside import outside
from web.withdrawing import withdraw_invite


@pages.get("/staff")
@operator_needs(Action.OPERATORS)
def staff(post: Post) -> str:
    """The operators, and who is invited."""
    found = members.members(NO_HALL)
    return render_template(
        "operator/staff.html",
        operators=[
            (
                one.name,
                outside().time(one.bound_at),
                one.openid == post.openid,
                url_for("operators.remove", key=members.key_of(one)) if len(found) > 1 else "",
            )
            for one in found
        ],
        invited=[
            (one.name, outside().time(one.expires_at), url_for("operators.withdraw", key=members.key_of(one)))
            for one in members.open_invites(NO_HALL, outside().clock())
        ],
        minutes=int(OPERATOR_INVITE_LASTS.total_seconds()) // 60,
    )


@pages.route("/staff/<key>/remove", methods=["GET", "POST"])
@operator_needs(Action.OPERATORS)
def remove(post: Post, key: str) -> ResponseReturnValue:
    """End somebody's post as an operator; one's own too, unless it is the last."""
    found = next((one for one in members.members(NO_HALL) if members.key_of(one) == key), None)
    if found is None:
        raise NotFound
    form = Question()
    back_url = url_for("operators.staff")
    if form.validate_on_submit():
        try:
            members.remove(post, found.name, outside().clock())
        except Refused as no:
            flash(refusal(no), "problem")
            return redirect(back_url, 303)
        if found.openid == post.openid:
            title, sentence = say("operating.removed_self_title"), say("operating.removed_self")
            return render_template("error.html", title=title, sentence=sentence, sections=[])
        flash(say("operating.done.remove", name=found.name), "done")
        return redirect(back_url, 303)
    own = [say("operating.follows.remove_self")] if found.openid == post.openid else []
    sentences = [*own, say("operating.follows.remove", name=found.name)]
    return confirm_page(
        say("operating.ask.remove", name=found.name), sentences, say("operating.do.remove"), back_url, form
    )


@pages.route("/staff/<key>/withdraw", methods=["GET", "POST"])
@operator_needs(Action.OPERATORS)
def withdraw(post: Post, key: str) -> ResponseReturnValue:
    """Take back the code of somebody who is invited and has not bound it."""
    return withdraw_invite(post, key, url_for("operators.staff"))
