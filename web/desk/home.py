"""The desk itself: who is inside, each with 签退, and what was just done, each with 撤销."""

import re
from datetime import UTC, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import front_desk, waiting
from models.services.check_out import Leaving
from models.services.front_desk import Inside, Undone
from models.services.posts import Post
from models.tables.found_visits import Place
from web.access import needs
from web.desk.blueprint import act_words, clock, hall_of, now, pages, row_words, shown, to_home
from web.forms import PageForm, Question
from web.language import Phrase, refusal, say
from web.visitor.moments import moment_words

_PASS = re.compile(
    r"(?:https?://[^\s/]+)?(?:/pass/check/)?([A-Za-z0-9_-]{12}\.\d{1,11}\.[a-z2-7]{16})(?:\?.*)?", re.ASCII
)


class Find(PageForm):
    """Whom to look for; a scanner that types what it reads serves too."""

    who = StringField(Phrase("desk.find"), description=Phrase("desk.find_how"))


class About(PageForm):
    """A press of a button beside a visit or an act."""

    visit = HiddenField()
    act = HiddenField()


@pages.get("")
@needs(Action.DESK)
def home(post: Post) -> ResponseReturnValue:
    """Who is inside, the last to come first, a page at a time."""
    return _page(post, Find(formdata=None), front_desk.inside(post, now(), _asked()))


@pages.post("/find")
@needs(Action.DESK)
def find(post: Post) -> ResponseReturnValue:
    """Those inside who are meant; in answer to the POST, since what is typed would stand in an address otherwise."""
    form = Find()
    if not form.validate_on_submit():
        return _page(post, form, None)
    typed = (form.who.data or "").strip()
    scanned = _PASS.fullmatch(typed)
    if scanned:
        return redirect(url_for("passes.check", token=scanned[1]), 303)
    if not typed:
        return to_home()
    try:
        who = front_desk.who_is_meant(typed, hall_of(post).calendar.hall_day(now()))
        found = front_desk.inside(post, now(), who=who)
    except Refused as no:
        form.refuse(form.who, no)
        return _page(post, form, None)
    return _page(post, form, found, is_search=True)


@pages.get("/find")
@needs(Action.DESK)
def find_again(post: Post) -> ResponseReturnValue:
    """Where somebody lands who loads what was found again in the other language."""
    return to_home()


@pages.post("/out")
@needs(Action.DESK)
def out(post: Post) -> ResponseReturnValue:
    """Sign out one visitor and those with them."""
    form = About()
    if not form.validate_on_submit():
        return to_home()
    try:
        done = front_desk.sign_out(post, form.visit.data or "", now())
    except Refused as no:
        flash(refusal(no), "problem")
        return to_home()
    if done.what is Leaving.ALREADY_OUT and done.out_at:
        words = "already_over" if done.is_guess else "already_out"
        flash(say(f"desk.{words}", time=moment_words(done.out_at, hall_of(post))))
    return to_home(done.act)


@pages.post("/undo")
@needs(Action.DESK)
def undo(post: Post) -> ResponseReturnValue:
    """Undo what was done in the last minutes, by whomever."""
    form = About()
    if form.validate_on_submit():
        try:
            for sentence in undone_words(front_desk.undo(post, form.act.data or "", now())):
                flash(sentence, "done")
        except Refused as no:
            flash(refusal(no), "problem")
    return to_home()


def undone_words(done: Undone) -> list[str]:
    """What came of undoing."""
    if done.already:
        return [say("desk.undone_before")]
    told = [say("desk.undone", what=say(f"desk.kind.{done.kind}"), count=done.count)] if done.count else []
    if done.came_back:
        told.append(say("desk.came_back", count=done.came_back))
    if done.changed:
        told.append(say("desk.changed_since", count=done.changed))
    return told or [say("desk.nothing_undone")]


def _page(post: Post, form: Find, found: Inside | None, *, is_search: bool = False) -> str:
    hall = hall_of(post)
    form.who.flags.required = True
    acts = front_desk.recent_acts(post, now())
    asked = request.args.get("act")
    rows = front_desk.as_masked(found).rows if found else []
    return shown(
        post,
        "home.html",
        form=form,
        about=About(formdata=None),
        rows=[(*row_words(row, hall), row.public_id) for row in rows],
        total=found.total if found else None,
        is_search=is_search,
        further_url=_url_of(found.next) if found and found.next and not is_search else "",
        is_first=not request.args.get("after"),
        acts=[(act_words(one), clock(one.at, hall), one.public_id, one.until is not None) for one in acts],
        just_done=next((one.public_id for one in acts if one.public_id == asked), ""),
        waiting=waiting.count(hall, now()).total,
        may_sweep=post.may(Action.SWEEP),
        question=Question(formdata=None),
    )


def _url_of(place: Place) -> str:
    return url_for("desks.home", after=place.at.isoformat(), id=place.id)


def _asked() -> Place | None:
    """After whom the page begins; from the beginning where that is no place."""
    try:
        at = datetime.fromisoformat(request.args["after"])
        return Place(at.astimezone(UTC), int(request.args.get("id", "")[:9]))
    except (KeyError, ValueError, OverflowError):
        return None
