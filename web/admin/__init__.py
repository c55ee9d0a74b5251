"""Pages of a hall's admins, below /hall/CODE/: codes and posters, staff, settings. One noun a module."""

from typing import Any

from flask import Blueprint, request

from web.admin import (
    asked,
    basics,
    capacity,
    codes,
    deletions,
    history,
    hours,
    matters,
    posters,
    privacy,
    settings,
    staff,
    tracing,
)

pages = Blueprint("admins", __name__, url_prefix="/hall/<code>")
for part in (
    codes,
    posters,
    staff,
    settings,
    basics,
    hours,
    capacity,
    matters,
    asked,
    privacy,
    tracing,
    history,
    deletions,
):
    pages.register_blueprint(part.pages)


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, Any]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])
