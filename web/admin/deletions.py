"""What was erased of a hall, for its admins."""

from flask import Blueprint, url_for

from models.rules.access import Action
from models.services.posts import Post
from web import deletions
from web.access import needs
from web.admin.showing import hall_of
from web.hall_sections import hall_sections

pages = Blueprint("deletions", __name__)


@pages.get("/settings/deletions")
@needs(Action.SETTINGS)
def listed(post: Post) -> str:
    """The latest first."""
    return deletions.listed(
        hall_of(post), lambda **place: url_for(".listed", **place), lambda number: url_for(".one", number=number),
        url_for("admins.privacy.edit"), sections=hall_sections(post, "settings"),
    )  # fmt: skip


@pages.get("/settings/deletions/<int:number>")
@needs(Action.SETTINGS)
def one(post: Post, number: int) -> str:
    """One, to print."""
    return deletions.paper(hall_of(post), number, url_for(".listed"), sections=hall_sections(post, "settings"))
