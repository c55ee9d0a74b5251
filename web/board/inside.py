"""Everybody who is inside, a page at a time."""

from datetime import UTC, datetime

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.services import watching
from models.services.posts import Post
from models.services.watching import Place
from web.access import needs
from web.board import shown
from web.outside import outside

pages = Blueprint("inside", __name__)

PAGE = 100


@pages.get("/board/inside")
@needs(Action.INSIDE)
def listed(post: Post) -> ResponseReturnValue:
    """Who came first first, names masked."""
    hall = shown.hall_of(post)
    found = watching.inside(hall, outside().clock(), PAGE, _asked())
    goes_on = found.next
    next_url = url_for(".listed", code=hall.code, after=goes_on.in_at.isoformat(), id=goes_on.id) if goes_on else ""
    return shown.page(
        post, "inside.html", count=found.count, people=[shown.person(one, post) for one in found.rows],
        next_url=next_url, is_first=_asked() is None,
    )  # fmt: skip


def _asked() -> Place | None:
    """Where the page before ended; the beginning for what nobody was given as a link."""
    try:
        at = datetime.fromisoformat(request.args.get("after", "")).astimezone(UTC)
        return Place(at, int(request.args.get("id", "")[:9]))
    except (ValueError, OverflowError):
        return None
