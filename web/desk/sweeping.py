"""全部签退, which is asked about first."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.services import front_desk
from models.services.posts import Post
from web.access import needs
from web.confirming import confirm_page
from web.desk.blueprint import now, pages, to_home
from web.forms import Question
from web.language import say


@pages.route("/sweep", methods=["GET", "POST"])
@needs(Action.SWEEP)
def sweep(post: Post) -> ResponseReturnValue:
    """Says how many they are and what follows; the POST does it."""
    question = Question()
    if question.validate_on_submit():
        done = front_desk.sweep(post, now())
        if done.act is None:
            flash(say("desk.nobody_inside"))
        return to_home(done.act)
    count = front_desk.inside(post, now()).total
    then = [say("desk.sweep_then"), say("desk.sweep_undo", minutes=front_desk.UNDO_LASTS.seconds // 60)]
    return confirm_page(say("desk.sweep_title", count=count), then, say("desk.sweep"), url_for("desks.home"), question)
