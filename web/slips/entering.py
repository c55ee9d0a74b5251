"""Entering slips one after another: what is written, saved or merged, and the form for the next one."""

import re
from datetime import date, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.rules import masks
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import slip_entry, slips
from models.services.posts import Post
from models.services.slip_entry import Entered, What
from models.tables.found_visits import FoundVisit
from web.access import needs
from web.language import say
from web.outside import outside
from web.slips.blueprint import hall_of, pages, shown, stay_words, there_words, told
from web.slips.fields import SlipForm

_NUMBER = re.compile("[0-9]{1,9}")


@pages.route("", methods=["GET", "POST"])
@needs(Action.DESK)
def enter(post: Post) -> ResponseReturnValue:
    """The form; what was entered leads to that of the next slip of the sheet."""
    hall, now = hall_of(post), outside().clock()
    form = SlipForm().fit_to(hall)
    if not form.is_submitted():
        _begin(form, hall, now)
        return _page(post, form)
    form.validate()
    written = form.read(now, request.form.get("same", ""))
    if written is None:
        return _page(post, form)
    try:
        done = slip_entry.enter(post, written, now)
    except Refused as no:
        form.say_no(no)
        return _page(post, form)
    if done.what is What.ALIKE:
        return _page(post, form, alike=_alike(hall, done))
    if done.what is What.THERE:
        visit = done.visits[0]
        may_change = slip_entry.may_see(post, hall, visit, now)
        url = url_for(".retime", number=done.number) if may_change else ""
        return _page(post, form, there=there_words(post, visit, done.number), there_url=url)
    flash(told(done.what, done.visits[0], done.number, hall), "done")
    further = slips.next_after(hall, done.number)
    return redirect(url_for(".enter", number=further.number if further else None, day=written.day.isoformat()), 303)


def _begin(form: SlipForm, hall: HallFacts, now: datetime) -> None:
    """An empty form of today, or of the day and the number that are asked for."""
    asked = request.args.get("number", "")
    slip = slips.unentered(hall, int(asked)) if _NUMBER.fullmatch(asked) else None
    form.slip.data = str(slip) if slip else ""
    if "door" in form:
        form.door.data = str(min(hall.doors))
    try:
        form.day.data = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        form.day.data = hall.calendar.hall_day(now)


def _alike(hall: HallFacts, done: Entered) -> list[tuple[str, str, str]]:
    """The stays that may be the same one: (words, public id, why it takes no slip)."""
    return [(_row(hall, one), one.public_id, _taken(one)) for one in done.visits]


def _row(hall: HallFacts, one: FoundVisit) -> str:
    day = f"{hall.calendar.hall_day(one.in_at):%m-%d}"
    return say("slips.alike_row", name=masks.mask_name(one.name), day=day, times=stay_words(one, hall))


def _taken(one: FoundVisit) -> str:
    return say("slips.alike_has_slip", slip=one.slip) if one.slip else ""


def _page(post: Post, form: SlipForm, **values: object) -> str:
    return shown(post, "enter.html", form=form, another=slip_entry.ANOTHER, **values)
