"""What the pages of exports have in common."""

from typing import Any

from flask import render_template
from werkzeug.exceptions import NotFound

from models.rules.halls import HallFacts
from models.rules.wanted import Period
from models.services import exporting
from models.services.posts import Post
from models.tables.exports import ExportRow
from web.hall_sections import hall_sections
from web.language import say
from web.outside import outside


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def shown(post: Post, template: str, **values: Any) -> str:
    """The page, under the name of its hall and with the way to the others."""
    return render_template(f"exports/{template}", hall=hall_of(post), sections=hall_sections(post, "exports"), **values)


def own(post: Post, export: str) -> ExportRow:
    """The export that the address names; to anybody but who asked for it there is no such page."""
    row = exporting.own(post, export, outside().clock())
    if row is None:
        raise NotFound
    return row


def days(period: Period | ExportRow) -> str:
    """The days of an export in words; of one of a case, which case it is."""
    case = exporting.case_of(period) if isinstance(period, ExportRow) else None
    if case is not None:
        return say("names.export.of", number=case.number)
    if period.first == period.last:
        return period.first.isoformat()
    return say("exports.days", first=period.first.isoformat(), last=period.last.isoformat())


def status(row: ExportRow) -> str:
    """How far it is, in words."""
    return say(f"exports.status.{row.status}")
