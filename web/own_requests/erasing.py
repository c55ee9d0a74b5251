"""Erasing what a hall keeps of whoever asks, which is asked about first."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import own_answers
from models.services.posts import Post
from web.access import needs
from web.confirming import confirm_page
from web.forms import Question
from web.language import say
from web.own_requests.blueprint import erased_words, now, pages, session_id, to_asking


@pages.route("/<asked>/erase", methods=["GET", "POST"])
@needs(Action.RECORDS)
def erase(post: Post, asked: str) -> ResponseReturnValue:
    """Says what goes, what stays until when, and that it cannot be undone; the POST does it, and leads to the paper
    that tells of it."""
    question = Question()
    back_url = url_for("counter.one", asked=asked)
    try:
        if question.validate_on_submit():
            done = own_answers.erase(post, asked, session_id(), now())
            return redirect(url_for("counter.receipt", asked=asked), 303) if done else to_asking()
        would = own_answers.to_erase(post, asked, session_id(), now())
    except Refused as no:
        if no.code != "erase_inside":
            raise
        flash(say("own_requests.inside"), "problem")
        return redirect(back_url, 303)
    if would is None:
        return to_asking()
    if not would.count:
        flash(say("own_requests.erased_nothing"))
        return redirect(back_url, 303)
    then = [*erased_words(would), say("own_requests.erase_chat"), say("own_requests.erase_for_good")]
    return confirm_page(say("own_requests.erase_title"), then, say("own_requests.erase"), back_url, question)
