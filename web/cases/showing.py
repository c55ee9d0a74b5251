"""What the pages of cases have in common."""

from datetime import datetime
from math import ceil
from typing import Any

from flask import Response, make_response, render_template
from werkzeug.exceptions import NotFound

from models.rules.halls import HallFacts
from models.services.casework import cases
from models.services.posts import Post
from models.tables.cases import CaseRow
from web.access import signed_in
from web.hall_sections import hall_sections
from web.outside import outside
from web.records.blueprint import moment


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def now() -> datetime:
    """The moment, in UTC."""
    return outside().clock()


def session_id() -> str:
    """The session in which the page is asked for: names are opened to one alone."""
    who = signed_in()
    return who.session.public_id if who else ""


def own(post: Post, case: str) -> CaseRow:
    """The case that the address names; to the staff of another hall there is no such page."""
    row = cases.one(post, case)
    if row is None:
        raise NotFound
    return row


def shown(post: Post, template: str, **values: Any) -> str:
    """The page, under the name of its hall and with the way to the others."""
    return render_template(f"cases/{template}", hall=hall_of(post), sections=hall_sections(post, "cases"), **values)


def shown_named(post: Post, template: str, until: datetime | None, **values: Any) -> Response:
    """Likewise, a page with names on it; `until`: to when this session sees them whole."""
    said = moment(until, hall_of(post))[-5:] if until else ""
    response = make_response(shown(post, template, until=said, **values))
    if until:
        # Nobody leaves whole names standing open: the browser asks anew once they are masked.
        response.headers["Refresh"] = str(max(1, ceil((until - now()).total_seconds())))
    return response
