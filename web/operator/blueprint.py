"""What the operators' pages have in common."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, g, request, url_for
from werkzeug.exceptions import NotFound

from models.rules.halls import HallFacts
from models.rules.spelling import readable
from models.services import halls
from models.services.posts import as_operator
from web.frame import Section
from web.language import say
from web.outside import outside

pages = Blueprint("operators", __name__, url_prefix="/operator")

_SECTIONS = (
    ("halls", "hall"),
    ("cases", "case", "open_there"),
    ("health",),
    ("audit", "audit_ask", "audit_seals"),
    ("staff",),
)
"""The page that each section leads to, and others that are part of it."""
LONGEST_ASKED = 40
_MOMENT = "%Y%m%d%H%M%S%f"
_PLACE = re.compile(r"([12][0-9]{19})-([0-9]{1,18})", re.ASCII)


@pages.context_processor
def _sections() -> dict[str, object]:
    # Only what the guard has looked up: whoever it turned away gets the same page as for any address that is not there.
    who = g.get("signed_in")
    if who is None or as_operator(who.posts) is None:
        return {}
    here = (request.endpoint or "").removeprefix("operators.")
    return {
        "sections": [
            Section(say(f"operating.section.{names[0]}"), url_for(f"operators.{names[0]}"), here in names)
            for names in _SECTIONS
        ]
    }


def hall_of(code: str) -> HallFacts:
    """The hall with this code, in whatever case. Raises NotFound."""
    hall = halls.by_code(code.lower()) if code.isascii() else None
    if hall is None:
        raise NotFound
    return hall


def asked(name: str) -> str:
    """What the address asks for under this name, as far as a person could have typed it."""
    return readable(request.args.get(name, "")[:LONGEST_ASKED])


def day_of(text: str) -> date | None:
    """The day that an address holds, as 2026-03-02; None where it is none that anything could have happened on."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day and 1970 < day.year < 3000 else None


def until_now() -> datetime:
    """The moment before which what has happened lies, this very moment's too."""
    return outside().clock() + timedelta(microseconds=1)


def page_place(at: datetime, row_id: int) -> str:
    """Where a page ended, as an address holds it."""
    return f"{at:{_MOMENT}}-{row_id}"


def page_from(text: str, otherwise: datetime, otherwise_id: int = 0) -> tuple[datetime, int]:
    """Where a page begins; whatever is no such place, at the latest row."""
    found = place_of(text)
    return (otherwise, otherwise_id) if found is None else found


def place_of(text: str) -> tuple[datetime, int] | None:
    """The place that an address holds as `page_place` wrote it, if it is one."""
    found = _PLACE.fullmatch(text)
    try:
        return (datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC), int(found[2])) if found else None
    except ValueError:
        return None
