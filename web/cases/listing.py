"""The cases of a hall, the latest first."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.services.casework import cases, contact_list
from models.services.posts import Post
from models.tables.cases import CaseRow
from web.access import needs
from web.cases.showing import hall_of, now, shown
from web.cases.wording import days, moment, status
from web.language import say

pages = Blueprint("listing", __name__)

PAGE = 20


@pages.get("")
@needs(Action.CASES)
def listed(post: Post) -> ResponseReturnValue:
    """All of them, so many on a page; where there is none, what a case is and how one is opened."""
    rows = cases.of_hall(post, now())
    skipped = _asked()
    on_page = rows[skipped : skipped + PAGE]
    done = contact_list.done(post, on_page)
    more_url = url_for(".listed", skip=skipped + PAGE) if len(rows) > skipped + PAGE else ""
    return shown(
        post, "listed.html", rows=[_row(post, row, done.get(row.id, 0)) for row in on_page], more_url=more_url,
        is_first=not skipped, new_url=url_for("cases.opening.new"),
    )  # fmt: skip


def _asked() -> int:
    """How many come before; the beginning for what nobody was given as a link."""
    text = request.args.get("skip", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _row(post: Post, row: CaseRow, done: int) -> dict[str, Any]:
    return {
        "url": url_for("cases.one.shown_case", case=row.public_id),
        "number": row.number,
        "days": days(row),
        "opened": say("case.opened_at", time=moment(row.opened_at, hall_of(post))),
        "status": status(row),
        "counts": say("case.row_counts", count=row.contacts, done=done) if row.is_traced else "",
    }
