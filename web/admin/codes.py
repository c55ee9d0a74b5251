"""Doors and their codes: what is made, what still hangs on a wall, a code made anew."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from wtforms import StringField
from wtforms.validators import InputRequired

from models.adapters.posters import poster_svg_code
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import codes, hall_settings
from models.services.codes import DoorCode
from models.services.hall_settings import LONGEST_DOOR_NAME, Saved
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, HallQuestion, done, form_page, hall_of, now, shown
from web.confirming import confirm_page
from web.forms import Question
from web.language import Phrase, refusal, say
from web.outside import outside
from web.said import direction_words, joined

pages = Blueprint("codes", __name__)

LATELY = timedelta(days=7)
"""An old poster that was scanned since then is taken to hang still."""
REFRESH_SECONDS = "8"


class Shown(NamedTuple):
    """A code on the page. `svg` is empty until it is made, and `missing` then says why."""

    label: str
    missing: str
    svg: Markup
    version: str
    poster_url: str
    pdf_url: str
    reissue_url: str


class DoorShown(NamedTuple):
    """A door on the page."""

    name: str
    codes: list[Shown]
    rename_url: str
    remove_url: str


@functools.lru_cache(maxsize=256)
def picture(url: str) -> Markup:
    """The code as a part of the page."""
    return Markup(poster_svg_code(url))  # noqa: S704 - our own rectangles; the address is drawn, not written


@pages.get("/codes")
@needs(Action.CODES)
def doors(post: Post) -> ResponseReturnValue:
    """Every door with its two codes. While the platform still makes one the page asks again by itself; a header does
    that, since there is no script."""
    hall = hall_of(post)
    made = codes.of_hall(hall)
    shown_doors = [
        DoorShown(
            door.name,
            [_shown(one) for one in made if one.door == number],
            url_for(".rename", door=number),
            url_for(".remove", door=number) if len(hall.doors) > 1 else "",
        )
        for number, door in sorted(hall.doors.items())
    ]
    old = [
        say("admin.codes.old_poster", door=one.door_name, direction=direction_words(one.direction),
            version=one.version, seen=outside().time(one.seen_at), count=one.scans)
        for one in codes.old_posters(hall, now() - LATELY)
    ]  # fmt: skip
    is_making = any(_state(one) == "wanted" for one in made)
    page = make_response(shown(
        post, "codes.html", "codes", doors=shown_doors, old=old, is_making=is_making, wide=True,
        is_refused=any(_state(one) == "refused" for one in made), has_made=any(one.url for one in made),
        most=codes.MOST_DOORS, can_add=len(hall.doors) < codes.MOST_DOORS,
    ))  # fmt: skip
    if is_making:
        page.headers["Refresh"] = REFRESH_SECONDS
    return page


def _shown(code: DoorCode) -> Shown:
    where = {"door": code.door, "direction": code.direction}
    return Shown(
        direction_words(code.direction),
        "" if code.url else say(f"admin.codes.state_{_state(code)}"),
        picture(code.url) if code.url else Markup(),
        say("notice.version", version=code.version),
        url_for("admins.posters.poster", **where),
        url_for("admins.posters.pdf", **where),
        url_for(".reissue", **where),
    )


def _state(code: DoorCode) -> str:
    if code.url:
        return "made"
    return "refused" if code.reason else "wanted"


@pages.route("/codes/<int:door>-<any('in', 'out'):direction>/reissue", methods=["GET", "POST"])
@needs(Action.CODES)
def reissue(post: Post, door: int, direction: str) -> ResponseReturnValue:
    """Asks first: the posters that hang stop working at once."""
    hall = hall_of(post)
    name = _name(hall, door)
    question = Question()
    if question.validate_on_submit():
        told = _told(lambda: codes.reissue(post, door, direction, now()), say("admin.codes.reissued"))
        return _back(told)
    today, ever = codes.reissues_left(hall, now())
    sentences = [
        say("admin.codes.reissue_then"),
        say("admin.codes.reissue_print"),
        say("admin.codes.reissues_left", today=min(today, ever), ever=ever),
    ]
    title = say("admin.codes.reissue_title", door=name, direction=direction_words(direction))
    return confirm_page(title, sentences, say("admin.codes.reissue"), url_for(".doors"), question)


def _name(hall: HallFacts, door: int) -> str:
    if door not in hall.doors:
        raise NotFound
    return hall.doors[door].name


def _told(do: Callable[[], object], sentence: str) -> tuple[str, str]:
    """Do it; how that went."""
    try:
        do()
    except Refused as no:
        return refusal(no), "problem"
    return sentence, "done"


def _back(told: tuple[str, str]) -> ResponseReturnValue:
    flash(*told)
    return redirect(url_for(".doors"), 303)


class DoorName(HallForm):
    """What stands on the posters of the door."""

    name = StringField(Phrase("admin.codes.door_name"), [InputRequired()], description=Phrase("admin.help.door"))


@pages.route("/codes/add", methods=["GET", "POST"])
@needs(Action.CODES)
def add(post: Post) -> ResponseReturnValue:
    """A further door; its codes are made in a while."""
    form = DoorName(revision=hall_of(post).revision)

    def save(revision: int) -> Saved:
        return hall_settings.add_door(post, revision, form.name.data or "", now())

    return _door_form(post, form, save, say("admin.codes.add"))


@pages.route("/codes/<int:door>/name", methods=["GET", "POST"])
@needs(Action.CODES)
def rename(post: Post, door: int) -> ResponseReturnValue:
    """Another name; the codes stay, only the posters are to be printed again."""
    hall = hall_of(post)
    form = DoorName(revision=hall.revision, name=_name(hall, door))

    def save(revision: int) -> Saved:
        return hall_settings.rename_door(post, revision, door, form.name.data or "", now())

    return _door_form(post, form, save, say("admin.codes.rename_title", door=_name(hall, door)))


def _door_form(post: Post, form: DoorName, save: Callable[[int], Saved], title: str) -> ResponseReturnValue:
    if done(form, save, dict.fromkeys(("door_name", "door_there"), form.name)):
        return redirect(url_for(".doors"), 303)
    fields = [(form.name, {"maxlength": LONGEST_DOOR_NAME, "autocomplete": "off"})]
    return form_page(post, form, title, fields, current, section="codes", back_url=url_for(".doors"))


def current(hall: HallFacts) -> Facts:
    """The doors there are."""
    return [(say("fact.doors"), joined(door.name for door in hall.doors.values()))]


@pages.route("/codes/<int:door>/remove", methods=["GET", "POST"])
@needs(Action.CODES)
def remove(post: Post, door: int) -> ResponseReturnValue:
    """Asks first: its codes never open anything again."""
    hall = hall_of(post)
    name = _name(hall, door)
    question = HallQuestion(revision=hall.revision)
    if request.method == "POST":
        if not done(question, lambda revision: hall_settings.remove_door(post, revision, door, now())):
            flash((question.form_errors or [say("form.wrong")])[0], "problem")
        return redirect(url_for(".doors"), 303)
    sentences = [say("admin.codes.remove_then")]
    return confirm_page(
        say("admin.codes.remove_title", door=name), sentences, say("admin.codes.remove"), url_for(".doors"), question
    )
