"""The cases of a hall, the latest first."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.services.posts import Post
from web.access import needs
from web.cases.showing import shown

pages = Blueprint("listing", __name__)


@pages.get("")
@needs(Action.CASES)
def listed(post: Post) -> ResponseReturnValue:
    """All of them; where there is none, what a case is and how one is opened."""
    return shown(post, "listed.html")
