"""The page that takes back an invite, of a hall or of the operators."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.refusal import Refused
from models.services import staff
from models.services.posts import Post
from web.confirming import confirm_page
from web.forms import Question
from web.language import refusal, say
from web.outside import outside


def withdraw_invite(post: Post, key: str, back_url: str) -> ResponseReturnValue:
    """Ask first whether the open invite with this key (staff.key_of), of the hall of `post` or of the operators, shall
    bind nobody; then take it back. Raises NotFound."""
    now = outside().clock()
    found = next((one for one in staff.open_invites(post.hall_id, now) if staff.key_of(one) == key), None)
    if found is None:
        raise NotFound
    question = Question()
    if question.validate_on_submit():
        try:
            staff.withdraw(post, key, now)
            flash(say("staff.withdrawn", name=found.name), "done")
        except Refused as no:
            flash(refusal(no), "problem")
        return redirect(back_url, 303)
    title = say("staff.withdraw_title", name=found.name)
    return confirm_page(title, [say("staff.withdraw_then")], say("staff.withdraw"), back_url, question)
