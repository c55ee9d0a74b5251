"""The notice of a hall: what it collects, and why."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.access import REJECTED, WAITING
from models.rules.retention import What, days_kept
from models.services import halls, looked
from web.language import asked_language, say
from web.visitor.blueprint import hall_of, pages

_SECTIONS = ("who", "why", "what", "how_long", "share", "chat", "card", "rights", "others", "refuse")


@pages.get("/notice/<code>")
@pages.get("/notice/<code>/<int:version>")
def notice(code: str, version: int | None = None) -> ResponseReturnValue:
    """What a hall collects, why, for how long, who sees it, how to refuse. Of earlier versions, to which people have
    agreed, the hall's own words are kept; an address that names one that never was says so."""
    hall = hall_of(code)
    if hall.status in (WAITING, REJECTED):
        # Of a hall that nobody has approved a page of ours would vouch for its name.
        raise NotFound
    current = hall.notice_version
    earlier: dict[str, str] = halls.stored(hall.id)[1].get("notices", {}) if version not in (None, current) else {}
    if version not in (None, current) and str(version) not in earlier:
        page = render_template(
            "error.html",
            title=say("notice.other_version_title"),
            sentence=say("notice.other_version", version=version, current=current),
            further=(url_for("visitor.notice", code=hall.code), say("notice.to_current")),
        )
        return page, 404
    values = {
        "hall": hall.name, "days": days_kept(hall, What.VISITS), "temperatures": days_kept(hall, What.TEMPERATURES),
        "phone": hall.phone or say("notice.no_phone"),
    }  # fmt: skip
    return render_template(
        "notice.html",
        title=say("notice.title", **values),
        parts=[(say(f"notice.{name}_title"), say(f"notice.{name}", **values)) for name in _SECTIONS] + [_looks()],
        own=earlier[str(version)] if earlier else hall.notice_text,
        version=say("notice.version", version=version if earlier else current),
        earlier=say("notice.earlier", version=version, current=current) if earlier else "",
        current_url=url_for("visitor.notice", code=hall.code),
    )


def _looks() -> tuple[str, str]:
    """Of 谁看过我, and what the operator withholds of it."""
    return say("looked.notice_title"), f"{say('looked.notice')}{looked.withheld(asked_language())}"
