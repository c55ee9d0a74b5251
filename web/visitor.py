"""Pages for visitors: the notice about their data."""

from flask import Blueprint
from werkzeug.exceptions import NotFound

from models.phrases import say
from models.services import halls
from web.plain_page import asked_language, plain_page

pages = Blueprint("visitor", __name__)

_PARAGRAPHS = ("who", "why", "what", "how_long", "chat", "share", "rights", "guardians", "refuse")


@pages.get("/notice/<code>")
def notice(code: str) -> str:
    """What a hall collects, why, for how long, who sees it, how to refuse."""
    hall = halls.by_code(code) if code.isascii() else None
    if hall is None:
        raise NotFound
    language = asked_language()
    values = {
        "hall": hall.name,
        "days": hall.retention_days,
        "version": hall.notice_version,
        "phone": hall.phone or say(language, "notice.no_phone"),
    }
    return plain_page(
        say(language, "notice.title", **values),
        [say(language, f"notice.{name}", **values) for name in _PARAGRAPHS],
        say(language, "notice.version", **values),
    )
