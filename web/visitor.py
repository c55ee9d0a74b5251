"""Pages for visitors: the notice about their data, and where the small code of a poster leads."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.access import REJECTED, WAITING
from models.rules.halls import HallFacts
from models.services import halls
from web.language import say

pages = Blueprint("visitor", __name__)

_SECTIONS = ("who", "why", "what", "how_long", "share", "chat", "rights", "others", "refuse")


@pages.get("/notice/<code>")
@pages.get("/notice/<code>/<int:version>")
def notice(code: str, version: int | None = None) -> ResponseReturnValue:
    """What a hall collects, why, for how long, who sees it, how to refuse. Of earlier versions, to which people have
    agreed, the hall's own words are kept; an address that names one that never was says so."""
    hall = hall_with(code)
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
    values = {"hall": hall.name, "days": hall.retention_days, "phone": hall.phone or say("notice.no_phone")}
    return render_template(
        "notice.html",
        title=say("notice.title", **values),
        parts=[(say(f"notice.{name}_title"), say(f"notice.{name}", **values)) for name in _SECTIONS],
        own=earlier[str(version)] if earlier else hall.notice_text,
        version=say("notice.version", version=version if earlier else current),
        earlier=say("notice.earlier", version=version, current=current) if earlier else "",
        current_url=url_for("visitor.notice", code=hall.code),
    )


@pages.get("/h/<code>/<any('in', 'out'):direction>")
def door(code: str, direction: str) -> str:
    """What to do at this hall's entrance or exit; of a hall that is not open for visitors nothing is told."""
    hall = hall_with(code)
    if not hall.is_open_for_visitors:
        return render_template("error.html", title=say("door.closed_title"), sentence=say("door.closed"))
    return render_template(
        "door.html",
        hall=hall.name,
        direction=direction,
        direction_label=say(f"door.{direction}_label"),
        steps=[say(f"door.{direction}_{step}") for step in ("scan", "then")],
        notice_url=url_for("visitor.notice", code=hall.code),
    )


def hall_with(code: str) -> HallFacts:
    """The hall with this code, as somebody may have typed it from a poster. Raises NotFound."""
    hall = halls.by_code(code.lower()) if code.isascii() else None
    if hall is None:
        raise NotFound
    return hall
