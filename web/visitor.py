"""Pages for visitors: the notice about their data."""

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from models.phrases import LANGUAGES, say
from models.services import halls

pages = Blueprint("visitor", __name__)

_PARAGRAPHS = ("who", "why", "what", "how_long", "chat", "share", "rights", "guardians", "refuse")


@pages.get("/notice/<code>")
def notice(code: str) -> str:
    """What a hall collects, why, for how long, who sees it, how to refuse."""
    hall = halls.by_code(code) if code.isascii() else None
    if hall is None:
        raise NotFound
    language = _language()
    values = {
        "hall": hall.name,
        "days": hall.retention_days,
        "version": hall.notice_version,
        "phone": hall.phone or say(language, "notice.no_phone"),
    }
    return render_template(
        "notice.html",
        language=language,
        title=say(language, "notice.title", **values),
        paragraphs=[say(language, f"notice.{name}", **values) for name in _PARAGRAPHS],
        version=say(language, "notice.version", **values),
    )


def not_found(_: NotFound) -> tuple[str, int]:
    """A page that is not there, in plain words."""
    language = _language()
    page = render_template(
        "notice.html",
        language=language,
        title=say(language, "notice.not_found_title"),
        paragraphs=[say(language, "notice.not_found")],
        version="",
    )
    return page, 404


def _language() -> str:
    asked = request.args.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"
