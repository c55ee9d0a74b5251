"""How many people may be in the hall at once, for the board to warn of it."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from models.rules.access import Action
from models.rules.halls import MOST_CAPACITY, HallFacts
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of
from web.language import Phrase, say
from web.said import people_words

pages = Blueprint("capacity", __name__)


class Capacity(HallForm):
    """So many people; 0 for no limit."""

    capacity = IntegerField(
        Phrase("fact.capacity"),
        [InputRequired(), NumberRange(0, MOST_CAPACITY)],
        description=Phrase("admin.help.capacity"),
    )


@pages.route("/settings/capacity", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """The number."""
    hall = hall_of(post)
    form = Capacity(revision=hall.revision, capacity=hall.capacity)
    if changed(post, form, lambda: {"capacity": form.capacity.data}):
        return redirect(url_for("admins.settings.overview"), 303)
    fields: list[tuple[Any, dict[str, Any]]] = [(form.capacity, {"inputmode": "numeric", "autocomplete": "off"})]
    return form_page(post, form, say("admin.settings.capacity"), fields, current)


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [("", people_words(hall.capacity))]
