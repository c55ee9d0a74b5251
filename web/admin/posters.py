"""Posters: as a page that prints, as a PDF for each code, and all codes on a sheet for the files."""

import functools

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models import phrases
from models.adapters.posters import Direction, Poster, default_notice, poster_pdf, sheet_pdf
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import codes
from models.services.codes import DoorCode
from models.services.posts import Post
from web.access import needs
from web.admin.codes import picture
from web.admin.showing import hall_of, shown
from web.language import refusal, say
from web.outside import outside
from web.pdf import pdf_answer

pages = Blueprint("posters", __name__)

STEPS = ("first", "second", "third")
LONGEST_ON_PAPER = 200

# A poster takes some 0.25 s to draw, and several people print the same ones.
_pdf = functools.lru_cache(maxsize=64)(poster_pdf)
_sheet = functools.lru_cache(maxsize=8)(sheet_pdf)

_CODE = "/posters/<int:door>-<any('in', 'out'):direction>"


@pages.get(_CODE)
@needs(Action.CODES)
def poster(post: Post, door: int, direction: Direction) -> ResponseReturnValue:
    """The poster as a page that prints on A4."""
    hall = hall_of(post)
    code = _code(hall, door, direction)
    if code.url is None:
        return _not_yet()
    made = _poster(hall, code, code.url)
    return shown(
        post, "poster.html", "codes", poster=made, code=picture(made.code_url), form_code=picture(made.form_url),
        names=both(f"poster.{direction}.name"),
        by_hand=both(f"poster.{direction}.by_hand"),
        form=both("poster.form"), steps=[both(f"poster.{direction}.{step}") for step in STEPS],
        notices=made.notice.splitlines(), pdf_url=url_for(".pdf", door=door, direction=direction),
        back_url=url_for("admins.codes.doors"),
    )  # fmt: skip


@pages.get(f"{_CODE}.pdf")
@needs(Action.CODES)
def pdf(post: Post, door: int, direction: Direction) -> ResponseReturnValue:
    """The poster as one A4 page."""
    hall = hall_of(post)
    code = _code(hall, door, direction)
    if code.url is None:
        return _not_yet()
    try:
        content = _pdf(_poster(hall, code, code.url))
    except Refused as no:
        return _cannot_be_drawn(no)
    name = f"{hall.name} {code.door_name} {say(f'poster.{direction}.name')}.pdf"
    return pdf_answer(content, name, f"{hall.code}-{door}-{direction}.pdf")


@pages.get("/posters/all.pdf")
@needs(Action.CODES)
def sheet(post: Post) -> ResponseReturnValue:
    """All codes that are made, for the files; not to be put up."""
    hall = hall_of(post)
    made = tuple(_poster(hall, code, code.url) for code in codes.of_hall(hall) if code.url)
    if not made:
        return _not_yet()
    try:
        content = _sheet(hall.name, made)
    except Refused as no:
        return _cannot_be_drawn(no)
    return pdf_answer(content, f"{hall.name} {say('poster.archive')}.pdf", f"{hall.code}-all.pdf")


def both(key: str) -> tuple[str, str]:
    """A phrase of a poster, in Chinese and in English: a wall has one language no more than the people before it."""
    return phrases.say("zh", key), phrases.say("en", key)


def _code(hall: HallFacts, door: int, direction: str) -> DoorCode:
    found = next((one for one in codes.of_hall(hall) if (one.door, one.direction) == (door, direction)), None)
    if found is None:
        raise NotFound
    return found


def _poster(hall: HallFacts, code: DoorCode, url: str) -> Poster:
    notice = default_notice(hall.phone, hall.retention_days)
    # What is longer is read on the notice page: on paper it would crowd out the steps.
    own = f"\n{hall.notice_text}" if 0 < len(hall.notice_text) <= LONGEST_ON_PAPER else ""
    direction: Direction = "in" if code.direction == "in" else "out"
    return Poster(
        hall.name, code.door_name, direction, url, f"{outside().base_url}/h/{hall.code}/{direction}",
        current_app.config["SITE_NAME"], notice + own, code.version,
    )  # fmt: skip


def _not_yet() -> ResponseReturnValue:
    further = (url_for("admins.codes.doors"), say("admin.codes.back"))
    page = render_template(
        "error.html", title=say("admin.posters.not_yet_title"), sentence=say("admin.posters.not_yet"), further=further
    )
    return page, 409


def _cannot_be_drawn(no: Refused) -> ResponseReturnValue:
    """A name with a character that the font lacks."""
    further = (url_for("admins.settings.overview"), say("admin.section.settings"))
    page = render_template("error.html", title=say("admin.posters.cannot_title"), sentence=refusal(no), further=further)
    return page, 409
