"""Exports of a hall's records: asked for, watched while they are built, and downloaded; and the second pair of eyes."""

from typing import Any

from flask import Blueprint, request

from web.exports import asking, downloading, one, second

pages = Blueprint("exported", __name__, url_prefix="/hall/<code>/exports")
for part in (asking, one, downloading):
    pages.register_blueprint(part.pages)
second_pages = second.pages


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, Any]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])
