"""Cases of a hall, below /hall/CODE/cases: who was there with somebody who is ill, and what is done about it."""

from typing import Any

from flask import Blueprint, request

from web.cases import changing, contact, export, listing, names, notices, one, opening, sheet

pages = Blueprint("cases", __name__, url_prefix="/hall/<code>/cases")
for part in (listing, opening, one, contact, changing, names, sheet, export, notices):
    pages.register_blueprint(part.pages)


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, Any]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])
